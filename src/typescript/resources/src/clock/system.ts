/**
 * The clock of the operating system.
 *
 * @packageDocumentation
 */

import type { Clock, Milliseconds, Sleeper } from "@dagstack/contracts";

import { Closable } from "../closing.js";
import { LONGEST_TIMER } from "../timers.js";
import { MILLISECOND, notNegative } from "./nanoseconds.js";
import { Waits } from "./waits.js";

/**
 * The operating system's clocks, and a {@link Sleeper} that takes real time.
 *
 * Closing it ends every sleep with `ResourceClosed`; a clock that is never closed holds nothing.
 * Safe for concurrent use; each worker thread makes its own.
 */
export class SystemClock extends Closable implements Clock, Sleeper {
  readonly #waits = new Waits();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerDeadline = 0n;

  constructor() {
    super("SystemClock");
  }

  /**
   * Return the current instant, to the millisecond.
   *
   * @throws `ResourceClosed` if the clock is closed.
   */
  now(): Date {
    this.ensureOpen();
    return new Date();
  }

  /**
   * Return the nanoseconds since an arbitrary origin; never less than in an earlier call.
   *
   * Browsers count in steps of 5 µs or more; Node.js counts nanoseconds.
   *
   * @throws `ResourceClosed` if the clock is closed.
   */
  monotonicNs(): bigint {
    this.ensureOpen();
    return monotonic();
  }

  /**
   * Wait until `delay` has passed, and not less.
   *
   * A sleep keeps a Node.js process alive until it ends.
   *
   * @param delay - Milliseconds, also a fraction; zero only lets what is due run first.
   * @throws `InvalidArgument` if `delay` is negative, not a number or infinite.
   * @throws `ResourceClosed` if the clock is closed, or becomes so during the wait.
   */
  async sleep(delay: Milliseconds): Promise<void> {
    const amount = notNegative("delay", delay, MILLISECOND);
    this.ensureOpen();
    if (amount === 0n) return;
    const wait = this.#waits.until(monotonic() + amount);
    this.#setTimer();
    await wait;
  }

  protected override release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waits.fail(this.closedError());
  }

  /** One timer for the earliest deadline: timers of their own would not keep to the order. */
  #setTimer(): void {
    const next = this.#waits.next;
    if (this.#timer !== undefined) {
      if (next === this.#timerDeadline) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (next === undefined) return;
    this.#timerDeadline = next;
    const left = Number((next - monotonic() + MILLISECOND - 1n) / MILLISECOND);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        // It may be early, because it was rounded or too long; then it is set again.
        this.#waits.endDue(monotonic());
        this.#setTimer();
      },
      Math.min(Math.max(left, 0), LONGEST_TIMER),
    );
  }
}

interface PreciseHost {
  readonly process?: { readonly hrtime?: { readonly bigint?: () => bigint } };
}

function monotonic(): bigint {
  // Browsers have no such process, and bundlers may bring one that has no clock.
  const { process } = globalThis as PreciseHost;
  const precise = process?.hrtime?.bigint?.();
  return precise ?? BigInt(Math.floor(performance.now() * 1e6));
}
