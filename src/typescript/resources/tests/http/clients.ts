/** Clients over each engine, and time that takes none. */

import type { Milliseconds, Sleeper } from "@dagstack/contracts";
import { UnimplementedRng } from "@dagstack/contracts";
import { Agent, fetch } from "undici";
import { onTestFinished } from "vitest";

import { FrozenClock } from "../../src/clock/frozen.js";
import type { HttpClientParts } from "../../src/http/client.js";
import type { HttpSettings } from "../../src/http/settings.js";
import { PooledHttpClient } from "../../src/node/http/client.js";
import type { FetchFunction } from "../../src/node/http/fetching.js";

export const START = new Date("2026-11-23T12:00:00Z");

/** A pool of undici with our settings, one that the host made, and a function like `fetch`. */
export const ENGINES = ["pool", "dispatcher", "fetch"] as const;
export type EngineName = (typeof ENGINES)[number];

/** Gives the numbers that it is told, in turn. */
export class FixedRng extends UnimplementedRng {
  drawn = 0;
  readonly #shares: readonly number[];

  constructor(...shares: readonly number[]) {
    super();
    this.#shares = shares.length > 0 ? shares : [0.5];
  }

  override nextFloat(): number {
    this.drawn += 1;
    return this.#shares[(this.drawn - 1) % this.#shares.length] ?? 0;
  }
}

/** A sleeper that moves a frozen clock ahead instead of waiting, and remembers how far. */
export class Skipping implements Sleeper {
  readonly delays: Milliseconds[] = [];
  readonly #clock: FrozenClock;

  constructor(clock: FrozenClock) {
    this.#clock = clock;
  }

  sleep(delay: Milliseconds): Promise<void> {
    this.delays.push(delay);
    this.#clock.advance(delay / 1000);
    return Promise.resolve();
  }
}

/** A clock that stands still, a sleeper on it that takes no time, and chance without any. */
export function noTime(...shares: readonly number[]): {
  clock: FrozenClock;
  sleeper: Skipping;
  rng: FixedRng;
} {
  const clock = new FrozenClock({ now: START });
  return { clock, sleeper: new Skipping(clock), rng: new FixedRng(...shares) };
}

/** Make a client that closes with the test. */
export function clientOver(
  engine: EngineName,
  settings: HttpSettings = {},
  parts: HttpClientParts = {},
): PooledHttpClient {
  const client = make(engine, settings, parts);
  onTestFinished(() => client.close());
  return client;
}

function make(
  engine: EngineName,
  settings: HttpSettings,
  parts: HttpClientParts,
): PooledHttpClient {
  if (engine === "pool") return new PooledHttpClient(settings, parts);
  const dispatcher = new Agent({ connections: settings.limits?.connections ?? null });
  if (engine === "dispatcher") {
    return PooledHttpClient.over(dispatcher, settings, { ...parts, owned: true });
  }
  onTestFinished(() => dispatcher.destroy());
  const own = (url: string, init: object): Promise<unknown> => fetch(url, { ...init, dispatcher });
  return PooledHttpClient.over(own as FetchFunction, settings, parts);
}

/** What a promise rejects with. */
export async function failure<E>(
  type: abstract new (...args: never[]) => E,
  work: Promise<unknown>,
): Promise<E> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (error instanceof type) return error;
  throw error;
}
