// Makes temporary directories and does what it is told: program.mjs PARENT WHAT
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { SystemTempDir } from "@dagstack/resources/node";

const [parent = "", what = ""] = process.argv.slice(2);

async function make() {
  const folder = await SystemTempDir.create({ parent });
  writeFileSync(await folder.createFile("file"), "x");
  writeFileSync(join(await folder.createSubdir("folder"), "file"), "x");
  return folder;
}

process.stdin.resume();
if (what === "churn") {
  console.log("churning");
  for (;;) await (await make()).close();
}
const folder = await make();
console.log(folder.path);
if (what === "exit") process.exit();
if (what === "throw") {
  process.stdin.once("end", () => {
    process.exit(1);
  });
  setImmediate(() => {
    process.exit(3);
  });
}
if (what === "busy") {
  // Nothing that needs the event loop can answer for it.
  const end = Date.now() + 60_000;
  while (Date.now() < end);
}
if (what === "stay") process.stdin.once("end", () => folder.close().then(() => process.exit()));
if (what === "idle") process.stdin.unref?.();
