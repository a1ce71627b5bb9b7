// The matches a page knows, by id, and how they are arranged: sport, then competition, live ones first.
// Pure data, no DOM. `apply` and `remove` say whether the arrangement may have changed, since most records only change a
// score and hundreds of matches are not to be sorted for each point.

import { kSportOrder } from "./sports.js";

const kByName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export class MatchStore {
  constructor() {
    this.matches_ = new Map();
    this.unconfirmed_ = null;  // ids held before the snapshot under way, and not seen in it yet
  }

  get(id) {
    return this.matches_.get(id);
  }

  get size() {
    return this.matches_.size;
  }

  // Returns {changed, arranged}: whether the record was usable, and whether the match may have moved.
  apply(state) {
    if (!usable(state)) return { changed: false, arranged: false };
    const before = this.matches_.get(state.match);
    this.matches_.set(state.match, state);
    this.unconfirmed_?.delete(state.match);
    return { changed: true, arranged: !before || placeOf(before) !== placeOf(state) };
  }

  remove(id) {
    this.unconfirmed_?.delete(id);
    return this.matches_.delete(id);
  }

  beginSnapshot() {
    this.unconfirmed_ = new Set(this.matches_.keys());
  }

  // The ids that a complete snapshot did not hold: forgotten while this page was away. They are removed.
  endSnapshot() {
    const gone = [...(this.unconfirmed_ ?? [])];
    this.unconfirmed_ = null;
    for (const id of gone) this.matches_.delete(id);
    return gone;
  }

  counts() {
    const bySport = new Map();
    let live = 0;
    for (const state of this.matches_.values()) {
      bySport.set(state.sport, (bySport.get(state.sport) ?? 0) + 1);
      if (state.status === "live") ++live;
    }
    return { total: this.matches_.size, live, bySport };
  }

  // [{sport, live, competitions: [{name, ids, left}]}] of the matches that pass the filter {sport, status, text, atRest}.
  // Of a competition's finished matches only the latest `atRest` are named; `left` counts the others.
  arrange(filter = {}) {
    const passing = [...this.matches_.values()].filter((state) => passes(state, filter)).sort(compare);
    const groups = [];
    let atRest = 0;
    for (const state of passing) {
      let group = groups.at(-1);
      if (group?.sport !== state.sport) groups.push((group = { sport: state.sport, live: 0, competitions: [] }));
      const name = competitionOf(state);
      let competition = group.competitions.at(-1);
      if (competition?.name !== name) {
        group.competitions.push((competition = { name, ids: [], left: 0 }));
        atRest = 0;
      }
      if (state.status === "live") ++group.live;
      else if (++atRest > (filter.atRest ?? Infinity)) {
        ++competition.left;
        continue;
      }
      competition.ids.push(state.match);
    }
    return groups;
  }
}

function usable(state) {
  return typeof state === "object" && state !== null && typeof state.match === "string" && typeof state.sport === "string";
}

export function competitionOf(state) {
  return typeof state.competition === "string" ? state.competition : "";
}

function placeOf(state) {
  return JSON.stringify([state.sport, competitionOf(state), state.status, (state.sides ?? []).map((side) => side?.name)]);
}

function passes(state, { sport, status, text }) {
  if (sport && state.sport !== sport) return false;
  if (status === "live" && state.status !== "live") return false;
  if (status === "finished" && state.status === "live") return false;
  if (!text) return true;
  const words = [state.match, competitionOf(state), ...(state.sides ?? []).map((side) => side?.name ?? "")];
  return words.join("\n").toLocaleLowerCase().includes(text.toLocaleLowerCase());
}

function sportRank(sport) {
  const rank = kSportOrder.indexOf(sport);
  return rank < 0 ? kSportOrder.length : rank;
}

// Live matches keep their place by id while points fall; the finished follow, the latest first.
function compare(a, b) {
  return (
    sportRank(a.sport) - sportRank(b.sport) ||
    kByName.compare(a.sport, b.sport) ||
    kByName.compare(competitionOf(a), competitionOf(b)) ||
    (a.status === "live" ? 0 : 1) - (b.status === "live" ? 0 : 1) ||
    (a.status === "live" ? 0 : (b.at ?? 0) - (a.at ?? 0)) ||
    kByName.compare(a.match, b.match) ||
    (a.match < b.match ? -1 : a.match > b.match ? 1 : 0)
  );
}
