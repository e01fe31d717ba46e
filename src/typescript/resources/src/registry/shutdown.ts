/**
 * Closing many things, one after the other, whatever some of them throw.
 *
 * @packageDocumentation
 */

import type { Milliseconds } from "@dagstack/contracts";

import { LONGEST_TIMER } from "../timers.js";

/** A thing to close, and what it is in words. */
export interface Item {
  readonly resource: unknown;
  readonly what: string;
}

/** What went wrong while closing something. */
export interface Failure {
  readonly error: unknown;
  readonly what: string;
}

/**
 * Close each in turn, and return what was thrown.
 *
 * @param limit - Milliseconds that each may take; `Infinity` is for ever.
 */
export async function closeAll(items: readonly Item[], limit: Milliseconds): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { resource, what } of items) {
    try {
      await within(limit, closeOne(resource));
    } catch (error) {
      failures.push({ error, what });
    }
  }
  return failures;
}

/**
 * Throw all failures together, if there are any.
 *
 * @throws `AggregateError` with what was thrown in `errors`, in the order of closing; its message
 * says of each where it comes from.
 */
export function report(message: string, failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  const details = failures.map(({ what, error }) => `${what}: ${String(error)}`);
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${message}: ${details.join("; ")}`,
  );
}

/** The items without those whose resource came before, compared by identity. */
export function different(items: readonly Item[]): Item[] {
  const seen = new Set<unknown>();
  return items.filter(({ resource }) => !seen.has(resource) && seen.add(resource));
}

async function closeOne(resource: unknown): Promise<void> {
  if (resource === null || resource === undefined) return;
  const object: object = Object(resource) as object;
  for (const name of [Symbol.asyncDispose, "close", Symbol.dispose]) {
    const close: unknown = Reflect.get(object, name);
    if (typeof close === "function") {
      await Reflect.apply(close, resource, []);
      return;
    }
  }
}

/**
 * Wait for something, but no longer than `limit` milliseconds; `Infinity` is for ever.
 *
 * @throws `Error` saying that it is not `done` by then.
 */
export async function within(
  limit: Milliseconds,
  work: Promise<void>,
  done = "closed",
): Promise<void> {
  if (limit === Infinity) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Error(`not ${done} within ${limit / 1000} s`));
      },
      Math.min(limit, LONGEST_TIMER),
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
