/**
 * Whether a result has the type that the specification gives it.
 *
 * @packageDocumentation
 */

import type { SuiteDocument, TypeTree } from "./document.js";
import { show } from "./show.js";

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  bool: (value) => typeof value === "boolean",
  int: (value) => Number.isSafeInteger(value),
  int64: (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
  float: (value) => typeof value === "number",
  string: (value) => typeof value === "string",
  bytes: (value) => value instanceof Uint8Array,
  datetime: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  duration: (value) => typeof value === "number",
  path: (value) => typeof value === "string" && /^(?:\/|[A-Za-z]:[\\/]|\\\\)/u.test(value),
  json: isJson,
};

/** What is wrong with a result, in words; nothing if it has its type. */
export function misfit(
  value: unknown,
  type: TypeTree | null,
  suite: SuiteDocument,
): string | undefined {
  return fits(value, type, suite) ? undefined : `${show(value)} is no ${spelled(type)}`;
}

function fits(value: unknown, type: TypeTree | null, suite: SuiteDocument): boolean {
  if (type === null) return value === undefined;
  if (typeof type === "string") return SCALARS[type]?.(value) ?? false;
  if ("maybe" in type) return value === undefined || fits(value, type.maybe, suite);
  if ("list" in type) {
    return Array.isArray(value) && value.every((part) => fits(part, type.list, suite));
  }
  if ("map" in type) {
    return isMap(value) && Object.values(value).every((part) => fits(part, type.map[1], suite));
  }
  if ("enum" in type) {
    return typeof value === "string" && (suite.enums?.[type.enum]?.values.includes(value) ?? true);
  }
  if ("interface" in type) return hasMembers(value, type.interface, suite);
  if ("record" in type) {
    const fields = Object.values(suite.records[type.record]?.fields ?? {});
    return isObject(value) && fields.every((field) => field in value);
  }
  if ("error" in type) return value instanceof Error;
  return true;
}

function hasMembers(value: unknown, name: string, suite: SuiteDocument): boolean {
  const declared = suite.interfaces[name];
  if (!isObject(value)) return false;
  if (declared === undefined) return true;
  const methods = Object.values(declared.methods);
  const properties = Object.values(declared.properties);
  return (
    methods.every((each) => typeof Reflect.get(value, each.name) === "function") &&
    properties.every((each) => each.name in value)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isMap(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isMap(value) && Object.values(value).every(isJson);
}

function spelled(type: TypeTree | null): string {
  if (type === null) return "nothing";
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${spelled(type.list)}>`;
  if ("map" in type) return `map<${type.map.map(spelled).join(", ")}>`;
  if ("maybe" in type) return `${spelled(type.maybe)}?`;
  return Object.values<string>(type)[0] ?? "value";
}
