// Headless Chromium for the tests, and what they read off the pages.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

import { chromium } from "playwright-core";

export const kRoot = fileURLToPath(new URL("../../", import.meta.url));
const kShots = join(kRoot, "build/screenshots");
const kFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export class Browser {
  async start() {
    this.directory_ = mkdtempSync(join(tmpdir(), "matchpoint-chromium-"));
    this.browser_ = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: kFlags,
      env: { ...process.env, HOME: this.directory_, XDG_CONFIG_HOME: this.directory_, XDG_CACHE_HOME: this.directory_ },
    });
  }

  async stop() {
    await this.browser_?.close();
    rmSync(this.directory_, { recursive: true, force: true });
  }

  // A page in a context of its own. Its `problems` collects errors on the console and uncaught ones; what the browser
  // says about a server that is away is kept apart in `networkProblems`, since some tests take it away.
  async page(base, options = {}) {
    const context = await this.browser_.newContext({ baseURL: base, viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.problems = [];
    page.networkProblems = [];
    page.on("pageerror", (error) => page.problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      const network = /\/(events|api)\b/.test(message.location().url) && /Failed to load resource|ERR_/.test(message.text());
      (network ? page.networkProblems : page.problems).push(`${message.type()}: ${message.text()} ${message.location().url}`);
    });
    page.shut = () => context.close();
    return page;
  }
}

// What waiting cannot mend, such as a program that has ended.
export class Hopeless extends Error {}

// Polls until `read` gives what is expected; fails with the last value beside the expected one.
export async function soon(what, read, expected, timeoutMs = 15000) {
  const matches = typeof expected === "function" ? expected : (actual) => isDeepStrictEqual(actual, expected);
  const deadline = Date.now() + timeoutMs;
  let actual;
  for (;;) {
    try {
      actual = await read();
      if (matches(actual)) return actual;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      actual = error;
    }
    if (Date.now() > deadline) break;
    await sleep(40);
  }
  if (typeof expected !== "function") assert.deepEqual(actual, expected, `${what}, within ${timeoutMs} ms`);
  throw new assert.AssertionError({ message: `${what}, within ${timeoutMs} ms; last seen: ${describe(actual)}; expected: ${expected}` });
}

function describe(value) {
  return value instanceof Error ? String(value) : JSON.stringify(value);
}

export function assertNoProblems(page, { network = false } = {}) {
  assert.deepEqual(page.problems, [], "errors on the browser's console");
  if (!network) assert.deepEqual(page.networkProblems, [], "failed requests on the browser's console");
}

export const connectionOf = (page) => page.locator("#connection").getAttribute("data-state");

// The token as if it had been asked for already.
export async function giveToken(page, token = "secret") {
  await page.addInitScript((value) => sessionStorage.setItem("matchpoint.token", value), token);
}

export async function untilLive(page) {
  await soon("the page says that it is connected and caught up", () => connectionOf(page), "live");
}

// The card of a match as a person reads it: seq, status, and for each side its name and cells.
export function cardOf(page, id) {
  return page.evaluate((match) => readCard(document.querySelector(`.card[data-match=${CSS.escape(match)}]`)), id);
}

export function panelOf(page) {
  return page.evaluate(() => {
    const panel = document.getElementById("panel");
    const rows = [...panel.querySelectorAll(".statistics tbody tr")].map((row) => [...row.children].map((cell) => cell.innerText.trim()));
    return {
      match: panel.dataset.match,
      hidden: panel.hidden,
      ...readCard(panel),
      summary: panel.querySelector(".summary")?.textContent,
      statistics: Object.fromEntries(rows.map(([one, label, two]) => [label, [one, two]])),
    };
  });
}

// Runs in the page, before its own scripts: what cardOf and panelOf share.
export async function installReaders(page) {
  await page.addInitScript(() => {
    globalThis.readCard = (node) => {
      if (!node) return null;
      const sides = [...node.querySelectorAll(".score tbody tr")].map((row) => ({
        name: row.querySelector(".name").textContent,
        marked: !row.querySelector(".mark").hidden,
        won: !row.querySelector(".won").hidden,
        cells: [...row.querySelectorAll("td")].map((cell) => cell.textContent),
      }));
      return { seq: node.dataset.seq, status: node.querySelector(".status").textContent, sides };
    };
  });
}

export function rankingOf(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("#rows tr")].map((row) => [
      Number(row.querySelector(".rank").textContent.replace("=", "")),
      row.querySelector(".name").textContent,
      Number(row.querySelector(".ranking-score").textContent.replaceAll(/\D/g, "")),
    ]),
  );
}

export async function assertNoSidewaysScroll(page, where) {
  const widths = await page.evaluate(() => ({ content: document.documentElement.scrollWidth, window: innerWidth }));
  assert.ok(widths.content <= widths.window, `${where} scrolls sideways: ${widths.content} px wide in a window of ${widths.window}`);
}

// What axe finds of serious or critical faults. The page must have been opened with bypassCSP, since axe is a script.
export async function assertAccessible(page, where) {
  await soon("flashes and slides have ended", () => page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length), 0);
  await page.evaluate(axeSource());
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)]), [], where);
}

let axe;
function axeSource() {
  axe ??= readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  return axe;
}

export async function screenshot(page, name, options = {}) {
  mkdirSync(kShots, { recursive: true });
  await page.screenshot({ path: join(kShots, `${name}.png`), ...options });
}
