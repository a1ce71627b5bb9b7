// Cricket: runs and wickets by innings, overs, what the side batting last still needs.

import { cell, humanise, isLive, list, object, plainStatistics, sideLines, sideName, text } from "./sport_common.js";

const kAllOut = 10;

export const cricket = {
  id: "cricket",
  name: "Cricket",
  record: "Most runs in one match",
  markLabel: "batting",
  view,
  tables,
  statistics: (state) => plainStatistics(state),
  headline: (state) => inningsOf(state).map((innings) => `${sideName(state, innings.team)} ${inningsScore(innings)}`).join(", "),
};

// "run_out" and "run out" are the same; lbw is an abbreviation.
export function dismissalName(kind) {
  return kind === "lbw" ? "LBW" : humanise(kind);
}

function inningsOf(state) {
  return list(object(state.score).innings).map(object);
}

// 153/9 while there are wickets left, 153 once the side is all out, as scorecards print it.
export function inningsScore({ runs, wickets }) {
  return Number(wickets) >= kAllOut ? text(runs) : `${text(runs)}/${text(wickets)}`;
}

function view(state) {
  const innings = inningsOf(state);
  const live = isLive(state);
  const batting = object(state.score).batting;
  const of = (team) => innings.filter((one) => one.team === team);
  const width = Math.max(of(1).length, of(2).length);
  const cellsOf = (side) => {
    const own = of(side);
    return Array.from({ length: width }, (_, index) => {
      const one = own[index];
      if (!one) return cell("", "set");
      const running = live && one === innings.at(-1);
      return cell(inningsScore(one), running ? "points" : "total", one.super_over ? "SO" : "");
    });
  };
  const columns = Array.from({ length: width }, (_, index) => (width > 1 ? `Inns ${index + 1}` : "Runs"));
  return { phase: phase(state, innings), situation: need(state, innings), columns, lines: sideLines(state, cellsOf, live ? batting : null) };
}

function phase(state, innings) {
  const running = innings.at(-1);
  if (!isLive(state) || !running) return "";
  return `${running.super_over ? "Super over · " : ""}${text(running.overs) || "0"} overs`;
}

function need(state, innings) {
  const { target, batting } = object(state.score);
  const running = innings.at(-1);
  if (!isLive(state) || !Number.isFinite(target) || !running || running.team !== batting) return null;
  const runs = target - Number(running.runs);
  if (!(runs > 0)) return null;
  return { text: `Needs ${runs}`, side: batting, name: sideName(state, batting), level: "info" };
}

function tables(state) {
  const rows = inningsOf(state).map((innings) => [
    `${sideName(state, innings.team)}${innings.super_over ? " (super over)" : ""}`,
    inningsScore(innings),
    text(innings.overs),
    extrasText(innings.extras),
  ]);
  return rows.length ? [{ caption: "Innings", head: ["", "Runs", "Overs", "Extras"], rows }] : [];
}

function extrasText(extras) {
  const counted = Object.entries(object(extras)).filter(([, runs]) => Number(runs) > 0);
  return counted.map(([kind, runs]) => `${humanise(kind)} ${text(runs)}`).join(", ") || "–";
}
