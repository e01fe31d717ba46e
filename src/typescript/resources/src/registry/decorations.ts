/**
 * Wishes to wrap resources, for one plugin or for all.
 *
 * @packageDocumentation
 */

/** One wish. */
export interface Decoration {
  readonly name: string;

  /** The one plugin that it is for; all of them if `undefined`. */
  readonly plugin: string | undefined;

  readonly wrap: (resource: unknown, plugin: string) => unknown;
}

/** The wishes of a host, in the order in which they were made; the first one is innermost. */
export class Decorations {
  readonly #all: Decoration[] = [];

  add(decoration: Decoration): void {
    this.#all.push(decoration);
  }

  /** Those for one resource, as they are now. */
  of(name: string): Decoration[] {
    return this.#all.filter((each) => each.name === name);
  }
}

/**
 * Return a resource as a plugin is to see it.
 *
 * @param check - Looks at what each wrap made.
 */
export function decorated(
  resource: unknown,
  decorations: readonly Decoration[],
  plugin: string,
  check: (value: unknown) => void,
): unknown {
  let value = resource;
  for (const decoration of decorations) {
    if (decoration.plugin !== undefined && decoration.plugin !== plugin) continue;
    value = decoration.wrap(value, plugin);
    check(value);
  }
  return value;
}
