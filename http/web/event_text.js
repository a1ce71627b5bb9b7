// What one raw event says, in words, for the lists of the pages: {what, detail, side}. Pure. `detail` and `side` (1 or 2, whose
// it is) may be missing. An event of an unknown kind is named by its type.

import { periodName } from "./sport_basketball.js";
import { dismissalName } from "./sport_cricket.js";
import { footballPeriodName, minuteText } from "./sport_football.js";
import { humanise, list, object, text } from "./sport_common.js";

const kNumber = new Intl.NumberFormat("en");
const kCards = { yellow: "Yellow card", second_yellow: "Second yellow card", red: "Red card" };
const kExtras = { wides: ["Wide", "wides"], noballs: ["No-ball", "no-balls"], byes: ["Bye", "byes"], legbyes: ["Leg bye", "leg byes"], penalty: ["Penalty run", "penalty runs"] };

// `nameOf(side)` gives the name of side 1 and of side 2.
export function eventText(event, nameOf) {
  if (event.type === "start") return { what: "Match started", detail: text(event.competition) };
  if (event.type === "undo") return { what: "Undo" };
  if (event.type === "end") return endText(event, nameOf);
  return kBySport[event.sport]?.(event, nameOf) ?? { what: humanise(text(event.type) || "event") };
}

function endText({ reason, winner }, nameOf) {
  const what = { retired: "Retirement", walkover: "Walkover", abandoned: "Abandoned", result: "Final result" }[reason] ?? "End";
  if (winner === 1 || winner === 2) return { what, detail: `${nameOf(winner)} wins`, side: winner };
  return { what, detail: winner === "draw" ? "a draw" : "" };
}

const kBySport = {
  tennis(event, nameOf) {
    if (event.type !== "point") return null;
    const side = sideOf(event.winner);
    const by = side ? nameOf(3 - side) : "";
    const what = {
      ace: "Ace",
      service_winner: "Service winner",
      winner: "Winner",
      forced_error: `Forced error by ${by}`,
      unforced_error: `Unforced error by ${by}`,
      double_fault: `Double fault by ${by}`,
    }[event.how];
    return { what: what ?? "Point", side };
  },

  football(event) {
    const side = sideOf(event.team);
    const who = text(event.player);
    const when = minuteText(event.minute, event.offset);
    if (event.type === "goal") return { what: event.own ? "Own goal" : event.penalty ? "Penalty goal" : "Goal", detail: join(who, when), side };
    if (event.type === "card") return { what: kCards[event.card] ?? "Card", detail: join(who, when), side };
    if (event.type === "substitution") return { what: "Substitution", detail: join(`${text(event.on)} for ${text(event.off)}`, when), side };
    if (event.type === "kick") return { what: event.scored ? "Penalty scored" : "Penalty missed", detail: who, side };
    return event.type === "period" ? { what: footballPeriodName(event.period) || "Period" } : null;
  },

  cricket(event) {
    if (event.type === "innings") {
      const target = object(event.target).runs;
      return { what: event.super_over ? "Super over begins" : "Innings begins", detail: target ? `target ${text(target)}` : "", side: sideOf(event.team) };
    }
    if (event.type !== "ball") return null;
    const wickets = list(event.wickets).map((wicket) => `${dismissalName(text(object(wicket).kind))}, ${text(object(wicket).player_out)}`);
    const what = wickets.length ? `Wicket: ${wickets.join("; ")}` : runsText(event);
    return { what, detail: join(wickets.length && Number(event.runs) ? runsText(event) : "", `${text(event.bowler)} to ${text(event.batter)}`) };
  },

  basketball(event) {
    const side = sideOf(event.team);
    if (event.type === "basket") return { what: event.points === 1 ? "Free throw" : `${text(event.points)} points`, detail: text(event.player), side };
    if (event.type === "foul") return { what: "Foul", detail: text(event.player), side };
    return event.type === "period" ? { what: `${periodName(event.period) || "Period"} begins` } : null;
  },

  arcade(event) {
    if (event.type !== "score") return null;
    return { what: Number.isFinite(event.score) ? kNumber.format(event.score) : text(event.score), detail: text(event.player) };
  },
};

function runsText(event) {
  const parts = Object.entries(object(event.extras))
    .filter(([, count]) => Number(count) > 0)
    .map(([kind, count]) => (Number(count) === 1 ? (kExtras[kind]?.[0] ?? humanise(kind)) : `${text(count)} ${kExtras[kind]?.[1] ?? kind}`));
  const runs = Number(event.runs);
  if (runs > 0) parts.push(runs === 4 ? "Four" : runs === 6 ? "Six" : runs === 1 ? "1 run" : `${runs} runs`);
  return parts.join(", ") || "No run";
}

function sideOf(value) {
  return value === 1 || value === 2 ? value : undefined;
}

function join(...parts) {
  return parts.filter(Boolean).join(", ");
}
