/** Responses: text by its charset, JSON as UTF-8. */

import { type HttpResponse, InvalidJson } from "@dagstack/contracts";
import { expect, test } from "vitest";

import { collectHeaders } from "../../src/http/headers.js";
import { BufferedResponse } from "../../src/http/response.js";

function response(content: string | readonly number[], type?: string): BufferedResponse {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return new BufferedResponse({
    status: 500,
    headers: collectHeaders(type === undefined ? [] : [["Content-Type", type]]),
    body: Uint8Array.from(body),
    url: "https://a.test/",
    attempts: 1,
  });
}

test.each<[string | readonly number[], string | undefined, string]>([
  ["ä", undefined, "ä"],
  ["ä", "text/html", "ä"],
  [[0xe4], "text/html; charset=ISO-8859-1", "ä"],
  [[0x80, 0x9f], "text/html; charset=latin1", "\x80\x9f"],
  [[0xb1], "text/html; charset=iso-8859-2", "ą"],
  [[0xff, 0xfe, 0xe4, 0], 'text/html;Charset="utf-16"', "ä"],
  [[0xfe, 0xff, 0, 0xe4], "text/html; charset=utf-16", "ä"],
  [[0xe4], "text/plain; charset=utf-8", "\ufffd"],
  [[0x61, 0xe4], "text/plain; charset=us-ascii", "a\ufffd"],
  [[0x61, 0xe4, 0x0a], "text/plain; charset=ASCII", "a\ufffd\n"],
  ["ä", "text/plain; charset=klingon", "ä"],
  ["ä", "text/plain; charset=idna", "ä"],
  ["ä", "text/plain; charset=iso-2022-cn", "ä"],
  ["ä", "text/plain; charset=\0", "ä"],
  ["ä", "text/plain; charset=", "ä"],
  [[0xef, 0xbb, 0xbf, 0x61], undefined, "a"],
  [[0xef, 0xbb, 0xbf, 0x61], "text/plain; charset=utf-8", "a"],
  [[0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 0x61], undefined, "\ufeffa"],
  [[], undefined, ""],
])("text of %j as %s", (content, type, text) => {
  expect(response(content, type).text()).toBe(text);
});

test("long text in Latin-1 is whole", () => {
  const bytes = Array.from({ length: 100_000 }, (_, index) => index % 256);
  const text = response(bytes, "text/plain; charset=iso-8859-1").text();
  expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual(bytes);
});

test.each<[string, unknown]>([
  ['{"a": 1, "a": 2}', { a: 2 }],
  ['["ä"]', ["ä"]],
  [" null ", null],
  ['\ufeff{"a": 1}', { a: 1 }],
])("JSON is read as UTF-8, whatever the charset says: %s", (content, value) => {
  expect(response(content, "application/json; charset=utf-16").json()).toEqual(value);
});

test("what might be too great a number is read like anything else", () => {
  const text = '{"a": [1e308, -1.5E+2], "__proto__": {"b": "1e999"}}';
  expect(response(text).json()).toEqual(JSON.parse(text));
});

test("each call makes a new value", () => {
  const parsed = response("[[1]]");
  expect(parsed.json()).not.toBe(parsed.json());
});

test("a member called __proto__ is a member", () => {
  const value = response('{"__proto__": {"admin": true}}').json();
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
  expect((value as Record<string, unknown>).admin).toBeUndefined();
});

test.each<[string, string | readonly number[]]>([
  ...["", "{", "NaN", "[Infinity]", "-Infinity", "{'a': 1}", "1 2", "[1,]", "[-1.5E+999]"].map(
    (text): [string, string] => [text, text],
  ),
  ["bytes that are no UTF-8", [0x22, 0xff, 0x22]],
  ["UTF-16", [0xff, 0xfe, 0x31, 0]],
  ["deep nesting", "[".repeat(100_000)],
  ["an endless number", "1".repeat(400)],
])("not JSON: %s", (_, content) => {
  const wanted = {
    statusCode: 500,
    excerpt: expect.stringMatching(/^[^\p{C}]{0,200}$/u) as string,
  };
  expect(() => response(content).json()).toThrow(InvalidJson);
  expect(() => response(content).json()).toThrow(expect.objectContaining(wanted));
});

test("an excerpt is the first 200 characters, with escapes", () => {
  const text = `\n\u200b\u{e0001}\\${"😀".repeat(300)}`;
  const excerpt = `\\n\\u200b\\U000e0001\\${"😀".repeat(196)}`;
  expect(() => response(text).json()).toThrow(expect.objectContaining({ excerpt }));
});

test("a response does not change and shows no secrets", () => {
  const kept: HttpResponse & BufferedResponse = response("secret", "text/plain");
  kept.bytes().fill(0);
  expect(kept.text()).toBe("secret");
  expect(() => {
    (kept.headers as Record<string, string>).x = "1";
  }).toThrow(TypeError);
  expect(JSON.stringify(kept)).toBe("{}");
});
