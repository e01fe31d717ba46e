/**
 * Registries before their suite.
 *
 * @packageDocumentation
 */

import type { ForkableRng, Rng } from "@dagstack/contracts";

import { type Journal, Probe, Wrapped } from "../fixtures/registry.js";
import type { Arguments, Harness } from "../harness.js";
import { harnessOf, type HarnessOptions } from "./options.js";

/** What one plugin sees. */
export interface TestedScope {
  get(name: string): unknown;
  close(): unknown;
}

/** What cases do with a registry. Where it does so in another way, `actions` say how. */
export interface TestedRegistry {
  register(name: string, resource: unknown, options: { readonly replace: boolean }): unknown;
  registerFactory(name: string, factory: (plugin: string) => unknown): unknown;
  decorate(
    name: string,
    wrap: (resource: unknown) => unknown,
    options: { readonly plugin?: string | undefined },
  ): unknown;
  check(needs: Readonly<Record<string, readonly string[]>>): unknown;
  get(name: string): unknown;
  scope(
    plugin: string,
    needs: { readonly required: readonly string[]; readonly optional: readonly string[] },
  ): TestedScope | Promise<TestedScope>;
  close(): unknown;
}

/**
 * Put a registry before the suite `registry`.
 *
 * @param make - Makes an empty one.
 * @param seeded - Makes a seeded source, for the cases about its children.
 */
export function registryHarness(
  make: () => TestedRegistry,
  seeded: (seed: number | bigint) => Rng & ForkableRng,
  options: HarnessOptions,
): Harness {
  return harnessOf(
    options,
    { Registry: make, DeterministicRng: ({ seed }) => seeded(seed as number | bigint) },
    {
      "Registry.register": (registry: TestedRegistry, { name, resource, replace }) =>
        registry.register(name as string, resource, { replace: replace as boolean }),
      "Registry.register_factory": registerFactory,
      "Registry.decorate": decorate,
      "Registry.check": (registry: TestedRegistry, { needs }) =>
        registry.check(needs as Record<string, string[]>),
      "Registry.get": (registry: TestedRegistry, { name }) => registry.get(name as string),
      "Registry.label": (registry: TestedRegistry, { name }) =>
        labelOf(registry.get(name as string)),
      "Registry.scope": (registry: TestedRegistry, { plugin, required, optional }) =>
        registry.scope(plugin as string, {
          required: required as string[],
          optional: optional as string[],
        }),
      "Scope.read": (scope: TestedScope, { name }) => scope.get(name as string),
      "Scope.label": (scope: TestedScope, { name }) => labelOf(scope.get(name as string)),
      "Scope.rng": (scope: TestedScope) => scope.get("rng"),
    },
  );
}

function registerFactory(registry: TestedRegistry, args: Arguments): unknown {
  const { name, label, journal } = args as { name: string; label: string; journal: Journal };
  return registry.registerFactory(
    name,
    (plugin) => new Probe({ label: `${label}.${plugin}`, journal }),
  );
}

function decorate(registry: TestedRegistry, args: Arguments): unknown {
  const { name, label, plugin } = args as { name: string; label: string; plugin?: string };
  const wrap = (inner: unknown): Wrapped => new Wrapped(label, inner as Probe);
  return registry.decorate(name, wrap, { plugin });
}

async function labelOf(resource: unknown): Promise<string> {
  return ((await resource) as Probe | Wrapped).label;
}
