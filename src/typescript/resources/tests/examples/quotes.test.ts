import {
  FrozenClock,
  InMemoryBlobStore,
  ResourceRegistry,
  StubHttpClient,
} from "@dagstack/resources";
import { expect, test } from "vitest";

import { run } from "./host.js";

test("the quote of the day is kept", async () => {
  const client = new StubHttpClient();
  client.on("GET", "https://quotes.example/today", { text: "Festina lente." });
  const store = new InMemoryBlobStore();

  await using registry = new ResourceRegistry(); // its close would name a request without a route
  registry.register("clock", new FrozenClock({ now: new Date("2026-11-23T09:00:00Z") }));
  registry.register("http_client", client);
  registry.register("blob_store", store);
  await run(registry);

  const kept = await store.get("quotes/2026-11-23");
  expect(new TextDecoder().decode(kept)).toBe("Festina lente.");
});
