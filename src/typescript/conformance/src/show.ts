/**
 * Values in messages.
 *
 * @packageDocumentation
 */

import { Expectation } from "./values.js";

const LONGEST = 300;

/** A value as a reader of a failure wants to see it; cut off where it is long. */
export function show(value: unknown): string {
  const shown = whole(value, 0);
  return shown.length > LONGEST
    ? `${shown.slice(0, LONGEST)}… (${shown.length} characters)`
    : shown;
}

function whole(value: unknown, depth: number): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 2 * LONGEST));
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return bytes(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (depth > 5) return "…";
  if (value instanceof Expectation) {
    return value.operators
      .map(([operator, operand]) => `$${operator}: ${whole(operand, depth + 1)}`)
      .join(", ");
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, 50).map((part) => whole(part, depth + 1));
    return `[${shown.join(", ")}${value.length > 50 ? `, … (${value.length} items)` : ""}]`;
  }
  if (typeof value === "object") return objectText(value, depth);
  return typeof value;
}

function bytes(value: Uint8Array): string {
  const hex = Array.from(value.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0"));
  return `${value.length} bytes${value.length === 0 ? "" : `, ${hex.join("")}`}${value.length > 32 ? "…" : ""}`;
}

function objectText(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `a ${value.constructor.name}`;
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${whole(part, depth + 1)}`);
  return `{${parts.join(", ")}}`;
}
