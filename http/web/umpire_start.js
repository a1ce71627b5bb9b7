// The form that starts a match: sport, names, competition, and what the sport's format asks for. `started(match, body, sport)` gets
// a new id and the start event's body. In arcade the match is the game, and needs no start.

import { el, setHidden } from "./dom.js";
import { matchId, startBody } from "./match_start.js";
import { kSportOrder, sportOf } from "./sports.js";

const kFormats = {
  tennis: [
    { id: "best_of", label: "Sets", options: [["3", "Best of 3"], ["5", "Best of 5"]] },
    { id: "final_set", label: "Final set", options: [["", "Tie-break to 10"], ["tiebreak_7", "Tie-break to 7"], ["advantage", "Advantage"], ["match_tiebreak", "Match tie-break to 10"]] },
    { id: "no_ad", label: "At deuce", options: [["", "Advantage"], ["1", "Next point decides"]] },
    { id: "server", label: "Serves first", options: [["1", "First side"], ["2", "Second side"]] },
  ],
  cricket: [{ id: "overs", label: "Overs", options: [["20", "20"], ["50", "50"], ["", "No limit"]] }],
  basketball: [{ id: "periods", label: "Periods", options: [["4", "Four quarters"], ["2", "Two halves"]] }],
};

export class StartForm {
  constructor(started) {
    this.started_ = started;
    this.sport_ = el("select", { id: "start-sport" }, kSportOrder.map((id) => el("option", { value: id, text: sportOf(id).name })));
    this.names_ = [1, 2].map((side) => el("input", { id: `start-side-${side}`, required: "", maxlength: 120, autocomplete: "off" }));
    this.competition_ = el("input", { id: "start-competition", maxlength: 120, autocomplete: "off" });
    this.game_ = el("input", { id: "start-game", maxlength: 120, autocomplete: "off" });
    this.choices_ = el("div", { class: "start-choices" });
    this.between_ = el("div", { class: "start-between" }, [...this.names_.map((input, index) => labelled(index ? "Second side" : "First side", input)), labelled("Competition", this.competition_)]);
    this.gameRow_ = labelled("Game", this.game_);
    this.element = el("form", { class: "start-form" }, [
      el("h2", { text: "Start a match" }), labelled("Sport", this.sport_), this.between_, this.gameRow_, this.choices_,
      el("button", { type: "submit", class: "primary", text: "Start the match" }),
    ]);
    this.sport_.addEventListener("change", () => this.follow_());
    this.names_[1].addEventListener("input", () => this.names_[1].setCustomValidity(""));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit_();
    });
    this.follow_();
  }

  follow_() {
    const arcade = this.sport_.value === "arcade";
    setHidden(this.between_, arcade);
    setHidden(this.gameRow_, !arcade);
    for (const input of this.names_) input.required = !arcade;
    this.game_.required = arcade;
    this.choices_.replaceChildren(...(kFormats[this.sport_.value] ?? []).map(({ id, label, options }) =>
      labelled(label, el("select", { id: `start-${id}`, name: id }, options.map(([value, text]) => el("option", { value, text }))))));
  }

  submit_() {
    const sport = this.sport_.value;
    if (sport === "arcade") return this.started_(this.game_.value.trim(), null, sport);
    const names = this.names_.map((input) => input.value.trim());
    const same = names[0] === names[1];
    this.names_[1].setCustomValidity(same ? "The sides need different names." : "");
    if (same) return this.names_[1].reportValidity();
    const choices = Object.fromEntries([...this.choices_.querySelectorAll("select")].map((select) => [select.name, select.value]));
    return this.started_(matchId(sport, names), startBody(sport, { names, competition: this.competition_.value.trim(), choices }), sport);
  }
}

function labelled(text, input) {
  return el("p", { class: "field" }, [el("label", { for: input.id, text }), input]);
}
