// Tennis: sets with their tie-breaks, the points of the running game, who serves, what the next point may decide.

import { cell, isLive, list, object, plainStatistics, share, sideLines, sideName, text } from "./sport_common.js";

const kLabels = {
  points_won: "Points won",
  service_points_won: "Service points won",
  games_won: "Games won",
  aces: "Aces",
  double_faults: "Double faults",
  winners: "Winners",
  unforced_errors: "Unforced errors",
  break_points: null,
  break_points_won: null,
  longest_streak: "Longest run of points",
};

const kSituations = [
  ["match_point", "Match point"],
  ["set_point", "Set point"],
  ["break_point", "Break point"],
];

export const tennis = {
  id: "tennis",
  name: "Tennis",
  record: "Most points won in one match",
  markLabel: "serving",
  view,
  tables: () => [],
  statistics,
  headline,
};

function view(state) {
  const score = object(state.score);
  const sets = list(score.sets);
  const live = isLive(state);
  const columns = sets.map((set, index) => (isMatchTiebreak(set) ? "MTB" : `${index + 1}`));
  if (live) columns.push("Pts");
  const cellsOf = (side) => {
    const cells = sets.map((set, index) => setCell(set, side, live && index === sets.length - 1));
    return live ? [...cells, cell(list(score.points)[side - 1] ?? "0", "points")] : cells;
  };
  return {
    phase: phase(state, sets),
    situation: live ? situation(state) : null,
    columns,
    lines: sideLines(state, cellsOf, live ? score.server : null),
  };
}

function phase(state, sets) {
  const score = object(state.score);
  if (!isLive(state) || sets.length === 0) return "";
  return score.tiebreak === true ? `Set ${sets.length} · tie-break` : `Set ${sets.length}`;
}

export function situation(state) {
  const score = object(state.score);
  for (const [field, label] of kSituations) {
    const side = score[field];
    if (side === 1 || side === 2) return { text: label, side, name: sideName(state, side), level: field.replace("_point", "") };
  }
  return null;
}

// A match tie-break counts as one game in the record; people read its points.
function isMatchTiebreak(set) {
  const games = list(object(set).games);
  return Array.isArray(object(set).tiebreak) && Number(games[0]) + Number(games[1]) === 1;
}

function setCell(set, side, running) {
  const games = list(object(set).games);
  const tiebreak = list(object(set).tiebreak);
  const [own, other] = [games[side - 1], games[2 - side]];
  const kind = running ? "running" : own > other ? "set-won" : "set";
  if (isMatchTiebreak(set)) return cell(tiebreak[side - 1], kind);
  return cell(own, kind, !running && own < other ? tiebreak[side - 1] : "");
}

function statistics(state) {
  const [one, two] = [object(list(state.stats)[0]), object(list(state.stats)[1])];
  const rows = plainStatistics(state, kLabels);
  const points = rows.find((row) => row.label === kLabels.points_won);
  if (points && points.share !== null) {
    const percent = Math.round(points.share * 100);
    points.values = [`${points.values[0]} (${percent}%)`, `${points.values[1]} (${100 - percent}%)`];
  }
  if (Number.isFinite(one.break_points) || Number.isFinite(two.break_points)) {
    const values = [one, two].map((side) => `${side.break_points_won ?? 0}/${side.break_points ?? 0}`);
    rows.splice(3, 0, { label: "Break points won", values, share: share(one.break_points_won ?? 0, two.break_points_won ?? 0) });
  }
  return rows;
}

function headline(state) {
  const sets = list(object(state.score).sets);
  return sets.map((set) => list(object(set).games).map(text).join("-")).join(" ");
}
