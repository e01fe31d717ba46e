import type { StandardResources } from "@dagstack/contracts";

/** What the plugin declares: it gets these, and nothing else. */
export const needs = { required: ["clock", "http_client", "blob_store"] } as const;

/** Keeps the quote of each day. */
export class Quotes {
  readonly #resources: Pick<StandardResources, (typeof needs.required)[number]>;

  constructor(resources: Pick<StandardResources, (typeof needs.required)[number]>) {
    this.#resources = resources;
  }

  async fetch(): Promise<void> {
    const { clock, http_client: client, blob_store: store } = this.#resources;
    const response = await client.get("https://quotes.example/today");
    if (response.statusCode !== 200) {
      throw new Error(`no quote today: status ${response.statusCode}`);
    }
    const key = `quotes/${clock.now().toISOString().slice(0, 10)}`;
    const text = new TextEncoder().encode(response.text());
    await store.put(key, text, { contentType: "text/plain" });
  }
}
