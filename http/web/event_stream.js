// One resumable subscription to the gateway's server-sent events.
//
// EventSource reconnects by itself after a network failure, but gives up (readyState CLOSED) when the answer has an
// error status or another content type, as during a restart behind a proxy. Then this class opens a new EventSource
// after a backoff and resumes with ?lastEventId=, since a new one cannot send the Last-Event-ID header.
//
//   connecting --open--> syncing --live--> live
//       |                   |               |
//       +------error--------+-----error-----+--> reconnecting --open--> syncing
//   any state --close()--> closed
//
// An EventSource shows no status, so after an error answer a HEAD asks for it: where it says that this page may not read here, or
// that there is nothing to read (`kRefusals`), the state tells so instead of `reconnecting`, and the tries go on at the slowest pace.
// Where it says 204, nothing more is to come (the match is over, and its final state is here): `ended`, until retryNow().
//
// A connection without an id to resume from, or with one that the gateway cannot resume (`event: reset`), gets a whole
// snapshot: `onSnapshot` tells that it begins and `onLive` that it is complete, so that whoever keeps state can drop what
// the snapshot no longer holds. After a reset the old id is forgotten: sent again, it would only be refused again.

const kClosed = 2;  // EventSource.CLOSED; the global does not exist under node's tests
const kFirstDelayMs = 500;
const kLongestDelayMs = 15000;
const kSlowest = 10;     // of the attempts, the first that waits the longest
const kAnswerMs = 5000;
const kRefusals = { 400: "unserved", 401: "unauthorised", 403: "forbidden", 404: "unserved" };

// Half of the delay is drawn, so that the browsers of a whole club do not come back in the same instant.
export function backoffMs(attempt, random = Math.random) {
  const full = Math.min(kLongestDelayMs, kFirstDelayMs * 2 ** Math.min(attempt, kSlowest));
  return Math.round(full / 2 + (full / 2) * random());
}

export function resumeUrl(url, lastEventId) {
  if (!lastEventId) return url;
  return `${url}${url.includes("?") ? "&" : "?"}lastEventId=${encodeURIComponent(lastEventId)}`;
}

// An id or a name as the value of `match=` or `sport=`, which are lists to the gateway. Addresses of pages hold it plain.
export function filterValue(name) {
  return encodeURIComponent(name.replace(/[\\,]/g, "\\$&"));
}

export function isRefused(state) {
  return Object.values(kRefusals).includes(state);
}

// What a GET would be answered, checks of access included; 0 without an answer.
export async function statusOf(url) {
  try {
    return (await fetch(url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(kAnswerMs) })).status;
  } catch {
    return 0;
  }
}

export class EventStream {
  // handlers: onMessage(value), onDelete(key), onSnapshot(), onLive(), onState(state), onRaw(text); each optional.
  // options.resume: false where every connection starts with the whole answer anyway; it is then live with the first message.
  constructor(url, handlers, options = {}) {
    this.url_ = url;
    this.handlers_ = handlers;
    this.resume_ = options.resume ?? true;
    this.connect_ = options.connect ?? ((address) => new EventSource(address));
    this.statusOf_ = options.statusOf ?? statusOf;
    this.schedule_ = options.schedule ?? ((run, ms) => setTimeout(run, ms));
    this.cancel_ = options.cancel ?? ((timer) => clearTimeout(timer));
    this.random_ = options.random ?? Math.random;
    this.state_ = "closed";
    this.lastEventId_ = "";
    this.attempt_ = 0;
    this.asked_ = null;  // the HEAD whose answer counts
    this.timer_ = null;
    this.source_ = null;
  }

  get state() {
    return this.state_;
  }

  open() {
    this.setState_("connecting");
    this.connectNow_();
  }

  close() {
    this.asked_ = null;
    this.drop_();
    this.setState_("closed");
  }

  // The network is back or the page is shown again: don't wait for the rest of the backoff.
  retryNow() {
    if (this.timer_ === null && this.state_ !== "ended") return;
    this.connectNow_();
  }

  // The browser says that there is no network. A stream that hangs would not find out for minutes; a new one tells.
  networkLost() {
    if (this.source_ === null) return;
    this.asked_ = null;
    this.drop_();
    this.setState_("reconnecting");
    this.retryLater_();
  }

  connectNow_() {
    this.drop_();
    const source = this.connect_(this.address_());
    this.source_ = source;
    source.addEventListener("open", () => this.opened_());
    source.addEventListener("error", () => this.failed_());
    source.addEventListener("message", (event) => this.received_(event));
    source.addEventListener("delete", (event) => this.deleted_(event));
    source.addEventListener("reset", () => this.reset_());
    source.addEventListener("live", (event) => this.caughtUp_(event));
  }

  address_() {
    return resumeUrl(this.url_, this.resume_ ? this.lastEventId_ : "");
  }

  drop_() {
    if (this.timer_ !== null) this.cancel_(this.timer_);
    this.timer_ = null;
    if (this.source_) this.source_.close();
    this.source_ = null;
  }

  opened_() {
    this.attempt_ = 0;
    this.asked_ = null;
    this.setState_("syncing");
    if (!this.lastEventId_) this.handlers_.onSnapshot?.();
  }

  failed_() {
    const gaveUp = this.source_?.readyState === kClosed;
    if (!gaveUp || !isRefused(this.state_)) this.setState_("reconnecting");
    if (!gaveUp) return;
    this.drop_();
    this.retryLater_();
    this.askWhy_();
  }

  async askWhy_() {
    const asked = (this.asked_ = Symbol());
    const status = await this.statusOf_(this.address_());
    if (this.asked_ !== asked) return;
    if (status === 204) {
      this.drop_();
      return this.setState_("ended");
    }
    const refusal = kRefusals[status];
    if (refusal && !isRefused(this.state_)) this.slowDown_();
    this.setState_(refusal ?? "reconnecting");
  }

  slowDown_() {
    this.attempt_ = kSlowest;
    if (this.timer_ === null) return;
    this.cancel_(this.timer_);
    this.retryLater_();
  }

  retryLater_() {
    const delay = backoffMs(this.attempt_++, this.random_);
    this.timer_ = this.schedule_(() => {
      this.timer_ = null;
      this.connectNow_();
    }, delay);
  }

  reset_() {
    this.lastEventId_ = "";
    this.handlers_.onSnapshot?.();
  }

  received_(event) {
    this.remember_(event);
    this.handlers_.onRaw?.(event.data);
    const value = parse(event.data);
    if (value === undefined) return;
    this.handlers_.onMessage?.(value);
    if (!this.resume_) this.setState_("live");
  }

  deleted_(event) {
    this.remember_(event);
    const value = parse(event.data);
    if (typeof value?.key === "string") this.handlers_.onDelete?.(value.key);
  }

  caughtUp_(event) {
    this.remember_(event);
    this.handlers_.onLive?.();
    this.setState_("live");
  }

  remember_(event) {
    if (this.resume_ && event.lastEventId) this.lastEventId_ = event.lastEventId;
  }

  setState_(state) {
    if (state === this.state_) return;
    this.state_ = state;
    this.handlers_.onState?.(state);
  }
}

// A record that is not JSON must not end the stream; undefined never is a JSON value.
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
