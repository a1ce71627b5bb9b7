// Basketball: the total and the points of each period, overtimes after the fourth.

import { cell, isLive, list, object, plainStatistics, sideLines, text } from "./sport_common.js";

const kPeriods = 4;

export const basketball = {
  id: "basketball",
  name: "Basketball",
  record: "Most points in one match",
  markLabel: "",
  view,
  tables: () => [],
  statistics: (state) => plainStatistics(state),
  headline: (state) => (isLive(state) ? periodName(object(state.score).period) : list(object(state.score).points).map(text).join("-")),
};

export function periodName(period) {
  if (!Number.isFinite(period) || period < 1) return "";
  if (period <= kPeriods) return `Q${period}`;
  return period === kPeriods + 1 ? "OT" : `OT${period - kPeriods}`;
}

function view(state) {
  const score = object(state.score);
  const periods = list(score.periods);
  const live = isLive(state);
  const cellsOf = (side) => [
    ...periods.map((period, index) => {
      const own = list(period)[side - 1];
      const running = live && index === periods.length - 1;
      return cell(own, running ? "running" : own > list(period)[2 - side] ? "set-won" : "set");
    }),
    cell(list(score.points)[side - 1] ?? 0, live ? "points" : "total"),
  ];
  return {
    phase: live ? periodName(score.period) : "",
    situation: null,
    columns: [...periods.map((_, index) => periodName(index + 1)), "Total"],
    lines: sideLines(state, cellsOf),
  };
}
