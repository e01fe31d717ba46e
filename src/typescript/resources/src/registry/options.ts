/**
 * What the methods of a registry may be told besides their arguments.
 *
 * @packageDocumentation
 */

import type { Milliseconds } from "@dagstack/contracts";

/** How a `ResourceRegistry` behaves. */
export interface ResourceRegistryOptions {
  /**
   * Milliseconds that each resource may take to close, or to be made for a plugin when the registry
   * closes meanwhile; 10,000 without, `Infinity` is for ever.
   */
  readonly closeTimeout?: Milliseconds | undefined;

  /**
   * Accept objects that lack members of the interface of their standard name, as test doubles do.
   * Their absence then shows when a plugin calls them.
   */
  readonly partial?: boolean | undefined;
}

/** How `ResourceRegistry.register` treats an object. */
export interface RegisterOptions {
  /** Take the name from what has it. What had it is closed with the registry, too. */
  readonly replace?: boolean | undefined;

  /**
   * Whether the registry closes the object; it does without. One that is registered several times is
   * closed if any registration owns it.
   */
  readonly owned?: boolean | undefined;
}

/** How `ResourceRegistry.registerFactory` treats a factory. */
export interface RegisterFactoryOptions {
  /** Take the name from what has it. */
  readonly replace?: boolean | undefined;
}

/** For whom `ResourceRegistry.decorate` works. */
export interface DecorateOptions {
  /** The one plugin that sees it; all of them without. */
  readonly plugin?: string | undefined;
}

/** What a plugin declares. */
export interface Needs<Required extends string, Optional extends string> {
  /** The resources without which the plugin cannot start. */
  readonly required?: readonly Required[] | undefined;

  /** Those that read as `undefined` where the host has none. */
  readonly optional?: readonly Optional[] | undefined;
}
