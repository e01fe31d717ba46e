/**
 * What a registry refuses: names, objects, and plugins that would miss something.
 *
 * @packageDocumentation
 */

import {
  InvalidArgument,
  type InterfaceMembers,
  type MissingResource,
  MissingResources,
  UnfitResource,
  findProblems,
  standardResources,
} from "@dagstack/contracts";

import { didYouMean, near } from "./near.js";

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** What plugins see has these already, or the language asks every object for them. */
const TAKEN = new Set(["constructor", "get", "then"]);

/**
 * Refuse what a plugin could not read as `resources.<name>`.
 *
 * @throws {@link InvalidArgument} if it is not snake case, or has a meaning of its own there.
 */
export function checkName(name: unknown): asserts name is string {
  if (typeof name !== "string" || !SNAKE_CASE.test(name)) {
    const shown = typeof name === "string" ? JSON.stringify(name) : `a ${typeof name}`;
    throw new InvalidArgument({ argument: "name", reason: `${shown} is not a name in snake_case` });
  }
  if (TAKEN.has(name)) {
    const reason = `${name} has a meaning of its own in \`resources.${name}\``;
    throw new InvalidArgument({ argument: "name", reason });
  }
}

/**
 * Refuse what cannot be called.
 *
 * @throws {@link InvalidArgument} if it is no function.
 */
export function checkFunction(argument: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new InvalidArgument({ argument, reason: `must be a function, not ${typeof value}` });
}

/**
 * Refuse what stands for nothing, or is a promise of something.
 *
 * @throws {@link InvalidArgument} if it is `undefined`, `null` or thenable.
 */
export function checkPresent(name: string, resource: unknown): void {
  if (resource === undefined || resource === null) {
    const reason = `${name} is ${resource}, which stands for a missing resource`;
    throw new InvalidArgument({ argument: "resource", reason });
  }
  if (typeof resource === "object" && "then" in resource && typeof resource.then === "function") {
    const reason = `${name} is a promise: await it first`;
    throw new InvalidArgument({ argument: "resource", reason });
  }
}

/**
 * Refuse what is not the resource that its standard name promises.
 *
 * @param origin - Where it comes from, for the message.
 * @throws {@link UnfitResource} if members are missing or wrong.
 */
export function checkFit(name: string, resource: unknown, origin: string): void {
  if (!Object.hasOwn(standardResources, name)) return;
  const members = standardResources[name as keyof typeof standardResources];
  const problems = findProblems(resource, members as InterfaceMembers<object>);
  if (problems.length === 0) return;
  const reason = `${problems.join(", ")} (${origin} ${kindOf(resource)})`;
  const fields = { argument: "resource", reason, resource: name, interface: members.type };
  throw new UnfitResource({ ...fields, problems });
}

/**
 * Refuse to start plugins that would miss something.
 *
 * @param needs - The required resources, by plugin.
 * @param names - What is registered.
 * @throws {@link MissingResources} with every missing resource of every plugin.
 */
export function checkNeeds(
  needs: Iterable<readonly [string, readonly string[]]>,
  names: readonly string[],
): void {
  const missing = Array.from(needs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([plugin, required]) =>
      Array.from(new Set(required))
        .filter((resource) => !names.includes(resource))
        .sort()
        .map((resource): MissingResource => ({ plugin, resource, near: near(resource, names) })),
    );
  if (missing.length > 0) {
    throw new MissingResources({ missing, detail: missing.map(inWords).join("; ") });
  }
}

function inWords(missing: MissingResource): string {
  return `plugin ${missing.plugin} requires ${missing.resource}${didYouMean(missing.near)}`;
}

function kindOf(resource: unknown): string {
  if (typeof resource !== "object" || resource === null) return typeof resource;
  // Objects without a prototype have no constructor.
  const type: unknown = Reflect.get(resource, "constructor");
  return typeof type === "function" && type.name !== "" ? type.name : "object";
}
