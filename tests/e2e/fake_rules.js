// Enough of the processor for the tests of the pages: `seq` in order and once, rejections, undo, and a score that moves. The
// rules of the sports are rough; the tests on the whole chain have the real ones.

const kTennis = ["0", "15", "30", "40"];

export class FakeProcessor {
  constructor() {
    this.matches_ = new Map();  // match → events that stand
  }

  // {state} when the event changed its match, {reason, detail} when it is refused, {} when its seq was applied already.
  take(event) {
    const known = this.matches_.get(event.match) ?? { seq: 0, moves: [] };
    if (event.seq <= known.seq) return {};
    if (event.seq > known.seq + 1) return { reason: "sequence-gap", detail: `seq ${known.seq + 1} is missing` };
    if (known.moves.length === 0 && event.type !== "start" && event.sport !== "arcade") return { reason: "no-start", detail: "the match has not begun" };
    const moves = event.type === "undo" ? known.moves.slice(0, -1) : [...known.moves, event];
    if (event.type !== "undo" && stateOf(known.moves, known)?.status === "finished") return { reason: "match-over", detail: "the match is over" };
    if (event.how === "ace" && stateOf(known.moves, known).score.server !== event.winner) return { reason: "impossible", detail: "the server wins with an ace" };
    const next = { seq: event.seq, at: event.at, moves };
    this.matches_.set(event.match, next);
    return { state: stateOf(moves, next) };
  }
}

function stateOf(moves, { seq, at }) {
  const start = moves.find((move) => move.type === "start") ?? moves[0];
  if (!start) return null;
  const end = moves.find((move) => move.type === "end");
  const state = {
    match: start.match, sport: start.sport, competition: start.competition ?? "", status: "live", seq, at,
    sides: start.sides ?? [], format: start.format ?? {}, winner: null, stats: [{}, {}], summary: "",
    ...kSports[start.sport](moves, start),
  };
  return end ? { ...state, status: end.reason === "abandoned" ? "abandoned" : "finished", winner: end.winner ?? null } : state;
}

const count = (moves, type, of = () => 1) => [1, 2].map((side) => moves.filter((move) => move.type === type && move.team === side).reduce((sum, move) => sum + of(move), 0));

const kSports = {
  tennis(moves, start) {
    const games = [0, 0];
    let points = [0, 0];
    const won = [0, 0];
    for (const { type, winner } of moves) {
      if (type !== "point") continue;
      ++points[winner - 1];
      ++won[winner - 1];
      if (points[winner - 1] < 4 || points[winner - 1] - points[2 - winner] < 2) continue;
      ++games[winner - 1];
      points = [0, 0];
    }
    const shown = points.map((own, side) => (Math.min(...points) >= 3 ? (own > points[1 - side] ? "AD" : "40") : kTennis[own]));
    const server = ((games[0] + games[1] + (start.server ?? 1) - 1) % 2) + 1;
    const share = (won[0] + 3) / (won[0] + won[1] + 6);
    return {
      score: { sets: [{ games }], points: shown, server, tiebreak: false, break_point: null, set_point: null, match_point: null },
      stats: won.map((points_won) => ({ points_won })),
      summary: `${games.join("-")} ${shown.join("-")}`,
      win_probability: [share, 1 - share],
    };
  },
  football(moves) {
    const goals = count(moves, "goal");
    const period = moves.findLast((move) => move.type === "period")?.period ?? null;
    const minute = moves.findLast((move) => Number.isFinite(move.minute))?.minute ?? 0;
    return { score: { goals, half_time: null, shootout: null, period, minute }, stats: count(moves, "card").map((yellow_cards) => ({ yellow_cards })), summary: goals.join("-") };
  },
  basketball(moves) {
    const points = count(moves, "basket", (move) => move.points);
    return { score: { points, periods: [points], period: moves.findLast((move) => move.type === "period")?.period ?? 1 }, summary: points.join("-") };
  },
  cricket(moves) {
    const innings = [];
    for (const move of moves) {
      if (move.type === "innings") innings.push({ team: move.team, runs: 0, wickets: 0, balls: 0, overs: "0", extras: {}, super_over: false });
      if (move.type !== "ball" || !innings.length) continue;
      const running = innings.at(-1);
      running.runs += move.runs + Object.values(move.extras ?? {}).reduce((sum, runs) => sum + runs, 0);
      running.wickets += move.wickets?.length ?? 0;
      if (!move.extras?.wides && !move.extras?.noballs) ++running.balls;
      running.overs = `${Math.floor(running.balls / 6)}${running.balls % 6 ? `.${running.balls % 6}` : ""}`;
    }
    const summary = innings.map((one) => `${one.runs}/${one.wickets} (${one.overs})`).join(", ");
    return { score: { innings, batting: innings.at(-1)?.team ?? null, target: null }, summary };
  },
  arcade(moves) {
    const best = moves.map(({ player, score }) => ({ player, score })).sort((a, b) => b.score - a.score).slice(0, 10);
    return { sides: [], stats: [], competition: "", score: { best, plays: moves.length }, summary: best[0] ? `${best[0].player} ${best[0].score}` : "" };
  },
};
