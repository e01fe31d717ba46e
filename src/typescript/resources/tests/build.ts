import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Build what tests start as programs of their own: Node.js alone cannot run the sources. */
export default function build(): void {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const folder = fileURLToPath(new URL("..", import.meta.url));
  // Mistakes in types are reported by a check of their own; the output is written even so.
  const { error } = spawnSync(process.execPath, [
    join(dirname(typescript), "bin/tsc"),
    "-p",
    folder,
  ]);
  if (error !== undefined) throw error;
}
