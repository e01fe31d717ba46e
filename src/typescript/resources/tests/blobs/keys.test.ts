import { InvalidArgument, InvalidBlobKey } from "@dagstack/contracts";
import { describe, expect, test } from "vitest";

import {
  canStartAKey,
  checkContentType,
  checkKey,
  compareKeys,
  isKey,
  ownBytes,
} from "../../src/blobs/keys.js";
import { APART, NO_BYTES, NO_TEXT, REFUSED, SORTED } from "./samples.js";

const PIECES = ["/", ".", "..", "a", "A", "%", "\0", "\x85", "\ud800", "é", "😀", " "];

/** The rule again, slowly, as the specification puts it. */
function followsTheRule(text: string): boolean {
  if (Array.from(text).some((letter) => /^[\ud800-\udfff]$/.test(letter))) return false;
  const size = new TextEncoder().encode(text).length;
  const points = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const control = points.some((point) => point < 0x20 || (point >= 0x7f && point <= 0x9f));
  const segments = text.split("/");
  return (
    size >= 1 &&
    size <= 1024 &&
    !control &&
    !segments.some((part) => ["", ".", ".."].includes(part))
  );
}

/** All texts of up to four pieces. */
function texts(): string[] {
  let longest = [""];
  const all = [...longest];
  for (let count = 0; count < 4; count++) {
    longest = longest.flatMap((text) => PIECES.map((piece) => text + piece));
    all.push(...longest);
  }
  return all;
}

function reason(key: unknown): string {
  try {
    checkKey(key);
  } catch (error) {
    if (error instanceof InvalidBlobKey) return error.reason;
  }
  return "accepted";
}

describe("checkKey", () => {
  test("accepts what the rule allows, and nothing else", () => {
    for (const text of [...texts(), ...APART, ...REFUSED]) {
      expect([text, reason(text) === "accepted"]).toEqual([text, followsTheRule(text)]);
      expect([text, isKey(text)]).toEqual([text, followsTheRule(text)]);
    }
    expect(APART.filter((text) => !isKey(text))).toEqual([]);
    expect(REFUSED.filter((text) => isKey(text))).toEqual([]);
  });

  test.each([
    ["", "it is empty"],
    ["/a", "it begins with a slash"],
    ["a/", "it ends with a slash"],
    ["a//b", "it has an empty segment"],
    ["a/./b", "it has a segment ."],
    ["../a", "it has a segment .."],
    ["a/..", "it has a segment .."],
    ["a\nb", "it holds the control character U+000A"],
    ["a\x85", "it holds the control character U+0085"],
    ["\udc80", "it holds half a surrogate pair, which UTF-8 cannot write"],
    ["é".repeat(513), "it has 1026 bytes in UTF-8, and 1024 are allowed"],
  ])("says of %j why it is refused", (key, expected) => {
    expect(reason(key)).toBe(expected);
  });

  test("refuses what is no text", () => {
    for (const key of NO_TEXT) expect(reason(key)).toMatch(/^it must be a string, not \w+$/);
  });

  test("keeps the key as it was given", () => {
    expect(() => {
      checkKey("/a");
    }).toThrow(expect.objectContaining({ argument: "key", key: "/a" }));
  });
});

describe("canStartAKey", () => {
  test("is true of every beginning of a key, and of nothing that no letter completes", () => {
    for (const text of [...texts(), ...APART, ...REFUSED]) {
      if (isKey(text)) {
        for (let end = 0; end <= text.length; end++) {
          const beginning = text.slice(0, end);
          if (!/\p{Cs}/u.test(beginning))
            expect([beginning, canStartAKey(beginning)][1]).toBe(true);
        }
      }
      if (canStartAKey(text) && new TextEncoder().encode(text).length < 1024) {
        expect([text, isKey(`${text}x`)]).toEqual([text, true]);
      }
    }
  });

  test("refuses what is no text", () => {
    expect(() => canStartAKey(1)).toThrow(InvalidArgument);
  });
});

describe("checkContentType", () => {
  test.each([undefined, null, ""])("takes %j for the default", (nothing) => {
    expect(checkContentType(nothing)).toBe("application/octet-stream");
  });

  test.each(["text/plain; charset=utf-8", "x", "a  b", "!~", "x".repeat(1024)])(
    "keeps %j as it is",
    (contentType) => {
      expect(checkContentType(contentType)).toBe(contentType);
    },
  );

  test.each([" ", " a", "a ", "a\r\nb", "a\n", "é", "a\0", "\x7f", "x".repeat(1025), 1, {}, []])(
    "refuses %j",
    (contentType) => {
      expect(() => checkContentType(contentType)).toThrow(
        expect.objectContaining({ name: "InvalidArgument", argument: "content_type" }),
      );
    },
  );
});

describe("ownBytes", () => {
  test("copies the bytes behind any view, and no others", () => {
    const memory = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
    const view = new DataView(memory.buffer, 2, 4);
    const copies = [ownBytes(view), ownBytes(memory.subarray(2, 6)), ownBytes(Buffer.from(memory))];
    memory.fill(9);
    expect(copies.map((copy) => Array.from(copy))).toEqual([
      [2, 3, 4, 5],
      [2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ]);
    expect(copies.map((copy) => copy.constructor)).toEqual([Uint8Array, Uint8Array, Uint8Array]);
  });

  test("refuses what is no view", () => {
    for (const data of NO_BYTES) {
      expect(() => ownBytes(data)).toThrow(expect.objectContaining({ argument: "data" }));
    }
  });

  test("refuses memory that was transferred away", () => {
    const data = Uint8Array.of(1);
    structuredClone(data.buffer, { transfer: [data.buffer] });
    expect(() => ownBytes(data)).toThrow(InvalidArgument);
  });
});

describe("compareKeys", () => {
  test("orders as UTF-8 does", () => {
    const keys = [...SORTED, ...APART, "a", "\ud7ff", "\uffff"];
    const bytes = keys.map((key) => Buffer.from(key)).sort((a, b) => Buffer.compare(a, b));
    expect([...keys].sort(compareKeys)).toEqual(bytes.map((key) => key.toString()));
    expect([...SORTED].reverse().sort(compareKeys)).toEqual(SORTED);
  });
});
