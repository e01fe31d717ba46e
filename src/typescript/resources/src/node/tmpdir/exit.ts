/**
 * What is done when the process, or the worker thread, ends by itself.
 *
 * @packageDocumentation
 */

const works = new Set<() => void>();

function doAll(): void {
  for (const work of [...works].reverse()) {
    try {
      work();
    } catch {
      // Nobody is left to be told; what stays is removed by the next process.
    }
  }
}

/** Do this at the end. */
export function atExit(work: () => void): void {
  // One listener for all: every listener beyond ten would be a warning.
  if (works.size === 0) process.once("exit", doAll);
  works.add(work);
}

/** Do it no more. */
export function notAtExit(work: () => void): void {
  works.delete(work);
  if (works.size === 0) process.off("exit", doAll);
}
