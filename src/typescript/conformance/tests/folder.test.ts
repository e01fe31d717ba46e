import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Folder, newFolder } from "../src/node/folder.js";

/** A folder, and what removes it. */
function made(): [Folder, () => void] {
  const endings: (() => unknown)[] = [];
  const path = newFolder({
    case: "a_case",
    once: (_, make) => make(),
    atEnd: (action) => endings.push(action),
  });
  const end = (): void => {
    for (const each of endings) each();
  };
  return [new Folder(path), end];
}

test("it does what cases ask for", () => {
  const [folder, end] = made();
  folder.write("a/b", new Uint8Array([1]));
  folder.makeFolder("c");
  folder.link("d", "missing");
  expect(folder.names("")).toEqual(["a", "c", "d"]);
  expect(folder.exists("d")).toBe(true);
  expect(folder.exists("missing")).toBe(false);
  expect(folder.read(join(folder.path, "a/b"))).toEqual(new Uint8Array([1]));
  expect(folder.mode("a/b")).toMatch(/^6[0-7]{2}$/);
  folder.remove("a");
  expect(folder.names("")).toEqual(["c", "d"]);
  end();
  expect(existsSync(folder.path)).toBe(false);
});

test("it goes away with what is closed to its owner", () => {
  const [folder, end] = made();
  mkdirSync(join(folder.path, "closed/inner"), { recursive: true, mode: 0o000 });
  end();
  expect(existsSync(folder.path)).toBe(false);
});
