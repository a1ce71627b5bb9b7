// The pages in Chromium against the stand-in gateway: what the real chain does rarely or not yet. chain.test.js has the rest.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import {
  assertAccessible, assertNoProblems, assertNoSidewaysScroll, Browser, cardOf, connectionOf, installReaders, panelOf, rankingOf, screenshot, soon, untilLive,
} from "./browser.js";
import { FakeGateway } from "./fake_gateway.js";
import { finishedTennis, football, kAt, kEverySport, ranking, tennis } from "./fixtures.js";

const kHostile = `<img src=x onerror="document.title='owned'"><script>alert(1)</script>`;
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

async function open(path, options) {
  const page = await browser.page(base, options);
  pages.push(page);
  await installReaders(page);
  await page.goto(path);
  return page;
}

const cardCount = (page) => page.locator(".card").count();

test("shows every sport, groups them, and marks what is finished", async () => {
  for (const state of kEverySport) gateway.put(state);
  const page = await open("/");
  await untilLive(page);
  await soon("a card for each match", () => cardCount(page), kEverySport.length);
  assert.deepEqual(await page.locator(".sport-title > span:first-child").allTextContents(), ["Tennis", "Football", "Cricket", "Basketball", "Arcade"]);
  assert.equal((await cardOf(page, "m-3")).status, "Final");
  assert.deepEqual((await cardOf(page, "m-3")).sides.map((side) => side.won), [false, true]);
  assert.deepEqual((await cardOf(page, "b-1")).sides.map((side) => side.cells), [["19", "34", "15", "68"], ["32", "28", "11", "71"]]);
  await screenshot(page, "every-sport-light", { fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot(page, "every-sport-dark", { fullPage: true });
  assertNoProblems(page);
});

test("changes a score in place, without touching the other cards", async () => {
  for (const id of ["m-1", "m-2"]) gateway.put(tennis(id));
  const page = await open("/");
  await untilLive(page);
  await page.evaluate(() => {
    globalThis.touched = [];
    new MutationObserver((records) => touched.push(...records.map((record) => record.target.parentElement?.closest(".card")?.dataset.match))).observe(
      document.getElementById("matches"), { subtree: true, childList: true, characterData: true },
    );
  });
  gateway.put(tennis("m-2", { seq: 142, score: { points: ["AD", "40"] } }));
  await soon("the new points", async () => (await cardOf(page, "m-2")).sides.map((side) => side.cells.at(-1)), ["AD", "40"]);
  assert.deepEqual(await page.evaluate(() => [...new Set(touched)]), ["m-2"]);
  assertNoProblems(page);
});

test("takes a forgotten match off the page, also when it is the opened one", async () => {
  for (const id of ["m-1", "m-2"]) gateway.put(tennis(id));
  const page = await open("/#match=m-1");
  await untilLive(page);
  gateway.remove("m-1");
  await soon("one card left", () => cardCount(page), 1);
  await soon("the panel says that the match is gone", () => page.locator("#panel .empty").isVisible(), true);
  assertNoProblems(page);
});

test("opens and closes a match by keyboard, and gives the focus back", async () => {
  for (const id of ["m-1", "m-2"]) gateway.put(tennis(id));
  const page = await open("/");
  await soon("two cards", () => cardCount(page), 2);
  await page.locator(".card[data-match=m-2] a").focus();
  await page.keyboard.press("Enter");
  await soon("the opened match", async () => (await panelOf(page)).match, "m-2");
  assert.equal(await page.evaluate(() => document.activeElement.id), "panel-title");
  assert.match(page.url(), /#match=m-2$/);
  await page.keyboard.press("Escape");
  await soon("the panel closed", async () => (await panelOf(page)).hidden, true);
  assert.equal(await page.evaluate(() => document.activeElement.closest(".card")?.dataset.match), "m-2");
  await page.goBack();
  await soon("the match again by the browser's Back", async () => (await panelOf(page)).hidden, false);
  assertNoProblems(page);
});

test("filters by sport, status and name", async () => {
  for (const state of [tennis("m-1"), finishedTennis("m-2", { sides: [{ name: "Zoe" }, { name: "Ines" }] }), football]) gateway.put(state);
  const page = await open("/");
  await soon("three cards", () => cardCount(page), 3);
  const shown = () => page.locator(".card").evaluateAll((cards) => cards.map((card) => card.dataset.match));
  await page.selectOption("#sport", "football");
  await soon("football only", shown, ["f-1"]);
  await page.selectOption("#sport", "");
  await page.selectOption("#status", "finished");
  await soon("the finished only", shown, ["m-2"]);
  await page.selectOption("#status", "");
  await page.fill("#search", "zo");
  await page.keyboard.press("Enter");
  await soon("the one with that name", shown, ["m-2"]);
  assertNoProblems(page);
});

test("shows the latest finished matches, and all of them when asked", async () => {
  for (let n = 1; n <= 40; ++n) gateway.put(finishedTennis(`m-${n}`, { at: n }));
  gateway.put(tennis("live"));
  const page = await open("/");
  await soon("the live one and twelve finished", () => cardCount(page), 13);
  await page.click("text=28 more finished");
  await soon("all that are finished", () => cardCount(page), 40);
  assertNoProblems(page);
});

test("comes back after a dropped connection and goes on where it was", async () => {
  gateway.put(tennis("m-1"));
  const page = await open("/");
  await untilLive(page);
  gateway.cut();
  gateway.put(tennis("m-1", { seq: 150, score: { points: ["0", "40"] } }));
  await soon("the point played meanwhile", async () => (await cardOf(page, "m-1")).seq, "150");
  await untilLive(page);
  assert.equal(gateway.requests.length, 2);
  assert.equal(gateway.requests[1].lastEventId, "1");
  assertNoProblems(page, { network: true });
});

test("comes back when the gateway answered with an error, which the browser does not retry", async () => {
  gateway.put(tennis("m-1"));
  const page = await open("/");
  await untilLive(page);
  gateway.refuse = true;
  gateway.cut();
  await soon("three refused attempts", () => gateway.requests.length, (count) => count >= 4);
  assert.equal(await connectionOf(page), "reconnecting");
  gateway.put(tennis("m-1", { seq: 151 }));
  gateway.refuse = false;
  await soon("the point played meanwhile", async () => (await cardOf(page, "m-1")).seq, "151");
  assert.match(gateway.requests.at(-1).path, /lastEventId=1$/);
  assertNoProblems(page, { network: true });
});

test("takes what is gone off the page when the topic was made anew", async () => {
  for (const id of ["m-1", "m-2", "m-3"]) gateway.put(tennis(id));
  const page = await open("/");
  await soon("three cards", () => cardCount(page), 3);
  gateway.cut();
  gateway.wipe();
  gateway.put(tennis("m-2", { seq: 3 }));
  await soon("the only match there is", () => cardCount(page), 1);
  assert.equal((await cardOf(page, "m-2")).seq, "3");
  assertNoProblems(page, { network: true });
});

test("a page that never connected drops nothing and needs no reload", async () => {
  gateway.refuse = true;
  const page = await open("/");
  await soon("an attempt refused", () => gateway.requests.length, (count) => count >= 2);
  gateway.put(tennis("m-1"));
  gateway.refuse = false;
  await soon("the match", () => cardCount(page), 1);
  assertNoProblems(page, { network: true });
});

test("shows names as text, whatever is in them", async () => {
  const sides = [{ name: kHostile }, { name: "\u202Eevil <b>bold</b>" }];
  gateway.put(tennis("m-<1>\"'&", { sides, competition: kHostile, summary: kHostile }));
  gateway.put({ raw: "{not json", match: "broken" });
  gateway.rank("tennis", ranking([1, kHostile, 99]));
  const page = await open("/");
  await soon("the card", () => cardCount(page), 1);
  await page.locator(".card a").press("Enter");
  await soon("the opened match", async () => (await panelOf(page)).summary, kHostile);
  assert.equal((await panelOf(page)).sides[0].name, kHostile);
  assert.equal(await page.locator("main img, main script, main b").count(), 0);
  assert.doesNotMatch(await page.title(), /^owned/);
  await page.goto("/leaderboard?sport=tennis");
  await soon("the hostile name in the list", async () => (await rankingOf(page))[0]?.[1], kHostile);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assertNoProblems(page);
});

test("keeps up with hundreds of matches", async () => {
  const kMatches = 600;
  for (let n = 0; n < kMatches; ++n) gateway.put(tennis(`m-${n}`, { seq: 1, competition: `Court ${n % 12}` }));
  const page = await open("/");
  await soon("all cards", () => cardCount(page), kMatches);
  await page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((entries) => longTasks.push(...entries.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  for (let round = 2; round <= 21; ++round) {
    for (let n = 0; n < kMatches; ++n) gateway.put(tennis(`m-${n}`, { seq: round, score: { points: [`${round}`, "15"] }, competition: `Court ${n % 12}` }));
    await soon(`round ${round} on the last card`, async () => (await cardOf(page, `m-${kMatches - 1}`)).seq, `${round}`);
  }
  const slow = (await page.evaluate(() => longTasks)).sort((a, b) => a - b);
  const median = slow[Math.floor(slow.length / 2)] ?? 0;
  assert.ok(median < 300, `a round of ${kMatches} points held the page up for ${median} ms (median); all: ${slow}`);
  assertNoProblems(page);
});

test("the leaderboard moves its rows and says how far", async () => {
  gateway.rank("tennis", ranking([1, "Ada", 90], [2, "Bo", 80], [3, "Cy", 70]));
  const page = await open("/leaderboard?sport=tennis&top=5");
  await soon("the first list", () => rankingOf(page), [[1, "Ada", 90], [2, "Bo", 80], [3, "Cy", 70]]);
  assert.deepEqual(await page.locator(".move").allTextContents(), ["", "", ""]);
  await page.evaluate(() => (globalThis.rowOfCy = document.querySelector('[data-player="Cy"]')));
  gateway.rank("tennis", ranking([1, "Cy", 95], [2, "Ada", 90], [2, "Dee", 90], [4, "Bo", 80]));
  await soon("the second list", () => rankingOf(page), [[1, "Cy", 95], [2, "Ada", 90], [2, "Dee", 90], [4, "Bo", 80]]);
  assert.deepEqual(await page.locator(".move").allTextContents(), ["▲ 2", "▼ 1", "New", "▼ 2"]);
  assert.deepEqual(await page.locator(".rank").allTextContents(), ["1", "=2", "=2", "4"]);
  assert.ok(await page.evaluate(() => rowOfCy === document.querySelector("#rows tr")), "the row of a player stays the same element");
  assertNoProblems(page);
});

test("the leaderboard changes its sport without loading the page", async () => {
  gateway.rank("tennis", ranking([1, "Ada", 90]));
  gateway.rank("cricket", ranking([1, "Kit", 204]));
  const page = await open("/leaderboard");
  await soon("the list of tennis", () => rankingOf(page), [[1, "Ada", 90]]);
  await page.evaluate(() => (globalThis.sameDocument = true));
  await page.click("text=Cricket");
  await soon("the list of cricket", () => rankingOf(page), [[1, "Kit", 204]]);
  assert.match(page.url(), /sport=cricket&top=10/);
  await page.selectOption("#top", "25");
  await soon("the longer list asked for", () => gateway.requests.at(-1).path, "/events/leaderboard?sport=cricket&top=25");
  await page.goBack();
  await page.goBack();
  await soon("tennis again by the browser's Back", () => rankingOf(page), [[1, "Ada", 90]]);
  assert.equal(await page.evaluate(() => sameDocument), true);
  await page.click("text=Arcade");
  await soon("an empty list says so", () => page.locator("#empty").textContent(), "No record in arcade yet.");
  assertNoProblems(page);
});

test("has no serious fault for assistive technology, in light and dark", async () => {
  for (const state of kEverySport) gateway.put(state);
  for (const colorScheme of ["light", "dark"]) {
    for (const path of ["/", "/#match=m-1", "/#match=b-1", "/leaderboard"]) {
      gateway.rank("tennis", ranking([1, "Ada", 90], [2, "Bo", 80]));
      const page = await open(path, { colorScheme, bypassCSP: true });
      await soon("content", () => page.locator(".card, #rows tr").count(), (count) => count > 0);
      if (path === "/leaderboard") gateway.rank("tennis", ranking([1, "Bo", 95], [2, "Ada", 90], [2, "Cy", 90]));
      await soon("something to judge", () => page.locator(".card, .move:not(:empty)").count(), (count) => count > 0);
      await assertAccessible(page, `${path} in ${colorScheme}`);
      await page.shut();
    }
  }
});

test("fits a phone, in light and dark", async () => {
  for (const state of kEverySport) gateway.put(state);
  gateway.put(tennis("m-long", { sides: [{ name: "W".repeat(200) }, { name: "A name ".repeat(30) }], competition: "C".repeat(150) }));
  gateway.rank("tennis", ranking([1, "W".repeat(120), 123456], [2, "Bo", 80]));
  for (const colorScheme of ["light", "dark"]) {
    const page = await open("/", { viewport: { width: 360, height: 780 }, colorScheme });
    await soon("all cards", () => cardCount(page), kEverySport.length + 1);
    await assertNoSidewaysScroll(page, "the scoreboard");
    await screenshot(page, `every-sport-phone-${colorScheme}`, { fullPage: true });
    for (const id of ["m-long", "m-2", "c-1", "star-runner"]) {
      await page.goto(`/#match=${id}`);
      await soon(`match ${id} opened`, async () => (await panelOf(page)).match, id);
      await assertNoSidewaysScroll(page, `match ${id}`);
    }
    await page.goto("/leaderboard");
    await soon("two rows", async () => (await rankingOf(page)).length, 2);
    await assertNoSidewaysScroll(page, "the leaderboard");
    assertNoProblems(page);
  }
});

const start = (match, fields = {}) => ({ match, seq: 1, at: kAt, sport: "tennis", type: "start", competition: "Club night", sides: [{ name: "Ada" }, { name: "Bo" }], ...fields });
const points = (match, from, winners) => [...winners].map((winner, index) => ({ match, seq: from + index, at: kAt + 1000 * (from + index), sport: "tennis", type: "point", winner: Number(winner) }));
const eventsOf = (page) => page.locator("#panel .event").evaluateAll((rows) => rows.map((row) => [Number(row.dataset.seq), row.querySelector(".event-text").innerText.replaceAll(/\s+/g, " "), row.querySelector(".event-note").textContent]));

test("an opened match shows its points one by one, what was taken back, and the chance to win", async () => {
  for (const event of [start("p-1"), ...points("p-1", 2, "12")]) gateway.produce(event);
  const page = await open("/?match=p-1");
  await soon("the events there are", () => eventsOf(page), [[3, "Bo Point", ""], [2, "Ada Point", ""], [1, "Match started Club night", ""]]);
  gateway.produce({ ...points("p-1", 4, "1")[0], how: "ace" });
  await soon("one more, on top, with the score after it", () => page.locator("#panel .event").first().innerText(), (text) => /Ada\s*Ace\s*0-0 30-15/.test(text));
  gateway.produce({ match: "p-1", seq: 5, at: kAt + 9000, sport: "tennis", type: "undo" });
  await soon("the ace taken back", async () => (await eventsOf(page))[0], [4, "Ada Ace", "taken back"]);
  assert.match(await page.locator(".chance svg").getAttribute("aria-label"), /^Chance to win: Ada 50 percent, Bo 50 percent$/);
  assert.ok((await page.locator(".chance-line").getAttribute("d")).split("L").length >= 3, "the curve has the points seen");
  gateway.put(football);
  await page.goto("/#match=f-1");
  await soon("no chance to win where the state has none", () => page.locator(".chance").isVisible(), false);
  assertNoProblems(page);
});

test("the events of a finished match are at rest, until its end is taken back", async () => {
  for (const event of [start("p-2"), ...points("p-2", 2, "12")]) gateway.produce(event);
  const page = await open("/#match=p-2");
  await soon("the events there are", async () => (await eventsOf(page)).length, 3);
  const followed = () => gateway.following("/events/scores").length;
  assert.equal(followed(), 1);
  gateway.produce({ match: "p-2", seq: 4, at: kAt + 9000, sport: "tennis", type: "end", reason: "retired", winner: 1 });
  await soon("the match is marked", async () => (await cardOf(page, "p-2")).status, "Final");
  await soon("its stream is closed", followed, 0);
  assert.deepEqual((await eventsOf(page))[0], [4, "Ada Retirement Ada wins", ""]);
  gateway.produce({ match: "p-2", seq: 5, at: kAt + 9500, sport: "tennis", type: "undo" });
  await soon("it is live again", async () => (await cardOf(page, "p-2")).status, "Live");
  await soon("and followed again", followed, 1);
  await soon("with the end taken back", async () => (await eventsOf(page))[0][2], "taken back");
  assertNoProblems(page);
});

test("starts a simulation, and asks for the token once", async () => {
  const page = await open("/");
  await untilLive(page);
  await page.click("#simulate");
  await page.selectOption("#simulation-sport", "football");
  await page.fill("#simulation-seed", "41");
  await page.keyboard.press("Enter");
  await page.fill("#token-input", "wrong");
  await page.keyboard.press("Enter");
  await soon("told that the token is wrong", () => page.locator(".dialog-form p").last().isVisible() && page.locator("dialog[open]").last().innerText(), (text) => /the token is missing or wrong/.test(text));
  await page.fill("#token-input", "secret");
  await page.keyboard.press("Enter");
  await soon("the match opened", async () => (await panelOf(page)).match, "sim-41");
  await page.click("#simulate");
  await page.fill("#simulation-seed", "42");
  await page.keyboard.press("Enter");
  await soon("the next without asking", async () => (await panelOf(page)).match, "sim-42");
  assert.deepEqual(gateway.posts.at(-1).body, { sport: "football", seed: 42, speed: 60 });
  assert.deepEqual(gateway.posts.map((post) => post.authorization), ["Bearer wrong", "Bearer secret", "Bearer secret"]);
  assert.ok(!page.url().includes("secret"));
  gateway.away = true;
  await page.click("#simulate");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.locator("dialog[open] .primary").click();
  await soon("told that Kafka is away", () => page.locator("dialog[open] .form-error").innerText(), "Kafka does not answer Try again in a moment.");
  await page.keyboard.press("Escape");
  assertNoProblems(page, { network: true });
});

test("says since when the connection is lost", async () => {
  gateway.put(tennis("m-1"));
  const page = await open("/");
  await untilLive(page);
  gateway.refuse = true;
  gateway.cut();
  await soon("the line that says so", () => page.locator(".connection-line").innerText(), (text) => /^No connection since .* may be old; trying again\.$/.test(text));
  gateway.refuse = false;
  await soon("the line gone", () => page.locator(".connection-line").isVisible(), false);
  assertNoProblems(page, { network: true });
});

test("the events of a match whose name holds a comma are its own", async () => {
  for (const match of ["p-3", "p-3, court 1"]) for (const event of [start(match), ...points(match, 2, match === "p-3" ? "222" : "1")]) gateway.produce(event);
  const page = await open(`/#${new URLSearchParams({ match: "p-3, court 1" })}`);
  const own = [[2, "Ada Point", ""], [1, "Match started Club night", ""]];
  await soon("the events there are", () => eventsOf(page), own);
  gateway.unfiltered = true;
  await page.reload();
  await soon("no other's, whatever is sent", () => eventsOf(page), own);
  gateway.produce(points("p-3, court 1", 3, "1")[0]);
  await soon("the next of its own", async () => (await eventsOf(page))[0], [3, "Ada Point", ""]);
  assertNoProblems(page);
});

test("an address without a name opens no match", async () => {
  gateway.put(tennis("m-1"));
  for (const path of ["/?match=", "/#match="]) {
    const page = await open(path);
    await soon("the card", () => cardCount(page), 1);
    assert.equal(await page.locator("#panel").isVisible(), false);
    assertNoProblems(page);
  }
});

test("says that reading needs a token, or another one, and comes back with it", async () => {
  gateway.put(tennis("m-1"));
  gateway.rank("tennis", ranking([1, "Ada", 90]));
  for (const [path, topic] of [["/", "match-state"], ["/leaderboard", "leaderboard"], ["/umpire", "match-state"], ["/umpire?match=m-1", "match-state"], ["/embed", "match-state"], ["/monitor?topics=match-state", "match-state"]]) {
    gateway.barred = { [topic]: 401 };
    const page = await open(path);
    await soon(`${path} says that a token is needed`, () => page.locator(".connection-label").textContent(), "Token needed");
    assert.match(await page.locator(".connection-line").textContent(), /^Reading here needs a token, and this browser has none that is valid\. Trying again/);
    gateway.barred = { [topic]: 403 };
    await page.reload();
    await soon(`${path} says that this token is not enough`, () => page.locator(".connection-label").textContent(), "Not allowed");
    assert.match(await page.locator(".connection-line").textContent(), /^The token of this browser may not read this\./);
    gateway.barred = {};
    if (path === "/") await untilLive(page);  // by itself, at the slow pace
    else await page.reload();
    await untilLive(page);
    await soon("the line gone", () => page.locator(".connection-line").isVisible(), false);
    assertNoProblems(page, { network: true });
    await page.shut();
  }
});

test("a phone shows the largest score and whose it is", async () => {
  const player = "Bartholomew Fotheringay";
  gateway.rank("arcade", ranking([1, player, Number.MAX_SAFE_INTEGER], [2, "Bo", 1234567], [3, "Cy", 80]));
  for (const width of [360, 320]) {
    const page = await open("/leaderboard?sport=arcade", { viewport: { width, height: 780 } });
    await soon("the list", async () => (await rankingOf(page)).length, 3);
    await assertNoSidewaysScroll(page, `the leaderboard at ${width} px`);
    const widths = await page.locator("#rows .ranking-player").evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().width));
    assert.ok(widths.every((own) => own >= 40), `a player's name has ${widths} px`);
    const lines = await page.locator("#rows .ranking-score").evaluateAll((cells) => cells.map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    }));
    assert.deepEqual(lines, [1, 1, 1], "each score on one line");
    await screenshot(page, `leaderboard-long-${width}`);
    assertNoProblems(page);
  }
});
