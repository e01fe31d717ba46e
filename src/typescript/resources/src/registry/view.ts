/**
 * What a plugin sees of the host's resources.
 *
 * @packageDocumentation
 */

import { ResourceClosed, type TypedResourceSource, UndeclaredResource } from "@dagstack/contracts";

/** The type that a catalogue gives a name; names that it does not know may be anything. */
export type ResourceOf<Catalogue, Name> = Name extends keyof Catalogue ? Catalogue[Name] : unknown;

/**
 * The resources that a plugin declares, by name. Where the names are only known at run time, all of
 * the catalogue can be read, and other names are `unknown`.
 */
export type Declared<Catalogue, Required extends string, Optional extends string> = string extends
  Required | Optional
  ? Catalogue & Readonly<Record<string, unknown>>
  : { readonly [Name in Required]: ResourceOf<Catalogue, Name> } & {
      readonly [Name in Optional]: ResourceOf<Catalogue, Name> | undefined;
    };

/**
 * The resources that one plugin declared, as properties, and nothing else.
 *
 * - `resources.clock` is a declared resource; an optional one that the host does not have is
 *   `undefined`. `resources.get("clock")` is the same for a name that comes from data.
 * - `"clock" in resources` tells whether it is there, and `Object.keys` has those that are.
 * - Any other name throws `UndeclaredResource`; after the plugin's teardown, every name throws
 *   `ResourceClosed`.
 *
 * It cannot be changed.
 */
export type ScopedResources<Visible> = Visible & TypedResourceSource<Visible>;

/** What is behind a view; the scope fills and empties it. */
export interface Behind {
  readonly plugin: string;
  readonly declared: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, unknown>;
  readonly closed: boolean;
}

// The language, `await`, `JSON.stringify` and tools that print values ask any object for these.
const ASKED_OF_ANY = new Set([
  ...["constructor", "prototype", "then", "toJSON", "toString", "valueOf"],
  ...["asymmetricMatch", "nodeType", "tagName", "hasAttribute"],
]);

/** Return the resource called `name` as the plugin may see it. */
export function read(behind: Behind, name: string): unknown {
  const { plugin, declared, values, closed } = behind;
  if (!declared.has(name)) throw new UndeclaredResource({ plugin, resource: name });
  if (closed) throw new ResourceClosed({ resource: `resource ${name} of plugin ${plugin}` });
  return values.get(name);
}

/** Make what the plugin gets. */
export function viewOf<Visible>(behind: Behind): ScopedResources<Visible> {
  const get = (name: string): unknown => read(behind, name);
  const isThere = (name: string | symbol): name is string =>
    typeof name === "string" && !behind.closed && behind.values.get(name) !== undefined;
  const refuse = (_: unknown, name: string | symbol): never => {
    throw new TypeError(`${String(name)} cannot be changed: the host decides what a plugin sees`);
  };
  // Without a prototype, lest names such as `toString` be found there.
  return new Proxy(Object.create(null) as object, {
    get(_, name) {
      if (name === "get") return get;
      if (typeof name === "symbol") return undefined;
      const asked = ASKED_OF_ANY.has(name) || /^[$@_]/.test(name);
      return asked && !behind.declared.has(name) ? undefined : get(name);
    },
    has: (_, name) => isThere(name),
    ownKeys: () => Array.from(behind.values.keys()).filter(isThere),
    getOwnPropertyDescriptor(_, name) {
      if (!isThere(name)) return undefined;
      return { value: get(name), enumerable: true, configurable: true, writable: false };
    },
    set: refuse,
    deleteProperty: refuse,
    defineProperty: refuse,
    setPrototypeOf: () => false,
    preventExtensions: () => false,
  }) as ScopedResources<Visible>;
}
