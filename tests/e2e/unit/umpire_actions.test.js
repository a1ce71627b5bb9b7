// What an umpire is offered, and that each of it is an event of the contract.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { endingsOf, fieldsAfter, footballMinute, padOf } from "../../../http/web/umpire_actions.js";
import { matchId, startBody } from "../../../http/web/match_start.js";
import * as fixtures from "../fixtures.js";

const schema = JSON.parse(readFileSync(new URL("../../../topics/schema/scores.json", import.meta.url), "utf8"));
const context = (more = {}) => ({ fields: {}, pending: [], minute: 12, ...more });
const actions = (state, more) => padOf(state, context(more)).groups.flatMap((group) => group.actions);
const ids = (state, more) => actions(state, more).map(({ id }) => id);

// Enough of JSON Schema for the contract's file.
function assertOfContract(body) {
  const fits = Object.values(schema.$defs).filter((one) => one.properties?.type?.const === body.type && [undefined, body.sport].includes(one.properties.sport?.const));
  assert.equal(fits.length, 1, `${body.sport} ${body.type}`);
  for (const name of fits[0].required ?? []) assert.ok(body[name] !== undefined && body[name] !== "", `${body.type} needs ${name}`);
  for (const [name, value] of Object.entries(body)) {
    if (name === "sport" || name === "type") continue;
    let rule = fits[0].properties[name];
    assert.ok(rule, `${body.type} has no ${name}`);
    if (rule.$ref) rule = schema.$defs[rule.$ref.split("/").at(-1)];
    if (rule.enum) assert.ok(rule.enum.includes(value), `${name}=${value}`);
    if (rule.type === "integer") assert.ok(Number.isInteger(value), `${name}=${value}`);
    if (rule.type === "string") assert.equal(typeof value, "string", name);
  }
}

test("every button makes an event of the contract", () => {
  const states = [...fixtures.kEverySport, { ...fixtures.football, score: {} }, { ...fixtures.football, score: { period: "penalties" } }, { ...fixtures.cricket, score: {} }, { ...fixtures.basketball, score: {} }];
  for (const state of states) {
    for (const fields of [{}, { player: "Kim", on: "Lee", minute: "7", batter: "Kit", non_striker: "Lou", bowler: "Max", score: "100" }]) {
      const offered = actions(state, { fields }).filter(({ disabled }) => !disabled);
      for (const { body } of offered) assertOfContract(body);
      assert.ok(offered.length > 0 || state.sport === "arcade", state.match);
    }
  }
});

test("keys and ids name one button each", () => {
  for (const state of fixtures.kEverySport) {
    const offered = actions(state, { fields: { player: "Kim", on: "Lee", score: "1" } });
    const keys = offered.map(({ key }) => key).filter(Boolean);
    assert.equal(new Set(keys).size, keys.length, `${state.match}: ${keys}`);
    assert.ok(!keys.includes("u"), "u is for undo");
    assert.equal(new Set(offered.map(({ id }) => id)).size, offered.length);
  }
});

test("tennis offers an ace to who serves, and to both while that is not known", () => {
  const state = fixtures.tennis("m");
  const enabled = (more) => actions(state, more).filter(({ id, disabled }) => id.startsWith("ace") && !disabled).map(({ id }) => id);
  assert.deepEqual(enabled(), ["ace-1"]);
  assert.deepEqual(enabled({ pending: [{}, {}] }), ["ace-1", "ace-2"]);
});

test("football offers the periods that may follow, also after one that waits", () => {
  const periods = (state, pending = []) => ids(state, { pending }).filter((id) => id.startsWith("period-")).map((id) => id.slice(7));
  assert.deepEqual(periods({ ...fixtures.football, score: {} }), ["first_half"]);
  assert.deepEqual(periods(fixtures.football), ["full_time", "extra_first", "penalties"]);
  assert.deepEqual(periods(fixtures.football, [{ type: "period", period: "extra_first" }]), ["extra_half_time", "extra_second"]);
  assert.deepEqual(ids({ ...fixtures.football, score: { period: "penalties" } }), ["scored-1", "missed-1", "scored-2", "missed-2"]);
});

test("the football clock goes on from the period's event, and not past its end", () => {
  const at = (period, minutes) => footballMinute({ score: { period, minute: 3 } }, 0, minutes * 60000);
  assert.deepEqual([at("first_half", 0), at("first_half", 11.5), at("first_half", 50), at("second_half", 0.1), at("half_time", 5)], [1, 12, 45, 46, 3]);
});

test("the batters change ends after odd runs and after the over, and a wicket empties the striker's field", () => {
  const fields = { batter: "Kit", non_striker: "Lou", bowler: "Max" };
  const after = (body, balls = 1) => {
    const state = { ...fixtures.cricket, score: { innings: [{ balls }], batting: 1 } };
    const { batter, non_striker } = fieldsAfter(fields, padOf(state, context({ fields })), { type: "ball", runs: 0, ...body }, state, []);
    return [batter, non_striker];
  };
  assert.deepEqual(after({ runs: 2 }), ["Kit", "Lou"]);
  assert.deepEqual(after({ runs: 1 }), ["Lou", "Kit"]);
  assert.deepEqual(after({ extras: { legbyes: 1 } }), ["Lou", "Kit"]);
  assert.deepEqual(after({ extras: { wides: 1 } }), ["Kit", "Lou"]);
  assert.deepEqual(after({ extras: { wides: 2 } }), ["Lou", "Kit"]);
  assert.deepEqual(after({ runs: 0 }, 5), ["Lou", "Kit"], "the sixth ball");
  assert.deepEqual(after({ runs: 1 }, 5), ["Kit", "Lou"]);
  assert.deepEqual(after({ wickets: [{ kind: "bowled", player_out: "Kit" }] }), ["", "Lou"]);
});

test("a start event as the contract has it, an id that can be read", () => {
  const body = startBody("tennis", { names: ["Ada", "Bo"], competition: "", choices: { best_of: "5", final_set: "match_tiebreak", no_ad: "1", server: "2" } });
  assert.deepEqual(body, { sport: "tennis", type: "start", sides: [{ name: "Ada" }, { name: "Bo" }], format: { best_of: 5, no_ad: true, final_set: { kind: "match_tiebreak", points: 10 } }, server: 2 });
  assert.deepEqual(startBody("cricket", { names: ["A", "B"], competition: "Cup", choices: { overs: "50" } }).format, { overs: 50 });
  assert.equal(startBody("football", { names: ["A", "B"], competition: "", choices: {} }).format, undefined);
  assert.equal(matchId("tennis", ["Zoë O’Neil", "李娜"], "abc"), "tennis-zoe-o-neil-abc");
});

test("a match can be ended as its sport allows", () => {
  assert.deepEqual(endingsOf("tennis").map(({ value }) => value), ["retired", "walkover", "abandoned"]);
  assert.deepEqual(endingsOf("basketball").map(({ value }) => value), ["result", "retired", "walkover", "abandoned"]);
  assert.deepEqual(endingsOf("arcade"), []);
});
