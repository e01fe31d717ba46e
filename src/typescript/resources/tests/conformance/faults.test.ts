/** Implementations with a fault: the cases that have to notice it do. */

import {
  deterministicRngHarness,
  frozenClockHarness,
  type Harness,
  registryHarness,
  rngHarness,
  systemClockHarness,
  type Suite,
} from "@dagstack/conformance";
import { judge } from "@dagstack/conformance/node";
import { clockSuite, registrySuite, rngSuite } from "@dagstack/contracts/conformance";
import { describe, expect, test } from "vitest";

import {
  DeterministicRng,
  FrozenClock,
  RandomRng,
  ResourceRegistry,
  SystemClock,
} from "../../src/index.js";
import { faulty } from "./faulty.js";

/** The names of the cases that fail. */
async function noticedBy(suite: Suite, harness: Harness): Promise<string[]> {
  const outcomes = await judge(suite, harness, { timeLimit: 500 });
  return outcomes.filter(({ outcome }) => outcome === "failed").map((each) => each.case);
}

describe("a clock", () => {
  const faults: readonly [string, (clock: FrozenClock) => object, string[]][] = [
    [
      "that rounds what it shows",
      (clock) => ({ now: () => new Date(Math.round(Number(clock.monotonicNs()) / 1e6) + START) }),
      ["digits_that_now_cannot_hold_are_cut_off"],
    ],
    [
      "that shows another type",
      (clock) => ({ now: () => clock.now().toISOString() }),
      ["it_begins_where_it_was_told_to", "now_lies_in_our_time"],
    ],
    [
      "that counts milliseconds",
      (clock) => ({ monotonicNs: () => (clock.monotonicNs() / 1_000_000n) * 1_000_000n }),
      ["seconds_are_rounded_to_the_nearest_nanosecond"],
    ],
    [
      "that multiplies floats",
      (clock) => ({
        advance: (seconds: number) => {
          clock.advanceNs(BigInt(Math.round(seconds * 1e9)));
        },
      }),
      ["seconds_are_rounded_to_the_nearest_nanosecond", "an_amount_that_is_none_is_refused"],
    ],
    [
      "that goes back",
      (clock) => ({
        advance: (seconds: number) => {
          clock.advance(Math.abs(seconds));
        },
      }),
      ["an_amount_that_is_none_is_refused"],
    ],
    [
      "that wakes everyone",
      (clock) => ({
        sleep: async (delay: number) => clock.sleep(Math.min(delay, 1)),
      }),
      ["who_is_not_due_sleeps_on", "a_deadline_counts_from_the_beginning_of_the_sleep"],
    ],
    [
      "that lets nobody wait",
      (clock) => ({ waitForSleepers: () => clock.sleep(0) }),
      ["a_test_waits_until_enough_sleep"],
    ],
    [
      "that cannot be closed",
      () => ({ close: () => undefined }),
      [
        "a_closed_clock_refuses_all_use",
        "a_closed_frozen_clock_cannot_be_moved",
        "closing_ends_every_wait",
      ],
    ],
  ];
  const START = Date.parse("2026-01-01T00:00:00Z");

  test.each(faults)(
    "%s is noticed",
    async (_, members, cases) => {
      const make = (now: Date): FrozenClock => faulty(new FrozenClock({ now }), members);
      const noticed = await noticedBy(clockSuite, frozenClockHarness(make, { name: "Faulty" }));
      expect(noticed).toEqual(expect.arrayContaining(cases));
    },
    400_000,
  );

  test.each<[string, (clock: SystemClock) => object, string]>([
    [
      "that does not wait",
      () => ({ sleep: () => Promise.resolve() }),
      "a_real_wait_is_never_too_short",
    ],
    [
      "that is an hour late",
      (clock) => ({ now: () => new Date(clock.now().getTime() - 3_600_000) }),
      "a_system_clock_shows_the_time_of_day",
    ],
    [
      "that goes back at times",
      (clock) => {
        let readings = 0;
        const hour = 3_600_000_000_000n;
        return { monotonicNs: () => clock.monotonicNs() - (++readings % 50 === 0 ? hour : 0n) };
      },
      "readings_never_fall",
    ],
  ])("%s is noticed", async (_, members, name) => {
    const make = (): SystemClock => faulty(new SystemClock(), members);
    const noticed = await noticedBy(clockSuite, systemClockHarness(make, { name: "Faulty" }));
    expect(noticed).toContain(name);
  });
});

describe("a source of randomness", () => {
  test.each<[string, (rng: RandomRng) => object, string[]]>([
    [
      "without the upper bound",
      (rng) => ({ nextInt: (low: number, high: number) => rng.nextInt(low, high - 1) }),
      ["a_range_of_one_integer_gives_it", "all_results_are_equally_likely"],
    ],
    [
      "by modulo",
      (rng) => ({
        nextInt: (low: number, high: number) =>
          low + (rng.nextInt(0, 9) % Math.max(1, high - low + 1)),
      }),
      ["all_results_are_equally_likely"],
    ],
    [
      "with 32 bits",
      (rng) => ({ nextFloat: () => rng.nextInt(0, 2 ** 32 - 1) / 2 ** 32 }),
      ["floats_have_53_random_bits"],
    ],
    [
      "that gives copies",
      () => ({ choice: (items: unknown[]) => Object.create(items[0] as object) as unknown }),
      ["choice_gives_the_item_itself"],
    ],
    [
      "with UUIDs that are random throughout",
      (rng) => ({ uuid4: () => rng.uuid4().replace("-4", "-5") }),
      ["uuids_are_of_version_4"],
    ],
    [
      "that repeats itself",
      () => ({ uuid4: () => "bdd640fb-0667-4ad1-9c80-317fa3b1799d" }),
      ["the_systems_source_does_not_repeat_itself"],
    ],
    [
      "that cannot be closed",
      () => ({ close: () => undefined }),
      ["a_closed_source_refuses_all_use"],
    ],
  ])("%s is noticed", async (_, members, cases) => {
    const make = (): RandomRng => faulty(new RandomRng(), members);
    const noticed = await noticedBy(rngSuite, rngHarness(make, { name: "Faulty" }));
    expect(noticed).toEqual(expect.arrayContaining(cases));
  });

  test.each<[string, (seed: number | bigint) => DeterministicRng, string[]]>([
    [
      "that ignores the high word of its seed",
      (seed) => new DeterministicRng({ seed: BigInt(seed) & 0xffffffffn }),
      ["floats_of_a_seed", "a_seed_that_is_none_is_refused"],
    ],
    [
      "that does not draw where there is no choice",
      (seed) =>
        faulty(new DeterministicRng({ seed }), (rng) => ({
          nextInt: (low: number, high: number) => (low === high ? low : rng.nextInt(low, high)),
        })),
      ["a_range_of_one_integer_draws_too", "all_draws_mixed"],
    ],
    [
      "whose children depend on what was drawn",
      (seed) =>
        faulty(new DeterministicRng({ seed }), (rng) => ({
          fork: (name: string) => rng.fork(`${name}${rng.nextInt(0, 9)}`),
        })),
      ["forks_by_name", "forking_draws_nothing"],
    ],
  ])("%s is noticed", async (_, make, cases) => {
    const noticed = await noticedBy(rngSuite, deterministicRngHarness(make, { name: "Faulty" }));
    expect(noticed).toEqual(expect.arrayContaining(cases));
  });
});

describe("a registry", () => {
  type Registry = ResourceRegistry<Record<string, unknown>>;

  test.each<[string, (registry: Registry) => object, string[]]>([
    [
      "that accepts any name",
      (registry) => ({
        register: (name: string, resource: unknown, options: object) => {
          registry.register(
            /^[a-z]/u.test(name) ? name.toLowerCase().replace(/[^a-z0-9]/gu, "x") : "x",
            resource,
            options,
          );
        },
      }),
      ["another_name_is_refused"],
    ],
    [
      "that replaces without being asked",
      (registry) => ({
        register: (name: string, resource: unknown) => {
          registry.register(name, resource, { replace: true });
        },
      }),
      ["a_taken_name_is_refused"],
    ],
    [
      "that owns nothing",
      (registry) => ({
        register: (name: string, resource: unknown, options: object) => {
          registry.register(name, resource, { ...options, owned: false });
        },
      }),
      ["resources_are_closed_in_reverse_order", "all_failures_are_reported_together"],
    ],
    [
      "that shares the products of factories",
      (registry) => ({
        registerFactory: (name: string, factory: (plugin: string) => unknown) => {
          registry.register(name, factory("all"));
        },
      }),
      ["a_factory_makes_each_plugin_its_own", "a_product_is_closed_with_its_scope"],
    ],
    [
      "that decorates for all",
      (registry) => ({
        decorate: (name: string, wrap: (resource: unknown) => unknown) => {
          registry.decorate(name, wrap);
        },
      }),
      ["a_decorator_wraps_for_one_plugin"],
    ],
    [
      "that checks nothing",
      () => ({ check: () => undefined }),
      ["all_that_is_missing_is_one_error", "a_closed_registry_refuses_all_use"],
    ],
    [
      "that swallows failures",
      (registry) => ({ close: () => registry.close().catch(() => undefined) }),
      ["all_failures_are_reported_together", "one_failure_is_reported_too"],
    ],
    [
      "whose plugins share a stream",
      (registry) => ({
        scope: (_: string, needs: object) => registry.scope("everyone", needs),
      }),
      ["each_plugin_draws_from_a_stream_of_its_own", "what_is_not_declared_cannot_be_read"],
    ],
  ])("%s is noticed", async (_, members, cases) => {
    const make = (): Registry => faulty(new ResourceRegistry<Record<string, unknown>>(), members);
    const seeded = (seed: number | bigint): DeterministicRng => new DeterministicRng({ seed });
    const noticed = await noticedBy(
      registrySuite,
      registryHarness(make, seeded, { name: "Faulty" }),
    );
    expect(noticed).toEqual(expect.arrayContaining(cases));
  });
});
