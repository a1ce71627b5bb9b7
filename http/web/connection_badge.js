// Shows in the page's header how the stream is, and lets it retry at once when the network or the page comes back.

import { setText } from "./dom.js";

const kLabels = {
  connecting: "Connecting…",
  syncing: "Catching up…",
  live: "Live",
  reconnecting: "Reconnecting…",
  closed: "Not connected",
};

export class ConnectionBadge {
  constructor(node) {
    this.node_ = node;
    this.label_ = node.querySelector(".connection-label");
  }

  show(state) {
    this.node_.dataset.state = state;
    setText(this.label_, kLabels[state] ?? state);
  }
}

// `current()` gives the page's stream of the moment. A page taken out of the browser's back-forward cache has a dead one.
export function keepAlive(current) {
  addEventListener("online", () => current()?.retryNow());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) current()?.retryNow();
  });
  addEventListener("pagehide", () => current()?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) current()?.open();
  });
}
