// A new match: the body of its start event, and a name for it. Pure.

import { freshId } from "./publish.js";

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
  const words = [sport, ...names].map((name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, ""));
  return [...words.filter(Boolean).map((word) => word.slice(0, 24)), id].join("-");
}
