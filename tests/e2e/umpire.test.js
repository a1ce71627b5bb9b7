// The umpire's page in Chromium against the stand-in gateway: clicks and keys, two umpires, lost networks, lost answers.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { assertAccessible, assertNoProblems, assertNoSidewaysScroll, Browser, connectionOf, giveToken, screenshot, soon, untilLive } from "./browser.js";
import { FakeGateway } from "./fake_gateway.js";
import { kEverySport, tennis } from "./fixtures.js";

const browser = new Browser();
let gateway;
let base;
let pages;

before(() => browser.start());
after(() => browser.stop());
beforeEach(async () => {
  gateway = new FakeGateway();
  base = await gateway.start();
  pages = [];
});
afterEach(async () => {
  for (const page of pages) await page.shut();
  await gateway.stop();
});

async function open(path, options = {}) {
  const page = await browser.page(base, options);
  pages.push(page);
  if (options.token !== "") await giveToken(page);
  await page.goto(path);
  return page;
}

const points = (page) => page.locator("#board .cell-points").allTextContents();
const waiting = (page) => page.locator("#queue .queue-item").count();
const confirmed = (page) => page.locator("#history .event").evaluateAll((rows) => rows.map((row) => `${row.querySelector(".event-what").textContent}|${row.querySelector(".event-who").textContent}|${row.querySelector(".event-note").textContent}`));
const press = (page, action) => page.locator(`[data-action="${action}"]`).click();
const messages = (page) => page.locator("#messages .message span").allTextContents();
const winners = (match) => gateway.written(match).map(({ seq, winner }) => [seq, winner]).filter(([, winner]) => winner);

function begin(match, sport = "tennis", more = {}) {
  gateway.produce({ match, seq: 1, at: Date.now(), sport, type: "start", competition: "Club night", sides: [{ name: "Ada" }, { name: "Bo" }], ...more });
}

test("starts a match, scores it by clicks and keys, undoes, and ends it", async () => {
  const page = await open("/umpire");
  await untilLive(page);
  await page.fill("#start-side-1", "Ada");
  await page.fill("#start-side-2", "Bo");
  await page.fill("#start-competition", "Club night");
  await page.selectOption("#start-best_of", "5");
  await page.keyboard.press("Tab");
  await page.click("text=Start the match");
  await soon("the desk of the new match", () => page.locator("#desk-title").textContent(), "Ada v Bo");
  await soon("the start confirmed", () => points(page), ["0", "0"]);
  const match = new URL(page.url()).searchParams.get("match");
  assert.match(match, /^tennis-ada-bo-[0-9a-f]{6}$/);
  const { at, ...start } = gateway.written(match)[0];
  assert.ok(Math.abs(at - Date.now()) < 60000);
  assert.deepEqual(start, { match, seq: 1, sport: "tennis", type: "start", sides: [{ name: "Ada" }, { name: "Bo" }], competition: "Club night", format: { best_of: 5 }, server: 1 });
  await press(page, "ace-1");
  await page.locator("body").click({ position: { x: 2, y: 400 } });
  await page.keyboard.press("2");
  await page.keyboard.press("1");
  await soon("30-15", () => points(page), ["30", "15"]);
  await page.keyboard.press("u");
  await soon("15-15 after the undo", () => points(page), ["15", "15"]);
  await soon("all confirmed", () => waiting(page), 0);
  assert.deepEqual(await confirmed(page), ["Point|Ada|taken back", "Point|Bo|you", "Ace|Ada|you", "Match started||you"]);
  await page.click("#end");
  await page.selectOption("#end-reason", "retired");
  await page.selectOption("#end-winner", "2");
  await page.locator("dialog .primary").click();
  await soon("the end confirmed", () => page.locator("#board .status").textContent(), "Final");
  assert.equal(await page.locator("#pad button").count(), 0, "no outcome after the end");
  await page.click("#undo");
  await soon("the end taken back", () => page.locator("#board .status").textContent(), "Live");
  assert.deepEqual(gateway.written(match).map(({ seq, type }) => `${seq} ${type}`), ["1 start", "2 point", "3 point", "4 point", "5 undo", "6 end", "7 undo"]);
  assertNoProblems(page);
});

test("shows what the stream confirms, not what was clicked", async () => {
  begin("u-1");
  const page = await open("/umpire?match=u-1");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.away = true;
  await press(page, "point-1");
  await press(page, "point-1");
  await soon("both wait", () => waiting(page), 2);
  await soon("and why", () => page.locator("#queue-state").textContent(), "2 outcomes wait to be confirmed. Kafka does not answer. Trying again.");
  assert.deepEqual(await points(page), ["0", "0"]);
  await page.click("#undo");
  await soon("the second taken back before it went out", () => waiting(page), 1);
  gateway.away = false;
  await soon("the first confirmed", () => points(page), ["15", "0"], 20000);
  assert.equal(await waiting(page), 0);
  assert.deepEqual(winners("u-1"), [[2, 1]]);
  assertNoProblems(page, { network: true });
});

test("two umpires see each other, and converge when both score at once", async () => {
  begin("u-2");
  const [one, two] = [await open("/umpire?match=u-2"), await open("/umpire?match=u-2")];
  for (const page of [one, two]) await soon("the score", () => points(page), ["0", "0"]);
  await press(one, "point-1");
  await soon("the first's point at the second", () => points(two), ["15", "0"]);
  await press(two, "point-2");
  await soon("the second's point at the first", () => points(one), ["15", "15"]);
  assert.deepEqual(await confirmed(one), ["Point|Bo|", "Point|Ada|you", "Match started||"]);
  // Both send the same number: the second has heard nothing of the first's.
  await two.context().setOffline(true);
  await soon("the second is cut off", () => connectionOf(two), "reconnecting");
  await press(two, "point-2");
  await press(one, "point-1");
  await soon("the first goes on", () => points(one), ["30", "15"]);
  await two.context().setOffline(false);
  for (const page of [one, two]) await soon("both agree", () => points(page), ["30", "30"]);
  assert.deepEqual(winners("u-2"), [[2, 1], [3, 2], [4, 1], [5, 2]]);
  assertNoProblems(one);
  assertNoProblems(two, { network: true });
});

test("when another umpire took the number, ours follows theirs, and it is said; an undo does not", async () => {
  begin("u-3");
  const page = await open("/umpire?match=u-3");
  await soon("the score", () => points(page), ["0", "0"]);
  const theirs = { match: "u-3", seq: 2, at: Date.now() - 5000, sport: "tennis", type: "point", winner: 2 };
  gateway.beforePost = () => gateway.produce(theirs);
  await press(page, "point-1");
  await soon("theirs and ours", () => points(page), ["15", "15"]);
  assert.match((await messages(page))[0], /Another umpire was first. “Point, Ada” follows theirs/);
  gateway.beforePost = () => gateway.produce({ ...theirs, seq: 4, at: Date.now() - 4000 });
  await page.click("#undo");
  await soon("theirs alone", () => points(page), ["15", "30"]);
  await soon("nothing waits", () => waiting(page), 0);
  assert.match((await messages(page))[0], /Your undo was dropped/);
  assert.deepEqual(gateway.state("u-3").score.points, ["15", "30"]);
  assertNoProblems(page);
});

test("an umpire cut off and back loses nothing and doubles nothing, also when answers get lost", async () => {
  begin("u-4");
  const page = await open("/umpire?match=u-4");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.swallow = 1;  // the event is taken, its answer never comes
  await press(page, "point-1");
  await soon("confirmed by the stream", () => points(page), ["15", "0"]);
  await page.context().setOffline(true);
  await soon("cut off", () => connectionOf(page), "reconnecting");
  for (const key of ["1", "2", "1"]) await page.keyboard.press(key);
  await soon("three wait", () => waiting(page), 3);
  assert.equal(await page.locator("#queue-state").textContent(), "3 outcomes wait to be confirmed. No connection; they go out when it is back.");
  assert.deepEqual(await points(page), ["15", "0"], "the score is the last confirmed");
  gateway.swallow = 2;
  await page.context().setOffline(false);
  await soon("all confirmed", () => points(page), ["40", "15"], 30000);
  await soon("nothing waits", () => waiting(page), 0);
  assert.deepEqual(gateway.state("u-4").seq, 5);
  assert.deepEqual([...new Set(winners("u-4").map(String))], ["2,1", "3,1", "4,2", "5,1"], "in order, and what went out twice was the same");
  assertNoProblems(page, { network: true });
});

test("what waits survives a reload and a closed tab", async () => {
  begin("u-5");
  const page = await open("/umpire?match=u-5");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.away = true;
  for (const key of ["1", "1"]) await page.keyboard.press(key);
  await soon("two wait", () => waiting(page), 2);
  await page.reload();
  await soon("two wait after the reload", () => waiting(page), 2);
  const next = await page.context().newPage();
  await page.close();
  await next.goto("/umpire");
  await soon("the match is offered", () => next.locator("#choices a").first().innerText(), (text) => text.startsWith("Ada v Bo"));
  gateway.away = false;
  await next.goto("/umpire?match=u-5");
  await next.fill("#token-input", "secret");
  await next.keyboard.press("Enter");
  await soon("both confirmed", () => points(next), ["30", "0"], 20000);
  assert.deepEqual([...new Set(winners("u-5").map(String))], ["2,1", "3,1"]);
  assert.equal(await next.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("matchpoint.umpire")).length), 0);
});

test("asks for the token, and again when it is refused", async () => {
  begin("u-6");
  const page = await open("/umpire?match=u-6", { token: "" });
  await page.fill("#token-input", "wrong");
  await page.keyboard.press("Enter");
  await soon("the score", () => points(page), ["0", "0"]);
  await press(page, "point-2");
  await soon("asked again", () => page.locator("dialog[open] p").first().textContent(), "the token is missing or wrong");
  assert.equal(await waiting(page), 1);
  await page.fill("#token-input", "secret");
  await page.keyboard.press("Enter");
  await soon("confirmed", () => points(page), ["0", "15"]);
  assert.equal(await page.evaluate(() => sessionStorage.getItem("matchpoint.token")), "secret");
  assert.ok(!page.url().includes("secret"));
  assertNoProblems(page, { network: true });
});

test("says what was refused, and why", async () => {
  begin("u-7");
  const page = await open("/umpire?match=u-7");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.away = true;
  for (const action of ["point-1", "point-1", "ace-2"]) await press(page, action);  // with several waiting, who serves is not known
  gateway.away = false;
  await soon("both points", () => points(page), ["30", "0"], 20000);
  await soon("told", () => messages(page), ["Refused: Ace, Bo. The server wins with an ace."]);
  assert.equal(await waiting(page), 0);
  assertNoProblems(page, { network: true });
});

test("a match whose name holds a comma is its own, not that of its parts", async () => {
  const score = (match, seq, points) => gateway.produce({ match, seq, at: Date.now() + seq, sport: "arcade", type: "score", player: "ana", score: points });
  for (const seq of [1, 2, 3, 4, 5]) score("Tetris", seq, 100 * seq);
  for (const match of ["Tetris, NES", "a\\\\b,"]) {
    score(match, 1, 7);
    const page = await open(`/umpire?${new URLSearchParams({ match })}`);
    await soon("its own score", () => page.locator("#board .cell-total").allTextContents(), ["7"]);
    await page.fill("#field-player", "zoe");
    await page.fill("#field-score", "9999");
    await press(page, "score");
    await soon("confirmed", () => confirmed(page), (rows) => rows[0]?.startsWith("9,999|"));
    assert.deepEqual(gateway.written(match).map(({ seq, score: points }) => [seq, points]), [[1, 7], [2, 9999]]);
    assert.equal(await waiting(page), 0);
    assertNoProblems(page);
  }
});

test("what the gateway sends of other matches is not this match's", async () => {
  begin("u-8");
  begin("u-9");
  gateway.unfiltered = true;
  const page = await open("/umpire?match=u-8");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.produce({ match: "u-9", seq: 2, at: Date.now(), sport: "tennis", type: "point", winner: 1 });
  gateway.remove("u-9");
  await press(page, "point-2");
  await soon("its own point alone", () => points(page), ["0", "15"]);
  assert.deepEqual(winners("u-8"), [[2, 2]]);
  assert.deepEqual(await confirmed(page), ["Point|Bo|you", "Match started||"]);
  assertNoProblems(page);
});

test("an address without a name lets choose a match", async () => {
  begin("u-10");
  const page = await open("/umpire?match=");
  await soon("the matches", () => page.locator("#choices a").count(), 1);
  assert.equal(await page.locator("#desk").isVisible(), false);
  assertNoProblems(page);
});

test("works without the refused events where a token may not read them, and with them once it may", async () => {
  begin("u-11");
  gateway.barred = { "scores-rejected": 403 };
  const page = await open("/umpire?match=u-11");
  await untilLive(page);
  await press(page, "point-1");
  await soon("confirmed", () => points(page), ["15", "0"]);
  assert.deepEqual(gateway.requests.map(({ path }) => path), ["/events?topics=match-state,scores&match=u-11"]);
  gateway.barred = {};
  gateway.cut();
  await soon("asked again when it comes back", () => gateway.requests.at(-1).path, "/events?topics=match-state,scores,scores-rejected&match=u-11");
  await untilLive(page);
  gateway.barred = { "scores-rejected": 404 };
  gateway.cut();
  await soon("and when it is refused", () => gateway.requests.at(-1).path, "/events?topics=match-state,scores&match=u-11");
  await untilLive(page);
  await press(page, "point-1");
  await soon("confirmed", () => points(page), ["30", "0"]);
  assertNoProblems(page, { network: true });
});

test("where refusals are not shown, an outcome after the end is left to the umpire", async () => {
  begin("u-12");
  gateway.barred = { "scores-rejected": 404 };
  const page = await open("/umpire?match=u-12");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.away = true;
  for (const action of ["point-1", "point-2"]) await press(page, action);
  gateway.produce({ match: "u-12", seq: 2, at: Date.now(), sport: "tennis", type: "end", reason: "retired", winner: 1 });
  gateway.away = false;
  const statuses = () => page.locator("#queue .queue-status").allTextContents();
  await soon("unclear, the next behind it", statuses, ["unclear, the match is over, no. 3", "waiting"], 20000);
  assert.match((await messages(page))[0], /^“Point, Ada” is not confirmed, and the match is over\. It may have been refused/);
  await page.reload();
  await soon("the same after a reload", statuses, ["unclear, the match is over, no. 3", "waiting"]);
  await page.locator("#queue .queue-item").first().getByText("Drop").click();
  await soon("then the next", statuses, ["unclear, the match is over, no. 3"], 20000);
  await page.locator("#queue .queue-item").first().getByText("Drop").click();
  await soon("nothing waits", () => page.locator("#queue-state").textContent(), "All is confirmed.");
  assertNoProblems(page, { network: true });
});

test("says that outcomes of a page that is closed wait, before they are taken over", async () => {
  begin("u-13");
  const page = await open("/umpire?match=u-13");
  await soon("the score", () => points(page), ["0", "0"]);
  gateway.away = true;
  for (const key of ["1", "1"]) await page.keyboard.press(key);
  await soon("two wait", () => waiting(page), 2);
  const next = await page.context().newPage();
  await next.goto("/umpire?match=u-13");
  const state = () => next.locator("#queue-state").textContent();
  await soon("they wait", state, "2 outcomes of another page of this browser wait.");
  gateway.away = false;
  await soon("the other page brought them in", state, "All is confirmed.", 20000);
  await page.close();
});

test("has the outcomes of every sport", async () => {
  const page = await open("/umpire");
  const goTo = async (match) => {
    await page.goto(`/umpire?match=${match}`);
    await untilLive(page);
  };
  begin("s-f", "football");
  await goTo("s-f");
  await press(page, "period-first_half");
  await soon("the first half", () => page.locator("#board .phase").textContent(), (text) => text.includes("First half"));
  await page.fill("#field-player", "Kim");
  await page.fill("#field-minute", "12");
  await press(page, "goal-2");
  await soon("the goal", () => points(page), ["0", "1"]);
  assert.equal(await page.inputValue("#field-player"), "", "the next one may be another's");
  await press(page, "yellow-1");
  await soon("confirmed", () => confirmed(page), (rows) => rows[0] === "Yellow card|Ada|you" && rows[1] === "Goal|Bo|you");
  assert.deepEqual(only(gateway.written("s-f")[2]), { type: "goal", team: 2, player: "Kim", minute: 12 });

  begin("s-c", "cricket");
  await goTo("s-c");
  await press(page, "innings-2");
  await page.fill("#field-batter", "Kit");
  await page.fill("#field-non_striker", "Lou");
  await page.fill("#field-bowler", "Max");
  await press(page, "runs-1");
  await press(page, "wides");
  await press(page, "out-bowled");
  await soon("the innings", () => page.locator("#board .cell").allTextContents(), (cells) => cells.includes("2/1"));
  const balls = gateway.written("s-c").slice(2).map(only);
  assert.deepEqual(balls[0], { type: "ball", batter: "Kit", non_striker: "Lou", bowler: "Max", runs: 1 });
  assert.deepEqual(balls[1], { type: "ball", batter: "Lou", non_striker: "Kit", bowler: "Max", runs: 0, extras: { wides: 1 } }, "the batters have changed ends");
  assert.deepEqual(balls[2].wickets, [{ player_out: "Lou", kind: "bowled" }]);

  begin("s-b", "basketball");
  await goTo("s-b");
  await press(page, "basket-3-1");
  await press(page, "basket-1-2");
  await press(page, "period-2");
  await soon("the points", () => points(page), ["3", "1"]);
  await soon("all confirmed", () => waiting(page), 0);
  assert.deepEqual(gateway.written("s-b").slice(1).map(only), [{ type: "basket", team: 1, player: "Ada", points: 3 }, { type: "basket", team: 2, player: "Bo", points: 1 }, { type: "period", period: 2 }]);

  await page.goto("/umpire");
  await page.selectOption("#start-sport", "arcade");
  await page.fill("#start-game", "Star Runner");
  await page.keyboard.press("Enter");
  await soon("the game", () => page.locator("#desk-title").textContent(), "Star Runner");
  await page.fill("#field-player", "ana");
  await page.fill("#field-score", "4200");
  await press(page, "score");
  await soon("the score", () => page.locator("#board .cell-total").allTextContents(), ["4,200"]);
  assertNoProblems(page);
});

const only = ({ match, seq, at, sport, ...rest }) => rest;

test("the umpire's page is accessible, fits a phone, and is pictured", async () => {
  for (const state of kEverySport) gateway.put(state);
  gateway.put(tennis("long", { sides: [{ name: "W".repeat(120) }, { name: "A name ".repeat(17) }] }));
  for (const [name, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 360, height: 780 } }]]) {
    const page = await open("/umpire", { bypassCSP: true, ...options });
    await soon("matches to choose from", () => page.locator("#choices a").count(), (count) => count > 3);
    await assertNoSidewaysScroll(page, `choosing, ${name}`);
    if (name === "light") await assertAccessible(page, `choosing, ${name}`);
    await screenshot(page, `umpire-choose-${name}`);
    for (const match of name === "phone" ? ["m-1", "long", "f-1", "c-1", "b-1"] : ["m-1"]) {
      gateway.away = true;
      await page.goto(`/umpire?match=${match}`);
      await untilLive(page);
      await page.locator("#pad button:enabled").first().click();
      await soon("one that waits", () => waiting(page), 1);
      await assertNoSidewaysScroll(page, `${match}, ${name}`);
      if (name !== "phone") await assertAccessible(page, `${match}, ${name}`);
      await screenshot(page, `umpire-${match}-${name}`, { fullPage: true });
    }
    assertNoProblems(page, { network: true });
    await page.shut();
  }
});
