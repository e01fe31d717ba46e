import { describe, expect, test } from "vitest";

import { InMemoryBlobStore, MemoryBlobStore } from "../../src/blobs/memory.js";
import { testStore } from "./suite.js";

describe("InMemoryBlobStore", () => {
  testStore("InMemoryBlobStore", () => Promise.resolve(new InMemoryBlobStore()));

  test("has another name", () => {
    expect(MemoryBlobStore).toBe(InMemoryBlobStore);
  });

  test("closes at the end of a block", async () => {
    const store = new InMemoryBlobStore();
    {
      await using inside = store;
      expect(await inside.list()).toEqual([]);
    }
    expect(store.closed).toBe(true);
  });
});
