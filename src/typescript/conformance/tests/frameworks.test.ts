import * as node from "node:test";

import { describe, expect, test } from "vitest";

import type { TestRunner } from "../src/index.js";

const runners = [{ describe, test }, node] satisfies TestRunner[];

test("the frameworks have what is needed of them", () => {
  for (const runner of runners) {
    expect(runner.describe).toBeTypeOf("function");
    expect(runner.test).toBeTypeOf("function");
  }
});
