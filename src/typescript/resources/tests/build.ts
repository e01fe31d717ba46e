import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Build what tests start as programs of their own: Node.js alone cannot run the sources. */
export default function build(): void {
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const folder = fileURLToPath(new URL("..", import.meta.url));
  execFileSync(process.execPath, [tsc, "-p", folder], { stdio: "inherit" });
}
