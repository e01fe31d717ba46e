/**
 * Closing: once only, and nothing works afterwards.
 *
 * @packageDocumentation
 */

// For who compiles against this without these types.
/// <reference lib="esnext.disposable" preserve="true" />

import { ResourceClosed } from "@dagstack/contracts";

/** A resource that closes at once. */
export abstract class Closable implements Disposable {
  readonly #resource: string;
  #closed = false;

  /** @param resource - What errors call it: the name of the class. */
  protected constructor(resource: string) {
    this.#resource = resource;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Let go of what the resource holds. Any other use afterwards throws {@link ResourceClosed}; a
   * second call does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.release();
  }

  /** The same, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Refuse to go on after closing.
   *
   * @throws {@link ResourceClosed} if it is closed.
   */
  protected ensureOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  /** What use after the close ends with. */
  protected closedError(): ResourceClosed {
    return new ResourceClosed({ resource: this.#resource });
  }

  /** Let go; called once. */
  protected release(): void {
    // Most hold nothing.
  }
}

/** A resource whose closing takes time. */
export abstract class AsyncClosable implements AsyncDisposable {
  readonly #resource: string;
  #closing: Promise<void> | undefined;

  /** @param resource - What errors call it: the name of the class. */
  protected constructor(resource: string) {
    this.#resource = resource;
  }

  /** Whether closing has begun. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Let go of what the resource holds. Any other use afterwards ends with {@link ResourceClosed}.
   *
   * The first call alone does anything, and rejects if that fails. Later ones wait until it is
   * done, and never reject.
   */
  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    let settle: () => void = () => undefined;
    // Marked as closed before anything is released, because releasing may call back.
    this.#closing = new Promise((resolve) => {
      settle = resolve;
    });
    return this.release().finally(settle);
  }

  /** The same, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Refuse to go on after closing.
   *
   * @throws {@link ResourceClosed} if closing has begun.
   */
  protected ensureOpen(): void {
    if (this.#closing !== undefined) throw this.closedError();
  }

  /** What use after the close ends with. */
  protected closedError(): ResourceClosed {
    return new ResourceClosed({ resource: this.#resource });
  }

  /** Let go; called once. */
  protected async release(): Promise<void> {
    // Most hold nothing.
  }
}
