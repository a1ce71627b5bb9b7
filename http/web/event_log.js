// The raw events of one match as the processor took them, told apart from those that it did not take. Pure data, bounded.
//
// The topic `scores` holds whatever producers wrote. Of several events with one seq the first counts, unless it was refused;
// match-state names the seq and the time (`at`) of the event it applied last, which settles it. Events beyond the state's seq
// are not applied yet. `undo` takes back the last event that still stands, repeated the one before it.

import { list, text } from "./sport_common.js";

const kKept = 1000;

export class EventLog {
  constructor({ kept = kKept } = {}) {
    this.kept_ = kept;
    this.clear();
  }

  clear() {
    this.candidates_ = new Map();  // seq → the different events with that seq, in their order on the topic
    this.refused_ = [];            // {event, reason, detail}
    this.applied_ = new Map();     // seq → {at, summary} as match-state said
    this.seq_ = 0;
  }

  // Says whether the event was usable.
  add(event) {
    if (!isEvent(event)) return false;
    const known = this.candidates_.get(event.seq) ?? [];
    if (!known.some((one) => sameEvent(one, event))) this.candidates_.set(event.seq, [...known, event]);
    this.bound_(this.candidates_);
    return true;
  }

  refuse(event, reason, detail) {
    if (typeof event !== "object" || event === null) return;
    this.refused_.push({ event, reason: text(reason), detail: text(detail) });
    if (this.refused_.length > this.kept_) this.refused_.shift();
  }

  // What match-state says now. A smaller seq than before: the match was forgotten and began anew.
  apply(state) {
    if (state.seq < this.seq_) this.clear();
    this.seq_ = state.seq;
    this.applied_.set(state.seq, { at: state.at, summary: text(state.summary) });
    this.bound_(this.applied_);
  }

  // The event that counts as `seq`, as far as can be told; undefined if none was seen.
  at(seq) {
    const all = this.candidates_.get(seq) ?? [];
    const applied = this.applied_.get(seq);
    const standing = all.filter((event) => !this.refusalOf(event));
    return standing.find((event) => event.at === applied?.at) ?? standing[0] ?? all[0];
  }

  // {event, reason, detail}, or undefined.
  refusalOf(event) {
    return this.refused_.find((one) => sameEvent(one.event, event));
  }

  // [{event, seq, undone, summary}] of what was applied, the oldest first. `summary`: the score after it, if it was seen.
  entries() {
    const seqs = [...this.candidates_.keys()].filter((seq) => seq <= this.seq_).sort((a, b) => a - b);
    const entries = seqs.map((seq) => ({ event: this.at(seq), seq, undone: false, summary: this.applied_.get(seq)?.summary ?? "" }));
    const standing = [];
    for (const entry of entries) {
      if (entry.event.type === "undo") {
        const last = standing.pop();
        if (last) last.undone = true;
      } else {
        standing.push(entry);
      }
    }
    return entries;
  }

  bound_(map) {
    while (map.size > this.kept_) map.delete(map.keys().next().value);
  }
}

export function isEvent(value) {
  return typeof value === "object" && value !== null && typeof value.type === "string" && Number.isSafeInteger(value.seq);
}

// Every field of `mine` is in `theirs`, in whatever order it is written: a gateway may add fields, it changes none.
export function covers(theirs, mine) {
  if (Array.isArray(mine)) return Array.isArray(theirs) && theirs.length === mine.length && mine.every((item, index) => covers(theirs[index], item));
  if (typeof mine !== "object" || mine === null) return theirs === mine;
  if (typeof theirs !== "object" || theirs === null) return false;
  return Object.entries(mine).every(([key, value]) => covers(theirs[key], value));
}

function sameEvent(a, b) {
  return covers(a, b) && covers(b, a);
}

// Raw events have a type, states a score: so one stream can carry both topics.
export function isState(value) {
  return typeof value === "object" && value !== null && typeof value.type !== "string" && typeof value.sport === "string" && Number.isSafeInteger(value.seq);
}

export function isRejection(value) {
  return typeof value === "object" && value !== null && typeof value.reason === "string" && typeof value.detail === "string" && value.type === undefined;
}

export function rejectedEvent(value) {
  const raw = value.value ?? value.event ?? value.record;
  if (typeof raw !== "string") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

export function newest(entries, count) {
  return list(entries).slice(-count).reverse();
}
