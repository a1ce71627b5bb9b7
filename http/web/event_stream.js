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
// A connection without an id to resume from, or with one that the gateway cannot resume (`event: reset`), gets a whole
// snapshot: `onSnapshot` tells that it begins and `onLive` that it is complete, so that whoever keeps state can drop what
// the snapshot no longer holds. After a reset the old id is forgotten: sent again, it would only be refused again.

const kClosed = 2;  // EventSource.CLOSED; the global does not exist under node's tests
const kFirstDelayMs = 500;
const kLongestDelayMs = 15000;

// Half of the delay is drawn, so that the browsers of a whole club do not come back in the same instant.
export function backoffMs(attempt, random = Math.random) {
  const full = Math.min(kLongestDelayMs, kFirstDelayMs * 2 ** Math.min(attempt, 10));
  return Math.round(full / 2 + (full / 2) * random());
}

export function resumeUrl(url, lastEventId) {
  if (!lastEventId) return url;
  return `${url}${url.includes("?") ? "&" : "?"}lastEventId=${encodeURIComponent(lastEventId)}`;
}

export class EventStream {
  // handlers: onMessage(value), onDelete(key), onSnapshot(), onLive(), onState(state), onRaw(text); each optional.
  // options.resume: false where every connection starts with the whole answer anyway; it is then live with the first message.
  constructor(url, handlers, options = {}) {
    this.url_ = url;
    this.handlers_ = handlers;
    this.resume_ = options.resume ?? true;
    this.connect_ = options.connect ?? ((address) => new EventSource(address));
    this.schedule_ = options.schedule ?? ((run, ms) => setTimeout(run, ms));
    this.cancel_ = options.cancel ?? ((timer) => clearTimeout(timer));
    this.random_ = options.random ?? Math.random;
    this.state_ = "closed";
    this.lastEventId_ = "";
    this.attempt_ = 0;
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
    this.drop_();
    this.setState_("closed");
  }

  // The network is back or the page is shown again: don't wait for the rest of the backoff.
  retryNow() {
    if (this.timer_ === null) return;
    this.connectNow_();
  }

  // The browser says that there is no network. A stream that hangs would not find out for minutes; a new one tells.
  networkLost() {
    if (this.source_ === null) return;
    this.drop_();
    this.setState_("reconnecting");
    this.retryLater_();
  }

  connectNow_() {
    this.drop_();
    const source = this.connect_(resumeUrl(this.url_, this.resume_ ? this.lastEventId_ : ""));
    this.source_ = source;
    source.addEventListener("open", () => this.opened_());
    source.addEventListener("error", () => this.failed_());
    source.addEventListener("message", (event) => this.received_(event));
    source.addEventListener("delete", (event) => this.deleted_(event));
    source.addEventListener("reset", () => this.reset_());
    source.addEventListener("live", (event) => this.caughtUp_(event));
  }

  drop_() {
    if (this.timer_ !== null) this.cancel_(this.timer_);
    this.timer_ = null;
    if (this.source_) this.source_.close();
    this.source_ = null;
  }

  opened_() {
    this.attempt_ = 0;
    this.setState_("syncing");
    if (!this.lastEventId_) this.handlers_.onSnapshot?.();
  }

  failed_() {
    this.setState_("reconnecting");
    if (this.source_?.readyState !== kClosed) return;
    this.drop_();
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
