/** Temporary directories before their suite. */

import { newFolder, testTempDir } from "@dagstack/conformance/node";
import { describe, test } from "vitest";

import { SystemTempDir } from "../../src/node/index.js";
import { tmpdirByHand } from "./tmpdir_by_hand.js";

testTempDir({ describe, test }, (parent) => SystemTempDir.create({ parent }), newFolder, {
  name: "SystemTempDir",
  has: ["kill", "exit_hooks"],
  byHand: tmpdirByHand,
});
