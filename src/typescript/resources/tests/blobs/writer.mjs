// Writes blobs without pause, tells of each that is stored, and fails if one is not as it was left:
// writer.mjs ROOT NAME
import assert from "node:assert/strict";

// Not from the whole package, which takes longer to load than it is left to live.
import { FilesystemBlobStore } from "../../dist/node/blobs/filesystem.js";
import { blob, numberOf } from "./numbered.mjs";

const [root = "", name = ""] = process.argv.slice(2);
const store = await FilesystemBlobStore.open(root);
process.stdin.on("end", () => process.exit()).resume();
for (let number = 1; ; number++) {
  const [own, shared] = [`own/${name}/${number % 3}`, `shared/${number % 2}`];
  await store.put(own, blob(number));
  process.stdout.write(`${number}\n`);
  await store.put(shared, blob(number));
  assert.equal(numberOf(await store.get(own)), number);
  numberOf(await store.get(shared));
  const [fresh, before] = [`fresh/${name}/${number}/x`, `fresh/${name}/${number - 1}/x`];
  await store.put(fresh, blob(number));
  await store.delete(before);
  assert.deepEqual(await store.list(`fresh/${name}/${number}/`), [fresh]);
  assert.deepEqual(await store.list(`fresh/${name}/${number - 1}/`), []);
  assert.equal(await store.exists(before), false);
}
