import assert from "node:assert/strict";
import { test } from "node:test";

import { MatchStore } from "../../../http/web/match_store.js";

const match = (id, changes = {}) => ({ match: id, sport: "tennis", competition: "Open", status: "live", at: 1, sides: [{ name: `${id} one` }, { name: `${id} two` }], ...changes });

function storeOf(...states) {
  const store = new MatchStore();
  for (const state of states) store.apply(state);
  return store;
}

const ids = (groups) => groups.flatMap((group) => group.competitions.flatMap((competition) => competition.ids));

test("groups by sport in the order of the pages, then by competition", () => {
  const store = storeOf(match("a", { sport: "cricket" }), match("b", { competition: "Zed" }), match("c"), match("d", { sport: "chess" }));
  const groups = store.arrange();
  assert.deepEqual(groups.map((group) => group.sport), ["tennis", "cricket", "chess"]);
  assert.deepEqual(groups[0].competitions, [{ name: "Open", ids: ["c"], left: 0 }, { name: "Zed", ids: ["b"], left: 0 }]);
});

test("shows live matches first by number, then the finished, the latest first", () => {
  const store = storeOf(match("m-10"), match("m-9"), match("m-1", { status: "finished", at: 5 }), match("m-2", { status: "finished", at: 9 }));
  assert.deepEqual(ids(store.arrange()), ["m-9", "m-10", "m-2", "m-1"]);
});

test("names only the latest finished of each competition, and every live one", () => {
  const finished = [1, 2, 3].flatMap((at) => [match(`a-${at}`, { status: "finished", at }), match(`b-${at}`, { status: "abandoned", at, competition: "Zed" })]);
  const [{ competitions, live }] = storeOf(...finished, match("l-1"), match("l-2"), match("l-3")).arrange({ atRest: 2 });
  assert.deepEqual(competitions, [{ name: "Open", ids: ["l-1", "l-2", "l-3", "a-3", "a-2"], left: 1 }, { name: "Zed", ids: ["b-3", "b-2"], left: 1 }]);
  assert.equal(live, 3);
});

test("asks for a new arrangement only when a match may have moved", () => {
  const store = new MatchStore();
  assert.equal(store.apply(match("a")).arranged, true);
  assert.equal(store.apply(match("a", { seq: 2, score: {} })).arranged, false);
  assert.equal(store.apply(match("a", { status: "finished" })).arranged, true);
  assert.equal(store.apply(match("a", { status: "finished", competition: "Other" })).arranged, true);
});

test("filters by sport, status and words of names, competition or id", () => {
  const store = storeOf(match("a", { sides: [{ name: "Élodie" }, { name: "Bo" }] }), match("b", { status: "finished" }), match("c", { sport: "football", competition: "League" }));
  assert.deepEqual(ids(store.arrange({ sport: "football" })), ["c"]);
  assert.deepEqual(ids(store.arrange({ status: "live" })), ["a", "c"]);
  assert.deepEqual(ids(store.arrange({ status: "finished" })), ["b"]);
  assert.deepEqual(ids(store.arrange({ text: "éLO" })), ["a"]);
  assert.deepEqual(ids(store.arrange({ text: "leag" })), ["c"]);
});

test("drops after a snapshot what it did not hold, and nothing that came meanwhile", () => {
  const store = storeOf(match("gone"), match("kept"));
  store.beginSnapshot();
  store.apply(match("kept"));
  store.apply(match("new"));
  assert.deepEqual(store.endSnapshot(), ["gone"]);
  assert.deepEqual(ids(store.arrange()), ["kept", "new"]);
  assert.deepEqual(store.endSnapshot(), []);
});

test("counts and removes", () => {
  const store = storeOf(match("a"), match("b", { status: "abandoned" }));
  assert.deepEqual([store.counts().total, store.counts().live, store.counts().bySport.get("tennis")], [2, 1, 2]);
  assert.equal(store.remove("a"), true);
  assert.equal(store.remove("a"), false);
  assert.equal(store.size, 1);
});

test("takes no record without match and sport, whatever it is", () => {
  const store = new MatchStore();
  for (const odd of [null, 7, "x", [], {}, { match: 1, sport: "tennis" }, { match: "m" }]) assert.equal(store.apply(odd).changed, false);
  assert.equal(store.apply({ match: "m", sport: "tennis", sides: [null, 3] }).changed, true);
  assert.deepEqual(ids(store.arrange({ text: "m" })), ["m"]);
});
