// How each match went since the page was opened: the win probability after each event. Kept for all matches, since a match that
// is opened later should have its curve; two numbers an event, and of long matches only the latest events.

import { list } from "./sport_common.js";

const kKept = 600;

export class MatchHistory {
  constructor() {
    this.matches_ = new Map();
  }

  add(state) {
    const share = probabilityOf(state);
    if (share === null || !Number.isFinite(state.seq)) return;
    const known = this.matches_.get(state.match) ?? [];
    if (known.length && known.at(-1).seq >= state.seq) known.length = 0;  // the match began anew
    known.push({ seq: state.seq, share });
    if (known.length > kKept) known.shift();
    this.matches_.set(state.match, known);
  }

  of(match) {
    return this.matches_.get(match) ?? [];
  }

  remove(match) {
    this.matches_.delete(match);
  }
}

// Side 1's part, 0 to 1; null where the state has none.
export function probabilityOf(state) {
  const [one, two] = list(state.win_probability);
  if (!(one >= 0 && two >= 0) || !(one + two > 0)) return null;
  return one / (one + two);
}

// The points of a step curve in a box of `width` by `height`: side 1 wins at the top.
export function curve(points, width, height) {
  if (!points.length) return [];
  const first = points[0].seq;
  const span = Math.max(1, points.at(-1).seq - first);
  return points.map(({ seq, share }) => [((seq - first) / span) * width, (1 - share) * height]);
}
