// The newest events of one match as a list: what happened, whose it was, the score after it. Rows keep their element by seq, so
// that a new one slides in at the top and the others stay.

import { animate, el, setChildren, setClass, setHidden, setText } from "./dom.js";
import { newest } from "./event_log.js";
import { eventText } from "./event_text.js";

const kClock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

export class EventList {
  // options: count, how many are shown; mine(entry), whether to mark an entry as one's own.
  constructor({ title, count = 60, mine = () => false, empty = "Nothing yet." } = {}) {
    this.count_ = count;
    this.mine_ = mine;
    this.rows_ = new Map();
    this.list_ = el("ol", { class: "events", reversed: "" });
    this.empty_ = el("p", { class: "hint", text: empty });
    this.element = el("section", { class: "panel-section" }, [el("h3", { text: title }), this.empty_, this.list_]);
  }

  clear() {
    this.rows_.clear();
    this.list_.replaceChildren();
    setHidden(this.empty_, false);
  }

  update(entries, nameOf) {
    const shown = newest(entries, this.count_).filter(({ event }) => event.type !== "undo");
    const first = this.rows_.size === 0;
    const rows = new Map();
    for (const entry of shown) {
      const row = this.rows_.get(entry.seq) ?? eventRow();
      updateRow(row, entry, nameOf, this.mine_(entry));
      if (!first && !this.rows_.has(entry.seq)) animate(row, [{ opacity: 0, transform: "translateY(-8px)" }, {}], { duration: 300, easing: "ease-out" });
      rows.set(entry.seq, row);
    }
    this.rows_ = rows;
    setHidden(this.empty_, rows.size > 0);
    setChildren(this.list_, [...rows.values()]);
  }
}

function eventRow() {
  const text = el("p", { class: "event-text" }, [el("bdi", { class: "event-who" }), " ", el("span", { class: "event-what" }), " ", el("bdi", { class: "event-detail" })]);
  const note = el("span", { class: "event-note" });
  return el("li", { class: "event" }, [el("time", { class: "event-when" }), text, el("span", { class: "event-score" }), note]);
}

function updateRow(row, { event, seq, undone, summary }, nameOf, mine) {
  const [when, words, score, note] = row.children;
  const { what, detail, side } = eventText(event, nameOf);
  setClass(row, `event${side ? ` event-side-${side}` : ""}${undone ? " event-undone" : ""}`);
  row.dataset.seq = seq;
  setText(when, Number.isFinite(event.at) ? kClock.format(new Date(event.at)) : "");
  const [whoNode, whatNode, detailNode] = words.children;
  setText(whoNode, side ? nameOf(side) : "");
  setText(whatNode, what);
  setText(detailNode, detail ?? "");
  setText(score, summary);
  setText(note, undone ? "taken back" : mine ? "you" : "");
}
