/**
 * When a request is tried again, and after which wait: pure, without a clock of its own.
 *
 * @packageDocumentation
 */

import type { Milliseconds } from "@dagstack/contracts";

import { atLeast, type Checked } from "./numbers.js";

/**
 * When a request is tried again, and how long to wait before.
 *
 * The wait before retry n is a random share ("full jitter") of `base * 2 ** (n - 1)`, or of `cap`
 * if that is less. A `Retry-After` of the response is added to it.
 */
export interface RetryPolicy {
  /** How often a call may be tried, at least 1; 1 means no retries. 3 without. */
  readonly maxAttempts?: number | undefined;

  /** The methods that may be repeated; without, those that RFC 9110 lets anyone repeat. */
  readonly methods?: readonly string[] | undefined;

  /** The statuses of responses that are worth another attempt; 429, 502, 503 and 504 without. */
  readonly statuses?: readonly number[] | undefined;

  /** The limit of the first wait; 500 without. */
  readonly base?: Milliseconds | undefined;

  /** The limit of every wait, `Retry-After` apart; 30,000 without. */
  readonly cap?: Milliseconds | undefined;

  /**
   * Whether a request of another method may be repeated, too, if it has a header
   * `idempotency-key`; not without.
   */
  readonly idempotencyKey?: boolean | undefined;
}

const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];
const TRANSIENT = [429, 502, 503, 504];

/**
 * Return a policy with its defaults filled in.
 *
 * @throws `InvalidArgument` if a number is out of its range.
 */
export function checkedRetry(given: RetryPolicy = {}): Checked<RetryPolicy> {
  return Object.freeze({
    maxAttempts: atLeast(1, "maxAttempts", given.maxAttempts ?? 3),
    methods: (given.methods ?? IDEMPOTENT).map((method) => method.toUpperCase()),
    statuses: [...(given.statuses ?? TRANSIENT)],
    base: atLeast(0, "base", given.base ?? 500),
    cap: atLeast(0, "cap", given.cap ?? 30_000),
    idempotencyKey: given.idempotencyKey ?? false,
  });
}

/**
 * Return how long to wait after an attempt has failed.
 *
 * @param attempt - The number of the attempt, from 1.
 * @param share - A random number, at least 0 and less than 1.
 * @param retryAfter - What the server asks for, 0 if it does not.
 */
export function retryDelay(
  policy: Checked<RetryPolicy>,
  attempt: number,
  share: number,
  retryAfter: Milliseconds = 0,
): Milliseconds {
  // Beyond 2 ** 60 the cap has long decided, and the power would be infinite at last.
  const limit = Math.min(policy.cap, policy.base * 2 ** Math.min(attempt - 1, 60));
  return retryAfter + share * limit;
}

const SECONDS = /^[0-9]+$/;
const TOO_MANY_DIGITS = 18;
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";
const MONTH = `(?<month>${MONTHS.match(/.../g)?.join("|") ?? ""})`;
const DATES = [
  `[a-z]{3}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} gmt`, // as it should be
  `[a-z]{6,9}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} gmt`, // RFC 850
  `[a-z]{3} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`, // asctime
].map((form) => new RegExp(`^${form}$`, "i"));

/**
 * Return how long a `Retry-After` asks to wait, or `undefined` where it makes no sense.
 *
 * @param value - A number of seconds, or a date in any of the three forms of HTTP.
 * @param now - The current instant.
 * @returns At least 0, as for a date that has passed; infinity for a number beyond reason.
 */
export function parseRetryAfter(value: string, now: Date): Milliseconds | undefined {
  const text = value.trim();
  if (SECONDS.test(text)) return text.length <= TOO_MANY_DIGITS ? Number(text) * 1000 : Infinity;
  for (const form of DATES) {
    const groups = form.exec(text)?.groups;
    if (groups === undefined) continue;
    const instant = instantOf(groups);
    return instant === undefined ? undefined : Math.max(0, instant - now.getTime());
  }
  return undefined;
}

/** Milliseconds since 1970, or `undefined` for a date that is not in the calendar. */
function instantOf(groups: Readonly<Record<string, string>>): number | undefined {
  const part = (name: string): number => Number(groups[name]);
  const month = MONTHS.indexOf((groups.month ?? "").toLowerCase()) / 3;
  const date = new Date(0);
  date.setUTCFullYear(wholeYear(groups.year ?? ""), month, part("day"));
  date.setUTCHours(part("hour"), part("minute"), part("second"));
  // Where a part is too large, `Date` goes on counting in the next one.
  const exact =
    date.getUTCDate() === part("day") &&
    date.getUTCHours() === part("hour") &&
    date.getUTCMinutes() === part("minute") &&
    date.getUTCSeconds() === part("second");
  return exact ? date.getTime() : undefined;
}

function wholeYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 69 ? 2000 + year : 1900 + year;
}
