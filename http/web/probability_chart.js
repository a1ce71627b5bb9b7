// The win probability as a curve, side 1 above the middle and side 2 below; the numbers of the moment beside it.

import { el, setHidden, setText, svg } from "./dom.js";
import { curve, probabilityOf } from "./match_history.js";
import { sideName } from "./sport_common.js";

const kWidth = 600;
const kHeight = 180;

export class ProbabilityChart {
  constructor() {
    this.values_ = [1, 2].map((side) => ({ name: el("bdi"), share: el("strong"), side }));
    const legend = el("div", { class: "chance-legend" }, this.values_.map(({ name, share, side }) =>
      el("p", { class: `chance-side chance-side-${side}` }, [share, name])));
    this.above_ = svg("path", { class: "chance-above" });
    this.below_ = svg("path", { class: "chance-below" });
    this.line_ = svg("path", { class: "chance-line" });
    this.dot_ = svg("path", { class: "chance-dot" });  // a round end of a line without length: it stays round in a box that is stretched
    this.chart_ = svg("svg", { class: "chance-chart", viewBox: `-12 -12 ${kWidth + 24} ${kHeight + 24}`, preserveAspectRatio: "none", role: "img" }, [
      this.above_, this.below_,
      svg("line", { class: "chance-middle", x1: 0, x2: kWidth, y1: kHeight / 2, y2: kHeight / 2 }),
      this.line_, this.dot_,
    ]);
    this.note_ = el("p", { class: "hint" });
    this.element = el("section", { class: "panel-section chance", hidden: "" }, [el("h3", { text: "Chance to win" }), legend, this.chart_, this.note_]);
  }

  update(state, points) {
    const share = probabilityOf(state);
    setHidden(this.element, share === null);
    if (share === null) return;
    const percents = [Math.round(share * 100), 100 - Math.round(share * 100)];
    this.values_.forEach((value, index) => {
      setText(value.name, sideName(state, index + 1));
      setText(value.share, `${percents[index]}%`);
    });
    this.chart_.setAttribute("aria-label", `Chance to win: ${sideName(state, 1)} ${percents[0]} percent, ${sideName(state, 2)} ${percents[1]} percent`);
    const known = points.length ? points : [{ seq: state.seq, share }];
    this.draw_(curve(known.length === 1 ? [known[0], { ...known[0], seq: known[0].seq + 1 }] : known, kWidth, kHeight));
    setText(this.note_, known.length > 1 ? `Over the last ${known.length} points, the latest on the right` : "The curve grows with each point");
  }

  draw_(points) {
    const middle = kHeight / 2;
    const round = (value) => Math.round(value * 10) / 10;
    const path = (clamp) => points.map(([x, y], index) => `${index ? "L" : "M"}${round(x)} ${round(clamp(y))}`).join("");
    const closed = (clamp) => `${path(clamp)}L${round(points.at(-1)[0])} ${middle}L${round(points[0][0])} ${middle}Z`;
    this.line_.setAttribute("d", path((y) => y));
    this.above_.setAttribute("d", closed((y) => Math.min(y, middle)));
    this.below_.setAttribute("d", closed((y) => Math.max(y, middle)));
    this.dot_.setAttribute("d", `M${round(points.at(-1)[0])} ${round(points.at(-1)[1])}h0`);
  }
}
