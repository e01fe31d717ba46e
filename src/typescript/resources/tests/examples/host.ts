import { ResourceRegistry, SystemClock } from "@dagstack/resources";
import { FilesystemBlobStore, PooledHttpClient } from "@dagstack/resources/node";

import { needs, Quotes } from "./quotes.js";

/** Register the resources of production; who closes the registry closes them. */
export async function production(folder: string): Promise<ResourceRegistry> {
  const store = await FilesystemBlobStore.open(folder);
  const registry = new ResourceRegistry();
  registry.register("blob_store", store);
  registry.register("clock", new SystemClock());
  registry.register("http_client", new PooledHttpClient({ timeouts: { total: 10_000 } }));
  return registry;
}

/** Run the plugin in a scope, where it sees what it declares. */
export async function run(registry: ResourceRegistry): Promise<void> {
  await using scope = await registry.scope("quotes", needs);
  await new Quotes(scope.resources).fetch();
}
