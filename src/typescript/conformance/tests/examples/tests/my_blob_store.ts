import { testBlobStore } from "@dagstack/conformance/node";
import { describe, test } from "vitest"; // or from "node:test"

import { MyBlobStore } from "../src/my_blob_store.js";

const alone = "each one keeps its blobs in its own memory";

testBlobStore({ describe, test }, () => new MyBlobStore(), {
  name: "MyBlobStore",
  has: ["content_types"],
  lacks: { shared: alone, kill: alone },
});
