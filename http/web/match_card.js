// One match on the scoreboard. The whole card is a link that opens the match (#match=…), also by keyboard.

import { el, setClass, setHidden, setText } from "./dom.js";
import { ScoreTable } from "./score_table.js";
import { text } from "./sport_common.js";
import { sportOf, titleOf } from "./sports.js";

export function matchHash(id) {
  return `#match=${encodeURIComponent(id)}`;
}

export function statusLabel(status) {
  return { live: "Live", finished: "Final", abandoned: "Abandoned" }[status] ?? text(status);
}

export class MatchCard {
  constructor(id) {
    this.status_ = el("span", { class: "status" });
    this.phase_ = el("span", { class: "phase" });
    this.situation_ = el("span", { class: "situation", hidden: "" });
    this.title_ = el("bdi", { class: "card-title" });
    this.open_ = el("a", { class: "card-open", href: matchHash(id) });
    this.table_ = new ScoreTable();
    const top = el("div", { class: "card-top" }, [this.status_, this.phase_, this.situation_]);
    this.element = el("li", { class: "card", "data-match": id }, [this.open_, top, this.title_, this.table_.element]);
  }

  update(state) {
    const sport = sportOf(state.sport);
    const view = sport.view(state);
    setClass(this.element, `card card-${state.status === "live" ? "live" : "rest"}`);
    this.element.dataset.seq = text(state.seq);
    setText(this.status_, statusLabel(state.status));
    setText(this.phase_, view.phase);
    showSituation(this.situation_, view.situation);
    setHidden(this.title_, !sport.title);
    if (sport.title) setText(this.title_, sport.title(state));
    setText(this.open_, `Open ${titleOf(state)}`);
    this.table_.update(view, sport.markLabel);
  }

  select(selected) {
    if (selected) this.open_.setAttribute("aria-current", "true");
    else this.open_.removeAttribute("aria-current");
  }

  focus() {
    this.open_.focus();
  }
}

// "Break point · Ada": what the next point may decide, and for whom.
export function showSituation(node, situation) {
  setHidden(node, !situation);
  if (!situation) return;
  node.dataset.level = situation.level;
  setText(node, `${situation.text} · ${situation.name}`);
}
