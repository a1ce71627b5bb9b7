// What the score views share. A sport's module exports one object:
//
//   id, name, record       the sport as named on its topic and on the page; what its leaderboard ranks
//   markLabel              what the mark beside a side means (serving, batting), for screen readers
//   view(state)            {phase, situation, columns, lines}: all a scoreboard shows, as data
//   tables(state)          [{caption, head, rows}]: more of the score, for an opened match
//   statistics(state)      [{label, values: [text, text], share}]: side by side; share = part of side 1, 0 to 1, or null
//   headline(state)        the score without its fast digits: read aloud when it changes
//
// A line is {name, marked, won, cells}, a cell {text, note, kind}; kind: "set" | "set-won" | "running" | "points" | "total".
// States come from Kafka as they are, so each accessor takes what is missing or of the wrong type as empty.

export function text(value) {
  if (typeof value === "string") return value;
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "";
}

export function list(value) {
  return Array.isArray(value) ? value : [];
}

export function object(value) {
  return typeof value === "object" && value !== null ? value : {};
}

export function sideName(state, side) {
  return text(list(state.sides)[side - 1]?.name) || `Side ${side}`;
}

export function isLive(state) {
  return state.status === "live";
}

// The two lines of a match between sides; `cellsOf(side)` gives the cells of side 1 and of side 2.
export function sideLines(state, cellsOf, marked = null) {
  return [1, 2].map((side) => ({
    name: sideName(state, side),
    marked: marked === side,
    won: !isLive(state) && state.winner === side,
    cells: cellsOf(side),
  }));
}

export function cell(value, kind, note = "") {
  return { text: text(value), note: text(note), kind };
}

export function share(a, b) {
  const sum = Number(a) + Number(b);
  return sum > 0 ? Number(a) / sum : null;
}

// "red_cards" → "Red cards": for counters that a sport's module does not name itself.
export function humanise(key) {
  const words = String(key).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// Every number both sides' stats hold, in the order the processor wrote them; `labels` names and leaves out (null).
export function plainStatistics(state, labels = {}) {
  const [one, two] = [object(list(state.stats)[0]), object(list(state.stats)[1])];
  const keys = [...new Set([...Object.keys(labels), ...Object.keys(one), ...Object.keys(two)])];
  return keys
    .filter((key) => labels[key] !== null && (Number.isFinite(one[key]) || Number.isFinite(two[key])))
    .map((key) => {
      const values = [one[key] ?? 0, two[key] ?? 0];
      return { label: labels[key] ?? humanise(key), values: values.map(text), share: share(...values) };
    });
}

export function versus(state) {
  return `${sideName(state, 1)} v ${sideName(state, 2)}`;
}
