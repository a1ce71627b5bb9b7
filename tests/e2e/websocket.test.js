// /ws with npm's ws: with and without compression, in fragments, pings, closing; and what breaks RFC 6455 gets the close code it names and harms nobody else.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";

import WebSocket from "ws";

import { soon } from "./browser.js";
import { Gateway, stateOf } from "./gateway.js";

const gateway = new Gateway();
const kStream = "/events/match-state?match=ws-1";

before(async () => {
  await gateway.start();
  await gateway.put("match-state", [["ws-1", stateOf("ws-1", 1)]]);
  await soon("it is there", async () => (await fetch(`${gateway.base}/api/match-state/ws-1`)).status, 200);
}, { timeout: 120000 });

after(() => gateway.stop(), { timeout: 60000 });

const quick = { timeout: 30000 };

// An open socket that keeps what it was told.
async function open(options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, options);
  socket.told = [];
  socket.on("message", (data, isBinary) => socket.told.push(isBinary ? data : JSON.parse(data.toString())));
  await once(socket, "open");
  return socket;
}

const told = (socket, count) => soon(`${count} messages`, () => socket.told.length, count).then(() => socket.told);
const subscribe = (name, stream = kStream, more = {}) => JSON.stringify({ type: "subscribe", subscription: name, stream, ...more });

async function expectTheStream(socket) {
  const messages = await told(socket, 3);
  assert.deepEqual(messages.map(({ type, subscription }) => [type, subscription]), [["subscribed", "a"], ["message", "a"], ["live", "a"]]);
  assert.deepEqual(messages[1].data, JSON.parse(stateOf("ws-1", 1)));
}

async function closeOf(socket) {
  const [code] = await once(socket, "close");
  return code;
}

for (const perMessageDeflate of [false, true, { clientNoContextTakeover: true, serverNoContextTakeover: true }, { serverMaxWindowBits: 10, clientMaxWindowBits: 10 }]) {
  test(`a stream, compression ${JSON.stringify(perMessageDeflate)}`, quick, async () => {
    const socket = await open({ perMessageDeflate });
    assert.equal(socket.extensions.includes("permessage-deflate"), perMessageDeflate !== false);
    socket.send(subscribe("a"));
    await expectTheStream(socket);
    socket.close(1000);
    assert.equal(await closeOf(socket), 1000);
  });
}

test("a message in fragments, with a ping among them", quick, async () => {
  const socket = await open({ perMessageDeflate: false });
  const pong = once(socket, "pong");
  const text = subscribe("a");
  socket.send(text.slice(0, 7), { fin: false });
  socket.ping("between");
  for (const byte of text.slice(7, -1)) socket.send(byte, { fin: false });
  socket.send(text.slice(-1), { fin: true });
  assert.equal(String((await pong)[0]), "between");
  await expectTheStream(socket);
  socket.terminate();
});

test("compressed fragments", quick, async () => {
  const socket = await open({ perMessageDeflate: { threshold: 0 } });
  const text = subscribe("a");
  socket.send(text.slice(0, 20), { fin: false, compress: true });
  socket.send(text.slice(20), { fin: true, compress: true });
  await expectTheStream(socket);
  socket.terminate();
});

test("what cannot be done is answered and the socket stays", quick, async () => {
  const socket = await open();
  const wrong = ["", "{", "[]", "null", "1", "{}", '{"type":"x"}', '{"type":"subscribe"}', subscribe("a", "/events/nothing"), subscribe("a", "no path"),
    subscribe("a", "/api/match-state"), '{"type":"unsubscribe","subscription":"never"}', '{"type":"subscribe","subscription":1,"stream":2}'];
  for (const message of wrong) socket.send(message);
  for (const message of await told(socket, wrong.length)) assert.equal(message.type, "error", JSON.stringify(message));
  socket.told.length = 0;
  socket.send(subscribe("a"));
  await expectTheStream(socket);
  socket.terminate();
});

test("it resumes from an id, and an unsubscribed stream is silent", quick, async () => {
  const socket = await open();
  socket.send(subscribe("a"));
  const { id } = (await told(socket, 3))[2];
  socket.send('{"type":"unsubscribe","subscription":"a"}');
  assert.equal((await told(socket, 4))[3].type, "unsubscribed");
  socket.send(subscribe("b", kStream, { lastEventId: id }));
  assert.deepEqual((await told(socket, 6)).slice(4).map(({ type, subscription }) => [type, subscription]), [["subscribed", "b"], ["live", "b"]]);
  socket.terminate();
});

// Frames by hand: a client of ws sends none that are wrong.
function frame(opcode, payload, { fin = true, masked = true, reserved = 0, length = payload.length } = {}) {
  const mask = randomBytes(4);
  const head = [(fin ? 0x80 : 0) | reserved | opcode];
  if (length < 126) head.push((masked ? 0x80 : 0) | length);
  else if (length < 65536) head.push((masked ? 0x80 : 0) | 126, length >> 8, length & 255);
  else head.push((masked ? 0x80 : 0) | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  const body = masked ? Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4])) : payload;
  return Buffer.concat([Buffer.from(head), masked ? mask : Buffer.alloc(0), body]);
}

// What the server does with these bytes on an open socket: the code of its close frame, or "ended" without one.
async function answerTo(bytes) {
  const socket = connect(gateway.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(`GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`);
  let received = Buffer.alloc(0);
  let ended = false;
  socket.on("data", (data) => (received = Buffer.concat([received, data])));
  socket.on("error", () => {}).on("close", () => (ended = true));
  await soon("the upgrade", () => received.indexOf("\r\n\r\n") > 0, true);
  received = received.subarray(received.indexOf("\r\n\r\n") + 4);
  for (const part of bytes) socket.write(part);
  const close = () => received.length >= 4 && received[0] === 0x88;
  await soon("an end", () => ended || close(), true, 20000);
  socket.destroy();
  return close() ? received.readUInt16BE(2) : "ended";
}

const text = (string) => Buffer.from(string);
const violations = [
  ["a frame without mask", [frame(1, text("{}"), { masked: false })], 1002],
  ["a reserved bit", [frame(1, text("{}"), { reserved: 0x20 })], 1002],
  ["the bit of compression where none was agreed", [frame(1, text("{}"), { reserved: 0x40 })], 1002],
  ["a reserved opcode", [frame(3, text("{}"))], 1002],
  ["a reserved control opcode", [frame(11, text(""))], 1002],
  ["a continuation of nothing", [frame(0, text("{}"))], 1002],
  ["a new message within another", [frame(1, text("{"), { fin: false }), frame(1, text("}"))], 1002],
  ["a ping in fragments", [frame(9, text("x"), { fin: false })], 1002],
  ["a ping of 126 bytes", [frame(9, Buffer.alloc(126))], 1002],
  ["a close code that no one may send", [frame(8, Buffer.from([0x03, 0xed]))], 1002],
  ["a close frame of one byte", [frame(8, Buffer.from([3]))], 1002],
  ["text that is not UTF-8", [frame(1, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))], 1007],
  ["a character cut off by the end of the message", [frame(1, Buffer.from([0xf0, 0x9f]))], 1007],
  ["a message that is too long", [frame(1, Buffer.alloc(1 << 20, 32))], 1009],
  ["a length of almost 4 GiB", [frame(1, text("{"), { length: 0xffffffff })], 1009],
];

test("each violation gets its close code", { timeout: 120000 }, async () => {
  const witness = await open();
  witness.send(subscribe("a"));
  await expectTheStream(witness);
  const answers = [];
  for (const [what, bytes, code] of violations) answers.push([what, await answerTo(bytes), code]);
  assert.deepEqual(answers.map(([what, answer]) => [what, answer]), answers.map(([what, , code]) => [what, code]));
  witness.send(subscribe("b"));
  await soon("the other socket goes on", () => witness.told.at(-1), (last) => last.type === "live" && last.subscription === "b");
  witness.close();
  await closeOf(witness);
  await soon("no connections are left", () => gateway.metric("matchpoint_http_connections"), (connections) => connections <= 2);
});

test("an upgrade that is wrong is refused", quick, async () => {
  const good = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": randomBytes(16).toString("base64") };
  for (const wrong of [{ "Sec-WebSocket-Version": "12" }, { "Sec-WebSocket-Version": "" }, { "Sec-WebSocket-Key": "" }]) {
    const socket = connect(gateway.port, "127.0.0.1");
    const headers = Object.entries({ ...good, ...wrong }).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`GET /ws HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    const [data] = await once(socket, "data");
    socket.destroy();
    assert.match(String(data), /^HTTP\/1\.1 4/, JSON.stringify(wrong));
  }
});

test("when the gateway ends, sockets are told that it goes away", quick, async () => {
  const socket = await open();
  const code = closeOf(socket);
  await gateway.end();
  assert.equal(await code, 1001);
  await gateway.run();
});
