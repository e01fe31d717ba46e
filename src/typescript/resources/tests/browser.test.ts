import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const SOURCE = new URL("../src/", import.meta.url);

/** What a module imports or exports from, as written. */
function importsOf(module: URL): string[] {
  const text = readFileSync(module, "utf8");
  return Array.from(text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g), (match) => match[1] ?? "");
}

/** All modules that are reached from one, and the packages that they name. */
function reachedFrom(entry: string): { modules: Set<string>; packages: Set<string> } {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const left = [new URL(entry, SOURCE)];
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    if (modules.has(module.href)) continue;
    modules.add(module.href);
    for (const name of importsOf(module)) {
      if (!name.startsWith(".")) packages.add(name);
      else left.push(new URL(name.replace(/\.js$/, ".ts"), module));
    }
  }
  return { modules, packages };
}

test("the main entry point needs nothing but the contracts", () => {
  const { modules, packages } = reachedFrom("index.ts");
  expect(Array.from(modules).filter((module) => !existsSync(new URL(module)))).toEqual([]);
  expect(modules.size).toBeGreaterThan(15);
  expect(Array.from(packages)).toEqual(["@dagstack/contracts"]);
});

test("the walk finds what Node.js alone has", () => {
  expect(Array.from(reachedFrom("node/index.ts").packages)).toContain("node:fs");
});
