// A stand-in for matchpoint-http: serves http/web as the gateway does and speaks its event streams, driven by a test.
// It can do what the real one does rarely: answer 503, be away, forget matches, play five sports, send hundreds of matches.
// Also a tool to work on the pages: `node fake_gateway.js [PORT]` plays made-up matches.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const kWeb = fileURLToPath(new URL("../../http/web/", import.meta.url));
const kPages = { "/": "index.html", "/leaderboard": "leaderboard.html" };
const kTypes = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const kPolicy =
  "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

export class FakeGateway {
  constructor() {
    this.log_ = [];         // {id, key, state | undefined}; the id is the place in the log
    this.leaderboards_ = new Map();
    this.subscribers_ = new Set();
    this.refuse = false;    // answer event streams with 503
    this.requests = [];     // {path, lastEventId} of each event stream
  }

  async start(port = 0) {
    this.server_ = createServer((request, response) => this.serve_(request, response));
    await new Promise((done, fail) => this.server_.once("error", fail).listen(port, "127.0.0.1", done));
    this.port = this.server_.address().port;
    return `http://127.0.0.1:${this.port}`;
  }

  async stop() {
    this.cut();
    this.server_.closeAllConnections();
    await new Promise((done) => this.server_.close(done));
  }

  // Ends every event stream, as a restart does.
  cut() {
    for (const { response } of this.subscribers_) response.destroy();
    this.subscribers_.clear();
  }

  put(state) {
    this.append_(state.match, state);
  }

  remove(key) {
    this.append_(key, undefined);
  }

  // The topic made anew: ids given out before mean nothing now.
  wipe() {
    this.log_ = [];
  }

  rank(sport, list) {
    this.leaderboards_.set(sport, list);
    for (const { response, board } of this.subscribers_) if (board?.sport === sport) sendBoard(response, board, list);
  }

  append_(key, state) {
    const entry = { id: (this.log_.at(-1)?.id ?? 0) + 1, key, state };
    this.log_.push(entry);
    for (const { response, board } of this.subscribers_) if (!board) response.write(frame(entry));
  }

  serve_(request, response) {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname.startsWith("/events/")) return this.subscribe_(url, request, response);
    const name = kPages[url.pathname] ?? /^\/web\/([a-z0-9_]+\.(?:js|css|svg))$/.exec(url.pathname)?.[1];
    if (!name || !existsSync(join(kWeb, name))) return response.writeHead(404).end();
    const type = kTypes[extname(name)];
    response.writeHead(200, { "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type, "content-security-policy": kPolicy });
    createReadStream(join(kWeb, name)).pipe(response);
  }

  subscribe_(url, request, response) {
    const lastEventId = request.headers["last-event-id"] ?? url.searchParams.get("lastEventId") ?? "";
    this.requests.push({ path: url.pathname + url.search, lastEventId });
    if (this.refuse) return response.writeHead(503, { "retry-after": "1" }).end();
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 300\n\n");
    const sport = url.searchParams.get("sport");
    const board = url.pathname === "/events/leaderboard" ? { sport, top: Number(url.searchParams.get("top") ?? 10) } : null;
    const subscriber = { response, board };
    this.subscribers_.add(subscriber);
    response.on("close", () => this.subscribers_.delete(subscriber));
    if (board) return sendBoard(response, board, this.leaderboards_.get(sport) ?? []);
    const known = Number(lastEventId || 0);
    const since = known > (this.log_.at(-1)?.id ?? 0) ? 0 : known;
    if (since !== known) response.write("event: reset\ndata: {}\n\n");
    const latest = new Map(this.log_.map((entry) => [entry.key, entry]));
    const changed = [...latest.values()].filter((entry) => entry.id > since && (since > 0 || entry.state !== undefined));
    response.write(changed.sort((a, b) => a.id - b.id).map(frame).join("") + `event: live\nid: ${this.log_.at(-1)?.id ?? ""}\ndata: {}\n\n`);
  }
}

function frame({ id, key, state }) {
  if (state === undefined) return `event: delete\nid: ${id}\ndata: ${JSON.stringify({ key })}\n\n`;
  return `id: ${id}\ndata: ${typeof state.raw === "string" ? state.raw : JSON.stringify(state)}\n\n`;
}

function sendBoard(response, { top }, list) {
  response.write(`data: ${JSON.stringify(list.slice(0, top))}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { playForever } = await import("./fixtures.js");
  const gateway = new FakeGateway();
  console.log(await gateway.start(Number(process.argv[2] ?? 8099)));
  playForever(gateway);
}
