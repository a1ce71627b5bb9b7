// Speaks to screen readers without flooding them: one sentence an interval, the newest of each topic, so that hundreds of
// matches in play are as calm as one. The clock is passed in, for tests.

const kIntervalMs = 6000;
const kWaiting = 4;

export class Announcer {
  constructor(speak, schedule = (run, ms) => setTimeout(run, ms)) {
    this.speak_ = speak;
    this.schedule_ = schedule;
    this.waiting_ = new Map();
    this.resting_ = false;
  }

  // A later sentence of the same topic replaces one not yet spoken; with too many topics the oldest goes.
  say(topic, sentence) {
    this.waiting_.delete(topic);
    this.waiting_.set(topic, sentence);
    if (this.waiting_.size > kWaiting) this.waiting_.delete(this.waiting_.keys().next().value);
    if (!this.resting_) this.next_();
  }

  next_() {
    const [topic, sentence] = this.waiting_.entries().next().value ?? [];
    this.resting_ = sentence !== undefined;
    if (!this.resting_) return;
    this.waiting_.delete(topic);
    this.speak_(sentence);
    this.schedule_(() => this.next_(), kIntervalMs);
  }
}
