/**
 * A clock that stands still until a test advances it.
 *
 * @packageDocumentation
 */

import { type Clock, InvalidArgument, type Milliseconds, type Sleeper } from "@dagstack/contracts";

import { Closable } from "../closing.js";
import { LONGEST_TIMER } from "../timers.js";
import { MILLISECOND, SECOND, notNegative, toNanoseconds } from "./nanoseconds.js";
import { Waits } from "./waits.js";

/** The greatest monotonic reading, in every language. */
const LATEST = 2n ** 63n - 1n;

/** Milliseconds on either side of 1970 that a `Date` can hold. */
const CALENDAR = 8_640_000_000_000_000n;

// Kept, because a test may replace the timers while it uses this clock.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/** How a {@link FrozenClock} begins. */
export interface FrozenClockOptions {
  /** The instant to begin at. */
  readonly now: Date;
}

/** How {@link FrozenClock.waitForSleepers} waits. */
export interface WaitForSleepersOptions {
  /** Milliseconds of real time after which to give up; 10,000 without. */
  readonly timeout?: Milliseconds | undefined;
}

/**
 * A clock for tests: it stands still until it is advanced, and is a {@link Sleeper} as well.
 *
 * It begins at `now` and with a monotonic reading of 0, and keeps time as whole nanoseconds. It
 * never touches the timers of the host, so what else runs there goes on as ever.
 *
 * Who sleeps wakes when the clock is advanced, without waiting. A test that advances too early
 * would hang: `waitForSleepers` waits until the code under test has come to its sleep.
 *
 * Closing it ends every sleep with `ResourceClosed`; a clock that is never closed holds nothing.
 * Safe for concurrent use; each worker thread makes its own.
 */
export class FrozenClock extends Closable implements Clock, Sleeper {
  readonly #waits = new Waits();
  readonly #watches = new Set<Watch>();
  #monotonic = 0n;
  /** Nanoseconds since 1970: `now` with the digits that a `Date` cannot hold. */
  #wall: bigint;

  /**
   * @param options - The instant to begin at.
   * @throws `InvalidArgument` if that is no `Date`, or an invalid one.
   */
  constructor(options: FrozenClockOptions) {
    super("FrozenClock");
    this.#wall = wallOf((options as Partial<FrozenClockOptions> | undefined)?.now);
  }

  /**
   * Return the instant at which the clock stands, cut off to the millisecond; a new `Date` each
   * time.
   *
   * @throws `ResourceClosed` if the clock is closed.
   */
  now(): Date {
    this.ensureOpen();
    return new Date(Number(millisecondsOf(this.#wall)));
  }

  /**
   * Return the nanoseconds by which the clock has been advanced so far.
   *
   * @throws `ResourceClosed` if the clock is closed.
   */
  monotonicNs(): bigint {
    this.ensureOpen();
    return this.#monotonic;
  }

  /**
   * Move both readings forward in one step, and wake whose time has come, in that order.
   *
   * It does not wait until they run. A sleeper that wakes sees the clock where this call left it,
   * so what sleeps several times in a row takes as many calls.
   *
   * @param seconds - Rounded to the nearest nanosecond, to the even one of two; 0 or more.
   * @throws `InvalidArgument` if `seconds` is negative, not a number or infinite, or leads too far.
   * The clock stays where it is.
   * @throws `ResourceClosed` if the clock is closed.
   */
  advance(seconds: number): void {
    this.#advance("seconds", notNegative("seconds", seconds, SECOND));
  }

  /**
   * Move both readings forward like `advance`, by whole nanoseconds.
   *
   * @param nanoseconds - 0 or more.
   * @throws `InvalidArgument` if `nanoseconds` is negative or no `bigint`, or leads too far.
   * @throws `ResourceClosed` if the clock is closed.
   */
  advanceNs(nanoseconds: bigint): void {
    const amount: unknown = nanoseconds;
    if (typeof amount !== "bigint") {
      throw refusal("nanoseconds", `must be a bigint, not ${typeof amount}`);
    }
    if (amount < 0n) throw refusal("nanoseconds", `must not be negative, but is ${String(amount)}`);
    this.#advance("nanoseconds", amount);
  }

  /**
   * Set the wall clock, as a time server does: `now` steps, the monotonic reading stays.
   *
   * Nobody wakes, because sleeps are measured on the monotonic clock.
   *
   * @param seconds - Rounded to the nearest nanosecond; back if negative.
   * @throws `InvalidArgument` if `seconds` is not a number or infinite, or leads out of what a
   * `Date` can hold.
   * @throws `ResourceClosed` if the clock is closed.
   */
  shiftWall(seconds: number): void {
    const step = toNanoseconds("seconds", seconds, SECOND);
    this.ensureOpen();
    this.#wall = inCalendar("seconds", this.#wall + step);
  }

  /**
   * Wait until the clock has been advanced by `delay`; no real time is waited for.
   *
   * @param delay - Milliseconds, rounded to the nearest nanosecond; zero returns at once.
   * @throws `InvalidArgument` if `delay` is negative, not a number or infinite.
   * @throws `ResourceClosed` if the clock is closed, or becomes so during the wait.
   */
  async sleep(delay: Milliseconds): Promise<void> {
    const amount = notNegative("delay", delay, MILLISECOND);
    this.ensureOpen();
    if (amount === 0n) return;
    const wait = this.#waits.until(this.#monotonic + amount);
    for (const watch of this.#watches) watch.look();
    await wait;
  }

  /**
   * Wait until at least `count` calls of `sleep` wait on this clock.
   *
   * Those that an advance has woken go on first, as far as they can without waiting for anything
   * else. So a test neither advances before the code under test has come to its sleep, nor looks
   * before it has gone on; with 0 it only waits for the latter.
   *
   * @param count - The number of sleepers, 0 or more.
   * @param options - How long to wait for them.
   * @throws `InvalidArgument` if `count` is negative or no integer, or `timeout` is no time.
   * @throws `ResourceClosed` if the clock is closed, or becomes so during the wait.
   * @throws `Error` if there are fewer after the timeout; the message says how many there are.
   */
  async waitForSleepers(count: number, options: WaitForSleepersOptions = {}): Promise<void> {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw refusal("count", `must be an integer from 0, not ${String(count)}`);
    }
    const { timeout = 10_000 } = options;
    notNegative("timeout", timeout, MILLISECOND);
    this.ensureOpen();
    await new Promise<void>((resolve, reject) => {
      const watch = new Watch(
        () => this.#waits.size >= count,
        (error) => {
          stopTimer(limit);
          this.#watches.delete(watch);
          if (error === undefined) resolve();
          else reject(error);
        },
      );
      const limit = startTimer(
        () => {
          const there = this.#waits.size;
          watch.end(new Error(`${there} of ${count} sleepers after ${timeout / 1000} s`));
        },
        Math.min(timeout, LONGEST_TIMER),
      );
      this.#watches.add(watch);
      watch.look();
    });
  }

  protected override release(): void {
    const error = this.closedError();
    this.#waits.fail(error);
    for (const watch of [...this.#watches]) watch.end(error);
  }

  #advance(argument: string, amount: bigint): void {
    this.ensureOpen();
    const monotonic = this.#monotonic + amount;
    if (monotonic > LATEST) {
      throw refusal(argument, "leads beyond 2^63 - 1 ns since the clock began");
    }
    this.#wall = inCalendar(argument, this.#wall + amount);
    this.#monotonic = monotonic;
    this.#waits.endDue(monotonic);
  }
}

/** One test that waits for sleepers. */
class Watch {
  readonly #enough: () => boolean;
  readonly #ended: (error?: Error) => void;
  #turn: ReturnType<typeof setTimeout> | undefined;

  constructor(enough: () => boolean, ended: (error?: Error) => void) {
    this.#enough = enough;
    this.#ended = ended;
  }

  /** See whether there are enough, once all that is ready to go on has done so. */
  look(): void {
    // A timer comes after all settled promises, however long their chains.
    if (!this.#enough()) return;
    this.#turn ??= startTimer(() => {
      this.#turn = undefined;
      if (this.#enough()) this.end();
    }, 0);
  }

  end(error?: Error): void {
    stopTimer(this.#turn);
    this.#ended(error);
  }
}

function wallOf(now: unknown): bigint {
  // Not `instanceof`: a date of another realm is a date, too.
  if (Object.prototype.toString.call(now) !== "[object Date]") {
    throw refusal("now", `must be a Date, not ${now === null ? "null" : typeof now}`);
  }
  const milliseconds = Date.prototype.getTime.call(now);
  if (Number.isNaN(milliseconds)) throw refusal("now", "is an invalid Date");
  return BigInt(milliseconds) * MILLISECOND;
}

/** The last whole millisecond that is not after `wall`; a division would round towards 1970. */
function millisecondsOf(wall: bigint): bigint {
  const rest = ((wall % MILLISECOND) + MILLISECOND) % MILLISECOND;
  return (wall - rest) / MILLISECOND;
}

function inCalendar(argument: string, wall: bigint): bigint {
  const milliseconds = millisecondsOf(wall);
  if (milliseconds < -CALENDAR || milliseconds > CALENDAR) {
    throw refusal(argument, "leads out of what a Date can hold");
  }
  return wall;
}

function refusal(argument: string, reason: string): InvalidArgument {
  return new InvalidArgument({ argument, reason });
}
