// A program the tests start: its output is kept for the report of a failure, and it is ended by its own pid.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const kKeptLines = 60;
const kStopMs = 10000;

export class Program {
  constructor(name, command, args, env = {}) {
    this.name = name;
    this.lines_ = [];
    this.child_ = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.running = true;
    this.exited_ = this.untilExit_();
    this.child_.stdin.on("error", () => {});  // a program that ended early; its exit status tells
    for (const stream of [this.child_.stdout, this.child_.stderr]) stream.setEncoding("utf8").on("data", (text) => this.keep_(text));
  }

  // Runs to its end; gives its output, throws with it when the exit status is not 0.
  static async run(name, command, args, input = "", env = {}) {
    const program = new Program(name, command, args, env);
    program.child_.stdin.end(input);
    const [status] = await program.exited_;
    if (status !== 0) throw new Error(`${program.log()}\n${name} ended with status ${status}`);
    return program.lines_.join("\n");
  }

  async kill() {
    if (this.running) this.child_.kill("SIGKILL");
    await this.exited_;
  }

  // SIGTERM as an operator would; a program that does not leave is an error, after it was ended.
  async stop() {
    if (!this.running) return;
    this.child_.kill("SIGTERM");
    const late = setTimeout(() => this.child_.kill("SIGKILL"), kStopMs);
    const [status, signal] = await this.exited_;
    clearTimeout(late);
    if (signal === "SIGKILL") throw new Error(`${this.log()}\n${this.name} did not end within ${kStopMs} ms of SIGTERM`);
    if (status !== 0) throw new Error(`${this.log()}\n${this.name} ended with ${status ?? signal} on SIGTERM`);
  }

  log() {
    return [`--- ${this.name}`, ...this.lines_].join("\n");
  }

  // [status, signal] once it has ended and all it said was read; a program that could not be started counts as ended.
  async untilExit_() {
    const end = await once(this.child_, "close").catch((error) => {
      this.keep_(String(error));
      return [null, null];
    });
    this.running = false;
    return end;
  }

  keep_(text) {
    this.lines_.push(...text.trimEnd().split("\n"));
    if (this.lines_.length > kKeptLines) this.lines_.splice(0, this.lines_.length - kKeptLines);
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
