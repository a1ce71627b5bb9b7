import assert from "node:assert/strict";
import { test } from "node:test";

import { EventLog } from "../../../http/web/event_log.js";
import { UmpireQueue } from "../../../http/web/umpire_queue.js";
import { UmpireStorage } from "../../../http/web/umpire_storage.js";

const settled = () => new Promise((done) => setImmediate(done));
const point = (winner) => ({ sport: "tennis", type: "point", winner });

// A queue whose network, clock and stream are the test. `answers` are given to posts in turn; without one, 202.
function harness({ answers = [] } = {}) {
  const log = new EventLog();
  const sent = [];
  const timers = [];
  const said = [];
  let now = 1000;
  let saved = [];
  let ids = 0;
  const queue = new UmpireQueue({
    match: "m", log,
    post: async (event) => {
      sent.push(structuredClone(event));
      return answers.shift() ?? { kind: "accepted" };
    },
    save: (items) => (saved = structuredClone(items)),
    changed: () => {},
    told: (sentence) => said.push(sentence),
    needToken: (message) => said.push(`token: ${message}`),
    schedule: (run, ms) => timers.push({ run, ms }) && timers.at(-1),
    cancel: (timer) => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0),
    now: () => ++now,
    id: () => `i${++ids}`,
  });
  const state = (seq, at, status = "live") => {
    log.apply({ seq, at, summary: "" });
    queue.setState({ seq, at, status });
  };
  const seen = (event) => {
    log.add(event);
    queue.logChanged();
  };
  // What the processor does with an event that counts.
  const apply = (event) => {
    seen(event);
    state(event.seq, event.at);
  };
  const fire = (ms) => {
    const timer = timers.find((one) => ms === undefined || one.ms === ms);
    assert.ok(timer, `a timer of ${ms} ms among ${timers.map((one) => one.ms)}`);
    timers.splice(timers.indexOf(timer), 1);
    timer.run();
  };
  return { queue, log, sent, timers, said, state, seen, apply, fire, saved: () => saved };
}

const other = (seq, at = 5) => ({ match: "m", seq, at, ...point(2) });

test("nothing goes out before the stream is complete, then one at a time, in order", async () => {
  const { queue, sent, apply, state } = harness();
  for (const winner of [1, 2, 1]) queue.add(point(winner), "Point");
  await settled();
  assert.equal(sent.length, 0);
  state(4, 1);
  queue.setLive(true);
  await settled();
  assert.deepEqual(sent.map(({ seq, winner }) => [seq, winner]), [[5, 1]]);
  apply(sent[0]);
  await settled();
  apply(sent[1]);
  await settled();
  apply(sent[2]);
  assert.deepEqual(sent.map(({ seq, winner }) => [seq, winner]), [[5, 1], [6, 2], [7, 1]]);
  assert.deepEqual(queue.items, []);
  assert.deepEqual([...queue.mine], [5, 6, 7]);
});

test("without an answer the same goes out again, seq, time and all", async () => {
  const { queue, sent, apply, fire } = harness({ answers: [{ kind: "away", retryMs: null, message: "" }, { kind: "away", retryMs: 3000, message: "" }] });
  queue.setLive(true);
  queue.add({ sport: "tennis", type: "start" }, "Start");
  await settled();
  fire(500);
  await settled();
  fire(3000);
  await settled();
  assert.equal(sent.length, 3);
  assert.deepEqual(sent[1], sent[0]);
  assert.deepEqual(sent[2], sent[0]);
  apply(sent[0]);
  assert.deepEqual(queue.items, []);
});

test("what got through though the answer was lost is not sent a second time as another event", async () => {
  const { queue, sent, apply } = harness({ answers: [{ kind: "away", retryMs: null, message: "" }] });
  queue.setLive(true);
  queue.add(point(1), "Point");
  queue.add(point(2), "Point");
  await settled();
  queue.setLive(false);
  queue.setLive(true);
  apply(sent[0]);
  await settled();
  assert.deepEqual(sent.map(({ seq, winner }) => [seq, winner]), [[1, 1], [2, 2]]);
});

test("a 202 that the stream does not confirm goes out again", async () => {
  const { queue, sent, fire } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  fire(8000);
  await settled();
  assert.deepEqual(sent[1], sent[0]);
});

test("another umpire was first: theirs stands, ours follows under the next number", async () => {
  const { queue, sent, said, apply } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point Ada");
  await settled();
  apply(other(1));
  await settled();
  assert.deepEqual(sent.map(({ seq, winner }) => [seq, winner]), [[1, 1], [2, 1]]);
  assert.equal(sent[1].at, sent[0].at);
  assert.match(said[0], /Another umpire was first. “Point Ada” follows theirs/);
  apply(sent[1]);
  assert.deepEqual(queue.items, []);
  assert.deepEqual([...queue.mine], [2]);
});

test("the state may have gone on: whose the number was is read off the events", async () => {
  const { queue, sent, seen, state } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  seen(sent[0]);
  seen(other(1));
  seen(other(2));
  state(2, 5);
  assert.deepEqual(queue.items, [], "ours was the first with that number");
  queue.add(point(1), "Point");
  await settled();
  seen(other(3, 6));
  seen(sent[1]);
  seen(other(4, 7));
  state(4, 7);
  await settled();
  assert.deepEqual([sent[1].seq, sent[2].seq], [3, 5], "theirs was the first with that number");
});

test("the state and the events may come in either order", async () => {
  const { queue, sent, seen, state } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  state(1, sent[0].at);
  assert.deepEqual(queue.items, []);
  seen(sent[0]);
  queue.add(point(1), "Point");
  await settled();
  state(2, 99);
  await settled();
  assert.equal(sent[2].seq, 3, "another time: another event");
});

test("where it cannot be told any more, the umpire decides", async () => {
  const { queue, sent, said, state, fire, timers } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  queue.add(point(2), "Point");
  await settled();
  state(7, 99);
  fire(3000);
  assert.equal(queue.items[0].status, "unclear");
  assert.match(said[0], /cannot be told/);
  await settled();
  assert.deepEqual(timers, [], "nothing sends it again by itself");
  assert.equal(sent.length, 1, "nothing overtakes it");
  queue.resend(queue.items[0].id);
  await settled();
  assert.equal(sent[1].seq, 8);
});

test("an undo that another umpire's event overtook is dropped, not applied to theirs", async () => {
  const { queue, sent, said, state, apply } = harness();
  state(3, 1);
  queue.setLive(true);
  queue.undo("tennis");
  await settled();
  apply(other(4));
  await settled();
  assert.equal(sent.length, 1);
  assert.deepEqual(queue.items, []);
  assert.match(said[0], /Your undo was dropped/);
});

test("an undo made while away holds for what was seen", async () => {
  const { queue, sent, said, state } = harness();
  state(3, 1);
  queue.undo("tennis");
  assert.equal(queue.items.length, 1);
  state(4, 2);
  queue.setLive(true);
  await settled();
  assert.equal(sent.length, 0);
  assert.equal(said.length, 1);
});

test("an undo takes back what has not gone out, without an event", async () => {
  const { queue, sent, apply } = harness();
  queue.add(point(1), "Point");
  queue.add(point(2), "Point");
  queue.undo("tennis");
  queue.setLive(true);
  await settled();
  apply(sent[0]);
  await settled();
  assert.deepEqual(sent.map(({ winner }) => winner), [1]);
  queue.undo("tennis");
  await settled();
  assert.deepEqual(sent[1], { match: "m", seq: 2, at: sent[1].at, sport: "tennis", type: "undo" });
});

test("an undo after an own point that is on its way belongs to that point", async () => {
  const { queue, sent, apply } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  queue.undo("tennis");
  apply(sent[0]);
  await settled();
  assert.deepEqual(sent.map(({ seq, type }) => [seq, type]), [[1, "point"], [2, "undo"]]);
});

test("what the processor refuses leaves the queue, with the reason, and the next takes its number", async () => {
  const { queue, log, sent, said } = harness();
  queue.setLive(true);
  queue.add(point(1), "Ace");
  queue.add(point(2), "Point");
  await settled();
  log.refuse(sent[0], "impossible", "the server wins with an ace");
  queue.logChanged();
  await settled();
  assert.deepEqual(said, ["Refused: Ace. The server wins with an ace."]);
  assert.deepEqual(sent.map(({ seq, winner }) => [seq, winner]), [[1, 1], [1, 2]]);
});

test("what the gateway refuses leaves the queue, with its message", async () => {
  const { queue, sent, said } = harness({ answers: [{ kind: "refused", message: "winner must be 1 or 2" }] });
  queue.setLive(true);
  queue.add(point(3), "Point");
  queue.add(point(1), "Point");
  await settled();
  await settled();
  assert.deepEqual(said, ["Not accepted: Point. Winner must be 1 or 2."]);
  assert.deepEqual(sent.map(({ seq }) => seq), [1, 1]);
});

test("a wrong token stops it until there is another", async () => {
  const { queue, sent, said } = harness({ answers: [{ kind: "unauthorised", message: "wrong" }] });
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  assert.deepEqual(said, ["token: wrong"]);
  queue.add(point(1), "Point");
  await settled();
  assert.equal(sent.length, 1);
  queue.retryNow();
  await settled();
  assert.deepEqual(sent[1], sent[0]);
});

test("a second start of a match is not sent", async () => {
  const { queue, sent, said, state } = harness();
  state(1, 1);
  queue.add({ sport: "tennis", type: "start" }, "Start");
  queue.setLive(true);
  await settled();
  assert.equal(sent.length, 0);
  assert.deepEqual(said, ["This match has been started already."]);
});

test("after a reload the same goes out with the number it had", async () => {
  const before = harness({ answers: [{ kind: "away", retryMs: null, message: "" }] });
  before.queue.setLive(true);
  before.queue.add(point(1), "Point");
  before.queue.add(point(2), "Point");
  await settled();
  const after = harness();
  after.queue.adopt(before.saved());
  after.queue.setLive(true);
  await settled();
  assert.deepEqual(after.sent[0], before.sent[0]);
  after.apply(after.sent[0]);
  await settled();
  assert.deepEqual(after.sent.map(({ seq, winner }) => [seq, winner]), [[1, 1], [2, 2]]);
});

// Lets the confirmation of a 202 time out.
async function unconfirmed(test, ms = 8000) {
  test.fire(ms);
  await settled();
}

test("where refusals are not shown, three answers without confirmation make it unclear, and nothing goes out any more", async () => {
  const one = harness();
  one.queue.showRefusals(false);
  one.queue.setLive(true);
  one.queue.add(point(1), "Point Ada");
  one.queue.add(point(2), "Point Bo");
  await settled();
  for (let n = 0; n < 3; ++n) await unconfirmed(one);
  assert.equal(one.sent.length, 3);
  assert.deepEqual(one.timers, []);
  assert.deepEqual(one.queue.items.map(({ status, why }) => [status, why]), [["unclear", "perhaps refused"], ["waiting", undefined]]);
  assert.deepEqual(one.said, ["“Point Ada” is not confirmed. It may have been refused, which this page is not shown. Check the score."]);
  one.queue.resend(one.queue.items[0].id);
  await settled();
  assert.deepEqual(one.sent[3], one.sent[0], "the same event: should it count after all, it counts once");
  for (let n = 0; n < 3; ++n) await unconfirmed(one);
  one.queue.discard(one.queue.items[0].id);
  await settled();
  assert.deepEqual(one.sent.slice(6).map(({ seq, winner }) => [seq, winner]), [[1, 2]], "what is behind it is not lost");
  one.apply(one.sent[6]);
  assert.deepEqual(one.queue.items, []);
});

test("an unclear one that is confirmed late counts, and the next goes out", async () => {
  const { queue, sent, apply, fire } = harness();
  queue.showRefusals(false);
  queue.setLive(true);
  queue.add(point(1), "Point");
  queue.add(point(2), "Point");
  await settled();
  for (let n = 0; n < 3; ++n) await unconfirmed({ fire });
  apply(sent[0]);
  await settled();
  assert.deepEqual(sent.map(({ seq }) => seq), [1, 1, 1, 2]);
  assert.deepEqual([...queue.mine], [1]);
});

test("where refusals are not shown, another umpire's event at the number of an unclear one does not send it again", async () => {
  const { queue, sent, apply, fire } = harness();
  queue.showRefusals(false);
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  for (let n = 0; n < 3; ++n) await unconfirmed({ fire });
  apply(other(1));
  await settled();
  assert.equal(sent.length, 3);
  queue.resend(queue.items[0].id);
  await settled();
  assert.equal(sent[3].seq, 2);
});

test("where refusals are not shown and the match is over, the first answer is enough, but for an undo", async () => {
  const { queue, sent, said, state, fire, timers } = harness();
  queue.showRefusals(false);
  state(7, 1, "abandoned");
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  fire(3000);
  await settled();
  assert.equal(sent.length, 1);
  assert.deepEqual(queue.items.map(({ status, why }) => [status, why]), [["unclear", "the match is over"]]);
  assert.match(said[0], /^“Point” is not confirmed, and the match is over\./);
  queue.discard(queue.items[0].id);
  queue.undo("tennis");
  await settled();
  assert.deepEqual(timers.map(({ ms }) => ms), [8000]);
  await unconfirmed({ fire });
  assert.deepEqual(sent.map(({ type }) => type), ["point", "undo", "undo"]);
});

test("a confirmation that could not be seen is not missed", async () => {
  const { queue, sent, fire } = harness();
  queue.showRefusals(false);
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  for (let n = 0; n < 5; ++n) {
    queue.setLive(false);
    fire(8000);
    queue.setLive(true);
    await settled();
  }
  assert.equal(sent.length, 6);
});

test("where refusals are shown, it goes out until its fate is", async () => {
  const { queue, sent, fire, state } = harness();
  state(7, 1, "finished");
  queue.setLive(true);
  queue.add(point(1), "Point");
  await settled();
  for (let n = 0; n < 6; ++n) await unconfirmed({ fire });
  assert.equal(sent.length, 7);
  assert.equal(queue.items[0].status, "sent");
});

test("one that is dropped takes its wait along: the next has its own", async () => {
  const { queue, sent, timers, fire } = harness();
  queue.setLive(true);
  queue.add(point(1), "Point");
  queue.add(point(2), "Point");
  await settled();
  queue.discard(queue.items[0].id);
  await settled();
  assert.equal(timers.length, 1);
  await unconfirmed({ fire });
  assert.deepEqual(sent.map(({ winner }) => winner), [1, 2, 2]);
});

test("what is taken over goes first; one that is on its way meanwhile is not forgotten", async () => {
  for (const wait of [false, true]) {
    const { queue, sent, timers, apply } = harness({ answers: [{ kind: "away", retryMs: 0, message: "" }].slice(wait ? 1 : 0) });
    queue.setLive(true);
    queue.add(point(1), "Point");
    if (wait) await settled();  // answered, not confirmed
    queue.adopt([{ id: "left", body: point(2), label: "Point", at: 1, status: "sent", seen: null }]);
    await settled();
    assert.deepEqual(sent.map(({ winner }) => winner), [1, 2]);
    assert.deepEqual(timers.map(({ ms }) => ms), [8000]);
    apply(sent[1]);
    await settled();
    assert.deepEqual(sent.slice(2).map(({ seq, winner }) => [seq, winner]), [[2, 1]]);
    apply(sent[2]);
    assert.deepEqual(queue.items, []);
  }
});

function fakeStorage() {
  const storage = Object.create({
    getItem: (key) => storage[key] ?? null,
    setItem: (key, value) => (storage[key] = String(value)),
    removeItem: (key) => delete storage[key],
  });
  return storage;
}

test("a page takes over only what nobody renews, and whoever lost it hears of it", () => {
  const storage = fakeStorage();
  let now = 0;
  let lost = 0;
  const options = { storage, now: () => now };
  const one = new UmpireStorage("m", "one", { ...options, taken: () => ++lost });
  const two = new UmpireStorage("m", "two", options);
  one.save([{ id: "a", at: 1 }]);
  assert.deepEqual(two.takeOver(), []);
  assert.equal(two.elsewhere(), 0, "given just now: on its way");
  now = 3000;
  assert.deepEqual([one.elsewhere(), two.elsewhere(), new UmpireStorage("m:x", "two", options).elsewhere()], [0, 1, 0]);
  now = 1500;
  assert.equal(new UmpireStorage("m", "three", options).elsewhere(), 1, "to a new page it is left over");
  now = 6000;
  one.renew();
  now = 9000;
  assert.deepEqual(two.takeOver(), []);
  now = 20000;
  assert.deepEqual(new UmpireStorage("m:x", "two", options).takeOver(), [], "another match");
  assert.deepEqual(UmpireStorage.matches(storage), ["m"]);
  assert.deepEqual(two.takeOver(), [{ id: "a", at: 1 }]);
  one.renew();
  assert.equal(lost, 1);
  one.save([{ id: "b", at: 2 }]);
  one.stop();
  assert.deepEqual(two.takeOver(), [{ id: "b", at: 2 }], "let go when the page went");
});
