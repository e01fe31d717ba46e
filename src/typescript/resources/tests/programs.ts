/** Programs of their own, for what only shows when a process ends or there are two. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program that runs one of the `.mjs` files here. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  /** Start `tests/<file>` with arguments. */
  constructor(file: string, ...args: string[]) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = once(this.#child, "close");
    if (this.#child.stdout === null) throw new Error("it has no output");
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** What it ended with by itself; `null` if it runs or was killed. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** Wait for its next line of output; `undefined` at the end. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** Say something to it. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** End its input and wait until it has ended by itself; return the rest of its output. */
  async end(): Promise<string[]> {
    this.#child.stdin?.end();
    const rest: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line())
      rest.push(line);
    await this.#ended;
    return rest;
  }

  /** Send it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kill it, and wait until it is dead. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<string[]> {
    this.#child.kill(signal);
    return this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}

/** Wait for a time that no two runs have in common: whatever is killed then may be doing anything. */
export async function randomTime(longest: number): Promise<void> {
  await new Promise((resume) => setTimeout(resume, Math.random() * longest));
}
