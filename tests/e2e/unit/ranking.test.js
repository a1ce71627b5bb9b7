import assert from "node:assert/strict";
import { test } from "node:test";

import { moveSpoken, moveText, rankingMoves, sharedRanks, usableEntries } from "../../../http/web/ranking.js";

const entry = (rank, player, score) => ({ rank, player, score });

test("nobody has moved in the first list", () => {
  const moves = rankingMoves(null, [entry(1, "a", 9), entry(2, "b", 8)]);
  assert.deepEqual(moves.map(({ move }) => move), ["same", "same"]);
});

test("says who rose, fell, came and stayed, and by how much", () => {
  const before = [entry(1, "a", 9), entry(2, "b", 8), entry(3, "c", 7), entry(4, "d", 6)];
  const next = [entry(1, "c", 12), entry(2, "a", 9), entry(3, "b", 8), entry(4, "e", 7)];
  assert.deepEqual(
    rankingMoves(before, next).map(({ entry: { player }, move, by }) => [player, move, by]),
    [["c", "up", 2], ["a", "down", 1], ["b", "down", 1], ["e", "new", 0]],
  );
});

test("compares ranks, not places: who shares a rank has not moved", () => {
  const before = [entry(1, "a", 9), entry(2, "b", 8), entry(2, "c", 8)];
  const next = [entry(1, "a", 9), entry(2, "c", 8), entry(2, "b", 8)];
  assert.ok(rankingMoves(before, next).every(({ move }) => move === "same"));
});

test("tells a better score apart from a move", () => {
  const [first] = rankingMoves([entry(1, "a", 9)], [entry(1, "a", 10)]);
  assert.deepEqual([first.move, first.scored], ["same", true]);
});

test("finds the ranks that are shared", () => {
  assert.deepEqual([...sharedRanks([entry(1, "a"), entry(2, "b"), entry(2, "c"), entry(4, "d")])], [2]);
});

test("leaves out what is no entry", () => {
  assert.deepEqual(usableEntries({}), []);
  assert.deepEqual(usableEntries([null, 3, { player: "x" }, { player: 1, rank: 1 }, entry(1, "a", 2)]), [entry(1, "a", 2)]);
});

test("words for the eye and the ear", () => {
  assert.deepEqual(["new", "up", "down", "same"].map((move) => moveText({ move, by: 3 })), ["New", "▲ 3", "▼ 3", ""]);
  assert.deepEqual(["new", "up", "down", "same"].map((move) => moveSpoken({ move, by: 3 })), ["new in the list", "up 3", "down 3", ""]);
});
