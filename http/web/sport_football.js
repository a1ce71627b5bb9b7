// Football: goals, the minute and the period; half-time score and shoot-out when there are any.

import { cell, isLive, list, object, plainStatistics, sideLines, sideName, text } from "./sport_common.js";

const kPeriods = {
  first_half: "First half",
  half_time: "Half-time",
  second_half: "Second half",
  full_time: "Full time",
  extra_first: "Extra time, first half",
  extra_half_time: "Extra time, half-time",
  extra_second: "Extra time, second half",
  penalties: "Penalties",
};
const kAtRest = new Set(["half_time", "full_time", "extra_half_time", "penalties"]);

export const football = {
  id: "football",
  name: "Football",
  record: "Most goals in one match",
  markLabel: "",
  view,
  tables,
  statistics: (state) => plainStatistics(state),
  headline: (state) => list(object(state.score).goals).map(text).join("-"),
};

export function footballPeriodName(period) {
  return kPeriods[period] ?? "";
}

export function minuteText(minute, offset) {
  if (!Number.isFinite(minute)) return "";
  return Number.isFinite(offset) && offset > 0 ? `${minute}+${offset}′` : `${minute}′`;
}

function view(state) {
  const score = object(state.score);
  const shootout = Array.isArray(score.shootout) ? score.shootout : null;
  const columns = shootout ? ["Goals", "Pens"] : ["Goals"];
  const cellsOf = (side) => {
    const cells = [cell(list(score.goals)[side - 1] ?? 0, isLive(state) ? "points" : "total")];
    return shootout ? [...cells, cell(`(${text(shootout[side - 1])})`, "total")] : cells;
  };
  return { phase: phase(state), situation: null, columns, lines: sideLines(state, cellsOf) };
}

function phase(state) {
  const { period, minute } = object(state.score);
  if (!isLive(state)) return "";
  const name = kPeriods[period] ?? "";
  if (kAtRest.has(period) || !Number.isFinite(minute)) return name;
  return name ? `${minute}′ · ${name}` : `${minute}′`;
}

function tables(state) {
  const score = object(state.score);
  const columns = [
    ["Half-time", score.half_time],
    ["Goals", score.goals],
    ["Penalties", score.shootout],
  ].filter(([, values]) => Array.isArray(values));
  if (columns.length < 2) return [];
  const rows = [1, 2].map((side) => [sideName(state, side), ...columns.map(([, values]) => text(values[side - 1]))]);
  return [{ caption: "Score by period", head: ["", ...columns.map(([label]) => label)], rows }];
}
