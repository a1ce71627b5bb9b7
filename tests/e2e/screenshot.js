// Makes http/web/screenshot.png, which the README shows, from a running program: node screenshot.js [http://localhost:8080]

import { statSync } from "node:fs";
import { join } from "node:path";

import { Browser, connectionOf, kRoot, soon } from "./browser.js";

const kLargest = 200 * 1024;
const target = join(kRoot, "http/web/screenshot.png");
const browser = new Browser();
await browser.start();
try {
  const page = await browser.page(process.argv[2] ?? "http://localhost:8080");
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto("/");
  await soon("the page is live", () => connectionOf(page), "live");
  const cards = page.locator(".card-live");
  await soon("live matches", () => cards.count(), (count) => count > 0);
  await page.goto(`/#match=${encodeURIComponent(await cards.first().getAttribute("data-match"))}`);
  await page.waitForSelector(".statistics tbody tr");
  await page.screenshot({ path: target });
} finally {
  await browser.stop();
}
const { size } = statSync(target);
console.log(`${target}: ${size} bytes`);
if (size > kLargest) throw new Error(`larger than ${kLargest} bytes`);
