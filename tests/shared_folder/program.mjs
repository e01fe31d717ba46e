/** The program of the tests of shared folders in Node.js; see program.py for what each task does. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { FilesystemBlobStore, SystemTempDir } from "@dagstack/resources/node";

const SIZES = [1, 70_000, 200_000];

const tasks = {
  async hold(parent) {
    const dir = await SystemTempDir.create({ parent });
    writeFileSync(join(await dir.createSubdir("a"), "b"), "left");
    console.log(dir.path);
    await text(process.stdin);
  },

  async sweep(parent) {
    await (await SystemTempDir.create({ parent })).close();
  },

  fill: withStore(async (store) => {
    for (const { key, content_type: contentType, data } of JSON.parse(await text(process.stdin))) {
      await store.put(key, Buffer.from(data, "base64"), { contentType });
    }
  }),

  show: withStore(async (store) => {
    const blobs = [];
    for (const key of await store.list()) {
      const data = Buffer.from(await store.get(key)).toString("base64");
      blobs.push({ key, content_type: await store.contentType(key), data });
    }
    console.log(JSON.stringify(blobs));
  }),

  clear: withStore(async (store) => {
    for (const key of await store.list()) await store.delete(key);
  }),

  share: withStore(async (store, letter) => {
    const own = `deep/er/${letter}`;
    for (let turn = 0; turn < 40; turn += 1) {
      await store.put("shared", Buffer.alloc(SIZES[turn % SIZES.length], letter));
      await store.put(own, Buffer.from(letter));
      const seen = await store.get("shared");
      if (!seen.every((byte) => byte === seen[0]) || !SIZES.includes(seen.length)) {
        throw new Error(`a mixture of ${seen.length} bytes`);
      }
      const data = Buffer.from(await store.get(own)).toString();
      if (data !== letter || !(await store.list("deep/")).includes(own)) {
        throw new Error(`${own} is lost`);
      }
      await store.delete(own);
      if (await store.exists(own)) throw new Error(`${own} is still there`);
    }
  }),
};

function withStore(task) {
  return async (root, ...rest) => {
    const store = await FilesystemBlobStore.open(root);
    await task(store, ...rest);
    await store.close();
  };
}

const [name, ...rest] = process.argv.slice(2);
await tasks[name](...rest);
