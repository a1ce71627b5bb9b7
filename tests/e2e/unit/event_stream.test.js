import assert from "node:assert/strict";
import { test } from "node:test";

import { backoffMs, EventStream, filterValue, resumeUrl } from "../../../http/web/event_stream.js";

// An EventSource whose network is the test, and timers that run when told.
function harness(options = {}) {
  const sources = [];
  const timers = [];
  const seen = { states: [], messages: [], deleted: [], snapshots: 0, lives: 0 };
  const stream = new EventStream(
    "/events/match-state",
    {
      onState: (state) => seen.states.push(state),
      onMessage: (value) => seen.messages.push(value),
      onDelete: (key) => seen.deleted.push(key),
      onSnapshot: () => ++seen.snapshots,
      onLive: () => ++seen.lives,
    },
    {
      connect(url) {
        const source = new EventTarget();
        Object.assign(source, { url, readyState: 0, close: () => (source.readyState = 2) });
        source.emit = (type, data, lastEventId = "") => source.dispatchEvent(Object.assign(new Event(type), { data, lastEventId }));
        sources.push(source);
        return source;
      },
      schedule: (run, ms) => timers.push({ run, ms }) && timers.at(-1),
      cancel: (timer) => timers.splice(timers.indexOf(timer), 1),
      random: () => 1,
      ...options,
    },
  );
  const fail = (source, closed) => {
    source.readyState = closed ? 2 : 0;
    source.emit("error");
  };
  return { stream, sources, timers, seen, fail };
}

test("goes through connecting and syncing to live", () => {
  const { stream, sources, seen } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("message", '{"match":"m-1"}', "a1");
  sources[0].emit("live", "{}", "a2");
  assert.deepEqual(seen.states, ["connecting", "syncing", "live"]);
  assert.deepEqual(seen.messages, [{ match: "m-1" }]);
  assert.equal(seen.snapshots, 1);
  assert.equal(seen.lives, 1);
});

test("leaves a dropped connection to the browser, which reconnects by itself", () => {
  const { stream, sources, timers, seen, fail } = harness();
  stream.open();
  sources[0].emit("open");
  fail(sources[0], false);
  assert.equal(seen.states.at(-1), "reconnecting");
  assert.equal(timers.length, 0);
  assert.equal(sources.length, 1);
});

test("opens anew and resumes when the browser gave up", () => {
  const { stream, sources, timers, fail } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("message", "{}", "AQ_-id");
  fail(sources[0], true);
  assert.equal(timers.length, 1);
  timers.shift().run();
  assert.equal(sources[1].url, "/events/match-state?lastEventId=AQ_-id");
});

test("takes a snapshot only on a connection without an id to resume from", () => {
  const { stream, sources, timers, seen, fail } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("live", "{}", "x");
  fail(sources[0], true);
  timers.shift().run();
  sources[1].emit("open");
  assert.equal(seen.snapshots, 1);
});

test("takes a snapshot also when the gateway cannot resume and says so", () => {
  const { stream, sources, timers, seen, fail } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("live", "{}", "x");
  fail(sources[0], true);
  timers.shift().run();
  sources[1].emit("open");
  sources[1].emit("reset", "{}");
  assert.equal(seen.snapshots, 2);
});

test("waits longer after each failure and starts over after a success", () => {
  const { stream, sources, timers, fail } = harness();
  stream.open();
  const waits = [];
  for (let n = 0; n < 4; ++n) {
    fail(sources.at(-1), true);
    waits.push(timers[0].ms);
    timers.shift().run();
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000]);
  sources.at(-1).emit("open");
  fail(sources.at(-1), true);
  assert.equal(timers[0].ms, 500);
});

test("never waits longer than the limit, nor less than half of what is due", () => {
  for (let attempt = 0; attempt < 60; ++attempt) {
    const [least, most] = [backoffMs(attempt, () => 0), backoffMs(attempt, () => 1)];
    assert.ok(most <= 15000, `attempt ${attempt}: ${most}`);
    assert.equal(least, most / 2);
  }
});

test("retries at once when asked, and only when it is waiting", () => {
  const { stream, sources, timers, fail } = harness();
  stream.open();
  stream.retryNow();
  assert.equal(sources.length, 1);
  fail(sources[0], true);
  stream.retryNow();
  assert.equal(sources.length, 2);
  assert.equal(timers.length, 0);
});

test("is quiet once closed", () => {
  const { stream, sources, timers, seen, fail } = harness();
  stream.open();
  fail(sources[0], true);
  stream.close();
  assert.equal(timers.length, 0);
  assert.equal(seen.states.at(-1), "closed");
});

test("survives data that is not JSON and deletes without a key", () => {
  const { stream, sources, seen } = harness();
  stream.open();
  sources[0].emit("message", "{oops", "1");
  sources[0].emit("delete", "[]", "2");
  sources[0].emit("delete", '{"key":7}', "3");
  sources[0].emit("delete", '{"key":"m-9"}', "4");
  assert.deepEqual(seen.messages, []);
  assert.deepEqual(seen.deleted, ["m-9"]);
});

test("a stream that is not resumed is live with its first message and asks for no id", () => {
  const { stream, sources, timers, seen, fail } = harness();
  const board = new EventStream("/events/leaderboard?sport=tennis", { onState: (state) => seen.states.push(state) }, {
    resume: false, connect: stream.connect_, schedule: stream.schedule_, cancel: stream.cancel_,
  });
  board.open();
  sources[0].emit("open");
  sources[0].emit("message", "[]", "77");
  assert.equal(seen.states.at(-1), "live");
  fail(sources[0], true);
  timers.shift().run();
  assert.equal(sources[1].url, "/events/leaderboard?sport=tennis");
});

test("adds the id to an address with and without a query", () => {
  assert.equal(resumeUrl("/e", ""), "/e");
  assert.equal(resumeUrl("/e", "a+b"), "/e?lastEventId=a%2Bb");
  assert.equal(resumeUrl("/e?sport=x", "1"), "/e?sport=x&lastEventId=1");
});

test("forgets its id when the gateway cannot resume it", () => {
  const { stream, sources, timers, seen, fail } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("live", "{}", "a2");
  fail(sources[0], true);
  timers[0].run();
  assert.match(sources[1].url, /lastEventId=a2$/);
  sources[1].emit("open");
  sources[1].emit("reset", "{}");
  fail(sources[1], true);
  timers.at(-1).run();
  assert.doesNotMatch(sources[2].url, /lastEventId/);
  sources[2].emit("open");
  assert.equal(seen.snapshots, 3);
});

test("a network that is gone is not waited for", () => {
  const { stream, sources, timers, seen } = harness();
  stream.open();
  sources[0].emit("open");
  sources[0].emit("live", "{}", "a2");
  stream.networkLost();
  assert.equal(seen.states.at(-1), "reconnecting");
  assert.equal(sources[0].readyState, 2);
  assert.equal(timers.length, 1);
  stream.retryNow();
  assert.match(sources[1].url, /lastEventId=a2$/);
});

const asked = () => new Promise((done) => setImmediate(done));

test("says that reading is not allowed, or that there is nothing to read, and goes on trying slowly", async () => {
  for (const [status, state] of [[401, "unauthorised"], [403, "forbidden"], [404, "unserved"], [400, "unserved"]]) {
    const heads = [];
    const { stream, sources, timers, seen, fail } = harness({ statusOf: async (url) => heads.push(url) && status });
    stream.open();
    fail(sources[0], true);
    await asked();
    assert.deepEqual(seen.states, ["connecting", "reconnecting", state]);
    assert.deepEqual(timers.map(({ ms }) => ms), [15000]);
    timers.shift().run();
    fail(sources[1], true);
    await asked();
    assert.deepEqual(seen.states.length, 3, "it stays so");
    assert.deepEqual(timers.map(({ ms }) => ms), [15000]);
    assert.deepEqual(heads, ["/events/match-state", "/events/match-state"]);
    timers.shift().run();
    sources[2].emit("open");
    sources[2].emit("live", "{}", "a1");
    assert.deepEqual(seen.states.slice(3), ["syncing", "live"]);
    fail(sources[2], true);
    assert.equal(timers[0].ms, 500, "as fast as ever after a success");
  }
});

test("an error that may pass, no answer, and an answer that came too late change nothing", async () => {
  for (const status of [0, 200, 429, 503]) {
    const { stream, sources, timers, seen, fail } = harness({ statusOf: async () => status });
    stream.open();
    fail(sources[0], true);
    await asked();
    assert.deepEqual([seen.states.at(-1), timers[0].ms], ["reconnecting", 500]);
  }
  const { stream, sources, timers, seen, fail } = harness({ statusOf: async () => 403 });
  stream.open();
  fail(sources[0], true);
  timers.shift().run();
  sources[1].emit("open");
  await asked();
  assert.equal(seen.states.at(-1), "syncing");
});

test("stays away when nothing more is to come, until it is asked to look again", async () => {
  const heads = [];
  const { stream, sources, timers, seen, fail } = harness({ statusOf: async (url) => heads.push(url) && 204 });
  stream.open();
  sources[0].emit("open");
  sources[0].emit("live", "{}", "a1");
  fail(sources[0], true);
  await asked();
  assert.equal(seen.states.at(-1), "ended");
  assert.deepEqual(timers, []);
  assert.match(heads[0], /lastEventId=a1$/);
  stream.retryNow();
  assert.equal(sources.length, 2);
});

test("a refused page whose network goes says so", async () => {
  const { stream, sources, timers, seen, fail } = harness({ statusOf: async () => 401 });
  stream.open();
  fail(sources[0], true);
  await asked();
  timers.shift().run();
  fail(sources[1], false);
  assert.equal(seen.states.at(-1), "reconnecting");
});

test("a name in a filter is one name to the gateway", () => {
  assert.equal(decodeURIComponent(filterValue("final, court 1")), "final\\, court 1");
  assert.equal(decodeURIComponent(filterValue("a\\b,c&d")), "a\\\\b\\,c&d");
  assert.equal(filterValue("m 1&x=y"), "m%201%26x%3Dy");
});
