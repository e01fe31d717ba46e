/**
 * What errors say.
 *
 * @packageDocumentation
 */

import type { ErrorDocument, Raises, SuiteDocument, Tagged } from "./document.js";
import { mismatch } from "./expectations.js";
import { show } from "./show.js";

/** What a step or a body by hand found to be otherwise than promised. */
export class Failure extends Error {
  override readonly name: string = "Failure";
}

/**
 * Whether an error is of a class of the specification, or one that extends it there. A class that is
 * only called so is none: the guards of the generated package would not know it.
 */
function isOf(error: Error, { home, name }: ErrorDocument): boolean {
  const lineage: unknown = Reflect.get(error.constructor, Symbol.for("dagstack-idl:lineage"));
  return Array.isArray(lineage) && lineage.includes(`${home}/${name}`);
}

/** The texts of all errors that an error bundles; its own if it bundles none. */
function messagesOf(error: Error): string[] {
  return error instanceof AggregateError
    ? error.errors.flatMap((each) => (each instanceof Error ? messagesOf(each) : [String(each)]))
    : [error.message];
}

/** Why an error is not the one that was expected, in words; nothing if it is. */
export function errorMismatch(
  expected: Raises,
  error: unknown,
  suite: SuiteDocument,
  decode: (value: Tagged) => unknown,
): string | undefined {
  if (!(error instanceof Error)) return `${show(error)} was thrown, which is no Error`;
  const declared = suite.errors[expected.error];
  const name = declared?.name ?? expected.error;
  const any = expected.error === "Failures";
  if (!any && (declared === undefined || !isOf(error, declared))) {
    return `expected ${name}, but it is ${show(error)}`;
  }
  for (const [field, value] of Object.entries(expected.fields ?? {})) {
    const actual: unknown =
      field === "message"
        ? error.message
        : field === "messages" && any
          ? messagesOf(error)
          : Reflect.get(error, declared?.fields[field]?.name ?? field);
    const problem = mismatch(decode(value), actual, suite);
    if (problem !== undefined) return `${name}.${field}: ${problem}`;
  }
  return undefined;
}
