// A stand-in for matchpoint-http: serves http/web as the gateway does and speaks its event streams, driven by a test.
// It can do what the real one does rarely: answer 503, be away, forget matches, play five sports, send hundreds of matches.
// What is posted to it goes through a small stand-in for the processor. Also a tool to work on the pages:
// `node fake_gateway.js [PORT]` plays made-up matches; the token is "secret".

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { FakeProcessor } from "./fake_rules.js";

const kWeb = fileURLToPath(new URL("../../http/web/", import.meta.url));
const kTypes = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const kPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";
const kTopics = ["match-state", "scores", "high-scores", "scores-rejected"];
const kReplayed = 100;

export class FakeGateway {
  constructor() {
    this.log_ = [];         // {id, topic, key, value | undefined}; the id is the place in the log
    this.leaderboards_ = new Map();
    this.subscribers_ = new Set();
    this.processor_ = new FakeProcessor();
    this.refuse = false;    // answer event streams with 503
    this.barred = {};       // topic → the status its streams are answered with: 404 not served, 403 not for this token, 401 no token
    this.unfiltered = false; // send what was not asked for: other matches
    this.away = false;      // answer what is posted with 503
    this.swallow = 0;       // take so many posts, but break the connection instead of answering
    this.beforePost = null; // runs once, before the next post is taken: somebody else was quicker
    this.token = "secret";
    this.requests = [];     // {path, lastEventId} of each event stream
    this.posts = [];        // {path, body, authorization} of each post
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
    this.append("match-state", state.match, state);
  }

  remove(key) {
    this.append("match-state", key, undefined);
  }

  // The topic made anew: ids given out before mean nothing now.
  wipe() {
    this.log_ = [];
  }

  rank(sport, list) {
    this.leaderboards_.set(sport, list);
    for (const { response, board } of this.subscribers_) if (board?.sport === sport) sendBoard(response, board, list);
  }

  // A raw event, as a producer writes it, and what the processor makes of it.
  produce(event) {
    this.append("scores", event.match, event);
    const { state, reason, detail } = this.processor_.take(event);
    if (state) this.put(state);
    if (reason) this.reject(event, reason, detail);
  }

  reject(event, reason, detail) {
    this.append("scores-rejected", event.match, rejection(event, reason, detail));
  }

  // What was applied or refused of a match, in the order of the topic.
  written(match) {
    return this.log_.filter((entry) => entry.topic === "scores" && entry.key === match).map((entry) => entry.value);
  }

  state(match) {
    return this.log_.findLast((entry) => entry.topic === "match-state" && entry.key === match)?.value;
  }

  // The streams that are open now, by their path.
  following(path) {
    return [...this.subscribers_].filter((subscriber) => subscriber.path === path);
  }

  append(topic, key, value) {
    const entry = { id: (this.log_.at(-1)?.id ?? 0) + 1, topic, key, value };
    this.log_.push(entry);
    for (const { response, wants } of this.subscribers_) if (wants?.(entry)) response.write(frame(entry));
  }

  serve_(request, response) {
    const url = new URL(request.url, "http://localhost");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (request.method === "POST") return this.post_(url, request, response);
    if (url.pathname === "/events" || url.pathname.startsWith("/events/")) return this.subscribe_(url, request, response);
    const name = fileOf(url.pathname);
    if (!name || !existsSync(join(kWeb, name))) return response.writeHead(404).end();
    const type = kTypes[extname(name)];
    const ancestors = name === "widget.html" ? "*" : "'none'";
    response.writeHead(200, {
      "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
      "content-security-policy": `${kPolicy}; frame-ancestors ${ancestors}`,
    });
    createReadStream(join(kWeb, name)).pipe(response);
  }

  async post_(url, request, response) {
    let text = "";
    for await (const part of request) text += part;
    const body = JSON.parse(text);
    this.posts.push({ path: url.pathname, body, authorization: request.headers.authorization ?? "" });
    if (request.headers.authorization !== `Bearer ${this.token}`) return problem(response, 401, "the token is missing or wrong", { "www-authenticate": "Bearer" });
    if (this.away) return problem(response, 503, "Kafka does not answer", { "retry-after": "1" });
    const events = [body].flat();
    if (url.pathname === "/api/simulations") {
      const match = `sim-${body.seed}`;
      answer(response, 202, { match });
      return this.produce({ match, seq: 1, at: Date.now(), sport: body.sport, type: "start", competition: "Simulated", sides: [{ name: "Sim One" }, { name: "Sim Two" }] });
    }
    const first = this.beforePost;
    this.beforePost = null;
    first?.();
    const missing = ["match", "seq", "at", "sport", "type"].find((field) => events.some((event) => event[field] === undefined));
    if (missing) return problem(response, 422, `${missing} is missing`);
    for (const event of events) this.produce(event);
    if (this.swallow-- > 0) return request.socket.destroy();
    this.swallow = 0;
    return answer(response, 202, { accepted: events.length });
  }

  subscribe_(url, request, response) {
    const lastEventId = request.headers["last-event-id"] ?? url.searchParams.get("lastEventId") ?? "";
    const asked = request.method === "HEAD";
    if (!asked) this.requests.push({ path: url.pathname + url.search, lastEventId });
    if (this.refuse) return response.writeHead(503, { "retry-after": "1" }).end();
    const sport = url.searchParams.get("sport");
    const board = url.pathname === "/events/leaderboard" ? { sport, top: Number(url.searchParams.get("top") ?? 10) } : null;
    const topics = url.pathname === "/events" ? (url.searchParams.get("topics") ?? "").split(",") : [url.pathname.slice("/events/".length)];
    const barred = (board ? ["leaderboard"] : topics).map((topic) => this.barred[topic] ?? (board || kTopics.includes(topic) ? 0 : 404)).find(Boolean);
    if (barred) return problem(response, barred === 404 && url.pathname === "/events" ? 400 : barred, "there is no such topic, or not for you");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    if (asked) return response.end();
    response.write("retry: 300\n\n");
    const matches = url.searchParams.getAll("match").flatMap(namesOf);
    const wants = board ? null : (entry) => topics.includes(entry.topic) && (this.unfiltered || matches.length === 0 || matches.includes(entry.key));
    const subscriber = { response, board, wants, path: url.pathname };
    this.subscribers_.add(subscriber);
    response.on("close", () => this.subscribers_.delete(subscriber));
    if (board) return sendBoard(response, board, this.leaderboards_.get(sport) ?? []);
    const known = Number(lastEventId || 0);
    const since = known > (this.log_.at(-1)?.id ?? 0) ? 0 : known;
    if (since !== known) response.write("event: reset\nid\ndata: {}\n\n");
    response.write(this.backlog_(wants, since).map(frame).join("") + `event: live\nid: ${this.log_.at(-1)?.id ?? ""}\ndata: {}\n\n`);
  }

  // Of compacted topics the latest of each key, of the others all since, or for a newcomer the last hundred.
  backlog_(wants, since) {
    const wanted = this.log_.filter(wants);
    const compacted = wanted.filter((entry) => isCompacted(entry.topic));
    const latest = new Map(compacted.map((entry) => [`${entry.topic}\n${entry.key}`, entry]));
    const changed = [...latest.values()].filter((entry) => entry.id > since && (since > 0 || entry.value !== undefined));
    const raw = wanted.filter((entry) => !isCompacted(entry.topic));
    const rest = since > 0 ? raw.filter((entry) => entry.id > since) : raw.slice(-kReplayed);
    return [...changed, ...rest].sort((a, b) => a.id - b.id);
  }
}

// As the gateway wraps a refused record: its value as received is a string, since it need not be JSON.
export function rejection(event, reason, detail) {
  return { key: event.match, reason, detail, value: typeof event.raw === "string" ? event.raw : JSON.stringify(event) };
}

// A list as the gateway reads it: a comma or a backslash within a name follows a backslash.
function namesOf(list) {
  return (list.match(/(?:\\.|[^,\\])+/gs) ?? []).map((name) => name.replace(/\\(.)/gs, "$1"));
}

const isCompacted = (topic) => topic === "match-state" || topic === "high-scores";

function fileOf(path) {
  if (path === "/") return "index.html";
  if (/^\/[a-z]+$/.test(path)) return `${path.slice(1)}.html`;
  return /^\/web\/([a-z0-9_]+\.(?:js|css|svg))$/.exec(path)?.[1];
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json", ...headers }).end(JSON.stringify(body));
}

function problem(response, status, detail, headers) {
  answer(response, status, { title: "Problem", status, detail }, headers);
}

function frame({ id, key, value }) {
  if (value === undefined) return `event: delete\nid: ${id}\ndata: ${JSON.stringify({ key })}\n\n`;
  return `id: ${id}\ndata: ${typeof value.raw === "string" ? value.raw : JSON.stringify(value)}\n\n`;
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
