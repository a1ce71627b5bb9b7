import assert from "node:assert/strict";
import { test } from "node:test";

import { Announcer } from "../../../http/web/announcer.js";

function harness() {
  const spoken = [];
  const timers = [];
  const announcer = new Announcer((sentence) => spoken.push(sentence), (run) => timers.push(run));
  return { announcer, spoken, pass: () => timers.shift()?.() };
}

test("speaks at once, then one sentence an interval", () => {
  const { announcer, spoken, pass } = harness();
  for (const topic of ["a", "b", "c"]) announcer.say(topic, topic);
  assert.deepEqual(spoken, ["a"]);
  pass();
  assert.deepEqual(spoken, ["a", "b"]);
  pass();
  pass();
  announcer.say("d", "d");
  assert.deepEqual(spoken, ["a", "b", "c", "d"]);
});

test("speaks only the newest of a topic", () => {
  const { announcer, spoken, pass } = harness();
  announcer.say("x", "begin");
  for (const score of ["1-0", "2-0", "3-0"]) announcer.say("m", score);
  pass();
  pass();
  assert.deepEqual(spoken, ["begin", "3-0"]);
});

test("keeps a bounded number waiting, the newest", () => {
  const { announcer, spoken, pass } = harness();
  for (let n = 0; n < 50; ++n) announcer.say(`m-${n}`, `${n}`);
  for (let n = 0; n < 50; ++n) pass();
  assert.deepEqual(spoken, ["0", "46", "47", "48", "49"]);
});
