/** Temporary directories before their suite. */

import { newFolder, testTempDir } from "@dagstack/conformance/node";
import { ForwardingTempDir } from "@dagstack/contracts";
import { describe, test } from "vitest";

import { SystemTempDir } from "../../src/node/index.js";
import { tmpdirByHand } from "./tmpdir_by_hand.js";

const runner = { describe, test };

testTempDir(runner, (parent) => SystemTempDir.create({ parent }), newFolder, {
  name: "SystemTempDir",
  has: ["kill", "exit_hooks"],
  byHand: tmpdirByHand,
});

/** A decorator that changes nothing. */
class Forwarding extends ForwardingTempDir {
  readonly close: () => Promise<void>;

  constructor(inner: SystemTempDir) {
    super(inner);
    this.close = () => inner.close();
  }
}

const NONE = "it has no life of its own";

testTempDir(
  runner,
  async (parent) => new Forwarding(await SystemTempDir.create({ parent })),
  newFolder,
  { name: "ForwardingTempDir", lacks: { kill: NONE, exit_hooks: NONE } },
);
