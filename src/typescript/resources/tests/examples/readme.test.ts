/** The examples of the package's README. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { production } from "./host.js";

test.each(["quotes.ts", "host.ts", "quotes.test.ts"])("%s is in the README as it is", (name) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const example = readFileSync(new URL(name, import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

test("what the host registers in production closes, and leaves nothing running", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quotes-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const registry = await production(folder);
  expect(registry.names()).toEqual(["blob_store", "clock", "http_client"]);
  const store = registry.get("blob_store");
  await registry.close();
  await expect(store.exists("a")).rejects.toThrow(
    expect.objectContaining({ code: "RESOURCE_CLOSED" }),
  );
});
