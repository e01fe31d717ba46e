import { expect, test } from "vitest";

import { near } from "../../src/registry/near.js";

const NAMES = ["clock", "rng", "http_client", "blob_store", "tmpdir", "blob_cache", "block"];

// What difflib.get_close_matches(name, sorted(names), cutoff=0.5) gives.
test.each([
  ["clok", ["clock", "block"]],
  ["clock", ["clock", "block"]],
  ["blob", ["block", "blob_store", "blob_cache"]],
  ["htpclient", ["http_client"]],
  ["httpclient", ["http_client"]],
  ["store", ["blob_store"]],
  ["tmp_dir", ["tmpdir"]],
  ["dir", ["tmpdir"]],
  ["ring", ["rng"]],
  ["x", []],
  ["", []],
  ["cache_blob", ["blob_cache"]],
  ["lock", ["clock", "block"]],
  ["colck", ["clock", "block"]],
  ["blob_stroe", ["blob_store", "blob_cache"]],
  ["client_http", ["http_client"]],
])("what looks like %s is what Python says", (name, expected) => {
  expect(near(name, NAMES)).toEqual(expected);
});
