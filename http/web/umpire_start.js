// The form that starts a match: sport, names, competition, and what the sport's format asks for. Pure but for the DOM it builds;
// `started(match, body)` gets a new id and the start event's body. In arcade the match is the game, and needs no start.

import { el, setHidden } from "./dom.js";
import { freshId } from "./publish.js";
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

// The body of a start event from what was chosen.
export function startBody(sport, { names, competition, choices }) {
  const body = { sport, type: "start", sides: names.map((name) => ({ name })) };
  if (competition) body.competition = competition;
  const format = formatOf(sport, choices);
  if (Object.keys(format).length) body.format = format;
  if (sport === "tennis") body.server = Number(choices.server || 1);
  return body;
}

function formatOf(sport, choices) {
  if (sport === "cricket") return choices.overs ? { overs: Number(choices.overs) } : {};
  if (sport === "basketball") return { periods: Number(choices.periods || 4) };
  if (sport !== "tennis") return {};
  const format = { best_of: Number(choices.best_of || 3) };
  if (choices.no_ad) format.no_ad = true;
  if (choices.final_set === "tiebreak_7") format.final_set = { kind: "tiebreak", at: 6, points: 7 };
  if (choices.final_set === "advantage") format.final_set = { kind: "advantage" };
  if (choices.final_set === "match_tiebreak") format.final_set = { kind: "match_tiebreak", points: 10 };
  return format;
}

// "ada-bo-1f3c": to be read in addresses and topics.
export function matchId(sport, names, id = freshId(3)) {
  const words = [sport, ...names].map((name) => name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, ""));
  return [...words.filter(Boolean).map((word) => word.slice(0, 24)), id].join("-");
}

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
