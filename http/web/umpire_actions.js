// What an umpire can press, by sport and state of the match. Pure: `padOf(state, context)` gives
//
//   {fields: [{id, label, kind, placeholder}], groups: [{title, side, actions}]}
//
// an action is {id, label, body, weight, key, disabled}: `body` is the event without match, seq and at; weight "main" is a large button,
// "sub" a small one, "phase" one that begins a period or innings. context: {fields, pending, minute}, where fields holds what the
// umpire typed and pending the bodies that wait to be confirmed. What the rules refuse, the processor refuses; here is only left out
// what would make no sense to offer.

import { footballPeriodName } from "./sport_football.js";
import { periodName } from "./sport_basketball.js";
import { list, object, sideName } from "./sport_common.js";

const kKeys = { 1: ["1", "q", "a", "z", "w", "s", "x", "e"], 2: ["2", "p", "l", "m", "o", "k", "n", "i"] };
const kSides = [1, 2];

export function padOf(state, context) {
  const pad = kPads[state.sport]?.(state, context) ?? { fields: [], groups: [] };
  for (const group of pad.groups) {
    const keys = [...(kKeys[group.side] ?? [])];
    for (const action of group.actions) action.key ??= keys.shift() ?? "";
  }
  return pad;
}

// How a match of the sport can be ended by hand: [{value, label, winners}], winners: "side", "draw" or "none".
export function endingsOf(sport) {
  if (sport === "arcade") return [];
  const result = sport === "tennis" ? [] : [{ value: "result", label: "Final result", winners: ["side", "draw"] }];
  return [
    ...result,
    { value: "retired", label: "Retirement", winners: ["side"] },
    { value: "walkover", label: "Walkover", winners: ["side"] },
    { value: "abandoned", label: "Abandoned", winners: ["none", "draw"] },
  ];
}

const action = (id, label, body, weight = "sub", key) => ({ id, label, body, weight, key });

const kPads = {
  tennis(state, { pending }) {
    const score = object(state.score);
    // With more than one point waiting, who serves by now is not known.
    const known = pending.length <= 1 && (score.server === 1 || score.server === 2) ? score.server : null;
    const groups = kSides.map((side) => {
      const point = (how) => ({ sport: "tennis", type: "point", winner: side, ...(how ? { how } : {}) });
      const serving = known === null || known === side;
      const receiving = known === null || known !== side;
      return {
        title: sideName(state, side),
        side,
        actions: [
          action(`point-${side}`, "Point", point(), "main"),
          { ...action(`ace-${side}`, "Ace", point("ace")), disabled: !serving },
          { ...action(`service_winner-${side}`, "Service winner", point("service_winner")), disabled: !serving },
          action(`winner-${side}`, "Winner", point("winner")),
          action(`forced_error-${side}`, "Opponent’s forced error", point("forced_error")),
          action(`unforced_error-${side}`, "Opponent’s unforced error", point("unforced_error")),
          { ...action(`double_fault-${side}`, "Opponent’s double fault", point("double_fault")), disabled: !receiving },
        ],
      };
    });
    return { fields: [], groups };
  },

  football(state, { fields, pending, minute }) {
    const period = lastOf(pending, "period")?.period ?? object(state.score).period ?? null;
    const typed = fields.minute === "" || fields.minute === undefined ? NaN : Number(fields.minute);
    const at = Number.isInteger(typed) && typed >= 0 ? typed : minute;
    const kicks = period === "penalties";
    const groups = kSides.map((side) => {
      const name = fields.player || sideName(state, side);
      const with_ = (type, more) => ({ sport: "football", type, team: side, player: name, ...more });
      const play = [
        action(`goal-${side}`, "Goal", with_("goal", { minute: at }), "main"),
        action(`penalty-${side}`, "Penalty goal", with_("goal", { minute: at, penalty: true })),
        action(`own-${side}`, "Own goal for us", with_("goal", { minute: at, own: true, player: fields.player || sideName(state, 3 - side) })),
        action(`yellow-${side}`, "Yellow card", with_("card", { card: "yellow", minute: at })),
        action(`second_yellow-${side}`, "Second yellow", with_("card", { card: "second_yellow", minute: at })),
        action(`red-${side}`, "Red card", with_("card", { card: "red", minute: at })),
      ];
      if (fields.player && fields.on) play.push(action(`substitution-${side}`, "Substitution", { sport: "football", type: "substitution", team: side, off: fields.player, on: fields.on, minute: at }));
      const shootout = [action(`scored-${side}`, "Scored", with_("kick", { scored: true }), "main"), action(`missed-${side}`, "Missed", with_("kick", { scored: false }))];
      return { title: sideName(state, side), side, actions: kicks ? shootout : play };
    });
    const phases = (kNextPeriods[period] ?? []).map((next, index) => action(`period-${next}`, footballPeriodName(next), { sport: "football", type: "period", period: next }, "phase", `${index + 7}`));
    return {
      fields: [
        { id: "player", label: "Player", kind: "text", placeholder: "the side, if empty", once: true },
        { id: "on", label: "Coming on", kind: "text", placeholder: "for a substitution", once: true },
        { id: "minute", label: "Minute", kind: "number", placeholder: `${minute}`, once: true },
      ],
      groups: [{ title: "Period", side: null, actions: phases }, ...groups],
    };
  },

  cricket(state, { fields, pending }) {
    const score = object(state.score);
    const begun = lastOf(pending, "innings")?.team ?? score.batting;
    const batting = begun === 1 || begun === 2 ? begun : null;
    const phases = kSides.map((side, index) => action(`innings-${side}`, `${sideName(state, side)} bats`, { sport: "cricket", type: "innings", team: side }, "phase", `${index + 7}`));
    const superOvers = list(score.innings).length >= 2
      ? kSides.map((side) => action(`super-${side}`, `Super over: ${sideName(state, side)}`, { sport: "cricket", type: "innings", team: side, super_over: true }, "phase"))
      : [];
    const innings = { title: "Innings", side: null, actions: [...phases, ...superOvers] };
    const people = { batter: fields.batter || sideName(state, batting ?? 1), bowler: fields.bowler || sideName(state, 3 - (batting ?? 1)) };
    if (fields.non_striker) people.non_striker = fields.non_striker;
    return { fields: kCricketFields, groups: batting === null ? [innings] : [...ballGroups(people), innings] };
  },

  basketball(state, { fields, pending }) {
    const period = lastOf(pending, "period")?.period ?? object(state.score).period ?? 0;
    const groups = kSides.map((side) => {
      const with_ = (type, more) => ({ sport: "basketball", type, team: side, player: fields.player || sideName(state, side), ...more });
      return {
        title: sideName(state, side),
        side,
        actions: [
          action(`basket-2-${side}`, "2 points", with_("basket", { points: 2 }), "main"),
          action(`basket-3-${side}`, "3 points", with_("basket", { points: 3 }), "main"),
          action(`basket-1-${side}`, "Free throw", with_("basket", { points: 1 })),
          action(`foul-${side}`, "Foul", with_("foul")),
        ],
      };
    });
    const next = Number(period) + 1;
    const phases = [action(`period-${next}`, `Begin ${periodName(next)}`, { sport: "basketball", type: "period", period: next }, "phase", "7")];
    return {
      fields: [{ id: "player", label: "Player", kind: "text", placeholder: "the side, if empty", once: true }],
      groups: [{ title: "Period", side: null, actions: phases }, ...groups],
    };
  },

  arcade(state, { fields }) {
    const score = Number(fields.score);
    const ready = fields.player && fields.score && Number.isSafeInteger(score) && score >= 0;
    return {
      fields: [
        { id: "player", label: "Player", kind: "text", placeholder: "" },
        { id: "score", label: "Score", kind: "number", placeholder: "", once: true },
      ],
      groups: [{ title: "Game", side: null, actions: [{ ...action("score", "Add the score", { sport: "arcade", type: "score", player: fields.player, score }, "main", "1"), disabled: !ready }] }],
    };
  },
};

const kNextPeriods = {
  null: ["first_half"],
  first_half: ["half_time"],
  half_time: ["second_half"],
  second_half: ["full_time", "extra_first", "penalties"],
  full_time: ["extra_first", "penalties"],
  extra_first: ["extra_half_time", "extra_second"],
  extra_half_time: ["extra_second"],
  extra_second: ["full_time", "penalties"],
};

const kCricketFields = [
  { id: "batter", label: "Striker", kind: "text", placeholder: "the side, if empty" },
  { id: "non_striker", label: "Non-striker", kind: "text", placeholder: "" },
  { id: "bowler", label: "Bowler", kind: "text", placeholder: "the side, if empty" },
];

function ballGroups(people) {
  const ball = (more) => ({ sport: "cricket", type: "ball", ...people, runs: 0, ...more });
  const runs = [0, 1, 2, 3, 4, 6].map((count) => action(`runs-${count}`, count === 0 ? "No run" : count === 1 ? "1 run" : `${count} runs`, ball({ runs: count }), "main", `${count}`));
  const extras = [["wides", "Wide", "w"], ["noballs", "No-ball", "n"], ["byes", "Bye", "b"], ["legbyes", "Leg bye", "l"]].map(([kind, label, key]) =>
    action(kind, label, ball({ extras: { [kind]: 1 } }), "sub", key));
  extras.push(action("wides-5", "Wide, four more", ball({ extras: { wides: 5 } })), action("byes-4", "Four byes", ball({ extras: { byes: 4 } })), action("noballs-4", "No-ball and four", ball({ runs: 4, extras: { noballs: 1 } })));
  const out = [["bowled", "Bowled", "o"], ["caught", "Caught", "c"], ["lbw", "LBW", "v"], ["run out", "Run out", "r"], ["stumped", "Stumped", "s"], ["retired hurt", "Retired hurt", "h"]].map(([kind, label, key]) =>
    action(`out-${kind.replace(" ", "-")}`, label, ball({ wickets: [{ player_out: people.batter, kind }] }), "sub", key));
  return [{ title: "Runs off the bat", side: null, actions: runs }, { title: "Extras", side: null, actions: extras }, { title: "Wicket", side: null, actions: out }];
}

// What the fields hold after an outcome: names that belong to it alone go, and the batters change ends.
export function fieldsAfter(fields, pad, body, state, pending) {
  const next = { ...fields };
  for (const field of pad.fields) if (field.once) next[field.id] = "";
  if (body.type !== "ball") return next;
  const extras = object(body.extras);
  const run = Number(body.runs) + (extras.byes ?? 0) + (extras.legbyes ?? 0) + Math.max(0, (extras.wides ?? 0) - 1);
  const legal = (one) => one.type === "ball" && !object(one.extras).wides && !object(one.extras).noballs;
  const balls = (list(object(state.score).innings).at(-1)?.balls ?? 0) + [...pending, body].filter(legal).length;
  const overEnds = legal(body) && balls % (object(state.format).balls_per_over || 6) === 0;
  if ((run % 2 === 1) !== overEnds) [next.batter, next.non_striker] = [fields.non_striker ?? "", fields.batter ?? ""];
  if (list(body.wickets).length) next.batter = "";
  return next;
}

// The football clock: minutes since the period began, by the time of its event.
export function footballMinute(state, periodAt, now) {
  const score = object(state.score);
  const base = { first_half: 0, second_half: 45, extra_first: 90, extra_second: 105 }[score.period];
  const told = Number.isFinite(score.minute) ? score.minute : 0;
  if (base === undefined || !Number.isFinite(periodAt)) return told;
  const full = { first_half: 45, second_half: 90, extra_first: 105, extra_second: 120 }[score.period];
  return Math.max(base, Math.min(full, base + Math.floor((now - periodAt) / 60000) + 1));
}

function lastOf(bodies, type) {
  return bodies.findLast((body) => body.type === type);
}
