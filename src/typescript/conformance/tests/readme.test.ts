import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

// Its types are checked with those of the tests; an empty store would fail its cases.
test("the example of the README is one that compiles", () => {
  const example = read("examples/tests/my_blob_store.ts");
  expect(read("../README.md")).toContain(`\`\`\`ts\n${example}\`\`\``);
});
