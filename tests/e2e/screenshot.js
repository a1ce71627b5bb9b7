// Makes http/web/screenshot.png, which the README shows, from a running program: node screenshot.js [http://localhost:8080]

import { statSync } from "node:fs";
import { join } from "node:path";

import { Browser, connectionOf, kRoot, soon } from "./browser.js";

const kLargest = 200 * 1024;
const target = join(kRoot, "http/web/screenshot.png");
const browser = new Browser();
await browser.start();
try {
  const page = await browser.page(process.argv[2] ?? "http://localhost:8080", { reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/");
  await soon("the page is live", () => connectionOf(page), "live");
  await page.selectOption("#status", "live");
  await soon("a live match opened, and a break, set or match point in view", async () => {
    const live = await page.locator("#panel .board.card-live").isVisible();
    if (!live) await page.goto(`/#match=${encodeURIComponent(await mostPlayed(page))}`);
    await page.evaluate(() => document.activeElement.blur());
    return live && (await curveLength(page)) > 40 && (await page.locator(".card .situation:visible").count()) > 0;
  }, true, 120000);
  await page.screenshot({ path: target });
} finally {
  await browser.stop();
}

// Points of the curve in the opened match: a straight line would show nothing.
function curveLength(page) {
  return page.locator(".chance-line").evaluate((line) => (line.getAttribute("d") ?? "").split("L").length);
}

// The live match with the most sets begun shows the most.
function mostPlayed(page) {
  return page.locator(".card-live").evaluateAll((cards) => {
    const columns = (card) => card.querySelectorAll(".score thead th").length;
    return cards.sort((a, b) => columns(b) - columns(a))[0]?.dataset.match;
  });
}

const { size } = statSync(target);
console.log(`${target}: ${size} bytes`);
if (size > kLargest) throw new Error(`larger than ${kLargest} bytes`);
