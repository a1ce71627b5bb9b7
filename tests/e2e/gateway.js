// Kafka and matchpoint-http alone, for tests of what the gateway says to clients: what is on the topics is written here, byte for byte.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Hopeless, kRoot, soon } from "./browser.js";
import { freePort, Program } from "./program.js";

const kBin = process.env.MATCHPOINT_BIN ?? join(kRoot, "build/release/bin");

export class Gateway {
  async start(settings = {}) {
    this.directory_ = mkdtempSync(join(tmpdir(), "matchpoint-protocol-"));
    this.kafkaDirectory_ = join(this.directory_, "kafka");
    const said = await Program.run("kafka", join(kRoot, "scripts/kafka"), ["start", "--port", "0", "--dir", this.kafkaDirectory_]);
    this.server_ = /bootstrap-server: (\S+)\s*$/.exec(said)[1];
    await Program.run("topics", join(kRoot, "topics/create.sh"), ["--bootstrap-server", this.server_]);
    this.port = await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    // The same machine by another name: another origin.
    this.otherOrigin = `http://localhost:${this.port}`;
    const all = { "sse.retry.ms": 100, "cors.origins": this.otherOrigin, ...settings };
    this.options_ = Object.entries(all).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
    await this.run();
  }

  async run() {
    this.http_ = new Program("http", join(kBin, "matchpoint-http"), ["--bootstrap-server", this.server_, "--port", String(this.port), ...this.options_]);
    await soon("http is ready", async () => {
      if (!this.http_.running) throw new Hopeless(this.http_.log());
      return (await fetch(`${this.base}/readyz`)).status;
    }, 200, 30000);
  }

  // As a crash would end it.
  kill() {
    return this.http_.kill();
  }

  // As an operator would.
  end() {
    return this.http_.stop();
  }

  async stop() {
    try {
      await this.http_?.stop();
    } finally {
      if (this.kafkaDirectory_) await Program.run("kafka", join(kRoot, "scripts/kafka"), ["wipe", "--dir", this.kafkaDirectory_]);
      if (this.directory_) rmSync(this.directory_, { recursive: true, force: true });
    }
  }

  // Each [key, value]; a value of null deletes. Values may hold any byte but NUL.
  async put(topic, records) {
    const args = ["-P", "-b", this.server_, "-t", topic, "-K", "\x01", "-D", "\x02", "-Z", "-X", "partitioner=murmur2_random", "-X", "acks=all"];
    const input = Buffer.concat(records.flatMap(([key, value]) => [Buffer.from(key), Buffer.from("\x01"), Buffer.from(value ?? ""), Buffer.from("\x02")]));
    await Program.run("kcat", "kcat", args, input);
  }

  // The number behind a metric without labels.
  async metric(name) {
    const text = await (await fetch(`${this.base}/metrics`)).text();
    const lines = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  }

  log() {
    return this.http_.log();
  }
}

export function stateOf(match, seq, more = {}) {
  return JSON.stringify({
    match, sport: "tennis", competition: "Open", status: "live", seq, at: 1, sides: [{ name: `Ada ${match}` }, { name: "Bo" }], format: {}, score: {},
    stats: [{}, {}], winner: null, summary: "", ...more,
  });
}
