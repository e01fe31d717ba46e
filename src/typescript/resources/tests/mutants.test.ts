/** Each fault of tests/mutants is caught by the cases that are about it, which pass without it. */

import { readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  blobStoreHarness,
  deterministicRngHarness,
  frozenClockHarness,
  type Harness,
  registryHarness,
  tempDirHarness,
} from "@dagstack/conformance";
import { judge, newFolder } from "@dagstack/conformance/node";
import { BlobNotFound, type HttpClientGetOptions, isAlreadyExists } from "@dagstack/contracts";
import {
  blobStoreSuite,
  clockSuite,
  httpClientSuite,
  registrySuite,
  rngSuite,
  type Suite,
  tmpdirSuite,
} from "@dagstack/contracts/conformance";
import { afterAll, describe, expect, test } from "vitest";

import {
  DeterministicRng,
  FrozenClock,
  InMemoryBlobStore,
  ResourceRegistry,
  StubHttpClient,
} from "../src/index.js";
import { SystemTempDir } from "../src/node/index.js";
import { faulty } from "./conformance/faulty.js";

interface Listed {
  readonly suite: string;
  readonly caught_by: readonly string[];
}

const listed = JSON.parse(
  readFileSync(new URL("../../../../tests/mutants/mutants.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Listed>>;

/** The members of an object that are wrong. */
type Change<T> = (good: T) => object;

type Registry = ResourceRegistry<Record<string, unknown>>;

const NAME = { name: "Mutant" };

function blobStore(change: Change<InMemoryBlobStore>): Harness {
  return blobStoreHarness(() => faulty(new InMemoryBlobStore(), change), {
    ...NAME,
    has: ["content_types"],
    lacks: { shared: "a mutant", kill: "a mutant" },
  });
}

function clock(change: Change<FrozenClock>): Harness {
  return frozenClockHarness((now) => faulty(new FrozenClock({ now }), change), NAME);
}

function rng(change: Change<DeterministicRng>): Harness {
  return deterministicRngHarness((seed) => faulty(new DeterministicRng({ seed }), change), NAME);
}

function httpClient(change: Change<StubHttpClient>): Harness {
  return { ...NAME, subjects: { HttpClient: () => faulty(new StubHttpClient(), change) } };
}

function tmpdir(change: Change<SystemTempDir>): Harness {
  const make = async (parent: string): Promise<SystemTempDir> =>
    faulty(await SystemTempDir.create({ parent }), change);
  return tempDirHarness(make, newFolder, {
    ...NAME,
    lacks: { kill: "a mutant", exit_hooks: "a mutant" },
  });
}

function registry(change: Change<Registry>): Harness {
  const make = (): Registry => faulty(new ResourceRegistry<Record<string, unknown>>(), change);
  return registryHarness(make, (seed) => new DeterministicRng({ seed }), NAME);
}

/** Close what is on a list of its own, in some order. */
function listing(order: (registered: unknown[]) => unknown[]): Change<Registry> {
  return (good) => {
    const registered: unknown[] = [];
    return {
      register: (name: string, resource: unknown, options?: object) => {
        good.register(name, resource, { ...options, owned: false });
        registered.push(resource);
      },
      close: async () => {
        for (const each of order(registered.splice(0))) {
          await (each as { close?: () => unknown }).close?.();
        }
        await good.close();
      },
    };
  };
}

const mutants: Readonly<Record<string, Harness>> = {
  a_key_counts_without_case: blobStore((store) => ({
    put: (key: string, data: Uint8Array, options?: object) =>
      store.put(key.toLowerCase(), data, options),
    get: (key: string) => store.get(key.toLowerCase()),
  })),
  a_list_comes_in_utf_16_order: blobStore((store) => ({
    list: async (prefix?: string) => (await store.list(prefix)).sort(),
  })),
  a_prefix_is_a_folder: blobStore((store) => ({
    list: async (prefix = "") => {
      const folder = prefix === "" ? "" : `${prefix.replace(/\/+$/u, "")}/`;
      return (await store.list()).filter((key) => key.startsWith(folder));
    },
  })),
  delete_tells_of_what_is_missing: blobStore((store) => ({
    delete: async (key: string) => {
      if (!(await store.exists(key))) throw new BlobNotFound({ key });
      await store.delete(key);
    },
  })),
  put_keeps_a_reference: blobStore((store) => {
    const kept = new Map<string, Uint8Array>();
    return {
      put: async (key: string, data: Uint8Array, options?: object) => {
        await store.put(key, data, options);
        kept.set(key, data);
      },
      get: async (key: string) => {
        const copy = await store.get(key);
        return kept.get(key)?.slice() ?? copy;
      },
    };
  }),
  a_list_ends_after_a_thousand: blobStore((store) => ({
    list: async (prefix?: string) => (await store.list(prefix)).slice(0, 1000),
  })),
  put_leaves_a_tail: blobStore((store) => ({
    put: async (key: string, data: Uint8Array, options?: object) => {
      const before = (await store.exists(key)) ? await store.get(key) : new Uint8Array();
      const longer = new Uint8Array(Math.max(before.length, data.length));
      longer.set(before);
      longer.set(data);
      await store.put(key, longer, options);
    },
  })),
  a_closed_store_goes_on: blobStore(() => ({ close: () => Promise.resolve() })),
  now_is_in_no_zone: clock((frozen) => ({
    now: () => frozen.now().toISOString().replace("Z", ""),
  })),
  time_is_a_float: clock((frozen) => {
    let sum = 0;
    return {
      advance: (seconds: number) => {
        sum += seconds;
        frozen.advanceNs(BigInt(Math.trunc(sum * 1e9)) - frozen.monotonicNs());
      },
    };
  }),
  high_is_left_out: rng((good) => ({
    nextInt: (low: number, high: number) => good.nextInt(low, high > low ? high - 1 : high),
  })),
  a_range_of_one_draws_nothing: rng((good) => ({
    nextInt: (low: number, high: number) => (low === high ? low : good.nextInt(low, high)),
  })),
  a_uuid_is_all_random: rng((good) => ({
    uuid4: () => good.uuid4().replace(/^(.{14})4/u, "$10"),
  })),
  a_line_break_is_sent: httpClient((client) => ({
    get: (url: string, options: HttpClientGetOptions = {}) => {
      const clean = Object.entries(options.headers ?? {}).map(([name, value]) => [
        name,
        value.replace(/[^ -~]/gu, ""),
      ]);
      return client.get(url, { headers: Object.fromEntries(clean) as Record<string, string> });
    },
  })),
  a_file_is_made_over_another: tmpdir((dir) => ({
    createFile: async (name: string, options?: { suffix?: string }) => {
      try {
        return await dir.createFile(name, options);
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
        const path = join(dir.path, `${name}${options?.suffix ?? ""}`);
        await writeFile(path, "");
        return path;
      }
    },
  })),
  the_first_is_closed_first: registry(listing((registered) => [...new Set(registered)])),
  an_object_with_two_names_is_closed_twice: registry(listing((registered) => registered.reverse())),
};

const sound: Readonly<Record<string, readonly [Suite, Harness]>> = {
  blob_store: [blobStoreSuite, blobStore(() => ({}))],
  clock: [clockSuite, clock(() => ({}))],
  rng: [rngSuite, rng(() => ({}))],
  http_client: [httpClientSuite, httpClient(() => ({}))],
  tmpdir: [tmpdirSuite, tmpdir(() => ({}))],
  registry: [registrySuite, registry(() => ({}))],
};

/** The names of the cases that fail. */
async function failing(suite: Suite, harness: Harness): Promise<string[]> {
  const outcomes = await judge(suite, harness, { timeLimit: 20_000 });
  const bad = outcomes.filter(({ outcome }) => outcome === "failed").map((each) => each.case);
  return [...new Set(bad)].sort();
}

describe("mutants", () => {
  const caught: Record<string, string[]> = {};

  test("are those of the list", () => {
    expect(Object.keys(mutants).sort()).toEqual(Object.keys(listed).sort());
  });

  test.each(Object.entries(sound))(
    "of %s fail nothing without a fault",
    async (_, [suite, harness]) => {
      expect(await failing(suite, harness)).toEqual([]);
    },
    120_000,
  );

  test.each(Object.entries(listed))(
    "are caught by name: %s",
    async (fault, { suite, caught_by: names }) => {
      const mutant = mutants[fault];
      const found = sound[suite];
      if (mutant === undefined || found === undefined) throw new Error(`there is no ${fault}`);
      caught[fault] = await failing(found[0], mutant);
      expect(caught[fault]).toEqual(expect.arrayContaining([...names]));
    },
    120_000,
  );

  afterAll(() => {
    const folder = process.env.DAGSTACK_MUTANT_RESULTS;
    if (folder !== undefined)
      writeFileSync(join(folder, "typescript.json"), JSON.stringify(caught));
  });
});
