// Keeps each page's queue of one match in localStorage, so that a closed or crashed page loses nothing. A page writes only under its
// own key and renews it while there is something in it; a page that finds a key nobody renews takes the items over by removing it.
// Whoever's key is gone has been taken over.

const kPrefix = "matchpoint.umpire";
const kRenewMs = 2000;
const kStaleMs = 7000;

export class UmpireStorage {
  // `page` names this page. `taken()`: another page has taken over.
  constructor(match, page, { storage = localStorage, now = Date.now, taken = () => {} } = {}) {
    this.prefix_ = `${kPrefix}:${match.length}:${match}:`;  // the length keeps "a" and "a:b" apart
    this.key_ = `${this.prefix_}${page}`;
    this.storage_ = storage;
    this.now_ = now;
    this.items_ = [];
    this.taken_ = taken;
    this.since_ = now();
    this.timer_ = null;
  }

  start() {
    this.timer_ = setInterval(() => this.renew(), kRenewMs);
    this.heard_ = (event) => event.key === this.key_ && this.renew();  // another page removed it: told at once
    addEventListener("storage", this.heard_);
  }

  // Lets go of the items at once: another page, or this one after a reload, may take them.
  stop() {
    clearInterval(this.timer_);
    if (this.heard_) removeEventListener("storage", this.heard_);
    if (this.items_.length && this.owned_()) this.write_(0);
  }

  save(items) {
    this.items_ = items;
    if (items.length) this.write_(this.now_());
    else this.storage_.removeItem(this.key_);
  }

  renew() {
    if (!this.items_.length) return;
    if (this.owned_()) {
      this.write_(this.now_());
    } else {
      this.items_ = [];
      this.taken_();
    }
  }

  // What others left, the oldest first.
  takeOver() {
    const found = [];
    for (const key of this.others_()) {
      const { renewed, items } = parse(this.storage_.getItem(key));
      if (this.now_() - renewed < kStaleMs) continue;
      this.storage_.removeItem(key);
      found.push(...items);
    }
    return found.sort((a, b) => a.at - b.at);
  }

  // How many outcomes wait with other pages: open ones, or closed ones whose time has not run out. What an open one was given just now
  // is on its way.
  elsewhere() {
    const before = Math.max(this.since_, this.now_() - kRenewMs);
    return this.others_().flatMap((key) => parse(this.storage_.getItem(key)).items).filter(({ at }) => at < before).length;
  }

  // The matches that something is left for.
  static matches(storage = localStorage) {
    const names = Object.keys(storage).filter((key) => key.startsWith(`${kPrefix}:`)).map((key) => {
      const [, , length] = key.match(/^([^:]+):(\d+):/) ?? [];
      const start = `${kPrefix}:${length}:`.length;
      return key.slice(start, start + Number(length));
    });
    return [...new Set(names)];
  }

  others_() {
    return Object.keys(this.storage_).filter((key) => key.startsWith(this.prefix_) && key !== this.key_);
  }

  owned_() {
    return this.storage_.getItem(this.key_) !== null;
  }

  write_(renewed) {
    try {
      this.storage_.setItem(this.key_, JSON.stringify({ renewed, items: this.items_ }));
    } catch (error) {
      console.warn("the waiting outcomes could not be stored", error);  // full or forbidden: they still live in the page
    }
  }
}

function parse(text) {
  try {
    const { renewed, items } = JSON.parse(text);
    return { renewed: Number(renewed) || 0, items: Array.isArray(items) ? items : [] };
  } catch {
    return { renewed: 0, items: [] };
  }
}
