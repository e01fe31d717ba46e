/**
 * JSON values as bytes to send.
 *
 * @packageDocumentation
 */

import { InvalidArgument } from "@dagstack/contracts";

const LONE_SURROGATE = /\p{Cs}/u;
const encoder = new TextEncoder();

/**
 * Write a JSON object in UTF-8.
 *
 * @throws {@link InvalidArgument} if it is none, or holds what JSON cannot express.
 */
export function encodeJsonObject(value: unknown): Uint8Array {
  if (!isPlainObject(value)) throw refusal(`it is ${kindOf(value)}, not a plain object`);
  return encodeJson(value);
}

/**
 * Write a JSON value in UTF-8.
 *
 * Unlike `JSON.stringify` it drops and converts nothing: what would not be read again as it was
 * is refused.
 *
 * @throws {@link InvalidArgument} if it holds what JSON cannot express.
 */
export function encodeJson(value: unknown): Uint8Array {
  try {
    check(value, new Set());
  } catch (error) {
    if (error instanceof InvalidArgument) throw error;
    throw refusal("it is nested too deeply", error); // the stack is full
  }
  return encoder.encode(JSON.stringify(value));
}

function check(value: unknown, above: Set<object>): void {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refusal(`it holds ${String(value)}`);
  } else if (typeof value === "string") {
    if (LONE_SURROGATE.test(value)) throw refusal("it holds a lone surrogate");
  } else if (Array.isArray(value) || isPlainObject(value)) {
    if (above.has(value)) throw refusal("it holds itself");
    above.add(value);
    if (Array.isArray(value)) {
      for (const item of value) check(item, above);
    } else {
      for (const [name, item] of Object.entries(value)) {
        if (LONE_SURROGATE.test(name)) throw refusal("it holds a lone surrogate");
        check(item, above);
      }
    }
    above.delete(value);
  } else {
    throw refusal(`it holds ${kindOf(value)}, which is not JSON`);
  }
}

/** Whether it is an object of no class, of whichever realm. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  return `a ${value.constructor.name}`;
}

function refusal(reason: string, cause?: unknown): InvalidArgument {
  return new InvalidArgument({ argument: "json", reason }, { cause });
}
