// The monitor in Chromium against the stand-in gateway.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { assertAccessible, assertNoProblems, assertNoSidewaysScroll, Browser, screenshot, soon, untilLive } from "./browser.js";
import { FakeGateway } from "./fake_gateway.js";
import { kAt, tennis } from "./fixtures.js";

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
  await page.goto(path);
  await untilLive(page);
  return page;
}

const event = (match, seq, fields = {}) => ({ match, seq, at: kAt, sport: "tennis", type: "point", winner: 1, ...fields });
const table = (page) => page.locator("#records tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].slice(1).map((cell) => cell.textContent)));

test("shows what each topic gets, as it comes, and what was refused with its reason", async () => {
  const page = await open("/monitor");
  gateway.append("scores", "m-1", event("m-1", 2));
  await soon("the event", () => table(page), [["scores", "m-1", "2", "point", "sport=tennis winner=1"]]);
  gateway.append("scores", "m-1", { raw: "{not json" });
  gateway.reject({ raw: "{not json", match: "m-1" }, "malformed", "not JSON");
  await soon("what is broken, and why", async () => (await table(page)).slice(0, 2), [["scores-rejected", "m-1", "", "malformed", "not JSON"], ["scores", "", "", "", "{not json"]]);
  gateway.put(tennis("m-1"));
  await page.check("text=match-state");
  await soon("the state of another topic", async () => (await table(page))[0], ["match-state", "m-1", "141", "live", "6-4 6-7(5) 2-1 40-15"]);
  gateway.remove("m-1");
  await soon("its deletion", async () => (await table(page))[0], ["match-state", "m-1", "", "deleted", ""]);
  await page.uncheck("text=match-state");
  await soon("without that topic again", async () => (await table(page)).length, 3);
  assert.deepEqual(gateway.following("/events/match-state"), []);
  assert.match(page.url(), /topics=scores,scores-rejected/);
  assertNoProblems(page);
});

test("filters by key and text, also by address", async () => {
  for (const match of ["m-1", "m-12", "x-1"]) gateway.append("scores", match, event(match, 2, { how: match === "x-1" ? "ace" : "winner" }));
  const page = await open("/monitor?topics=scores&key=m-1*");
  const keys = async () => (await table(page)).map((row) => row[1]);
  await soon("those that begin so", keys, ["m-12", "m-1"]);
  await page.fill("#key", "1");
  await soon("those that hold it", keys, ["x-1", "m-12", "m-1"]);
  await page.fill("#text", "ACE");
  await soon("the one with that text", keys, ["x-1"]);
  await page.fill("#text", "nowhere");
  await soon("none", () => page.locator("#empty").textContent(), "No event fits this choice.");
  await page.reload();
  await soon("the same after a reload", () => page.locator("#empty").textContent(), "No event fits this choice.");
  assertNoProblems(page);
});

test("stands still while paused, and shows three formats", async () => {
  gateway.append("scores", "m-1", event("m-1", 1));
  const page = await open("/monitor?topics=scores");
  await soon("the first", async () => (await table(page)).length, 1);
  await page.click("#pause");
  for (let seq = 2; seq <= 40; ++seq) gateway.append("scores", "m-1", event("m-1", seq));
  await soon("told how many more", () => page.locator("#held").textContent(), "Paused: 39 more have come.");
  assert.equal((await table(page)).length, 1);
  await page.click("#pause");
  await soon("all of them", async () => (await table(page)).length, 40);
  await page.selectOption("#format", "compact");
  await soon("a line each", () => page.locator(".lines-compact li code").first().textContent(), JSON.stringify(event("m-1", 40)));
  await page.selectOption("#format", "pretty");
  await soon("indented", () => page.locator(".lines-pretty li pre").first().textContent(), JSON.stringify(event("m-1", 40), null, 2));
  await page.click("#clear");
  await soon("empty", () => page.locator("#records li").count(), 0);
  assertNoProblems(page);
});

test("stays bounded under a flood", async () => {
  const page = await open("/monitor?topics=scores");
  for (let seq = 1; seq <= 8000; ++seq) gateway.append("scores", `m-${seq % 50}`, event(`m-${seq % 50}`, seq));
  await soon("the last on top", async () => (await page.locator("#records tbody tr td").nth(3).textContent()), "8000", 30000);
  assert.equal(await page.locator("#records tbody tr").count(), 200);
  assert.match(await page.locator("#totals").textContent(), /^8,000 received/);
  assertNoProblems(page);
});

test("says which topic cannot be read here, and follows the others", async () => {
  for (const [status, note] of [[403, "not for this token"], [404, "not served here"]]) {
    gateway.barred = { "scores-rejected": status };
    const page = await open("/monitor");
    await soon("told at its name", () => page.locator("#topics label").allTextContents(), ["scores", "match-state", "high-scores", `scores-rejected (${note})`]);
    await untilLive(page);
    assert.equal(await page.locator(".connection-line").isVisible(), false);
    gateway.append("scores", "m-1", event("m-1", 2));
    await soon("the event", async () => (await table(page))[0], ["scores", "m-1", "2", "point", "sport=tennis winner=1"]);
    await page.uncheck("text=/^scores$/");
    await soon("no other topic: why", () => page.locator(".connection-label").textContent(), status === 403 ? "Not allowed" : "Not served");
    await page.uncheck("text=scores-rejected");
    await soon("the name alone", () => page.locator("#topics label").last().textContent(), "scores-rejected");
    assert.equal(await page.locator(".connection-line").isVisible(), false);
    assertNoProblems(page, { network: true });
    await page.shut();
  }
});

test("the monitor is accessible, fits a phone, and is pictured", async () => {
  gateway.produce(event("m-1", 1, { type: "start", sides: [{ name: "Ada" }, { name: "Bo" }], competition: "Club night" }));
  for (let seq = 2; seq <= 30; ++seq) gateway.produce(event("m-1", seq, { winner: 1 + (seq % 2), how: "winner" }));
  gateway.produce(event("m-1", 31, { winner: 2, how: "ace" }));
  gateway.append("scores", "long", { raw: `{"match":"${"k".repeat(300)}","seq":1,"type":"${"t".repeat(200)}"}` });
  for (const [name, options, format] of [["light", {}, "table"], ["dark", { colorScheme: "dark" }, "pretty"], ["phone", { viewport: { width: 360, height: 780 } }, "compact"]]) {
    const page = await open(`/monitor?topics=scores,match-state,scores-rejected&format=${format}`, { bypassCSP: true, ...options });
    await soon("events", () => page.locator("#records tbody tr, #records li").count(), (count) => count > 10);
    await assertNoSidewaysScroll(page, `the monitor, ${name}`);
    await screenshot(page, `monitor-${name}`);
    if (name !== "phone") await assertAccessible(page, `the monitor, ${name}`);
    assertNoProblems(page);
    await page.shut();
  }
});
