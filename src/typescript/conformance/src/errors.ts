/**
 * What errors say.
 *
 * @packageDocumentation
 */

import type { Raises, SuiteDocument, Tagged } from "./document.js";
import { mismatch } from "./expectations.js";
import { show } from "./show.js";

/** What a step or a body by hand found to be otherwise than promised. */
export class Failure extends Error {
  override readonly name: string = "Failure";
}

/** The names of an error's class and of those that it descends from, in either way. */
function* namesOf(error: object): Generator<string> {
  // Classes of generated errors have one prototype, but their ancestors in the specification too.
  const lineage: unknown = Reflect.get(error.constructor, Symbol.for("dagstack-idl:lineage"));
  if (Array.isArray(lineage)) {
    for (const id of lineage) yield String(id).replace(/^.*\//u, "");
  }
  for (
    let prototype = Object.getPrototypeOf(error) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    yield prototype.constructor.name;
    const name: unknown = Object.getOwnPropertyDescriptor(prototype, "name")?.value;
    if (typeof name === "string") yield name;
  }
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
  if (!any && ![...namesOf(error)].includes(name)) {
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
