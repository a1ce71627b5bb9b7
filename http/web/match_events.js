// The raw events of the opened match: a stream of its own while the match is opened and live. Once the match is over and its
// events are here, the stream is at rest; an `undo` of the end opens it again where it was.

import { EventLog } from "./event_log.js";
import { EventStream, filterValue } from "./event_stream.js";

export class MatchEvents {
  constructor(changed) {
    this.changed_ = changed;
    this.log_ = new EventLog();
    this.match_ = null;
    this.over_ = false;
    this.stream = null;
  }

  follow(match) {
    if (match === this.match_) return;
    this.stream?.close();
    this.log_.clear();
    this.match_ = match;
    this.over_ = false;
    this.stream = match === null ? null : this.streamOf_(match);
    this.stream?.open();
  }

  apply(state) {
    this.log_.apply(state);
    this.over_ = state.status !== "live";
    if (this.over_ && this.stream?.state === "live") this.stream.close();
    if (!this.over_ && this.stream?.state === "closed") this.stream.open();
  }

  entries() {
    return this.log_.entries();
  }

  streamOf_(match) {
    const stream = new EventStream(`/events/scores?match=${filterValue(match)}`, {
      onMessage: (event) => event?.match === match && this.log_.add(event) && this.changed_(),
      onLive: () => this.changed_(),
      onState: (state) => {
        if (state === "live" && this.over_) stream.close();
      },
    });
    return stream;
  }
}
