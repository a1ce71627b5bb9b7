// The whole chain on free ports with data of its own: Kafka, topics, processor, http, simulator.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Hopeless, kRoot, soon } from "./browser.js";
import { freePort, Program } from "./program.js";

export const kToken = "the-token-of-the-tests";
const kBin = process.env.MATCHPOINT_BIN ?? join(kRoot, "build/release/bin");

export class Chain {
  constructor() {
    this.programs_ = new Map();
  }

  async start() {
    this.directory_ = mkdtempSync(join(tmpdir(), "matchpoint-e2e-"));
    this.kafkaDirectory_ = join(this.directory_, "kafka");
    const said = await Program.run("kafka", join(kRoot, "scripts/kafka"), ["start", "--port", "0", "--dir", this.kafkaDirectory_]);
    this.server_ = /bootstrap-server: (\S+)\s*$/.exec(said)[1];
    await Program.run("topics", join(kRoot, "topics/create.sh"), ["--bootstrap-server", this.server_]);
    this.httpPort_ = await freePort();
    this.base = `http://127.0.0.1:${this.httpPort_}`;
    this.run_("processor", "--set", `state.dir=${join(this.directory_, "state")}`);
    await this.startHttp();
  }

  // Live matches to look at; points enough to see change, matches long enough to last.
  startSimulator() {
    this.run_("simulator", "--matches", "3", "--rate", "5", "--seed", "7");
  }

  async startHttp() {
    this.run_("http", "--port", String(this.httpPort_));
    await soon("http is ready", async () => {
      this.assertRunning_();
      return (await fetch(`${this.base}/readyz`)).status;
    }, 200, 30000);
  }

  // As a crash would end it: nothing is said to the browsers.
  killHttp() {
    return this.programs_.get("http").kill();
  }

  async stop() {
    const problems = [];
    for (const name of ["simulator", "http", "processor"]) await this.programs_.get(name)?.stop().catch((error) => problems.push(error));
    if (this.kafkaDirectory_) {
      await Program.run("kafka", join(kRoot, "scripts/kafka"), ["stop", "--dir", this.kafkaDirectory_]).catch((error) => problems.push(error));
    }
    if (this.directory_) rmSync(this.directory_, { recursive: true, force: true });
    if (problems.length) throw new AggregateError(problems, problems.map((problem) => problem.message).join("\n"));
  }

  // What the programs said last, for the report of a failure.
  logs() {
    return [...this.programs_.values()].map((program) => `${program.log()}\n(${program.running ? "running" : "ended"})`).join("\n");
  }

  // Writes raw events as a foreign producer does, each under its match, on the partition a Java client would choose.
  async write(events) {
    const lines = events.map((event) => `${event.match}\t${JSON.stringify(event)}\n`).join("");
    const args = ["-P", "-b", this.server_, "-t", "scores", "-K", "\t", "-X", "partitioner=murmur2_random", "-X", "acks=all"];
    await Program.run("kcat", "kcat", args, lines);
  }

  async api(path) {
    this.assertRunning_();
    const response = await fetch(`${this.base}/api/${path}`);
    if (!response.ok) throw new Error(`GET /api/${path} answered ${response.status}`);
    return response.json();
  }

  match(id) {
    return this.api(`match-state/${encodeURIComponent(id)}`);
  }

  // The match's state once the processor has applied its event `seq`.
  matchAt(id, seq) {
    return soon(`match ${id} at event ${seq}`, () => this.match(id), (state) => state.seq === seq);
  }

  assertRunning_() {
    const ended = [...this.programs_.values()].filter((program) => !program.running).map((program) => program.name);
    if (ended.length) throw new Hopeless(`ended by itself: ${ended.join(", ")}`);
  }

  run_(name, ...options) {
    const program = new Program(name, join(kBin, `matchpoint-${name}`), ["--bootstrap-server", this.server_, ...options], { MATCHPOINT_PUBLISH_TOKEN: kToken });
    this.programs_.set(name, program);
    return program;
  }
}

// Keeps score of one match of the tests: events in the form of the topic `scores`, numbered.
export class Scorer {
  constructor(match, names, { competition = "Test Cup", format = {} } = {}) {
    this.match_ = match;
    this.seq = 0;
    this.start_ = { competition, sides: names.map((name) => ({ name })), format, server: 1 };
  }

  event(type, fields = {}) {
    return { match: this.match_, seq: ++this.seq, at: Date.now(), sport: "tennis", type, ...fields };
  }

  start() {
    return this.event("start", this.start_);
  }

  points(winners, how) {
    return [...winners].map((winner) => this.event("point", { winner: Number(winner), ...(how ? { how } : {}) }));
  }
}
