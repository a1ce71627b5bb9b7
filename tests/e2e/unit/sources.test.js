// What the policy of the pages and the promise "nothing from elsewhere" need, read off the files themselves.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const kWeb = new URL("../../../http/web/", import.meta.url);
const files = readdirSync(kWeb).filter((name) => /\.(js|css|html|svg)$/.test(name));
const read = (name) => readFileSync(new URL(name, kWeb), "utf8");

test("every file can be served under /web/", () => {
  assert.ok(files.length > 10);
  for (const name of files) assert.match(name, /^[a-z0-9_]+\.(js|css|html|svg)$/);
});

test("no script turns text into markup or code", () => {
  for (const name of files.filter((file) => file.endsWith(".js"))) {
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|cssText/, name);
  }
});

test("no page has inline scripts, inline styles or handlers", () => {
  for (const name of files.filter((file) => file.endsWith(".html"))) {
    assert.doesNotMatch(read(name), /<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)/i, name);
  }
});

test("nothing is loaded from another host", () => {
  for (const name of files) {
    const addresses = [...read(name).matchAll(/(?:https?:)?\/\/[a-z0-9-]+\.[a-z]+[^\s"')]*/gi)].map(([address]) => address);
    assert.deepEqual(addresses.filter((address) => !address.includes("www.w3.org/2000/svg")), [], name);
  }
});

test("every address of the pages and every import leads to a file", () => {
  for (const name of files) {
    const text = read(name);
    const names = [...text.matchAll(/(?:"\/web\/|from "\.\/)([^"]+)"/g)].map(([, file]) => file);
    for (const file of names) assert.ok(files.includes(file), `${name} names ${file}`);
  }
});
