// What an umpire has decided and the stream has not confirmed yet. Owned by the page; no DOM, clock and network are passed in.
//
// Each outcome goes out as the event after the last one that is confirmed, one at a time, and again with the same `seq` until the
// stream shows its fate: however often a broken network makes it go out, the processor applies a seq once.
//
//   waiting --post--> sending --202--> sent --------+--> confirmed: the stream has it as its seq   (leaves the queue)
//      ^                 |                          +--> refused: it is on scores-rejected         (leaves the queue, told)
//      |                 +-- no answer, 5xx, 429    +--> taken: another event has that seq         (told; renumbered, or dropped)
//      +-----------------+   same seq again later   +--> unclear: the stream is past it, and what has that seq is not known
//      +----------------------------------------------- resend: the umpire decides
//
// Where the page is not shown what was refused (`showRefusals(false)`), a refused outcome looks like one that is slow. So there it is
// unclear too after kTries answers 202 without confirmation, or after the first if the match is over. A late confirmation still counts.
//
// Taken means that another umpire was first. An outcome then follows theirs under the next number. An undo and a start do not: they
// meant the state the umpire saw, and would now take back, or begin, another thing.

import { covers } from "./event_log.js";

const kConfirmMs = 8000;   // after a 202, before the same is sent again
const kGraceMs = 3000;     // the events may come later than the state
const kTries = 3;
const kFirstDelayMs = 500;
const kLongestDelayMs = 10000;

const kOver = ["finished", "abandoned"];
const kReopening = ["undo", "period", "innings"];  // what may count after the end
const kNotBegun = { seq: 0, at: null, over: false };
const kAnew = { seq: undefined, graceOver: false, unconfirmed: 0 };  // of an item that goes out as another event

export class UmpireQueue {
  // ports: {match, log, post(event) → what publish.js gives, save(items), changed(), told(sentence, tone), needToken(message),
  //         schedule(run, ms), cancel(timer), now(), id()}
  constructor(ports) {
    this.ports_ = ports;
    this.items = [];
    this.mine = new Set();   // seqs that were ours
    this.state_ = null;      // {seq, at, over} as confirmed; null until the stream told
    this.live_ = false;
    this.refusals_ = true;   // what is refused comes on the stream
    this.posting_ = false;
    this.stopped_ = "";      // why nothing goes out though the stream is live
    this.trouble_ = "";      // what the gateway said when it last could not take one
    this.timers_ = new Map();
    this.attempt_ = 0;
  }

  get trouble() {
    return this.trouble_;
  }

  get stopped() {
    return this.stopped_;
  }

  get confirmedSeq() {
    return this.state_?.seq ?? null;
  }

  // Items another page left: they go first, as they were.
  adopt(items) {
    this.forgetWaits_();
    for (const item of this.items) if (item.status === "sent") item.status = "waiting";
    this.items = [...items.map((item) => ({ ...item, status: item.status === "unclear" ? "unclear" : "waiting" })), ...this.items];
    this.changed_();
    this.pump_();
  }

  // Another page took over what this one had.
  abandon() {
    this.items = [];
    this.timers_.forEach((timer) => this.ports_.cancel(timer));
    this.timers_.clear();
    this.ports_.changed();
  }

  // `body` is the event without match, seq and at.
  add(body, label) {
    const seen = this.items.length ? null : this.confirmedSeq;  // null: it follows one of ours
    this.items.push({ id: this.ports_.id(), body, label, at: this.ports_.now(), status: "waiting", seen });
    this.changed_();
    this.pump_();
  }

  // What has not gone out is taken back here; anything else by an event.
  undo(sport) {
    const last = this.items.at(-1);
    if (last && last.seq === undefined && last.status === "waiting") {
      this.items.pop();
      this.changed_();
      return;
    }
    this.add({ sport, type: "undo" }, "Undo");
  }

  discard(id) {
    const head = this.items[0];
    this.items = this.items.filter((item) => item.id !== id || item.status === "sending");
    if (head !== this.items[0]) this.forgetWaits_();
    this.changed_();
    this.pump_();
  }

  // For an unclear one: send it again as a new event.
  resend(id) {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    Object.assign(item, { status: "waiting", ...kAnew });
    if (item === this.items[0]) this.forgetWaits_();
    this.changed_();
    this.pump_();
  }

  // The stream is complete and follows live; or it is lost.
  setLive(live) {
    this.live_ = live;
    if (live) this.state_ ??= kNotBegun;  // a whole snapshot without the match: it has not begun
    this.settle_();
  }

  // From the log: match-state says `state`; null: the match was forgotten.
  setState(state) {
    this.state_ = state ? { seq: state.seq, at: state.at, over: kOver.includes(state.status) } : kNotBegun;
    this.settle_();
  }

  showRefusals(shown) {
    this.refusals_ = shown;
  }

  // Another event or rejection is in the log.
  logChanged() {
    this.settle_();
  }

  // A token was given, the network is back.
  retryNow() {
    this.stopped_ = "";
    this.clear_("retry");
    this.pump_();
  }

  eventOf_(item) {
    return { match: this.ports_.match, seq: item.seq, at: item.at, ...item.body };
  }

  settle_() {
    for (;;) {
      const head = this.items[0];
      if (!head || head.seq === undefined) break;
      const verdict = this.verdict_(head);
      if (verdict === "pending" || (head.status === "unclear" && verdict !== "confirmed" && verdict !== "refused")) break;
      this[`${verdict}_`](head);
      this.changed_();
    }
    this.pump_();
  }

  verdict_(head) {
    const event = this.eventOf_(head);
    if (this.ports_.log.refusalOf(event)) return "refused";
    if (this.state_ === null || this.state_.seq < head.seq) return "pending";
    if (this.state_.seq === head.seq) return this.state_.at === head.at && !this.contradicted_(event) ? "confirmed" : "taken";
    const known = this.ports_.log.at(head.seq);
    if (known) return covers(known, event) ? "confirmed" : "taken";
    if (this.live_ && head.graceOver) return "unclear";
    this.after_("grace", kGraceMs, () => {
      head.graceOver = true;
      this.settle_();
    });
    return "pending";
  }

  // Two umpires in the same millisecond: the first on the topic was applied.
  contradicted_(event) {
    const known = this.ports_.log.at(event.seq);
    return known !== undefined && !covers(known, event);
  }

  confirmed_(head) {
    this.leave_();
    this.mine.add(head.seq);
    const next = this.items[0];
    if (next && next.seen === null) next.seen = head.seq;
  }

  refused_(head) {
    const { reason, detail } = this.ports_.log.refusalOf(this.eventOf_(head));
    this.leave_();
    this.ports_.told(`Refused: ${head.label}. ${sentence(detail || reason)}`, "error");
  }

  taken_(head) {
    this.clear_("confirm");
    const { type } = head.body;
    if (type === "undo" || type === "start") {
      this.leave_();
      this.ports_.told(type === "undo" ? "Another umpire was first. Your undo was dropped: it meant the event before." : "This match has been started already.", "error");
      return;
    }
    Object.assign(head, { status: "waiting", ...kAnew });
    this.ports_.told(`Another umpire was first. “${head.label}” follows theirs: check the score, and undo it if both of you mean the same.`, "error");
  }

  unclear_(head) {
    Object.assign(head, { status: "unclear", why: "" });
    this.forgetWaits_();
    this.ports_.told(`Whether “${head.label}” counted cannot be told any more. Check the score.`, "error");
  }

  leave_() {
    this.items.shift();
    this.attempt_ = 0;
    this.trouble_ = "";
    this.forgetWaits_();
    this.clear_("retry");
  }

  forgetWaits_() {
    this.clear_("confirm");
    this.clear_("grace");
  }

  pump_() {
    const head = this.items[0];
    if (!head || head.status !== "waiting" || !this.live_ || this.posting_ || this.stopped_ || this.timers_.has("retry")) return;
    if (head.seq === undefined && !this.number_(head)) return;
    this.send_(head);
  }

  // Gives it the next number; false if it must not go out any more.
  number_(head) {
    const { type } = head.body;
    const late = (type === "undo" && head.seen !== null && head.seen !== this.state_.seq) || (type === "start" && this.state_.seq > 0);
    if (late) {
      this.taken_(head);
      this.changed_();
      this.pump_();
      return false;
    }
    head.seq = this.state_.seq + 1;
    return true;
  }

  async send_(head) {
    head.status = "sending";
    this.posting_ = true;
    this.changed_();  // saved with its seq before it goes out, so that a reload sends the same
    const answer = await this.ports_.post(this.eventOf_(head));
    this.posting_ = false;
    if (head.status === "sending" && this.items[0] === head) this.answered_(head, answer);
    else if (head.status === "sending") head.status = "waiting";  // those of another page came before it
    this.changed_();
    this.settle_();
  }

  answered_(head, { kind, retryMs, message }) {
    this.trouble_ = kind === "away" ? message : "";
    if (kind === "accepted") {
      head.status = "sent";
      this.attempt_ = 0;
      this.after_("confirm", !this.refusals_ && this.tooLate_(head) ? kGraceMs : kConfirmMs, () => this.unconfirmed_(head));
      return;
    }
    if (kind === "refused") {
      this.leave_();
      this.ports_.told(`Not accepted: ${head.label}. ${sentence(message)}`, "error");
      return;
    }
    head.status = "waiting";
    if (kind === "away") {
      const delay = retryMs ?? Math.min(kLongestDelayMs, kFirstDelayMs * 2 ** Math.min(this.attempt_++, 10));
      this.after_("retry", delay, () => this.pump_());
      return;
    }
    this.stopped_ = message;
    if (kind === "unauthorised") this.ports_.needToken(message);
    else this.ports_.told(sentence(message), "error");
  }

  // While the stream is away, no confirmation says nothing.
  unconfirmed_(head) {
    head.status = "waiting";
    if (this.live_) head.unconfirmed = (head.unconfirmed ?? 0) + 1;
    const tooLate = this.tooLate_(head);
    if (this.live_ && !this.refusals_ && (tooLate || head.unconfirmed >= kTries)) {
      Object.assign(head, { status: "unclear", why: tooLate ? "the match is over" : "perhaps refused" });
      this.ports_.told(`“${head.label}” is not confirmed${tooLate ? ", and the match is over" : ""}. It may have been refused, which this page is not shown. Check the score.`, "error");
    }
    this.changed_();
    this.pump_();
  }

  tooLate_(head) {
    return this.state_?.over && !kReopening.includes(head.body.type);
  }

  after_(name, ms, run) {
    if (this.timers_.has(name)) return;
    this.timers_.set(name, this.ports_.schedule(() => {
      this.timers_.delete(name);
      run();
    }, ms));
  }

  clear_(name) {
    if (!this.timers_.has(name)) return;
    this.ports_.cancel(this.timers_.get(name));
    this.timers_.delete(name);
  }

  changed_() {
    this.ports_.save(this.items);
    this.ports_.changed();
  }
}

function sentence(text) {
  const trimmed = (text || "").trim();
  if (!trimmed) return "";
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
}
