// States of the contract for the tests of the pages: one match of each sport, and a tennis match that can be played on.

export const kAt = Date.UTC(2026, 10, 21, 14, 5);

function stats(one, two) {
  const names = ["points_won", "service_points_won", "aces", "double_faults", "winners", "unforced_errors", "break_points", "break_points_won", "games_won", "longest_streak"];
  return [one, two].map((values) => Object.fromEntries(names.map((name, index) => [name, values[index]])));
}

export function tennis(match, changes = {}) {
  const { score, ...rest } = changes;
  return {
    match,
    sport: "tennis",
    competition: "Open 2026, women's singles",
    status: "live",
    seq: 141,
    at: kAt,
    sides: [{ name: "Ada Lindqvist" }, { name: "Bo Marchetti" }],
    format: { best_of: 3 },
    score: {
      sets: [{ games: [6, 4] }, { games: [6, 7], tiebreak: [5, 7] }, { games: [2, 1] }],
      points: ["40", "15"],
      server: 1,
      tiebreak: false,
      break_point: null,
      set_point: null,
      match_point: null,
      ...score,
    },
    stats: stats([74, 46, 6, 2, 24, 19, 7, 3, 14, 8], [66, 41, 3, 4, 21, 26, 5, 2, 12, 6]),
    winner: null,
    summary: "6-4 6-7(5) 2-1 40-15",
    ...rest,
  };
}

export function finishedTennis(match, changes = {}) {
  return tennis(match, {
    status: "finished",
    winner: 2,
    score: { sets: [{ games: [3, 6] }, { games: [6, 7], tiebreak: [5, 7] }], points: ["0", "0"], server: 1 },
    summary: "6-3 7-6(5)",
    ...changes,
  });
}

export const football = {
  match: "f-1", sport: "football", competition: "League, round 12", status: "live", seq: 30, at: kAt,
  sides: [{ name: "Harbour United" }, { name: "Northfield Athletic" }],
  score: { goals: [2, 1], half_time: [1, 0], shootout: null, period: "second_half", minute: 63 },
  stats: [{ goals: 2, yellow_cards: 1, red_cards: 0 }, { goals: 1, yellow_cards: 3, red_cards: 1 }],
  winner: null, summary: "2-1 (1-0)",
};

export const shootout = {
  ...football, match: "f-2", status: "finished", winner: 2, sides: [{ name: "Old Mill" }, { name: "Riverside" }],
  score: { goals: [1, 1], half_time: [0, 1], shootout: [3, 4], period: "penalties", minute: 120 }, summary: "1-1 (0-1), 3-4 on penalties",
};

export const cricket = {
  match: "c-1", sport: "cricket", competition: "T20 Cup", status: "live", seq: 233, at: kAt,
  sides: [{ name: "Kingsbridge" }, { name: "Marlow Green" }],
  score: {
    innings: [
      { team: 1, runs: 153, wickets: 9, balls: 120, overs: "20", extras: { wides: 6, noballs: 1, byes: 0, legbyes: 3, penalty: 0 }, super_over: false },
      { team: 2, runs: 131, wickets: 4, balls: 105, overs: "17.3", extras: { wides: 2 }, super_over: false },
    ],
    batting: 2, target: 154,
  },
  stats: [{ fours: 14, sixes: 3 }, { fours: 11, sixes: 5 }], winner: null, summary: "153/9 (20), 131/4 (17.3)",
};

export const basketball = {
  match: "b-1", sport: "basketball", competition: "City League", status: "live", seq: 180, at: kAt,
  sides: [{ name: "Lakeside" }, { name: "Ironworks" }],
  score: { points: [68, 71], periods: [[19, 32], [34, 28], [15, 11]], period: 3 },
  stats: [{ fouls: 8, three_pointers: 9 }, { fouls: 11, three_pointers: 6 }], winner: null, summary: "68-71",
};

export const arcade = {
  match: "star-runner", sport: "arcade", competition: "Star Runner", status: "live", seq: 1234, at: kAt, sides: [],
  score: { best: [["ana", 42000], ["kim", 39750], ["bo", 39750], ["lee", 12000], ["max", 900]].map(([player, score]) => ({ player, score })), plays: 1234 },
  stats: [], winner: null, summary: "ana 42000",
};

export const kEverySport = [
  tennis("m-1", { score: { break_point: 2, points: ["30", "40"] } }),
  tennis("m-2", {
    sides: [{ name: "Kowalczyk / Ferreira da Silva" }, { name: "Okonkwo-Thompson / Vandenbroucke" }],
    competition: "Open 2026, mixed doubles",
    score: { sets: [{ games: [4, 6] }, { games: [7, 6], tiebreak: [7, 3] }, { games: [0, 0] }], tiebreak: true, points: ["9", "8"], match_point: 1, server: 2 },
    summary: "4-6 7-6(3) 9-8",
  }),
  tennis("m-4", { sides: [{ name: "Ines Aydin" }, { name: "Carla Novak" }], score: { points: ["AD", "40"], sets: [{ games: [5, 4] }], set_point: 1, server: 2 }, summary: "5-4 AD-40" }),
  finishedTennis("m-3", { sides: [{ name: "Mia Tanaka" }, { name: "Zoe Duarte" }] }),
  football, shootout, cricket, basketball, arcade,
];

export function ranking(...rows) {
  return rows.map(([rank, player, score]) => ({ rank, player, score, unit: "points", match: "m-1", at: kAt }));
}

// For working on the pages by hand: every sport, and some tennis that moves.
export function playForever(gateway, count = 12) {
  for (const state of kEverySport) gateway.put(state);
  const points = ["0", "15", "30", "40", "AD"];
  const totals = new Map();
  let seq = 0;
  for (let n = 0; n < count; ++n) gateway.put(tennis(`x-${n}`, { sides: [{ name: `Player ${n}` }, { name: `Rival ${n}` }] }));
  return setInterval(() => {
    const n = ++seq % count;
    const score = { points: [points[seq % 4], points[(seq * 7) % 4]], server: 1 + (seq % 2) };
    gateway.put(tennis(`x-${n}`, { sides: [{ name: `Player ${n}` }, { name: `Rival ${n}` }], seq, score }));
    totals.set(`Player ${n}`, (totals.get(`Player ${n}`) ?? 60) + ((seq * 31) % 5));
    const sorted = [...totals].sort((a, b) => b[1] - a[1]);
    gateway.rank("tennis", ranking(...sorted.map(([name, score]) => [1 + sorted.filter((other) => other[1] > score).length, name, score])));
  }, 200);
}
