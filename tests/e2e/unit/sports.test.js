import assert from "node:assert/strict";
import { test } from "node:test";

import { periodName } from "../../../http/web/sport_basketball.js";
import { kSportOrder, sportOf, titleOf } from "../../../http/web/sports.js";
import * as fixtures from "../fixtures.js";

const view = (state) => sportOf(state.sport).view(state);
const texts = (state) => view(state).lines.map((line) => line.cells.map((cell) => cell.text + (cell.note ? `(${cell.note})` : "")));
const marked = (state) => view(state).lines.map((line) => line.marked);
const won = (state) => view(state).lines.map((line) => line.won);

test("tennis: sets, the lost tie-break's points, the points of the game, the server", () => {
  const state = fixtures.tennis("m-1");
  assert.deepEqual(view(state).columns, ["1", "2", "3", "Pts"]);
  assert.deepEqual(texts(state), [["6", "6(5)", "2", "40"], ["4", "7", "1", "15"]]);
  assert.deepEqual(marked(state), [true, false]);
  assert.equal(view(state).phase, "Set 3");
  assert.deepEqual(view(state).lines[0].cells.map((cell) => cell.kind), ["set-won", "set", "running", "points"]);
});

test("tennis: a finished match has no points, no server, a winner", () => {
  const state = fixtures.finishedTennis("m-2");
  assert.deepEqual(texts(state), [["3", "6(5)"], ["6", "7"]]);
  assert.deepEqual(marked(state), [false, false]);
  assert.deepEqual(won(state), [false, true]);
  assert.equal(view(state).situation, null);
});

test("tennis: a match tie-break is read by its points", () => {
  const state = fixtures.finishedTennis("m-3", { score: { sets: [{ games: [6, 3] }, { games: [4, 6] }, { games: [1, 0], tiebreak: [10, 8] }], points: ["0", "0"] }, winner: 1 });
  assert.deepEqual(texts(state), [["6", "4", "10"], ["3", "6", "8"]]);
  assert.equal(view(state).columns[2], "MTB");
});

test("tennis: the running tie-break shows its points once", () => {
  const state = fixtures.tennis("m-4", { score: { sets: [{ games: [6, 6], tiebreak: [3, 5] }], points: ["3", "5"], tiebreak: true } });
  assert.deepEqual(texts(state), [["6", "3"], ["6", "5"]]);
  assert.equal(view(state).phase, "Set 1 · tie-break");
});

test("tennis: match point is told before set point before break point", () => {
  const at = (score) => view(fixtures.tennis("m", { score })).situation;
  assert.equal(at({}), null);
  assert.deepEqual(at({ break_point: 2 }), { text: "Break point", side: 2, name: "Bo Marchetti", level: "break" });
  assert.equal(at({ break_point: 2, set_point: 2 }).text, "Set point");
  assert.equal(at({ break_point: 2, set_point: 2, match_point: 2 }).text, "Match point");
});

test("tennis: statistics side by side, break points as a quotient", () => {
  const state = fixtures.tennis("m");
  const rows = new Map(sportOf("tennis").statistics(state).map((row) => [row.label, row]));
  assert.deepEqual(rows.get("Points won").values, ["74 (53%)", "66 (47%)"]);
  assert.deepEqual(rows.get("Break points won").values, ["3/7", "2/5"]);
  assert.equal(rows.get("Break points won").share, 0.6);
  assert.deepEqual(rows.get("Aces").values, ["6", "3"]);
  assert.equal(rows.size, 9);
});

test("tennis: nothing won yet has no share", () => {
  const zero = Object.fromEntries(Object.keys(fixtures.tennis("m").stats[0]).map((key) => [key, 0]));
  for (const row of sportOf("tennis").statistics(fixtures.tennis("m", { stats: [zero, zero] }))) assert.equal(row.share, null, row.label);
});

test("tennis: what is read aloud does not change with a point", () => {
  const { headline } = sportOf("tennis");
  assert.equal(headline(fixtures.tennis("m", { score: { points: ["0", "15"] } })), headline(fixtures.tennis("m")));
  assert.equal(headline(fixtures.tennis("m")), "6-4 6-7 2-1");
});

test("football: goals, minute, shoot-out", () => {
  assert.deepEqual(texts(fixtures.football), [["2"], ["1"]]);
  assert.equal(view(fixtures.football).phase, "63′ · Second half");
  assert.deepEqual(texts(fixtures.shootout), [["1", "(3)"], ["1", "(4)"]]);
  assert.deepEqual(won(fixtures.shootout), [false, true]);
  const rest = { ...fixtures.football, score: { ...fixtures.football.score, period: "half_time", minute: 45 } };
  assert.equal(view(rest).phase, "Half-time");
  assert.deepEqual(sportOf("football").tables(fixtures.shootout)[0].rows[1], ["Riverside", "1", "1", "4"]);
});

test("cricket: runs and wickets by innings, who bats, what is needed", () => {
  assert.deepEqual(texts(fixtures.cricket), [["153/9"], ["131/4"]]);
  assert.deepEqual(marked(fixtures.cricket), [false, true]);
  assert.equal(view(fixtures.cricket).phase, "17.3 overs");
  assert.equal(view(fixtures.cricket).situation.text, "Needs 23");
  assert.deepEqual(sportOf("cricket").tables(fixtures.cricket)[0].rows[0], ["Kingsbridge", "153/9", "20", "Wides 6, Noballs 1, Legbyes 3"]);
});

test("cricket: an all-out side has no wickets beside its runs, a side yet to bat an empty cell", () => {
  const score = { innings: [{ team: 2, runs: 98, wickets: 10, overs: "31.2" }], batting: 2 };
  assert.deepEqual(texts({ ...fixtures.cricket, score }), [[""], ["98"]]);
});

test("basketball: periods, then overtimes, and the total", () => {
  assert.deepEqual(view(fixtures.basketball).columns, ["Q1", "Q2", "Q3", "Total"]);
  assert.deepEqual(texts(fixtures.basketball), [["19", "34", "15", "68"], ["32", "28", "11", "71"]]);
  assert.deepEqual([1, 4, 5, 6, 0, undefined].map(periodName), ["Q1", "Q4", "OT", "OT2", "", ""]);
});

test("arcade: the best players, all of them when opened", () => {
  assert.equal(titleOf(fixtures.arcade), "Star Runner");
  assert.deepEqual(view(fixtures.arcade).lines.map((line) => [line.name, line.cells[0].text]), [["ana", "42,000"], ["kim", "39,750"], ["bo", "39,750"]]);
  assert.equal(view(fixtures.arcade).phase, "1,234 plays");
  assert.equal(sportOf("arcade").tables(fixtures.arcade)[0].rows.length, 5);
});

test("a sport without a module is shown by names and summary", () => {
  const state = { match: "x", sport: "table_tennis", status: "live", sides: [{ name: "A" }, { name: "B" }], summary: "11-9 4-2", stats: [{ net_balls: 2 }, {}] };
  assert.equal(sportOf("table_tennis").name, "Table tennis");
  assert.equal(view(state).phase, "11-9 4-2");
  assert.equal(titleOf(state), "A v B");
  assert.deepEqual(sportOf("table_tennis").statistics(state), [{ label: "Net balls", values: ["2", "0"], share: 1 }]);
});

test("no sport fails on a state that lacks everything, or holds nonsense", () => {
  const nonsense = { sides: 7, score: [], stats: "x", summary: 3, format: null };
  const inner = { sides: [null, 4], score: { sets: [null, 7, {}], goals: "x", innings: [null, 3], periods: [null, 1], best: [null, 2], points: 4 }, stats: [null, 9] };
  for (const sport of [...kSportOrder, "unheard-of"]) {
    for (const odd of [{}, nonsense, inner]) {
      for (const status of ["live", "finished", undefined]) {
        const state = { match: "m", sport, status, ...odd };
        const module = sportOf(sport);
        assert.doesNotThrow(() => [module.view(state), module.tables(state), module.statistics(state), module.headline(state), titleOf(state)]);
      }
    }
  }
});
