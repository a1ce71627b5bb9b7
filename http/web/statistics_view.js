// Numbers of the two sides beside each other, with a bar that shows each side's share.

import { childrenUpTo, el, setHidden, setText } from "./dom.js";

export class StatisticsView {
  constructor() {
    this.names_ = [el("bdi"), el("bdi")];
    const head = el("tr", {}, [
      el("th", { scope: "col" }, [this.names_[0]]),
      el("th", { scope: "col" }, [el("span", { class: "visually-hidden", text: "Statistic" })]),
      el("th", { scope: "col" }, [this.names_[1]]),
    ]);
    this.body_ = el("tbody");
    const table = el("table", { class: "statistics" }, [el("thead", {}, [head]), this.body_]);
    this.element = el("section", { class: "panel-section" }, [el("h3", { text: "Statistics" }), table]);
  }

  update(names, rows) {
    setHidden(this.element, rows.length === 0);
    names.forEach((name, index) => setText(this.names_[index], name));
    const nodes = childrenUpTo(this.body_, rows.length, statisticRow);
    rows.forEach((row, index) => updateRow(nodes[index], row));
  }
}

function statisticRow() {
  const side = (name) => el("td", { class: `statistic-${name}` }, [el("span"), el("i", { class: "bar", "aria-hidden": "true" })]);
  return el("tr", {}, [side("one"), el("th", { scope: "row" }), side("two")]);
}

function updateRow(node, { label, values, share }) {
  const [one, title, two] = node.children;
  setText(title, label);
  setText(one.firstElementChild, values[0]);
  setText(two.firstElementChild, values[1]);
  setBar(one, share ?? 0);
  setBar(two, share === null ? 0 : 1 - share);
}

function setBar(node, part) {
  const width = `${Math.round(part * 100)}%`;
  const bar = node.lastElementChild;
  if (bar.style.width !== width) bar.style.width = width;
  node.classList.toggle("leads", part > 0.5);
}
