/**
 * What harnesses of all resources are told.
 *
 * @packageDocumentation
 */

import type { Action, Harness } from "../harness.js";

/** What a runner has to know of an implementation beside how it is made. */
export interface HarnessOptions extends Omit<Harness, "subjects" | "actions"> {
  /** What the object itself has no method for, such as `"FrozenClock.advance"`. */
  readonly actions?: Readonly<Record<string, Action>>;
}
