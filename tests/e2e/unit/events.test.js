// What raw events say, which of them count, what a monitor keeps of them, and what the gateway's answers mean.

import assert from "node:assert/strict";
import { test } from "node:test";

import { covers, EventLog, isEvent, isRejection, isState, rejectedEvent } from "../../../http/web/event_log.js";
import { eventText } from "../../../http/web/event_text.js";
import { curve, MatchHistory } from "../../../http/web/match_history.js";
import { MonitorLog, passes, pretty } from "../../../http/web/monitor_log.js";
import { problemText, publish, retryAfterMs } from "../../../http/web/publish.js";
import { lookOf } from "../../../http/web/widget_look.js";
import { rejection } from "../fake_gateway.js";
import * as fixtures from "../fixtures.js";

const nameOf = (side) => ["Ada", "Bo"][side - 1];
const said = (event) => {
  const { what, detail, side } = eventText(event, nameOf);
  return [what, detail ?? "", side ?? null];
};
const point = (seq, fields = {}) => ({ match: "m", seq, at: seq * 10, sport: "tennis", type: "point", winner: 1, ...fields });

test("events in words, of each sport", () => {
  assert.deepEqual(said(point(1, { how: "unforced_error" })), ["Unforced error by Bo", "", 1]);
  assert.deepEqual(said({ sport: "football", type: "goal", team: 2, player: "Kim", minute: 45, offset: 2, own: true }), ["Own goal", "Kim, 45+2′", 2]);
  assert.deepEqual(said({ sport: "football", type: "substitution", team: 1, off: "A", on: "B", minute: 60 }), ["Substitution", "B for A, 60′", 1]);
  assert.deepEqual(said({ sport: "football", type: "kick", team: 1, player: "A", scored: false }), ["Penalty missed", "A", 1]);
  assert.deepEqual(said({ sport: "cricket", type: "ball", batter: "Kit", bowler: "Max", runs: 4 }), ["Four", "Max to Kit", null]);
  assert.deepEqual(said({ sport: "cricket", type: "ball", batter: "Kit", bowler: "Max", runs: 0, extras: { wides: 5 } }), ["5 wides", "Max to Kit", null]);
  assert.deepEqual(said({ sport: "cricket", type: "ball", batter: "Kit", bowler: "Max", runs: 0, wickets: [{ player_out: "Lou", kind: "run_out" }] }), ["Wicket: Run out, Lou", "Max to Kit", null]);
  assert.deepEqual(said({ sport: "cricket", type: "innings", team: 2, target: { runs: 154 } }), ["Innings begins", "target 154", 2]);
  assert.deepEqual(said({ sport: "basketball", type: "basket", team: 2, player: "Jo", points: 3 }), ["3 points", "Jo", 2]);
  assert.deepEqual(said({ sport: "basketball", type: "period", period: 5 }), ["OT begins", "", null]);
  assert.deepEqual(said({ sport: "arcade", type: "score", player: "ana", score: 4200 }), ["4,200", "ana", null]);
  assert.deepEqual(said({ sport: "tennis", type: "end", reason: "retired", winner: 2 }), ["Retirement", "Bo wins", 2]);
});

test("odd events are named, not thrown at", () => {
  for (const sport of ["tennis", "football", "cricket", "basketball", "arcade", "chess", undefined, 7]) {
    for (const type of ["point", "goal", "card", "ball", "innings", "basket", "period", "score", "kick", "mystery_move", "", undefined, {}]) {
      for (const fields of [{}, { winner: "1", team: {}, player: 5, extras: "x", wickets: [null, 3], minute: "now", points: null }]) {
        assert.equal(typeof eventText({ sport, type, ...fields }, nameOf).what, "string");
      }
    }
  }
  assert.deepEqual(said({ sport: "chess", type: "mystery_move" }), ["Mystery move", "", null]);
});

test("of several events with one seq the first counts, unless it was refused or the state names another", () => {
  const log = new EventLog();
  for (const event of [point(1), point(1, { winner: 2 }), point(2), point(3), point(3, { at: 99 })]) log.add(event);
  log.add(point(1));
  log.refuse(point(2), "impossible", "no");
  log.add(point(2, { winner: 2 }));
  log.apply({ seq: 3, at: 99, summary: "40-0" });
  assert.deepEqual(log.entries().map(({ event, summary }) => [event.seq, event.winner, event.at, summary]), [[1, 1, 10, ""], [2, 2, 20, ""], [3, 1, 99, "40-0"]]);
  assert.equal(log.refusalOf(point(2)).reason, "impossible");
});

test("undo takes back the last that stands, repeated the one before; what is not applied yet does not show", () => {
  const log = new EventLog();
  for (const event of [point(1), point(2), point(3, { type: "undo" }), point(4, { type: "undo" }), point(5), point(6)]) log.add(event);
  log.apply({ seq: 5, at: 50, summary: "" });
  assert.deepEqual(log.entries().filter(({ event }) => event.type !== "undo").map(({ seq, undone }) => [seq, undone]), [[1, true], [2, true], [5, false]]);
});

test("a match that begins anew forgets the events of the old one, and the log stays bounded", () => {
  const log = new EventLog({ kept: 10 });
  for (let seq = 1; seq <= 50; ++seq) log.add(point(seq));
  log.apply({ seq: 50, at: 500, summary: "" });
  assert.deepEqual(log.entries().map(({ seq }) => seq), [41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
  log.apply({ seq: 1, at: 10, summary: "" });
  assert.deepEqual(log.entries(), []);
});

test("states, events and refusals of one stream are told apart", () => {
  const refused = rejection(point(2), "invalid", "no");
  assert.deepEqual([isState, isEvent, isRejection].map((is) => [fixtures.tennis("m"), point(1), refused, null, "x", {}].map(is)), [
    [true, false, false, false, false, false], [false, true, false, false, false, false], [false, false, true, false, false, false],
  ]);
  assert.deepEqual(rejectedEvent(refused), point(2));
  assert.equal(rejectedEvent({ value: "{not json" }), undefined);
  assert.ok(covers({ b: [1, { c: 2, d: 3 }], a: 1 }, { a: 1, b: [1, { c: 2 }] }));
  assert.ok(!covers({ a: 1 }, { a: 1, b: 2 }));
  assert.ok(!covers({ a: [1, 2] }, { a: [1] }));
});

test("the chance to win: kept by event, bounded, drawn from left to right", () => {
  const history = new MatchHistory();
  for (let seq = 1; seq <= 700; ++seq) history.add({ match: "m", seq, win_probability: [0.25, 0.75] });
  for (const odd of [undefined, null, [], [2], ["a", "b"], [0, 0], [-1, 2]]) history.add({ match: "odd", seq: 1, win_probability: odd });
  assert.equal(history.of("m").length, 600);
  assert.deepEqual(history.of("odd"), []);
  assert.deepEqual(curve([{ seq: 5, share: 1 }, { seq: 7, share: 0.5 }, { seq: 9, share: 0 }], 100, 40), [[0, 0], [50, 20], [100, 40]]);
  history.add({ match: "m", seq: 1, win_probability: [1, 0] });
  assert.deepEqual(history.of("m"), [{ seq: 1, share: 1 }], "began anew");
});

test("the monitor keeps the newest, by number and by bytes, and knows each topic's key", () => {
  const log = new MonitorLog({ kept: 3, keptBytes: 1000 });
  for (let seq = 1; seq <= 5; ++seq) log.add("scores", JSON.stringify(point(seq)));
  assert.equal(log.size, 3);
  assert.equal(log.total, 5);
  log.add("scores", "x".repeat(2000));
  assert.equal(log.size, 1);
  const all = { topics: new Set(["scores", "high-scores", "scores-rejected", "match-state"]), key: "", text: "" };
  assert.equal(log.add("high-scores", `{"sport":"tennis","player":"Ada","score":5,"unit":"points"}`).key, "tennis/Ada");
  const refused = log.add("scores-rejected", JSON.stringify({ ...rejection(point(2), "invalid", "winner: no"), key: null }));
  assert.deepEqual([refused.key, refused.seq, refused.type, refused.what], ["m", "2", "invalid", "winner: no"]);
  assert.match(pretty(refused), /"value": \{\n {4}"match": "m"/);
  assert.equal(log.add("match-state", `{"key":"m"}`, { deleted: true }).type, "deleted");
  assert.equal(pretty(log.add("scores", "[1")), "[1");
  assert.deepEqual(log.newest(all, 2).map(({ raw }) => raw), ["[1", `{"key":"m"}`]);
  assert.ok(passes(refused, { ...all, key: "m*", text: "WINNER: NO" }));
  assert.ok(!passes(refused, { ...all, key: "x*" }));
});

test("the gateway's answers", async () => {
  const answered = (status, body, headers = {}) => publish("/x", {}, { token: "t", fetch: async () => new Response(JSON.stringify(body), { status, headers }) });
  assert.deepEqual(await answered(202, { match: "m" }), { kind: "accepted", body: { match: "m" } });
  assert.deepEqual(await answered(503, { detail: "later" }, { "Retry-After": "2" }), { kind: "away", retryMs: 2000, message: "later" });
  assert.equal((await answered(429, {})).kind, "away");
  assert.equal((await answered(409, {})).kind, "away");
  assert.equal((await answered(401, {})).kind, "unauthorised");
  assert.equal((await answered(403, {})).kind, "off");
  const refused = await answered(422, { detail: "not as the contract says", errors: [{ index: 0, field: "winner", message: "must be 1 or 2" }] });
  assert.deepEqual(refused, { kind: "refused", message: "not as the contract says winner: must be 1 or 2" });
  assert.equal((await publish("/x", {}, { fetch: async () => { throw new TypeError("net"); } })).kind, "away");
  assert.equal(problemText("x"), "");
  assert.equal(retryAfterMs("Thu, 01 Jan 1970 00:00:10 GMT", 4000), 6000);
  assert.equal(retryAfterMs("soon"), null);
});

test("a widget's look takes colours and nothing else", () => {
  const look = (query) => lookOf(new URLSearchParams(query));
  assert.deepEqual(look("theme=dark&board=%23ABCDEF&ink=red&points=url(x)&accent=123&summary=off"), { theme: "dark", colours: { "--board": "#abcdef" }, summary: false });
  assert.deepEqual(look("theme=pink"), { theme: "auto", colours: {}, summary: true });
});
