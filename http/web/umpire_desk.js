// The desk of one match: the score as the stream confirms it, a button an outcome, what still waits, and what was confirmed.
// One stream carries the match's state, its raw events and its refused ones; umpire_queue.js decides what goes out when.

import { Announcer } from "./announcer.js";
import { boardSection } from "./board.js";
import { el, frameBatch, setChildren, setClass, setHidden, setText } from "./dom.js";
import { EventList } from "./event_list.js";
import { EventLog, isEvent, isRejection, isState, rejectedEvent } from "./event_log.js";
import { EventStream, filterValue, isRefused, statusOf } from "./event_stream.js";
import { competitionOf } from "./match_store.js";
import { freshId, publish } from "./publish.js";
import { sideName, text } from "./sport_common.js";
import { sportOf, titleOf } from "./sports.js";
import { askToken, forgetToken, storedToken } from "./token.js";
import { fieldsAfter, footballMinute, padOf } from "./umpire_actions.js";
import { EndDialog } from "./umpire_end.js";
import { UmpirePad } from "./umpire_pad.js";
import { UmpireQueue } from "./umpire_queue.js";
import { UmpireStorage } from "./umpire_storage.js";

const kShownMessages = 4;
const kStatus = { waiting: "waiting", sending: "on its way", sent: "sent, not confirmed yet", unclear: "unclear" };

const byId = (id) => document.getElementById(id);

export class UmpireDesk {
  // `start` is the body of the start event of a new match; `sport` is known for a game that has no start.
  constructor(match, { sport, start, badge }) {
    this.match_ = match;
    this.sport_ = sport;
    this.badge_ = badge;
    this.state_ = null;
    this.live_ = false;
    this.fields_ = {};
    this.abort_ = new AbortController();
    this.log_ = new EventLog();
    this.announcer_ = new Announcer((sentence) => setText(byId("announcements"), sentence));
    this.draw_ = frameBatch(() => this.drawNow_());
    this.storage_ = new UmpireStorage(match, freshId(), { taken: () => this.lostToOther_() });
    this.queue_ = new UmpireQueue(this.ports_());
    this.build_();
    this.adopt_();
    this.storage_.start();
    this.adopting_ = setInterval(() => this.draw_(this.adopt_()), 3000);
    if (start) this.queue_.add(start, "Start the match");
    this.follow_();
    this.drawNow_();
    if (!storedToken()) this.needToken_("Scoring needs the token of this gateway.");
  }

  close() {
    this.stream?.close();
    this.stream = null;
    this.closed_ = true;
    clearInterval(this.adopting_);
    this.abort_.abort();
    this.storage_.stop();
    this.queue_.setLive(false);
  }

  // The page goes: let another one, or this one after a reload, have what waits.
  leave() {
    this.storage_.stop();
  }

  retryNow() {
    this.queue_.retryNow();
  }

  ports_() {
    return {
      match: this.match_,
      log: this.log_,
      post: (event) => publish("/api/scores", event, { token: storedToken() }),
      save: (items) => this.closed_ || this.storage_.save(items),  // what is under way when the desk closes is the next one's
      changed: () => this.draw_(),
      told: (sentence, tone) => this.tell_(sentence, tone),
      needToken: (message) => this.needToken_(message),
      schedule: (run, ms) => setTimeout(run, ms),
      cancel: (timer) => clearTimeout(timer),
      now: () => Date.now(),
      id: () => freshId(4),
    };
  }

  build_() {
    this.board_ = boardSection();
    this.history_ = new EventList({ title: "Confirmed", count: 40, mine: (entry) => this.queue_.mine.has(entry.seq), empty: "Nothing is confirmed yet." });
    this.pad_ = new UmpirePad(byId("pad"), byId("fields"), { press: (action) => this.press_(action), typed: (fields) => this.type_(fields) }, this.abort_.signal);
    this.end_ = new EndDialog((body, label) => this.queue_.add(body, label));
    byId("board").replaceChildren(this.board_.element);
    byId("history").replaceChildren(this.history_.element);
    byId("messages").replaceChildren();
    const signal = this.abort_.signal;
    byId("undo").addEventListener("click", () => this.undo_(), { signal });
    byId("end").addEventListener("click", () => this.end_.open(this.shownState_()), { signal });
    document.addEventListener("keydown", (event) => this.key_(event), { signal });
  }

  adopt_() {
    const left = this.storage_.takeOver();
    if (!left.length) return;
    this.queue_.adopt(left);
    this.tell_(`${left.length === 1 ? "One outcome" : `${left.length} outcomes`} left over from before will be sent.`, "info");
  }

  lostToOther_() {
    this.queue_.abandon();
    this.tell_("Another page of this browser has taken over what waited here, and sends it.", "info");
  }

  // Called again where the refused ones may be served by now, or no more.
  async follow_() {
    const refusals = await servesRejected();
    if (this.closed_ || (this.stream && refusals === this.refusals_)) return;
    this.refusals_ = refusals;
    this.queue_.showRefusals(refusals);
    this.stream?.close();
    let lived = false;
    const topics = ["match-state", "scores", ...(refusals ? ["scores-rejected"] : [])];
    this.stream = new EventStream(`/events?topics=${topics.join(",")}&match=${filterValue(this.match_)}`, {
      onMessage: (value) => this.received_(value),
      onDelete: (key) => key === this.match_ && this.forgotten_(),
      onSnapshot: () => (this.seen_ = false),
      onLive: () => {
        if (!this.seen_ && this.state_ !== null) this.forgotten_();
      },
      onState: (state) => {
        this.badge_.show(state);
        this.live_ = state === "live";
        this.queue_.setLive(this.live_);
        if (refusals ? isRefused(state) : this.live_ && lived) this.follow_();
        lived ||= this.live_;
        this.draw_();
      },
    });
    this.stream.open();
  }

  received_(value) {
    const refused = isRejection(value);
    const event = refused ? rejectedEvent(value) : value;
    if (event?.match !== this.match_) return;
    if (refused) {
      this.log_.refuse(event, value.reason, value.detail);
    } else if (isState(value)) {
      this.seen_ = true;
      if (this.state_ && value.seq > this.state_.seq) this.announcer_.say("score", text(value.summary));
      this.log_.apply(value);
      this.state_ = value;
      this.queue_.setState(value);
    } else if (!isEvent(value) || !this.log_.add(value)) {
      return;
    }
    this.queue_.logChanged();
    this.draw_();
  }

  forgotten_() {
    this.state_ = null;
    this.log_.clear();
    this.queue_.setState(null);
    this.draw_();
  }

  // What the pad offers: the confirmed state, or before the start is confirmed, what the start says.
  shownState_() {
    if (this.state_) return this.state_;
    const start = this.queue_.items.find((item) => item.body.type === "start")?.body;
    if (start) return { match: this.match_, status: "live", score: {}, stats: [], summary: "", ...start };
    if (this.sport_ === "arcade") return { match: this.match_, sport: "arcade", status: "live", competition: this.match_, sides: [], score: {}, stats: [], summary: "" };
    return null;
  }

  context_(state) {
    const pending = this.queue_.items.map((item) => item.body);
    const begun = this.log_.entries().findLast(({ event, undone }) => event.type === "period" && !undone)?.event.at;
    return { fields: this.fields_, pending, minute: state.sport === "football" ? footballMinute(state, begun, Date.now()) : 0 };
  }

  press_({ body, label, side }) {
    const state = this.shownState_();
    const context = this.context_(state);
    const pad = padOf(state, context);
    this.fields_ = fieldsAfter(this.fields_, pad, body, state, context.pending);
    this.queue_.add(body, side ? `${label}, ${sideName(state, side)}` : label);
  }

  undo_() {
    const state = this.shownState_();
    if (state) this.queue_.undo(state.sport);
  }

  type_(fields) {
    this.fields_ = { ...this.fields_, ...fields };
    this.draw_();
  }

  key_(event) {
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea")) return;
    if (event.key.toLowerCase() === "u") this.undo_();
    else if (!this.pad_.pressKey(event.key.toLowerCase())) return;
    event.preventDefault();
  }

  async needToken_(message) {
    if (this.closed_) return;
    forgetToken();
    const token = await askToken(message);
    if (this.closed_) return;
    if (token) this.queue_.retryNow();
    this.draw_();
  }

  tell_(sentence, tone) {
    if (this.closed_) return;
    const remove = el("button", { type: "button", class: "message-close", "aria-label": "Dismiss", text: "×" });
    const item = el("li", { class: `message message-${tone}` }, [el("span", { text: sentence }), remove]);
    remove.addEventListener("click", () => item.remove());
    byId("messages").prepend(item);
    while (byId("messages").children.length > kShownMessages) byId("messages").lastElementChild.remove();
  }

  drawNow_() {
    if (this.closed_) return;
    const state = this.shownState_();
    setText(byId("desk-title"), state ? titleOf(state) : `Match ${this.match_}`);
    document.title = `${byId("desk-title").textContent} · Umpire`;
    setText(byId("desk-where"), state ? [sportOf(state.sport).name, competitionOf(state)].filter(Boolean).join(" · ") : "");
    setHidden(this.board_.element, !this.state_);
    if (this.state_) this.board_.update(this.state_);
    this.drawEmpty_(state);
    this.drawPad_(state);
    this.drawQueue_();
    this.history_.update(this.log_.entries(), (side) => sideName(state ?? {}, side));
  }

  drawEmpty_(state) {
    setHidden(byId("desk-empty"), this.state_ !== null);
    if (this.state_) return;
    const unknown = this.live_ ? "There is no such match. It may have been forgotten, or never begun." : "Waiting for the match…";
    setText(byId("desk-empty"), state ? "The score shows here once the stream confirms the first event." : unknown);
  }

  drawPad_(state) {
    const over = state !== null && state.status !== "live";
    const pad = state ? padOf(state, this.context_(state)) : { fields: [], groups: [] };
    // After the end only what may reopen the match is offered: a period or an innings. Anything else is for undo.
    const groups = over ? pad.groups.map((group) => ({ ...group, actions: group.actions.filter(({ weight }) => weight === "phase") })) : pad.groups;
    this.pad_.draw({ fields: over ? [] : pad.fields, groups: groups.filter(({ actions }) => actions.length) }, this.fields_);
    byId("undo").disabled = state === null;
    setHidden(byId("end"), state === null || state.sport === "arcade");
    byId("end").disabled = over;
  }

  whyAway_() {
    return isRefused(this.stream?.state) ? "They go out once this page may read the match." : "No connection; they go out when it is back.";
  }

  drawQueue_() {
    const { items, stopped, trouble } = this.queue_;
    const waiting = items.length === 1 ? "1 outcome waits" : `${items.length} outcomes wait`;
    const why = stopped || (this.live_ ? trouble && `${trouble.replace(/[.]?$/, ".")} Trying again.` : this.whyAway_());
    const elsewhere = items.length ? 0 : this.storage_.elsewhere();
    const none = elsewhere ? `${elsewhere === 1 ? "1 outcome of another page of this browser waits" : `${elsewhere} outcomes of another page of this browser wait`}.` : "All is confirmed.";
    setText(byId("queue-state"), items.length ? `${waiting} to be confirmed. ${why}`.trim() : none);
    setHidden(byId("queue-section"), items.length === 0);
    byId("queue-state").dataset.count = items.length + elsewhere;
    const known = new Map([...byId("queue").children].map((node) => [node.dataset.id, node]));
    setChildren(byId("queue"), items.map((item) => updateItem(known.get(item.id) ?? queueItem(item, this.queue_), item)));
  }
}

// A gateway may be set up not to serve what was refused, a token may not read it. Where it cannot be told, take it that it is served:
// the stream finds out.
async function servesRejected() {
  return ![403, 404].includes(await statusOf("/events/scores-rejected"));
}

function queueItem(item, queue) {
  const again = el("button", { type: "button", text: "Send again" });
  const drop = el("button", { type: "button", text: "Drop" });
  again.addEventListener("click", () => queue.resend(item.id));
  drop.addEventListener("click", () => queue.discard(item.id));
  return el("li", { class: "queue-item", "data-id": item.id }, [el("span", { class: "queue-label" }), el("span", { class: "queue-status" }), again, drop]);
}

function updateItem(node, item) {
  const [label, status, again] = node.children;
  setClass(node, `queue-item queue-${item.status}`);
  setText(label, item.label);
  setText(status, [kStatus[item.status], item.status === "unclear" && item.why, item.seq && `no. ${item.seq}`].filter(Boolean).join(", "));
  setHidden(again, item.status !== "unclear");
  return node;
}
