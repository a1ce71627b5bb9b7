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
    this.situation_ = new SituationChip({ named: false });
    this.title_ = el("bdi", { class: "card-title" });
    this.open_ = el("a", { class: "card-open", href: matchHash(id) });
    this.table_ = new ScoreTable();
    const top = el("div", { class: "card-top" }, [this.status_, this.phase_, this.situation_.element]);
    this.element = el("li", { class: "card", "data-match": id }, [this.open_, top, this.title_, this.table_.element]);
  }

  update(state) {
    const sport = sportOf(state.sport);
    const view = sport.view(state);
    setClass(this.element, `card card-${state.status === "live" ? "live" : "rest"}`);
    this.element.dataset.seq = text(state.seq);
    setText(this.status_, statusLabel(state.status));
    setText(this.phase_, view.phase);
    this.situation_.update(view.situation);
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

// What the next point may decide, and for whom; on a card the side is told by colour, and by name only to the ear.
export class SituationChip {
  constructor({ named }) {
    this.label_ = el("span");
    this.name_ = el("bdi", { class: named ? null : "visually-hidden" });
    this.element = el("span", { class: "situation", hidden: "" }, [this.label_, this.name_]);
  }

  update(situation) {
    setHidden(this.element, !situation);
    if (!situation) return;
    this.element.dataset.level = situation.level;
    setText(this.label_, situation.text);
    setText(this.name_, ` · ${situation.name}`);
  }
}
