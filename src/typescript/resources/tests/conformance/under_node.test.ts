import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const FILE = fileURLToPath(new URL("under_node.mjs", import.meta.url));

test("the suites run under the test framework of Node.js, too", () => {
  const args = ["--test", "--test-reporter=tap", FILE];
  // The outcomes are those of the runs under vitest already.
  const env = { ...process.env, DAGSTACK_CONFORMANCE_RESULTS: "" };
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env });
  expect(stdout).toMatch(/^# fail 0$/m);
  expect(stdout).toMatch(/^# pass [1-9][0-9]{2}$/m);
  expect(stdout).toMatch(
    /ok \d+ - a_cancelled_wait_ends_at_once # SKIP cancellation: a promise cannot be cancelled/,
  );
  expect(status).toBe(0);
}, 60_000);
