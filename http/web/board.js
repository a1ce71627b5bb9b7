// A match's score large, with its status, what is at stake and the summary: the top of the opened match, of the umpire's page and
// of the widget.

import { el, setHidden, setText } from "./dom.js";
import { SituationChip, statusLabel } from "./match_card.js";
import { ScoreTable } from "./score_table.js";
import { text } from "./sport_common.js";
import { sportOf } from "./sports.js";

export function boardSection() {
  const status = el("span", { class: "status" });
  const phase = el("span", { class: "phase" });
  const situation = new SituationChip({ named: true });
  const summary = el("p", { class: "summary" });
  let shown = null;  // the table belongs to one match: another one must not flash, nor keep a sport's mark
  let table = null;
  const holder = el("div", { class: "board-score" });
  const element = el("section", { class: "board" }, [el("div", { class: "card-top" }, [status, phase, situation.element]), holder, summary]);
  return {
    element,
    update(state) {
      if (shown !== state.match) {
        table = new ScoreTable({ columns: true });
        holder.replaceChildren(table.element);
        shown = state.match;
      }
      const sport = sportOf(state.sport);
      const view = sport.view(state);
      element.classList.toggle("card-live", state.status === "live");
      setText(status, statusLabel(state.status));
      setText(phase, view.phase);
      situation.update(view.situation);
      setHidden(summary, !state.summary);
      setText(summary, text(state.summary));
      table.update(view, sport.markLabel);
    },
  };
}
