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
