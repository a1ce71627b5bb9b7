// The events a monitor keeps: the newest few thousand, whatever comes, also while the page shows an older moment. Pure data.

import { object, text } from "./sport_common.js";

export const kTopics = ["scores", "match-state", "high-scores", "scores-rejected"];
const kKept = 3000;
const kKeptBytes = 8 << 20;

export class MonitorLog {
  constructor({ kept = kKept, keptBytes = kKeptBytes } = {}) {
    this.kept_ = kept;
    this.keptBytes_ = keptBytes;
    this.total = 0;
    this.clear();
  }

  clear() {
    this.records_ = [];
    this.bytes_ = 0;
  }

  get size() {
    return this.records_.length;
  }

  // `raw` is the event as it came; a deletion is {"key":…} with deleted set.
  add(topic, raw, { deleted = false, at = Date.now() } = {}) {
    const record = { number: ++this.total, topic, raw, at, deleted, ...readRecord(topic, raw, deleted) };
    this.records_.push(record);
    this.bytes_ += raw.length;
    while (this.records_.length > this.kept_ || (this.bytes_ > this.keptBytes_ && this.records_.length > 1)) this.bytes_ -= this.records_.shift().raw.length;
    return record;
  }

  // What is here now, to be looked at while more comes.
  frozen() {
    const copy = new MonitorLog();
    copy.records_ = [...this.records_];
    copy.total = this.total;
    return copy;
  }

  // The newest `count` that pass, the newest first.
  newest(filter, count) {
    const found = [];
    for (let index = this.records_.length - 1; index >= 0 && found.length < count; --index) {
      if (passes(this.records_[index], filter)) found.push(this.records_[index]);
    }
    return found;
  }
}

// filter: {topics: Set, key, text}; an empty text or key lets all pass. A key given with a * at its end is a beginning.
export function passes(record, { topics, key, text: wanted }) {
  if (!topics.has(record.topic)) return false;
  if (key && !(key.endsWith("*") ? record.key.startsWith(key.slice(0, -1)) : record.key.includes(key))) return false;
  return !wanted || record.raw.toLowerCase().includes(wanted.toLowerCase());
}

// {key, seq, type, what, value}: what a table shows of an event. `value` is undefined if it is not JSON.
function readRecord(topic, raw, deleted) {
  const value = parse(raw);
  const fields = object(value);
  if (deleted) return { key: text(fields.key), seq: "", type: "deleted", what: "", value };
  if (topic === "scores-rejected") {
    const event = object(parse(typeof fields.value === "string" ? fields.value : "null"));
    return { key: text(fields.key) || text(event.match), seq: text(event.seq), type: text(fields.reason), what: text(fields.detail), value };
  }
  if (topic === "high-scores") {
    return { key: `${text(fields.sport)}/${text(fields.player)}`, seq: "", type: text(fields.sport), what: `${text(fields.score)} ${text(fields.unit)}`.trim(), value };
  }
  const what = topic === "match-state" ? text(fields.summary) : restOf(fields);
  const type = topic === "match-state" ? text(fields.status) : text(fields.type);
  return { key: text(fields.match), seq: text(fields.seq), type, what, value };
}

// An event's own fields, without those that have a column.
function restOf(fields) {
  const rest = Object.entries(fields).filter(([name]) => !["match", "seq", "at", "type"].includes(name));
  return rest.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`).join(" ");
}

export function pretty(record) {
  if (record.value === undefined) return record.raw;
  const value = { ...object(record.value) };
  if (record.topic === "scores-rejected" && typeof value.value === "string") {
    const inner = parse(value.value);
    if (inner !== undefined) value.value = inner;  // a refused event is most read for its fields
  }
  return JSON.stringify(Object.keys(value).length ? value : record.value, null, 2);
}

function parse(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
