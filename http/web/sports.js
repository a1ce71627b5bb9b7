// The sports the pages know, in the order they are shown. One line here and one module add a sport; a sport without a
// module is shown by its names and its summary line.

import { arcade } from "./sport_arcade.js";
import { basketball } from "./sport_basketball.js";
import { cell, humanise, plainStatistics, sideLines, text, versus } from "./sport_common.js";
import { cricket } from "./sport_cricket.js";
import { football } from "./sport_football.js";
import { tennis } from "./sport_tennis.js";

const kSports = [tennis, football, cricket, basketball, arcade];
const kById = new Map(kSports.map((sport) => [sport.id, sport]));

export const kSportOrder = kSports.map((sport) => sport.id);

export function sportOf(id) {
  return kById.get(id) ?? unknownSport(id);
}

export function titleOf(state) {
  return sportOf(state.sport).title?.(state) ?? versus(state);
}

function unknownSport(id) {
  return {
    id,
    name: humanise(id),
    record: "Highest score in one match",
    markLabel: "",
    view: (state) => ({
      phase: text(state.summary),
      situation: null,
      columns: [],
      lines: sideLines(state, () => [cell("", "set")]),
    }),
    tables: () => [],
    statistics: (state) => plainStatistics(state),
    headline: (state) => text(state.summary),
  };
}
