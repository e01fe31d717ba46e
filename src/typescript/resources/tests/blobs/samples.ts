/** Keys that stores must keep apart, and texts that they must refuse. */

/** Different keys: each has its own blob, whatever the others hold. */
export const APART: readonly string[] = [
  ...["a", "a/b", "a/b/c", "A", "A/b", "a/B", "Straße", "STRASSE", "straße"],
  ...["\u00e9", "e\u0301", "\ufb01", "fi", "\u212b", "\u00c5"],
  ...["a b", "a%20b", "a+b", "%2e%2e/x", "%", "%25", "%zz", "a%2fb", "a%d", "a%f", "a%+", "%tmp"],
  ...["a#1", "a?b", "a&b=c", "a;b", "a:b", "a=b", "k.attrs", "k.meta"],
  ...[".hidden", "..a", "a..", "..."],
  ...["CON", "con", "nul.txt", "x.", "x ", " x", "~", "-", "--", "_", "*[]", "{a,b}", "\\", "a\\b"],
  ...["a'b", 'a"b', "<a>", "a|b", "`a`", "$HOME", "\u2028", "\u202e", "\ufeff", "\u200b", "\ufffd"],
  ...["😀", "😀/😀", "\u{10ffff}", "\u{e0001}", "日本語/キー"],
  ...["x".repeat(300), "X".repeat(300), "y".repeat(1024), "é".repeat(512), "😀".repeat(256)],
  ...[Array(512).fill("a").join("/"), "z".repeat(80), "z".repeat(81), "z".repeat(160) + "/z"],
  ...["é".repeat(41), "f0123456789abcdef", "%tmp/f0123456789abcdef", "dagblob1"],
  ...["__proto__", "constructor", "toString", "report.2026-11-23.json"],
];

/** Texts that are no keys. */
export const REFUSED: readonly string[] = [
  ...["", "/", "//", "/a", "a/", "a//b", "a///b", "//a", "a//"],
  ...[".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "../../etc/passwd", "a/../../b"],
  ...["\0", "a\0b", "a\0", "\n", "a\nb", "\r\n", "\t", "\x1b[31m", "\x7f", "a\x7f"],
  ...["\x80", "a\x85b", "\x9f", "\ud800", "a\udfffb", "\udc80", "\ud83d", "\ude00\ud83d"],
  ...["x".repeat(1025), "é".repeat(513), "😀".repeat(257), "a/".repeat(512) + "b"],
  "x".repeat(5000),
];

/** Keys in the order of their UTF-8; that of UTF-16 differs. */
export const SORTED: readonly string[] = [
  ...["B", "a", "a-", "a/b", "a/b/c", "a0", "ab", "b", "z", "é", "\ue000", "\ufffd", "😀"],
];

/** What no store takes as data. */
export const NO_BYTES: readonly unknown[] = ["text", undefined, null, 1, [1], {}];

/** What JavaScript callers may give as a key, although it is no text. */
export const NO_TEXT: readonly unknown[] = [undefined, null, 1, ["a"], Object.create(null)];
