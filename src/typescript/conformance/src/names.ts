/**
 * The names of a case, each with its value and what is known of its type.
 *
 * @packageDocumentation
 */

import type { TypeTree } from "./document.js";

/** A value, and its type where that is known. */
export interface Named {
  readonly value: unknown;
  readonly type: TypeTree | null;
}

/** A call that goes on. */
export interface Task {
  readonly result: Promise<unknown>;
  readonly type: TypeTree | null;
  readonly shown: string;
  /** How many calls of the case had ended when this one did; nothing before that. */
  ended?: number;
}

/** Names of a block, and around them those of the blocks that it is in. */
export class Names {
  readonly #outer: Names | undefined;
  readonly #values = new Map<string, Named>();
  readonly #tasks = new Map<string, Task>();

  constructor(outer?: Names) {
    this.#outer = outer;
  }

  set(name: string, value: unknown, type: TypeTree | null = null): void {
    this.#values.set(name, { value, type });
  }

  setTask(name: string, task: Task): void {
    this.#tasks.set(name, task);
  }

  /**
   * Look up a value.
   *
   * @throws `Error` if there is none, which the generator would have noticed.
   */
  get(name: string): Named {
    const named = this.#values.get(name) ?? this.#outer?.find(name);
    if (named === undefined) throw new Error(`there is no value called ${name}`);
    return named;
  }

  /** Look up a call that goes on. */
  task(name: string): Task {
    const task = this.#tasks.get(name);
    if (task !== undefined) return task;
    if (this.#outer === undefined) throw new Error(`there is no call called ${name}`);
    return this.#outer.task(name);
  }

  /** The names of this block alone. */
  own(): Record<string, unknown> {
    return Object.fromEntries([...this.#values].map(([name, { value }]) => [name, value]));
  }

  find(name: string): Named | undefined {
    return this.#values.get(name) ?? this.#outer?.find(name);
  }
}
