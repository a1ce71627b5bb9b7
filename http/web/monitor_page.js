// The page /monitor: what is written to each topic, as it comes. One stream a chosen topic; what is shown is the newest that pass the
// filter, and stands still while paused. The address holds the choice, so that it can be sent to a colleague.

import { ConnectionBadge, keepAlive } from "./connection_badge.js";
import { childrenUpTo, el, frameBatch, setChildren, setHidden, setText } from "./dom.js";
import { EventStream } from "./event_stream.js";
import { kTopics, MonitorLog, pretty } from "./monitor_log.js";

const kShown = 200;
const kDefault = ["scores", "scores-rejected"];
const kRateMs = 2000;
const kNotes = { forbidden: "not for this token", unserved: "not served here" };
const kFormats = ["table", "compact", "pretty"];
const kClock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });
const kNumber = new Intl.NumberFormat();

const byId = (id) => document.getElementById(id);
const badge = new ConnectionBadge(byId("connection"));
const log = new MonitorLog();
const streams = new Map();  // topic → EventStream
const rows = new Map();     // number → its element in the present format
const choice = fromAddress();
let paused = null;          // the log as it was when the reader paused
let counted = { total: 0, at: Date.now(), rate: 0 };

const requestDraw = frameBatch(draw);

function fromAddress() {
  const query = new URLSearchParams(location.search);
  const topics = (query.get("topics") ?? kDefault.join(",")).split(",").filter((topic) => kTopics.includes(topic));
  const format = kFormats.includes(query.get("format")) ? query.get("format") : "table";
  return { topics: new Set(topics), key: query.get("key") ?? query.get("match") ?? "", text: query.get("text") ?? "", format };
}

function toAddress() {
  const query = new URLSearchParams({ topics: [...choice.topics].join(","), format: choice.format });
  for (const name of ["key", "text"]) if (choice[name]) query.set(name, choice[name]);
  history.replaceState(null, "", `/monitor?${query.toString().replaceAll("%2C", ",")}`);
}

function follow() {
  for (const topic of kTopics) {
    if (choice.topics.has(topic) === streams.has(topic)) continue;
    if (choice.topics.has(topic)) {
      const stream = streamOf(topic);
      streams.set(topic, stream);
      stream.open();
    } else {
      streams.get(topic).close();
      streams.delete(topic);
    }
  }
  showConnection();
}

function streamOf(topic) {
  return new EventStream(`/events/${topic}`, {
    onRaw: (raw) => received(topic, raw),
    onDelete: (key) => received(topic, JSON.stringify({ key }), true),
    onState: () => showConnection(),
  });
}

// The worst of the streams: what is missing should be seen. A topic that cannot be read here is told at its name, and counts only if
// no other can.
function showConnection() {
  const all = [...streams.values()].map((stream) => stream.state);
  const served = all.filter((state) => !kNotes[state]);
  const states = served.length ? served : all;
  const worst = ["unauthorised", "reconnecting", "forbidden", "unserved", "connecting", "syncing", "live"].find((state) => states.includes(state));
  badge.show(worst ?? "closed");
  for (const input of byId("topics").querySelectorAll("input")) {
    const note = kNotes[streams.get(input.value)?.state];
    setText(input.nextElementSibling, note ? `${input.value} (${note})` : input.value);
  }
}

function received(topic, raw, deleted = false) {
  log.add(topic, raw, { deleted });
  requestDraw();
}

function draw() {
  const shown = (paused ?? log).newest(choice, kShown);
  setHidden(byId("empty"), shown.length > 0);
  setText(byId("empty"), emptyText());
  const wanted = shown.map((record) => rows.get(record.number) ?? rowOf(record));
  const kept = new Set(shown.map((record) => record.number));
  for (const number of rows.keys()) if (!kept.has(number)) rows.delete(number);
  setChildren(listNode(), wanted);
  drawTotals(shown.length);
}

function emptyText() {
  if (choice.topics.size === 0) return "No topic is chosen.";
  return log.size ? "No event fits this choice." : "Waiting for events…";
}

function drawTotals(shown) {
  const rate = counted.rate ? ` · ${kNumber.format(counted.rate)} a second` : "";
  setText(byId("totals"), `${kNumber.format(log.total)} received${rate} · ${kNumber.format(shown)} shown`);
  const fresh = paused === null ? 0 : log.total - paused.total;
  setHidden(byId("held"), paused === null);
  setText(byId("held"), fresh ? `Paused: ${kNumber.format(fresh)} more have come.` : "Paused.");
}

// The node that holds the rows of the present format; a table has a head.
function listNode() {
  const holder = byId("records");
  if (holder.dataset.format === choice.format) return holder.querySelector("tbody, ol");
  holder.dataset.format = choice.format;
  rows.clear();
  holder.replaceChildren(choice.format === "table" ? tableNode() : el("ol", { class: `lines lines-${choice.format}` }));
  return holder.querySelector("tbody, ol");
}

function tableNode() {
  const heads = ["Received", "Topic", "Key", "Seq", "Type", "What"].map((label) => el("th", { scope: "col", text: label }));
  return el("table", { class: "grid" }, [el("thead", {}, [el("tr", {}, heads)]), el("tbody")]);
}

function rowOf(record) {
  const row = choice.format === "table" ? tableRow(record) : lineRow(record);
  row.dataset.topic = record.topic;
  rows.set(record.number, row);
  return row;
}

function tableRow(record) {
  const cells = [kClock.format(record.at), record.topic, record.key, record.seq, record.type, record.what];
  const row = el("tr");
  const nodes = childrenUpTo(row, cells.length, () => el("td"));
  cells.forEach((value, index) => setText(nodes[index], value));
  nodes[1].replaceChildren(topicTag(record.topic));
  if (record.value === undefined) setText(nodes[5], record.raw);
  return row;
}

function lineRow(record) {
  const head = [el("time", { text: kClock.format(record.at) }), " ", topicTag(record.topic), " ", el("bdi", { class: "line-key", text: record.key }), " "];
  const body = choice.format === "compact" ? el("code", { text: record.raw }) : el("pre", { text: pretty(record) });
  if (record.topic === "scores-rejected") head.push(el("strong", { class: "line-why", text: `${record.type}: ${record.what}` }), " ");
  return el("li", {}, [...head, body]);
}

function topicTag(topic) {
  return el("span", { class: `topic topic-${topic}`, text: topic });
}

function pause() {
  paused = paused === null ? log.frozen() : null;
  byId("pause").setAttribute("aria-pressed", String(paused !== null));
  setText(byId("pause"), paused === null ? "Pause" : "Go on");
  requestDraw();
}

function clear() {
  log.clear();
  if (paused !== null) paused = log.frozen();
  requestDraw();
}

function choose() {
  choice.topics = new Set([...byId("topics").querySelectorAll("input:checked")].map((input) => input.value));
  choice.key = byId("key").value.trim();
  choice.text = byId("text").value.trim();
  choice.format = byId("format").value;
  toAddress();
  follow();
  requestDraw();
}

function measure() {
  const now = Date.now();
  counted = { total: log.total, at: now, rate: Math.round(((log.total - counted.total) * 1000) / Math.max(1, now - counted.at)) };
  requestDraw();
}

byId("topics").append(...kTopics.map((topic) => {
  const input = el("input", { type: "checkbox", value: topic });
  input.checked = choice.topics.has(topic);
  return el("label", { class: "topic-choice" }, [input, el("span", { text: topic })]);
}));
for (const name of ["key", "text", "format"]) byId(name).value = choice[name];
byId("filters").addEventListener("input", choose);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("pause").addEventListener("click", pause);
byId("clear").addEventListener("click", clear);
setInterval(measure, kRateMs);
keepAlive(() => [...streams.values()]);
follow();
requestDraw();
