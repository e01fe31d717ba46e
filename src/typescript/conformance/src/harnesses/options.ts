/**
 * What harnesses of all resources are told.
 *
 * @packageDocumentation
 */

import type { Action, Harness, SubjectFactory } from "../harness.js";

/** What a runner has to know of an implementation beside how it is made. */
export interface HarnessOptions extends Omit<Harness, "subjects" | "actions"> {
  /** What the object itself has no method for, such as `"FrozenClock.advance"`. */
  readonly actions?: Readonly<Record<string, Action>>;

  /** Other subjects of the suite for which it stands, such as `ReadOnlyBlobStore`. */
  readonly also?: Readonly<Record<string, SubjectFactory>>;
}

/** The harness that makes these subjects, and those that the options name. */
export function harnessOf(
  options: HarnessOptions,
  subjects: Readonly<Record<string, SubjectFactory>>,
  actions: Readonly<Record<string, Action>> = {},
): Harness {
  const { also, ...others } = options;
  return {
    ...others,
    subjects: { ...subjects, ...also },
    actions: { ...actions, ...options.actions },
  };
}
