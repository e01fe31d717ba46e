/**
 * The registry of a host's resources.
 *
 * @packageDocumentation
 */

import {
  AlreadyExists,
  type ForkableRng,
  InvalidArgument,
  type Milliseconds,
  MissingResources,
  type StandardResources,
  type TypedResourceSource,
  findProblems,
  forkableRngMembers,
} from "@dagstack/contracts";

import { AsyncClosable } from "../closing.js";
import { checkFit, checkFunction, checkName, checkNeeds, checkPresent } from "./checks.js";
import { type Decoration, Decorations, decorated } from "./decorations.js";
import { didYouMean, near } from "./near.js";
import type {
  DecorateOptions,
  Needs,
  RegisterFactoryOptions,
  RegisterOptions,
  ResourceRegistryOptions,
} from "./options.js";
import { Scope } from "./scope.js";
import { closeAll, different, report } from "./shutdown.js";
import type { Declared, ResourceOf } from "./view.js";

/** Stands for a plugin's name where the host itself asks. */
const HOST = "the host";

interface Entry {
  readonly name: string;
  readonly resource: unknown;
  readonly factory: ((plugin: string) => unknown) | undefined;
}

/**
 * The resources of a host, by name: what plugins get is decided and closed here.
 *
 * The host registers resources, opens a scope for each plugin, tears the plugins down, and closes
 * the registry, which closes what it owns:
 *
 * ```ts
 * await using registry = new ResourceRegistry();
 * registry.register("clock", new SystemClock());
 * registry.registerFactory("tmpdir", () => SystemTempDir.create());
 * await using scope = await registry.scope("reports", { required: ["clock", "tmpdir"] });
 * scope.resources.clock.now();
 * ```
 *
 * Names of a host's own resources get their types from a catalogue of its own:
 * `new ResourceRegistry<StandardResources & { readonly postgres: Pool }>()`.
 *
 * Safe for concurrent use; each worker thread has a registry of its own.
 */
export class ResourceRegistry<Catalogue extends object = StandardResources>
  extends AsyncClosable
  implements TypedResourceSource<Catalogue>
{
  readonly #closeTimeout: Milliseconds;
  readonly #partial: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #owned: Entry[] = [];
  readonly #decorations = new Decorations();
  readonly #scopes = new Set<Scope<unknown>>();

  constructor(options: ResourceRegistryOptions = {}) {
    super("ResourceRegistry");
    const { closeTimeout = 10_000, partial = false } = options;
    if (!(closeTimeout >= 0)) {
      const reason = `must be 0 or more milliseconds, not ${closeTimeout}`;
      throw new InvalidArgument({ argument: "closeTimeout", reason });
    }
    this.#closeTimeout = closeTimeout;
    this.#partial = partial;
  }

  /**
   * Register an object under a name in snake case; all plugins share it.
   *
   * It is closed with the registry: by `Symbol.asyncDispose` if it has that, or else by `close`, or
   * else by `Symbol.dispose`.
   *
   * @param name - What plugins declare and read.
   * @param resource - The object.
   * @param options - Whether to replace what has the name, and whether to close the object.
   * @throws `InvalidArgument` if the name is not in snake case, or the object is nothing or a
   * promise.
   * @throws `UnfitResource` if the object lacks members of the interface of its standard name.
   * @throws `AlreadyExists` if the name is taken; what has it stays.
   * @throws `ResourceClosed` if the registry is closed.
   */
  register<Name extends string>(
    name: Name,
    resource: ResourceOf<Catalogue, Name>,
    options: RegisterOptions = {},
  ): void {
    this.ensureOpen();
    checkName(name);
    checkPresent(name, resource);
    this.#checkFit(name, resource, "an object of type");
    const entry = { name, resource, factory: undefined };
    this.#add(entry, options.replace ?? false);
    if (options.owned ?? true) this.#owned.push(entry);
  }

  /**
   * Register a function that makes each plugin an object of its own.
   *
   * @param name - What plugins declare and read.
   * @param factory - Called with the plugin's name when its scope is opened; may return a promise.
   * What it makes is closed with that scope, right after the plugin's teardown.
   * @param options - Whether to replace what has the name.
   * @throws `InvalidArgument` if the name is not in snake case, or the factory is no function.
   * @throws `AlreadyExists` if the name is taken; what has it stays.
   * @throws `ResourceClosed` if the registry is closed.
   */
  registerFactory<Name extends string>(
    name: Name,
    factory: (
      plugin: string,
    ) => ResourceOf<Catalogue, Name> | PromiseLike<ResourceOf<Catalogue, Name>>,
    options: RegisterFactoryOptions = {},
  ): void {
    this.ensureOpen();
    checkName(name);
    checkFunction("factory", factory);
    this.#add({ name, resource: undefined, factory }, options.replace ?? false);
  }

  /**
   * Let plugins see `wrap(resource, plugin)` in place of a resource.
   *
   * `wrap` is called anew for each scope, and what plugins have already stays as it is. Of several
   * wraps the first one is innermost. What it returns is not closed: it owns nothing.
   *
   * @param name - A registered resource.
   * @param wrap - Often makes a class that inherits a generated `Forwarding…` base.
   * @param options - The one plugin for which it works.
   * @throws `InvalidArgument` if nothing is registered under the name.
   * @throws `ResourceClosed` if the registry is closed.
   */
  decorate<Name extends string>(
    name: Name,
    wrap: (resource: ResourceOf<Catalogue, Name>, plugin: string) => ResourceOf<Catalogue, Name>,
    options: DecorateOptions = {},
  ): void {
    this.ensureOpen();
    if (!this.has(name)) {
      const question = didYouMean(near(name, this.names()));
      const reason = `there is no resource ${name}${question}`;
      throw new InvalidArgument({ argument: "name", reason });
    }
    checkFunction("wrap", wrap);
    this.#decorations.add({
      name,
      plugin: options.plugin,
      wrap: wrap as (resource: unknown, plugin: string) => unknown,
    });
  }

  /** Whether there is a resource of that name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The names of all resources, in the order of their registration. */
  names(): string[] {
    return Array.from(this.#entries.keys());
  }

  /**
   * Return a resource that plugins share, with the decorators for all of them; for the host itself.
   *
   * @throws `MissingResources` if nothing is registered under the name.
   * @throws `InvalidArgument` if what a plugin sees depends on which one it is: each gets its own,
   * or one of them a decorated one. Then a scope is needed.
   * @throws `ResourceClosed` if the registry is closed.
   */
  get<Name extends keyof Catalogue>(name: Name): Catalogue[Name];
  get(name: string): unknown;
  get(name: string): unknown {
    this.ensureOpen();
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const close = near(name, this.names());
      const detail = `${HOST} asks for ${name}${didYouMean(close)}`;
      throw new MissingResources({
        missing: [{ plugin: HOST, resource: name, near: close }],
        detail,
      });
    }
    const decorations = this.#decorations.of(name);
    const why = entry.factory !== undefined ? "made for each plugin" : "decorated for one plugin";
    if (entry.factory !== undefined || decorations.some(({ plugin }) => plugin !== undefined)) {
      throw new InvalidArgument({ argument: "name", reason: `${name} is ${why}: open a scope` });
    }
    return this.#decorated(name, entry.resource, decorations, HOST);
  }

  /**
   * Refuse to start plugins that would miss something, all of them in one error.
   *
   * @param needs - The names of required resources, by plugin.
   * @throws `MissingResources` says which plugin misses what, and what looks like it.
   * @throws `ResourceClosed` if the registry is closed.
   */
  check(needs: Readonly<Record<string, readonly string[]>>): void {
    this.ensureOpen();
    checkNeeds(Object.entries(needs), this.names());
  }

  /**
   * Open what one plugin sees: what it declares, and nothing else.
   *
   * A seeded `rng` is forked by the plugin's name, factories make what is the plugin's own, and
   * decorators wrap. If that fails, what was made already is closed.
   *
   * @param plugin - The plugin's name.
   * @param needs - What it declares. Names that are written here are checked by the compiler.
   * @throws `MissingResources` if required ones are not registered; names them all.
   * @throws `UnfitResource` if what a factory or a decorator made lacks members of its interface.
   * @throws `ResourceClosed` if the registry is closed, or being closed.
   */
  async scope<const Required extends string = never, const Optional extends string = never>(
    plugin: string,
    needs: Needs<Required, Optional> = {},
  ): Promise<Scope<Declared<Catalogue, Required, Optional>>> {
    this.ensureOpen();
    const required: readonly string[] = needs.required ?? [];
    const declared = new Set([...required, ...(needs.optional ?? [])]);
    checkNeeds([[plugin, required]], this.names());
    const scope = new Scope<Declared<Catalogue, Required, Optional>>({
      plugin,
      declared,
      closeTimeout: this.#closeTimeout,
      forget: (closed) => this.#scopes.delete(closed),
    });
    this.#scopes.add(scope);
    // What is registered or decorated while this awaits a factory is for later scopes.
    const plans = Array.from(declared)
      .sort()
      .map((name) => ({
        name,
        entry: this.#entries.get(name),
        decorations: this.#decorations.of(name),
      }));
    try {
      for (const { name, entry, decorations } of plans) {
        if (entry === undefined) continue;
        const value = await this.#madeFor(scope, entry);
        scope.show(name, this.#decorated(name, value, decorations, plugin));
      }
    } catch (error) {
      await scope.close().catch((closing: unknown) => {
        const message = `opening the scope of plugin ${plugin} failed, and closing it again, too`;
        throw new AggregateError([error, closing], message);
      });
      throw error;
    }
    return scope;
  }

  /**
   * Close the scopes that are open or being opened, and then what the registry owns, each once, in
   * reverse order of registration, whatever some of them throw.
   *
   * An object under several names is closed at the turn of its first registration: what was
   * registered after it may depend on it. Later calls wait until the first is done; a resource must
   * not wait for this in its own `close`.
   *
   * @throws `AggregateError` with all that was thrown, in the order of closing; its message says of
   * each where it comes from. Only the first call throws.
   */
  override close(): Promise<void> {
    return super.close();
  }

  protected override async release(): Promise<void> {
    const scopes = Array.from(this.#scopes).reverse();
    const open = scopes.map((each) => ({ resource: each, what: `the scope of ${each.plugin}` }));
    const owned = this.#owned.map(({ name, resource }) => ({ resource, what: `resource ${name}` }));
    const failures = await closeAll(open, Infinity);
    failures.push(...(await closeAll(different(owned).reverse(), this.#closeTimeout)));
    report(`closing the registry: ${failures.length} failed`, failures);
  }

  #add(entry: Entry, replace: boolean): void {
    if (this.#entries.has(entry.name) && !replace) throw new AlreadyExists({ taken: entry.name });
    // Removed first, so that what replaces another comes last.
    this.#entries.delete(entry.name);
    this.#entries.set(entry.name, entry);
  }

  #checkFit(name: string, resource: unknown, origin: string): void {
    if (!this.#partial) checkFit(name, resource, origin);
  }

  async #madeFor(scope: Scope<unknown>, entry: Entry): Promise<unknown> {
    const { name, resource, factory } = entry;
    if (factory !== undefined) {
      const product = await scope.make(`resource ${name}`, () => factory(scope.plugin));
      checkPresent(name, product);
      this.#checkFit(name, product, "made by the factory: a");
      return product;
    }
    if (name === "rng" && isForkable(resource)) {
      return scope.make(`resource ${name}`, () => resource.fork(scope.plugin));
    }
    return resource;
  }

  #decorated(name: string, value: unknown, decorations: readonly Decoration[], plugin: string) {
    return decorated(value, decorations, plugin, (made) => {
      checkPresent(name, made);
      this.#checkFit(name, made, "made by a decorator: a");
    });
  }
}

function isForkable(resource: unknown): resource is ForkableRng {
  return findProblems(resource, forkableRngMembers).length === 0;
}
