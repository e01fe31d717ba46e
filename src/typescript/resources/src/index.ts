/**
 * The standard resources of a plugin host, as far as they run anywhere, in a browser, too.
 *
 * @packageDocumentation
 */

export {
  FrozenClock,
  type FrozenClockOptions,
  type WaitForSleepersOptions,
} from "./clock/frozen.js";
export { SystemClock } from "./clock/system.js";
export { DeterministicRng, type DeterministicRngOptions } from "./rng/deterministic.js";
export { RandomRng } from "./rng/random.js";
export { InMemoryBlobStore, MemoryBlobStore } from "./blobs/memory.js";
export type {
  DecorateOptions,
  Needs,
  RegisterFactoryOptions,
  RegisterOptions,
  ResourceRegistryOptions,
} from "./registry/options.js";
export { ResourceRegistry } from "./registry/registry.js";
export type { Scope } from "./registry/scope.js";
export type { Declared, ResourceOf, ScopedResources } from "./registry/view.js";
export type { HttpClientParts } from "./http/client.js";
export type { ReceivedHeaders } from "./http/headers.js";
export type { StubCall, StubRequest, UrlPattern } from "./http/pattern.js";
export { BufferedResponse, type ResponseParts } from "./http/response.js";
export type { RetryPolicy } from "./http/retry.js";
export type { FailureClass, Route, StubAnswer } from "./http/route.js";
export type {
  HttpLimits,
  HttpSettings,
  HttpTimeouts,
  ProxySettings,
  RedirectPolicy,
  TlsSettings,
} from "./http/settings.js";
export { StubHttpClient, UnmatchedRequest, UnusedRoutes } from "./http/stub.js";
