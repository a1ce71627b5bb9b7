// The pages in Chromium on the whole chain: Kafka, processor, simulator and http as they are delivered.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import {
  assertNoProblems, assertNoSidewaysScroll, Browser, cardOf, connectionOf, giveToken, installReaders, panelOf, rankingOf, screenshot, soon, untilLive,
} from "./browser.js";
import { Chain, kToken, Scorer } from "./chain.js";

const kHostile = `<img src=x onerror="document.title='owned'">`;
const browser = new Browser();
const chain = new Chain();
let pages = [];

// A test whose failure shows what the programs said.
function scenario(name, run) {
  test(name, { timeout: 120000 }, async () => {
    try {
      await run();
    } catch (error) {
      console.error(`${name}: ${error.message}\n${chain.logs()}`);
      throw error;
    }
  });
}

before(async () => {
  await browser.start();
  try {
    await chain.start();
    chain.startSimulator();
  } catch (error) {
    console.error(`${error.message}\n${chain.logs()}`);
    throw error;
  }
}, { timeout: 180000 });

after(async () => {
  await browser.stop();
  await chain.stop();
}, { timeout: 60000 });

afterEach(async () => {
  for (const page of pages) await page.shut();
  pages = [];
});

async function open(path, options) {
  const page = await browser.page(chain.base, options);
  pages.push(page);
  await installReaders(page);
  await page.goto(path);
  return page;
}

// What a card shows of a tennis match, from the state the API gives.
function expectedCard(state) {
  const live = state.status === "live";
  const sets = state.score.sets;
  const cellOf = (set, side, running) => {
    const [own, other] = [set.games[side], set.games[1 - side]];
    if (set.tiebreak && set.games[0] + set.games[1] === 1) return `${set.tiebreak[side]}`;
    return `${own}${!running && own < other && set.tiebreak ? set.tiebreak[side] : ""}`;
  };
  const sides = [0, 1].map((side) => ({
    name: state.sides[side].name,
    marked: live && state.score.server === side + 1,
    won: !live && state.winner === side + 1,
    cells: [...sets.map((set, index) => cellOf(set, side, live && index === sets.length - 1)), ...(live ? [state.score.points[side]] : [])],
  }));
  return { seq: String(state.seq), status: live ? "Live" : "Final", sides };
}

// Both are read until they speak of the same event; then they must agree.
async function assertAgrees(what, id, read, expected) {
  const pair = await soon(`${what} and the API at the same event of ${id}`, async () => {
    const shown = await read();
    return { shown, state: await chain.match(id) };
  }, ({ shown, state }) => shown?.seq === String(state.seq));
  assert.deepEqual(pair.shown, expected(pair.state, pair.shown), `${what} of ${id} at event ${pair.state.seq}`);
}

async function liveMatches(least = 3) {
  const states = await soon(`${least} live matches in play`, () => chain.api("match-state"), (all) => playing(all).length >= least, 30000);
  return playing(states);
}

const playing = (states) => states.filter((state) => state.status === "live" && state.seq > 3 && !state.match.startsWith("e2e-"));

scenario("the scoreboard changes live", async () => {
  const [{ match }] = await liveMatches();
  const page = await open("/");
  await untilLive(page);
  const first = Number((await cardOf(page, match)).seq);
  await soon(`five more points of ${match} without reloading`, async () => Number((await cardOf(page, match)).seq), (seq) => seq >= first + 5);
  await assertAgrees("the card", match, () => cardOf(page, match), expectedCard);
  assertNoProblems(page);
});

scenario("a page opened late shows the current score at once", async () => {
  const scorer = new Scorer("e2e-late", ["Early Bird", "Late Comer"]);
  await chain.write([scorer.start(), ...scorer.points("1111222211")]);
  const state = await chain.matchAt("e2e-late", 11);
  const page = await open("/");
  await untilLive(page);
  await soon("the card as the API has it", () => cardOf(page, "e2e-late"), expectedCard(state));
  assert.deepEqual(state.score.points, ["30", "0"]);
  const known = await chain.api("match-state");
  await soon("a card for every match of the API", () => page.locator(".card").count(), (count) => count >= known.length);
  assertNoProblems(page);
});

scenario("an undone point goes back on the page", async () => {
  const scorer = new Scorer("e2e-undo", ["Una", "Dora"]);
  const page = await open("/");
  const points = async () => (await cardOf(page, "e2e-undo"))?.sides.map((side) => side.cells.at(-1));
  await chain.write([scorer.start(), ...scorer.points("12")]);
  await soon("15-15", points, ["15", "15"]);
  await chain.write([scorer.event("undo")]);
  await soon("15-0 after the undo", points, ["15", "0"]);
  assertNoProblems(page);
});

scenario("a finished match is marked, with its winner", async () => {
  const scorer = new Scorer("e2e-end", ["Tired", "Fresh"]);
  const page = await open("/");
  await chain.write([scorer.start(), ...scorer.points("22221")]);
  await soon("the live card", async () => (await cardOf(page, "e2e-end"))?.status, "Live");
  await chain.write([scorer.event("end", { reason: "retired", winner: 2 })]);
  await soon("the card at rest", async () => (await cardOf(page, "e2e-end"))?.status, "Final");
  assert.deepEqual(await cardOf(page, "e2e-end"), expectedCard(await chain.match("e2e-end")));
  assert.deepEqual((await cardOf(page, "e2e-end")).sides.map((side) => side.won), [false, true]);
  await page.selectOption("#status", "finished");
  await soon("it is among the finished", () => page.locator(".card[data-match=e2e-end]").isVisible(), true);
  assertNoProblems(page);
});

scenario("an opened match shows the statistics of the API and goes on", async () => {
  const scorer = new Scorer("e2e-stats", ["Stat One", "Stat Two"]);
  await chain.write([scorer.start(), ...scorer.points("11", "ace"), ...scorer.points("2", "double_fault"), ...scorer.points("11"), ...scorer.points("2211", "winner")]);
  const page = await open("/#match=e2e-stats");
  const expected = (state, shown) => ({
    match: state.match, hidden: false, ...expectedCard(state), summary: state.summary,
    statistics: expectedStatistics(state.stats, Object.keys(shown.statistics).length),
  });
  await chain.matchAt("e2e-stats", scorer.seq);
  await assertAgrees("the opened match", "e2e-stats", () => panelOf(page), expected);
  assert.deepEqual((await panelOf(page)).statistics.Aces, ["2", "0"]);
  await chain.write(scorer.points("2", "ace"));
  await soon("one more ace, without reloading", async () => (await panelOf(page)).statistics.Aces, ["2", "1"]);
  const [{ match }] = await liveMatches();
  await page.goto(`/#match=${encodeURIComponent(match)}`);
  await soon(`the panel changes to ${match}`, async () => (await panelOf(page)).match, match);
  await assertAgrees("the opened live match", match, () => panelOf(page), expected);
  assertNoProblems(page);
});

function expectedStatistics([one, two], rows) {
  assert.equal(rows, 9, "rows of statistics");
  const sum = one.points_won + two.points_won;
  const percent = Math.round((one.points_won / sum) * 100);
  const plain = { service_points_won: "Service points won", games_won: "Games won", aces: "Aces", double_faults: "Double faults", winners: "Winners", unforced_errors: "Unforced errors", longest_streak: "Longest run of points" };
  return {
    "Points won": [`${one.points_won} (${percent}%)`, `${two.points_won} (${100 - percent}%)`],
    "Break points won": [one, two].map((side) => `${side.break_points_won}/${side.break_points}`),
    ...Object.fromEntries(Object.entries(plain).map(([key, label]) => [label, [`${one[key]}`, `${two[key]}`]])),
  };
}

scenario("the leaderboard follows the API, live, with shared ranks", async () => {
  const page = await open("/leaderboard?sport=tennis&top=10");
  await untilLive(page);
  const readApi = async () => (await chain.api("leaderboard?sport=tennis&top=10")).map(({ rank, player, score }) => [rank, player, score]);
  const agree = () => soon("the list of the page equals the API's", async () => {
    const shown = await rankingOf(page);
    return { shown, api: await readApi() };
  }, ({ shown, api }) => api.length > 0 && JSON.stringify(shown) === JSON.stringify(api));
  const first = await agree();
  const twins = ["Twin A", "Twin B"].map((name, index) => new Scorer(`e2e-twin-${index}`, [name, `Other ${index}`]));
  const endless = "111222" + "12".repeat(300);  // one game of 300 deuces: more points than any simulated match
  for (const twin of twins) await chain.write([twin.start(), ...twin.points(endless)]);
  await soon("both newcomers are on the page", async () => (await rankingOf(page)).filter(([, name]) => name.startsWith("Twin")).length, 2, 30000);
  const { shown } = await agree();
  assert.notDeepEqual(shown, first.shown);
  for (const [rank, name, score] of shown) {
    assert.equal(rank, 1 + shown.filter((other) => other[2] > score).length, `rank of ${name} in ${JSON.stringify(shown)}`);
  }
  const [one, two] = shown.filter(([, name]) => name.startsWith("Twin"));
  assert.deepEqual([one[0], one[1], two[1]], [two[0], "Twin A", "Twin B"], "equal scores share a rank, the earlier first");
  assertNoProblems(page);
});

scenario("hostile names are shown as text", async () => {
  const scorer = new Scorer("e2e-<b>&\"'", [kHostile, "<script>alert(1)</script>"], { competition: kHostile });
  const page = await open("/");
  await chain.write([scorer.start(), ...scorer.points("1")]);
  await soon("the card", async () => (await cardOf(page, "e2e-<b>&\"'"))?.sides.map((side) => side.name), [kHostile, "<script>alert(1)</script>"]);
  await page.goto(`/#match=${encodeURIComponent("e2e-<b>&\"'")}`);
  await soon("the opened match", async () => (await panelOf(page)).sides?.[0].name, kHostile);
  assert.equal(await page.locator("main img, main script, main b").count(), 0);
  assert.doesNotMatch(await page.title(), /^owned/);
  assertNoProblems(page);
});

scenario("a page survives a crash and a restart of http", async () => {
  const scorer = new Scorer("e2e-restart", ["Before", "After"]);
  await chain.write([scorer.start(), ...scorer.points("11")]);
  await chain.matchAt("e2e-restart", 3);
  const page = await open("/#match=e2e-restart");
  const board = await open("/leaderboard?sport=tennis&top=5");
  await Promise.all([untilLive(page), untilLive(board)]);
  await page.evaluate(() => (globalThis.sameDocument = true));
  await chain.killHttp();
  await soon("the page says that it reconnects", () => connectionOf(page), "reconnecting");
  assert.deepEqual((await cardOf(page, "e2e-restart")).sides[0].cells, ["0", "30"], "the last score stays on the page");
  await chain.write(scorer.points("1"));
  await chain.startHttp();
  await soon("the point played while http was away", async () => (await cardOf(page, "e2e-restart")).sides[0].cells, ["0", "40"], 30000);
  await Promise.all([untilLive(page), untilLive(board)]);
  await chain.write(scorer.points("2"));
  await soon("the point played after", async () => (await panelOf(page)).sides[1].cells, ["0", "15"]);
  const [{ match }] = await liveMatches();
  await assertAgrees("the card", match, () => cardOf(page, match), expectedCard);
  assert.equal(await page.evaluate(() => sameDocument), true, "the page was not loaded anew");
  assertNoProblems(page, { network: true });
});

const boardPoints = (page) => page.locator("#board .cell-points").allTextContents();
const confirmedSeq = (page) => page.locator("#history .event").first().getAttribute("data-seq").then(Number);
const press = (page, action) => page.locator(`[data-action="${action}"]`).click();

async function openUmpire(path) {
  const page = await browser.page(chain.base);
  pages.push(page);
  await giveToken(page, kToken);
  await page.goto(path);
  await untilLive(page);
  return page;
}

async function startMatch(sport, names) {
  const page = await openUmpire("/umpire");
  await page.selectOption("#start-sport", sport);
  for (const [index, name] of names.entries()) await page.fill(`#start-side-${index + 1}`, name);
  await page.click("text=Start the match");
  await soon("the start confirmed", () => confirmedSeq(page), 1);
  return { page, match: new URL(page.url()).searchParams.get("match") };
}

scenario("two umpires keep one match by clicks and keys; one is cut off and back; nothing is lost or doubled", async () => {
  const { page: one, match } = await startMatch("tennis", ["Umpired One", "Umpired Two"]);
  const two = await openUmpire(`/umpire?match=${match}`);
  await press(one, "ace-1");
  await soon("the first's ace at the second", () => boardPoints(two), ["15", "0"]);
  await two.keyboard.press("2");
  await soon("the second's point at the first", () => boardPoints(one), ["15", "15"]);
  await two.context().setOffline(true);
  await soon("the second is cut off", () => connectionOf(two), "reconnecting");
  for (const key of ["2", "2"]) await two.keyboard.press(key);
  await one.keyboard.press("1");
  await soon("the first goes on", () => boardPoints(one), ["30", "15"]);
  assert.deepEqual(await boardPoints(two), ["15", "15"], "the second sees what was confirmed to it");
  await two.context().setOffline(false);
  for (const page of [one, two]) await soon("both agree", () => boardPoints(page), ["30", "40"], 30000);
  await soon("nothing waits", () => two.locator("#queue .queue-item").count(), 0);
  const state = await chain.match(match);
  assert.deepEqual([state.seq, ...state.stats.map((side) => side.points_won)], [6, 2, 3]);
  const page = await open(`/#match=${match}`);
  await soon("all points in the opened match", () => page.locator("#panel .event").count(), 6);
  assert.equal(await page.locator(".chance").isVisible(), true, "tennis has a chance to win");
  await one.keyboard.press("u");
  await soon("the undo on the scoreboard", async () => (await panelOf(page)).sides?.map((side) => side.cells.at(-1)), ["30", "30"]);
  await one.click("#end");
  await one.selectOption("#end-reason", "retired");
  await one.selectOption("#end-winner", "1");
  await one.locator("dialog .primary").click();
  await soon("the retirement on the scoreboard", async () => (await panelOf(page)).status, "Final");
  assertNoProblems(one);
  assertNoProblems(two, { network: true });
  assertNoProblems(page);
});

scenario("a match whose name holds a comma and a backslash is one match on every page", async () => {
  const match = "Stack, NES \\ PAL";
  const score = (id, seq) => ({ match: id, seq, at: Date.now() + seq, sport: "arcade", type: "score", player: "ana", score: 100 * seq });
  await chain.write([...[1, 2, 3].map((seq) => score("Stack", seq)), score(match, 1)]);
  for (const [id, seq] of [["Stack", 3], [match, 1]]) await chain.matchAt(id, seq);
  const address = new URLSearchParams({ match });
  const desk = await openUmpire(`/umpire?${address}`);
  const cells = (page) => page.locator("#board .cell-total").allTextContents();
  await soon("its own score", () => cells(desk), ["100"]);
  await desk.fill("#field-player", "zoe");
  await desk.fill("#field-score", "250");
  await press(desk, "score");
  await soon("confirmed as its second event", () => confirmedSeq(desk), 2);
  assert.deepEqual((await chain.match("Stack")).seq, 3);
  const widget = await open(`/widget?${address}`);
  await soon("the widget", () => cells(widget), ["250", "100"]);
  const page = await open(`/#${address}`);
  await soon("the events of the opened match", () => page.locator("#panel .event").count(), 2);
  for (const one of [desk, widget, page]) assertNoProblems(one);
});

scenario("an umpire's outcomes survive a crash of http, and count once", async () => {
  const { page, match } = await startMatch("basketball", ["Crash One", "Crash Two"]);
  await press(page, "basket-3-1");
  await soon("three points", () => boardPoints(page), ["3", "0"]);
  await chain.killHttp();
  for (const action of ["basket-2-2", "foul-1", "basket-3-2"]) await press(page, action);
  await soon("three wait", () => page.locator("#queue .queue-item").count(), 3);
  await chain.startHttp();
  await soon("all confirmed", () => boardPoints(page), ["3", "5"], 30000);
  assert.equal((await chain.match(match)).seq, 5);
  assertNoProblems(page, { network: true });
});

scenario("an umpire is told what the rules refuse, and the monitor shows it", async () => {
  const { page, match } = await startMatch("football", ["Refused One", "Refused Two"]);
  const monitor = await openUmpire(`/monitor?topics=scores,scores-rejected&key=${match}`);
  await press(page, "period-first_half");
  await soon("the first half", () => confirmedSeq(page), 2);
  await page.fill("#field-player", "Kim");
  await press(page, "red-1");
  await soon("the red card", () => confirmedSeq(page), 3);
  await page.fill("#field-player", "Kim");
  await press(page, "goal-1");
  await soon("told why", () => page.locator("#messages .message").first().innerText(), (text) => text.startsWith("Refused: Goal, Refused One."));
  await soon("nothing waits", () => page.locator("#queue .queue-item").count(), 0);
  await press(page, "goal-2");
  await soon("the next goes on", () => boardPoints(page), ["0", "1"]);
  await soon("the refused one at the monitor", () => monitor.locator("tr[data-topic=scores-rejected]").innerText(), (text) => text.includes("impossible"));
  assertNoProblems(page);
  assertNoProblems(monitor);
});

scenario("cricket and arcade are scored by hand", async () => {
  const { page } = await startMatch("cricket", ["Bats", "Bowls"]);
  await press(page, "innings-1");
  await page.fill("#field-batter", "Kit");
  await page.fill("#field-bowler", "Max");
  for (const action of ["runs-4", "wides", "runs-1", "out-bowled"]) await press(page, action);
  await soon("the innings", () => page.locator("#board .cell").allTextContents(), (cells) => cells.includes("6/1"));
  await page.goto("/umpire");
  await page.selectOption("#start-sport", "arcade");
  await page.fill("#start-game", "e2e game");
  await page.keyboard.press("Enter");
  await page.fill("#field-player", "ana");
  await page.fill("#field-score", "4200");
  await press(page, "score");
  await soon("the score", () => page.locator("#board .cell-total").allTextContents(), ["4,200"]);
  assertNoProblems(page);
});

scenario("the widget shows a match in a frame", async () => {
  const scorer = new Scorer("e2e-widget", ["Framed", "Picture"]);
  await chain.write([scorer.start(), ...scorer.points("112")]);
  await chain.matchAt("e2e-widget", 4);
  const page = await open("/embed?match=e2e-widget");
  const frame = page.frameLocator("#frame iframe");
  await soon("the score in the frame", () => frame.locator(".cell-points").allTextContents(), ["30", "15"]);
  await chain.write(scorer.points("2"));
  await soon("the next point", () => frame.locator(".cell-points").allTextContents(), ["30", "30"]);
  assertNoProblems(page);
});

scenario("pages fit a phone, and are pictured in light and dark", async () => {
  const [{ match }] = await liveMatches();
  const hash = `/#match=${encodeURIComponent(match)}`;
  const views = [["light", 1280, 900], ["dark", 1280, 900], ["phone", 360, 780], ["phone-dark", 360, 780]];
  for (const [name, width, height] of views) {
    const page = await open("/", { viewport: { width, height }, colorScheme: name.endsWith("dark") ? "dark" : "light" });
    await untilLive(page);
    await soon("three cards", () => page.locator(".card").count(), (count) => count >= 3);
    await assertNoSidewaysScroll(page, "the scoreboard");
    await screenshot(page, `scoreboard-${name}`);
    await page.goto(hash);
    await soon("the opened match", async () => (await panelOf(page)).match, match);
    await assertNoSidewaysScroll(page, "the opened match");
    await screenshot(page, `match-${name}`);
    await page.goto("/leaderboard?sport=tennis&top=10");
    await soon("rows in the list", async () => (await rankingOf(page)).length, (rows) => rows > 0);
    await assertNoSidewaysScroll(page, "the leaderboard");
    await screenshot(page, `leaderboard-${name}`);
    assertNoProblems(page);
  }
});
