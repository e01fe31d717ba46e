/** Resources for tests that write down what happens to them. */

/** A resource that notes its close. */
export class Thing {
  readonly name: string;
  readonly #log: string[];
  readonly #failure: Error | undefined;

  constructor(name: string, log: string[], failure?: Error) {
    this.name = name;
    this.#log = log;
    this.#failure = failure;
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#log.push(this.name);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}
