// What the web platform tests ask of browsers, asked of our server: the forms of messages, ids, status codes, reconnection, CORS. In Chromium and with
// npm's eventsource.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";

import { Browser, soon } from "./browser.js";
import { inNode, inPage, messages, types } from "./event_source_watch.js";
import { Gateway, stateOf } from "./gateway.js";

const browser = new Browser();
const gateway = new Gateway();
const pages = {};

before(async () => {
  await Promise.all([browser.start(), gateway.start()]);
  for (const [name, origin] of [["same", gateway.base], ["allowed", gateway.otherOrigin]]) {
    pages[name] = await browser.page(origin);
    await pages[name].goto(`${origin}/healthz`);
  }
  // An origin that is not on the list.
  pages.foreign = await browser.page("about:blank");
  await pages.foreign.goto("data:text/html,<title>elsewhere</title>");
}, { timeout: 120000 });

after(async () => {
  await browser.stop();
  await gateway.stop();
}, { timeout: 60000 });

// The same in both clients; `follow(path, options)`, and the prefix of keys that is this client's.
function both(name, run) {
  test(`${name}, in Chromium`, { timeout: 60000 }, () => run((path, options) => inPage(pages.same)(path, options), "chromium"));
  test(`${name}, with npm's eventsource`, { timeout: 60000 }, () => run((path, options) => inNode(gateway.base + path, options), "npm"));
}

both("messages arrive as they were written, in any script, with line breaks as blanks", async (follow, who) => {
  const names = ["Ångström", "大坂 なおみ", "🎾\u2028\u2029", "\ufeffBOM", "a\u0000b"];
  const records = names.map((name, i) => [`${who}-form-${i}`, stateOf(`${who}-form-${i}`, 1, { summary: name })]);
  records.push([`${who}-form-lf`, `{"match":"${who}-form-lf",\n\n"seq":\r\n1,\r"summary":"x"}`]);
  records.push([`${who}-form-colon`, `: {"match":"${who}-form-colon"}`]);
  records.push([`${who}-form-blank`, `   {"match":"${who}-form-blank"} `]);
  await gateway.put("match-state", records);
  const path = `/events/match-state?${records.map(([key]) => `match=${key}`).join("&")}`;
  await soon("all is there", async () => (await follow(path, { until: "live" })).told.length, records.length + 2);
  const told = messages(await follow(path, { until: "live" })).sort();
  assert.deepEqual(told, records.map(([, value]) => value.replaceAll(/[\r\n]/g, " ")).sort());
});

both("bytes that are not UTF-8 are replaced and end nothing", async (follow, who) => {
  const broken = Buffer.concat([Buffer.from(`{"match":"${who}-utf","summary":"`), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}')]);
  await gateway.put("match-state", [[`${who}-utf`, broken]]);
  await soon("it is there", async () => messages(await follow(`/events/match-state?match=${who}-utf`, { until: "live" })), [
    `{"match":"${who}-utf","summary":"\ufffd\ufffd("}`,
  ]);
});

both("every event has an id that a cross-origin request may carry, and goes on from there", async (follow, who) => {
  const [one, two] = [`${who}-id-1`, `${who}-id-2`];
  await gateway.put("match-state", [[one, stateOf(one, 1)], [two, stateOf(two, 1)]]);
  const path = `/events/match-state?match=${one},${two}`;
  await soon("both are there", async () => messages(await follow(path, { until: "live" })).length, 2);
  const first = await follow(path, { until: "live" });
  assert.deepEqual(types(first), ["open", "message", "message", "live"]);
  for (const [type, , id] of first.told.slice(1)) assert.match(id, /^[A-Za-z0-9_.-]{1,128}$/, type);
  await gateway.put("match-state", [[one, stateOf(one, 2)], [two, null]]);
  const resumed = `${path}&lastEventId=${first.told.at(-1)[2]}`;
  await soon("only what is new", async () => (await follow(resumed, { until: "live" })).told.slice(1, -1).map(([type, data]) => [type, data]).sort(), [
    ["delete", JSON.stringify({ key: two })],
    ["message", stateOf(one, 2)],
  ]);
});

both("an id that is none is answered by reset with an empty id and all that is known", async (follow, who) => {
  const match = `${who}-reset`;
  await gateway.put("match-state", [[match, stateOf(match, 1)]]);
  for (const id of ["garbage", "%3C%22%5B", "a".repeat(255)]) {
    const path = `/events/match-state?match=${match}&lastEventId=${id}`;
    await soon("reset, then the state", async () => (await follow(path, { until: "live" })).told.slice(1, -1).map(([type, data]) => [type, data]), (told) =>
      told.length === 2 && told[0][0] === "reset" && told[1][1] === stateOf(match, 1));
    assert.equal((await follow(path, { until: "reset" })).told.at(-1)[2], "");
  }
});

both("a status that is not 200 ends it for good", async (follow) => {
  for (const path of ["/events/nothing", "/events?topics=nothing", "/events", "/nothing", "/events/leaderboard?top=x"]) {
    const followed = await follow(path, { until: "error" });
    assert.deepEqual(types(followed), ["error"], path);
    assert.equal(followed.readyState, 2, `${path} must leave it closed`);
  }
});

both("when the gateway is killed it comes back by itself, with nothing lost or doubled", async (follow, who) => {
  const match = `${who}-back`;
  await gateway.put("match-state", [[match, stateOf(match, 1)]]);
  await soon("it is there", async () => messages(await follow(`/events/match-state?match=${match}`, { until: "live" })).length, 1);
  const followed = follow(`/events/match-state?match=${match}`, { until: `match:${match}:4`, patienceMs: 40000 });
  await soon("it is connected", () => gateway.metric("matchpoint_http_streams"), (streams) => streams >= 1);
  await gateway.put("match-state", [[match, stateOf(match, 2)]]);
  await gateway.kill();
  await gateway.put("match-state", [[match, stateOf(match, 3)]]);
  await gateway.run();
  await gateway.put("match-state", [[match, stateOf(match, 4)]]);
  const { told, why } = await followed;
  assert.equal(why, `match:${match}:4`);
  assert.deepEqual(told.filter(([type]) => type === "message").map(([, data]) => JSON.parse(data).seq), [1, 2, 3, 4]);
  assert.ok(told.some(([type, , , readyState]) => type === "error" && readyState === 0), "an error while it connects again");
});

both("closing it is noticed by the server", async (follow) => {
  await soon("no streams are left", () => gateway.metric("matchpoint_http_streams"), 0);
  await follow("/events/match-state?match=nobody", { until: "live" });
  await soon("no streams are left", () => gateway.metric("matchpoint_http_streams"), 0);
});

test("a listed origin may read, with and without credentials", { timeout: 60000 }, async () => {
  for (const withCredentials of [false, true]) {
    const followed = await inPage(pages.allowed)(`${gateway.base}/events/match-state?match=nobody`, { until: "live", withCredentials });
    assert.deepEqual(types(followed), ["open", "live"]);
  }
});

test("an origin that is not listed may not", { timeout: 60000 }, async () => {
  for (const withCredentials of [false, true]) {
    const followed = await inPage(pages.foreign)(`${gateway.base}/events/match-state?match=nobody`, { until: "error", withCredentials });
    assert.deepEqual([types(followed), followed.readyState], [["error"], 2]);
  }
});

test("a reconnection across origins carries its id, of one topic or of several of which some are empty", { timeout: 60000 }, async () => {
  const match = "cors-back";
  for (const [topics, first] of [["match-state", 1], ["match-state,high-scores,scores", 3]]) {
    const followed = inPage(pages.allowed)(`${gateway.base}/events?topics=${topics}&match=${match}`, { until: `match:${match}:${first + 1}`, patienceMs: 40000 });
    await soon("it is connected", () => gateway.metric("matchpoint_http_streams"), (streams) => streams >= 1);
    await gateway.put("match-state", [[match, stateOf(match, first)]]);
    await gateway.end();
    await gateway.run();
    await gateway.put("match-state", [[match, stateOf(match, first + 1)]]);
    const { told, why } = await followed;
    assert.equal(why, `match:${match}:${first + 1}`);
    assert.ok(!types({ told }).includes("reset"), `its id was understood: ${JSON.stringify(told, null, 1)}`);
    assert.deepEqual(messages({ told }).map((data) => JSON.parse(data).seq).slice(-2), [first, first + 1], "each once");
  }
});

test("an id for which a browser asks first, too long or with unsafe characters, is let through", { timeout: 60000 }, async () => {
  for (const id of ["abc", "a".repeat(200), "e5p3n<3k0k0s"]) {
    const status = await pages.allowed.evaluate(async ([url, last]) => {
      const stop = new AbortController();
      const answer = await fetch(url, { headers: { "Last-Event-ID": last }, signal: stop.signal });
      stop.abort();
      return answer.status;
    }, [`${gateway.base}/events/match-state?match=nobody`, id]);
    assert.equal(status, 200, id);
  }
});

// The head and what follows at once, as the bytes are.
function raw(request) {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(request));
    const finish = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setEncoding("utf8").on("data", (data) => {
      text += data;
      if (text.includes("event: live") || request.startsWith("HEAD") || request.startsWith("OPTIONS")) finish();
    }).on("end", finish).on("error", reject).setTimeout(10000, finish);
  });
}

test("the answer's header says what proxies and caches must know", { timeout: 60000 }, async () => {
  const answer = await raw(`GET /events/match-state?match=nobody HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nOrigin: ${gateway.otherOrigin}\r\n\r\n`);
  const [head, body] = answer.split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.match(head, /\r\nContent-Type: text\/event-stream(;|\r\n)/i);
  assert.match(head, /\r\nCache-Control: [^\r]*no-cache/i);
  assert.match(head, /\r\nX-Accel-Buffering: no/i);
  assert.match(head, /\r\nTransfer-Encoding: chunked/i);
  assert.match(head, new RegExp(`\r\nAccess-Control-Allow-Origin: ${gateway.otherOrigin}`, "i"));
  assert.match(head, /\r\nVary: [^\r]*Origin/i);
  assert.match(body, /^[0-9a-f]+\r\n/);
});

test("HTTP/1.0 clients get the same events without chunks; HEAD gets the header alone", { timeout: 60000 }, async () => {
  const old = await raw("GET /events/match-state?match=nobody HTTP/1.0\r\n\r\n");
  assert.doesNotMatch(old, /Transfer-Encoding/i);
  assert.match(old, /\r\n\r\n(:|retry|id|event)/);
  const head = await raw("HEAD /events/match-state HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 200 [\s\S]*Content-Type: text\/event-stream/i);
  assert.ok(head.endsWith("\r\n\r\n"));
});

test("a preflight is told what it may send", { timeout: 60000 }, async () => {
  const answer = await raw(`OPTIONS /events/match-state HTTP/1.1\r\nHost: x\r\nOrigin: ${gateway.otherOrigin}\r\nAccess-Control-Request-Method: GET\r\n` +
    "Access-Control-Request-Headers: last-event-id\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 20[04] /);
  assert.match(answer, /Access-Control-Allow-Headers: [^\r]*Last-Event-ID/i);
  assert.match(answer, /Access-Control-Allow-Methods: [^\r]*GET/i);
});
