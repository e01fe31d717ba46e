/**
 * The host's side of what one plugin sees.
 *
 * @packageDocumentation
 */

import type { Milliseconds, TypedResourceSource } from "@dagstack/contracts";

import { AsyncClosable } from "../closing.js";
import { type Failure, type Item, closeAll, different, report, within } from "./shutdown.js";
import { type Behind, type ScopedResources, read, viewOf } from "./view.js";

/** How a registry makes a {@link Scope}. */
export interface ScopeParts {
  readonly plugin: string;
  readonly declared: ReadonlySet<string>;
  readonly closeTimeout: Milliseconds;
  readonly forget: (closed: Scope<unknown>) => void;
}

/** What a scope makes, or has made last, and when it has ended, well or not. */
interface Making {
  readonly ended: Promise<void>;
  readonly what: string;
}

/**
 * What one plugin gets, from before its setup until after its teardown.
 *
 * `resources` goes to the plugin; the scope itself stays with the host. `close` closes what was made
 * for this plugin alone, the last one first, and leaves what plugins share to the registry. If some
 * of it fails, `close` rejects with an `AggregateError`. A registry makes scopes.
 */
export class Scope<Visible> extends AsyncClosable implements TypedResourceSource<Visible> {
  /** The plugin's name. */
  readonly plugin: string;

  /** What the plugin gets. */
  readonly resources: ScopedResources<Visible>;

  readonly #parts: ScopeParts;
  readonly #values = new Map<string, unknown>();
  readonly #products: Item[] = [];
  #making: Making = { ended: Promise.resolve(), what: "" };
  #over = false;
  readonly #behind: Behind;

  constructor(parts: ScopeParts) {
    super(`the scope of plugin ${parts.plugin}`);
    this.plugin = parts.plugin;
    this.#parts = parts;
    const isClosed = (): boolean => this.closed;
    this.#behind = {
      plugin: parts.plugin,
      declared: parts.declared,
      values: this.#values,
      get closed() {
        return isClosed();
      },
    };
    this.resources = viewOf(this.#behind);
  }

  /**
   * Return a resource as the plugin sees it; `undefined` for an optional one that is missing.
   *
   * @throws `UndeclaredResource` if the plugin does not declare it.
   * @throws `ResourceClosed` if the scope is closed.
   */
  get<Name extends keyof Visible>(name: Name): Visible[Name];
  get(name: string): unknown;
  get(name: string): unknown {
    return read(this.#behind, name);
  }

  /**
   * Make something that is closed with this, one thing at a time; for the registry.
   *
   * A close meanwhile waits for it, so that nothing is closed on which it may depend.
   *
   * @throws `ResourceClosed` if the scope was closed meanwhile; the product is closed by now.
   */
  async make<Product>(
    what: string,
    factory: () => Product | PromiseLike<Product>,
  ): Promise<Product> {
    const about = `${what}, made for plugin ${this.plugin}`;
    const make = async (): Promise<Product> => {
      const product = await factory();
      const item = { resource: product, what: about };
      if (this.#over) {
        // Too late for anybody to hear of a failure: what counts is that nothing stays open.
        await closeAll([item], this.#parts.closeTimeout);
      } else {
        this.#products.push(item);
      }
      return product;
    };
    const making = make();
    const quiet = (): void => undefined; // who opens the scope is told if it fails
    this.#making = { ended: making.then(quiet, quiet), what: about };
    const product = await making;
    this.ensureOpen();
    return product;
  }

  /**
   * Let the plugin see this; for the registry.
   *
   * @throws `ResourceClosed` if the scope was closed meanwhile.
   */
  show(name: string, value: unknown): void {
    this.ensureOpen();
    this.#values.set(name, value);
  }

  protected override async release(): Promise<void> {
    this.#values.clear();
    const failures = await this.#wait();
    this.#over = true;
    const items = different(this.#products.splice(0).reverse());
    failures.push(...(await closeAll(items, this.#parts.closeTimeout)));
    this.#parts.forget(this);
    report(`closing what was made for plugin ${this.plugin}`, failures);
  }

  /** Wait for what is being made. */
  async #wait(): Promise<Failure[]> {
    const { ended, what } = this.#making;
    try {
      await within(this.#parts.closeTimeout, ended, "made");
      return [];
    } catch (error) {
      return [{ error, what }];
    }
  }
}
