// How one leaderboard became the next: pure, so that what the page shows can be tested without a browser.

export function usableEntries(list) {
  if (!Array.isArray(list)) return [];
  return list.filter((entry) => typeof entry?.player === "string" && Number.isFinite(entry.rank));
}

// For each entry of `next`: {entry, move: "new" | "up" | "down" | "same", by, scored}. `before` is null for the first list,
// in which nobody has moved. Compared is the rank as shown: who shares second place and stays there has not moved.
export function rankingMoves(before, next) {
  const old = new Map((before ?? []).map((entry) => [entry.player, entry]));
  return next.map((entry) => {
    const was = old.get(entry.player);
    if (before === null) return { entry, move: "same", by: 0, scored: false };
    if (!was) return { entry, move: "new", by: 0, scored: true };
    const by = was.rank - entry.rank;
    return { entry, move: by > 0 ? "up" : by < 0 ? "down" : "same", by: Math.abs(by), scored: was.score !== entry.score };
  });
}

// Entries of one rank, for showing "=2" as printed tables do.
export function sharedRanks(list) {
  const seen = new Map();
  for (const { rank } of list) seen.set(rank, (seen.get(rank) ?? 0) + 1);
  return new Set([...seen].filter(([, count]) => count > 1).map(([rank]) => rank));
}

export function moveText({ move, by }) {
  if (move === "new") return "New";
  if (move === "up") return `▲ ${by}`;
  if (move === "down") return `▼ ${by}`;
  return "";
}

export function moveSpoken({ move, by }) {
  if (move === "new") return "new in the list";
  if (move === "up") return `up ${by}`;
  if (move === "down") return `down ${by}`;
  return "";
}
