// Arcade: no sides and no end, a game with its best players.

import { cell, list, object, text } from "./sport_common.js";

const kOnCard = 3;
const kNumber = new Intl.NumberFormat("en");

export const arcade = {
  id: "arcade",
  name: "Arcade",
  record: "Highest score in one game",
  markLabel: "",
  title: (state) => text(state.competition) || text(state.match),
  view,
  tables,
  statistics: () => [],
  headline: (state) => (best(state)[0] ? `${text(best(state)[0].player)} leads with ${number(best(state)[0].score)}` : ""),
};

function best(state) {
  return list(object(state.score).best).map(object);
}

function number(value) {
  return Number.isFinite(value) ? kNumber.format(value) : text(value);
}

function view(state) {
  const lines = best(state).slice(0, kOnCard).map((entry) => ({
    name: text(entry.player),
    marked: false,
    won: false,
    cells: [cell(number(entry.score), "total")],
  }));
  const { plays } = object(state.score);
  return { phase: Number.isFinite(plays) ? `${number(plays)} plays` : "", situation: null, columns: ["Score"], lines };
}

function tables(state) {
  const rows = best(state).map((entry, index) => [`${index + 1}. ${text(entry.player)}`, number(entry.score)]);
  return rows.length > kOnCard ? [{ caption: "Best players", head: ["", "Score"], rows }] : [];
}
