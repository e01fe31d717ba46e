/**
 * The time limits of one request.
 *
 * @packageDocumentation
 */

import type { HttpTimeouts } from "../../http/settings.js";
import type { Checked } from "../../http/numbers.js";
import { DEADLINE } from "../../http/engine.js";
import { LONGEST_TIMER } from "../../timers.js";

/** What a request does, and so which limit counts. */
export type Phase = "connect" | "send" | "receive";

const LATE: Readonly<Record<Phase, string>> = {
  connect: "no connection in time",
  send: "the request's body was not taken in time",
  receive: "nothing received in time",
};

/** Tells once when a limit has run out: the one of the present phase, or the overall one. */
export class Watch {
  readonly #limits: Checked<HttpTimeouts>;
  readonly #onLate: (detail: string) => void;
  readonly #deadline: NodeJS.Timeout;
  #phase: Phase = "connect";
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Begin in the phase of connecting. */
  constructor(limits: Checked<HttpTimeouts>, timeLeft: number, onLate: (detail: string) => void) {
    this.#limits = limits;
    this.#onLate = onLate;
    this.#deadline = this.#after(timeLeft, DEADLINE);
    this.turn("connect");
  }

  /** Begin another phase. */
  turn(phase: Phase): void {
    if (this.#stopped) return;
    this.#phase = phase;
    clearTimeout(this.#timer);
    this.#timer = this.#after(this.#limits[phase], LATE[phase]);
  }

  /** Take note that something happened, if this still is the phase. */
  progress(phase: Phase): void {
    if (!this.#stopped && phase === this.#phase) this.#timer?.refresh();
  }

  /** Stop watching. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#timer);
  }

  #after(delay: number, detail: string): NodeJS.Timeout {
    const late = (): void => {
      if (this.#stopped) return;
      this.stop();
      this.#onLate(detail);
    };
    return setTimeout(late, Math.min(delay, LONGEST_TIMER));
  }
}
