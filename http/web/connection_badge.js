// Shows in the page's header how the stream is, and lets it retry at once when the network or the page comes back. A connection
// that stays away is also told by a line under the header, with the time since when what is shown may be old; so is why none is allowed.

import { el, setHidden, setText } from "./dom.js";

const kLabels = {
  connecting: "Connecting…",
  syncing: "Catching up…",
  live: "Live",
  reconnecting: "Reconnecting…",
  closed: "Not connected",
  ended: "Over",
  unauthorised: "Token needed",
  forbidden: "Not allowed",
  unserved: "Not served",
};
export const kRefusedTexts = {
  unauthorised: "Reading here needs a token, and this browser has none that is valid.",
  forbidden: "The token of this browser may not read this.",
  unserved: "This gateway does not serve this.",
};
const kPatienceMs = 1500;  // a restart behind a proxy is over before this, and not worth a line
const kClock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

export class ConnectionBadge {
  constructor(node) {
    this.node_ = node;
    this.label_ = node.querySelector(".connection-label");
    this.line_ = el("p", { class: "connection-line", role: "status", hidden: "" });
    document.querySelector(".masthead")?.after(this.line_);
    this.timer_ = null;
  }

  show(state) {
    this.node_.dataset.state = state;
    setText(this.label_, kLabels[state] ?? state);
    if (state === "live" || state === "closed" || state === "ended") this.found_();
    else if (kRefusedTexts[state]) this.refused_(kRefusedTexts[state]);
    else if (state === "reconnecting" && this.timer_ === null) this.lost_(kClock.format(new Date()));
  }

  lost_(since) {
    this.timer_ = setTimeout(() => {
      setHidden(this.line_, false);
      setText(this.line_, `No connection since ${since}. What you see may be old; trying again.`);
    }, kPatienceMs);
  }

  refused_(why) {
    this.found_();
    setHidden(this.line_, false);
    setText(this.line_, `${why} Trying again now and then.`);
  }

  found_() {
    clearTimeout(this.timer_);
    this.timer_ = null;
    setHidden(this.line_, true);
  }
}

// `current()` gives the page's stream of the moment, or its streams. A page taken out of the browser's back-forward cache has
// dead ones.
export function keepAlive(current) {
  const each = (run) => [current()].flat().forEach((stream) => stream && run(stream));
  addEventListener("offline", () => each((stream) => stream.networkLost()));
  addEventListener("online", () => each((stream) => stream.retryNow()));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) each((stream) => stream.retryNow());
  });
  addEventListener("pagehide", () => each((stream) => stream.close()));
  addEventListener("pageshow", (event) => {
    if (event.persisted) each((stream) => stream.open());
  });
}
