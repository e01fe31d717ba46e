// Writes blobs without pause, and tells of each that is stored: writer.mjs ROOT NAME
import { FilesystemBlobStore } from "@dagstack/resources/node";

import { blob } from "./numbered.mjs";

const [root = "", name = ""] = process.argv.slice(2);
const store = await FilesystemBlobStore.open(root);
process.stdin.on("end", () => process.exit()).resume();
for (let number = 1; ; number++) {
  await store.put(`own/${name}/${number % 3}`, blob(number));
  process.stdout.write(`${number}\n`);
  await store.put(`shared/${number % 2}`, blob(number));
  await store.put(`fresh/${name}/${number}/x`, blob(number));
  await store.delete(`fresh/${name}/${number - 1}/x`);
}
