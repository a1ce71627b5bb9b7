// The widget in a frame of a foreign page, and the page that shows what to paste, in Chromium against the stand-in gateway.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { assertAccessible, assertNoProblems, assertNoSidewaysScroll, Browser, screenshot, soon, untilLive } from "./browser.js";
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

async function open(path, options) {
  const page = await browser.page(base, options);
  pages.push(page);
  await page.goto(path);
  return page;
}

// A page of somebody else, on another origin.
async function foreignPage(frames) {
  const markup = `<!doctype html><html lang="en"><title>A newspaper</title><body>${frames.map((src) => `<iframe title="Score" width="420" height="250" src="${src}"></iframe>`).join("")}</body></html>`;
  const server = createServer((request, response) => response.writeHead(request.url === "/" ? 200 : 204, { "content-type": "text/html" }).end(markup));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const page = await browser.page(`http://127.0.0.1:${server.address().port}`);
  pages.push(page);
  const shut = page.shut;
  page.shut = async () => {
    await shut();
    server.close();
  };
  await page.goto("/");
  return page;
}

test("the widget follows one match in a frame of another origin, in the colours asked for", async () => {
  gateway.put(tennis("m-1"));
  gateway.put(tennis("m-2", { score: { points: ["0", "0"] } }));
  const page = await foreignPage([`${base}/widget?match=m-1&theme=dark&board=%23204080&accent=ffcc00&ink=url(x)`, `${base}/leaderboard`]);
  const frame = page.frameLocator("iframe").first();
  const cells = () => frame.locator(".cell-points").allTextContents();
  await soon("the score", cells, ["40", "15"]);
  gateway.put(tennis("m-1", { seq: 142, score: { points: ["40", "30"] } }));
  await soon("the next point", cells, ["40", "30"]);
  const colour = (selector, property) => frame.locator(selector).first().evaluate((node, name) => getComputedStyle(node)[name], property);
  assert.equal(await colour(".board", "backgroundColor"), "rgb(32, 64, 128)");
  assert.equal(await colour(".cell-points", "color"), "rgb(255, 204, 0)");
  assert.equal(await colour("body", "color"), "rgb(236, 243, 239)", "what is no colour is left out");
  gateway.put(tennis("m-1", { seq: 143, status: "finished", winner: 1 }));
  await soon("the end", () => frame.locator(".status").textContent(), "Final");
  gateway.remove("m-1");
  await soon("gone", () => frame.locator("#empty").textContent(), "This match has not begun, or is forgotten.");
  assert.equal(page.frames().length, 3);
  assert.doesNotMatch(page.frames()[2].url(), /leaderboard/, "no other page may be framed");
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("frame-ancestors")), []);
});

test("the page of snippets gives code that works when pasted", async () => {
  for (const state of kEverySport) gateway.put(state);
  const page = await open("/embed?match=m-4", { bypassCSP: true });
  await untilLive(page);
  await soon("the match of the address", () => page.inputValue("#match"), "m-4");
  await page.selectOption("#theme", "light");
  await soon("the frame's code", () => page.locator("#frame-code").textContent(), `<iframe src="${base}/widget?match=m-4&amp;theme=light" title="Live score" width="420" height="280" loading="lazy" frameborder="0"></iframe>`);
  await soon("what it shows", () => page.frameLocator("#frame iframe").locator(".name").allTextContents(), ["Ines Aydin", "Carla Novak"]);
  await soon("what the script shows", () => page.locator("#script-result").textContent(), "5-4 AD-40");
  assertNoProblems(page);
  await assertAccessible(page, "the page of snippets");
  await screenshot(page, "embed-light", { fullPage: true });

  const lines = await page.locator("#script-code").textContent();
  const reader = await open("/widget", { bypassCSP: true });
  await reader.evaluate(() => document.body.append(Object.assign(document.createElement("p"), { id: "score" })));
  await reader.evaluate((code) => (0, eval)(code), lines);
  await soon("the score by three lines", () => reader.locator("#score").textContent(), "5-4 AD-40");
  gateway.put({ ...gateway.state("m-4"), seq: 200, summary: "6-4" });
  await soon("and its change", () => reader.locator("#score").textContent(), "6-4");
});

test("a match whose name holds a comma is shown, and only that", async () => {
  const match = "final, court 1 \\ 2";
  gateway.put(tennis("final", { score: { points: ["0", "0"] } }));
  gateway.put(tennis(match));
  const address = new URLSearchParams({ match });
  const page = await open(`/widget?${address}`);
  const cells = () => page.locator(".cell-points").allTextContents();
  await soon("its score", cells, ["40", "15"]);
  gateway.unfiltered = true;
  gateway.cut();
  gateway.put(tennis("final", { seq: 142, score: { points: ["0", "15"] } }));
  gateway.remove("final");
  gateway.put(tennis(match, { seq: 142, score: { points: ["40", "30"] } }));
  await soon("its next point", cells, ["40", "30"]);
  gateway.put(tennis("other"));
  gateway.remove("other");
  gateway.put(tennis(match, { seq: 143, score: { points: ["40", "40"] } }));
  await soon("and the next", cells, ["40", "40"]);
  assertNoProblems(page, { network: true });

  gateway.unfiltered = false;
  const snippets = await open(`/embed?${address}`);
  await soon("the script names it as the gateway reads it", () => snippets.locator("#script-code").textContent(), (text) => text.includes(`match-state?match=${encodeURIComponent("final\\, court 1 \\\\ 2")}"`));
  await soon("the frame names it as a page reads it", () => snippets.locator("#frame-code").textContent(), (text) => text.includes(`/widget?${address}"`));
  await soon("what the frame shows", () => snippets.frameLocator("#frame iframe").locator(".cell-points").allTextContents(), ["40", "40"]);
  assertNoProblems(snippets);
});

test("the widget says that a token is needed, and shows the match once there is one", async () => {
  gateway.put(tennis("m-1"));
  gateway.barred = { "match-state": 401 };
  const page = await open("/widget?match=m-1", { viewport: { width: 320, height: 250 } });
  await soon("why there is nothing", () => page.locator("#connection").textContent(), "Reading here needs a token, and this browser has none that is valid.");
  await assertNoSidewaysScroll(page, "the widget without a token");
  gateway.barred = {};
  await soon("the score", () => page.locator(".cell-points").allTextContents(), ["40", "15"], 30000);
  assertNoProblems(page, { network: true });
});

test("the widget and the snippets fit a phone, in light and dark", async () => {
  for (const state of kEverySport) gateway.put(state);
  gateway.put(tennis("long", { sides: [{ name: "W".repeat(120) }, { name: "A name ".repeat(17) }] }));
  for (const [name, options] of [["light", { viewport: { width: 320, height: 250 } }], ["dark", { viewport: { width: 420, height: 250 }, colorScheme: "dark" }]]) {
    const page = await open("/widget?match=m-1", { bypassCSP: true, ...options });
    for (const match of ["m-1", "m-2", "long", "f-1", "c-1", "b-1", "star-runner"]) {
      await page.goto(`/widget?match=${match}`);
      await soon("the board", () => page.locator(".board .cell").count(), (count) => count > 0);
      await assertNoSidewaysScroll(page, `the widget of ${match}`);
      if (match === "m-1") await assertAccessible(page, `the widget, ${name}`);
      if (match === "m-1") await screenshot(page, `widget-${name}`);
    }
    assertNoProblems(page);
    await page.shut();
  }
  const page = await open("/embed", { viewport: { width: 360, height: 780 }, colorScheme: "dark" });
  await soon("matches", () => page.locator("#match option").count(), (count) => count > 5);
  await assertNoSidewaysScroll(page, "the snippets");
  await screenshot(page, "embed-phone-dark", { fullPage: true });
  assertNoProblems(page);
});
