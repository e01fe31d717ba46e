import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const SOURCE = new URL("../src/", import.meta.url);

/** What a module imports or exports from, as written. */
function importsOf(module: URL): string[] {
  const text = readFileSync(module, "utf8");
  return Array.from(
    text.matchAll(/(?:from|import)\s*\(?\s*"([^"\s]+)"/g),
    (match) => match[1] ?? "",
  );
}

/** The packages that are named by one module or by those that it reaches. */
function packagesOf(entry: string): Set<string> {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const left = [new URL(entry, SOURCE)];
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    if (seen.has(module.href)) continue;
    seen.add(module.href);
    expect(existsSync(module), module.href).toBe(true);
    for (const name of importsOf(module)) {
      if (!name.startsWith(".")) packages.add(name);
      else left.push(new URL(name.replace(/\.js$/, ".ts"), module));
    }
  }
  return packages;
}

test("the main entry point needs nothing but the contracts", () => {
  expect([...packagesOf("index.ts")].sort()).toEqual([
    "@dagstack/contracts",
    "@dagstack/contracts/conformance",
  ]);
});

test("the walk finds what Node.js alone has", () => {
  expect([...packagesOf("node/index.ts")]).toContain("node:http");
});
