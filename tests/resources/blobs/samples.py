"""Keys that stores must keep apart, keys that they must refuse, and keys that try to break out."""

from __future__ import annotations

from typing import Final

APART: Final = (
    *("a", "a/b", "a/b/c", "A", "A/b", "a/B", "Straße", "STRASSE", "straße"),
    *("\u00e9", "e\u0301", "\ufb01", "fi", "\u212b", "\u00c5"),
    *("a b", "a%20b", "a+b", "%2e%2e/x", "%", "%25", "%zz", "a%2fb", "a%d", "a%f", "a%+", "%tmp"),
    *(
        "a#1",
        "a?b",
        "a&b=c",
        "a;b",
        "a:b",
        "a=b",
        "k.attrs",
        "k.meta",
        ".hidden",
        "..a",
        "a..",
        "...",
    ),
    *("CON", "con", "nul.txt", "x.", "x ", " x", "~", "-", "--", "_", "*[]", "{a,b}", "\\", "a\\b"),
    *("a'b", 'a"b', "<a>", "a|b", "`a`", "$HOME", "\u2028", "\u202e", "\ufeff", "\u200b", "\ufffd"),
    *("😀", "😀/😀", "\U0010ffff", "\U000e0001", "日本語/キー", "x" * 300, "X" * 300, "y" * 1024),
    *("é" * 512, "😀" * 256, "/".join("a" * 512), "z" * 80, "z" * 81, "z" * 160 + "/z", "é" * 41),
    *("f0123456789abcdef", "%tmp/f0123456789abcdef", "dagblob1", "report.2026-11-23.json"),
)
"""Different keys: each has its own blob, whatever the others hold."""

REFUSED: Final = (
    *("", "/", "//", "/a", "a/", "a//b", "a///b", "//a", "a//"),
    *(".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "../../etc/passwd", "a/../../b"),
    *("\x00", "a\x00b", "a\x00", "\n", "a\nb", "\r\n", "\t", "\x1b[31m", "\x7f", "a\x7f"),
    *("\x80", "a\x85b", "\x9f", "\ud800", "a\udfffb", "\udc80", "\ud83d\ude00"[:1]),
    *("x" * 1025, "é" * 513, "😀" * 257, "a/" * 512 + "b", "x" * 5000),
)
"""Texts that are no keys."""

_CLIMBS: Final = (
    *(
        "..",
        "../",
        "..\\",
        "..;/",
        "%2e%2e",
        "%2e%2e%2f",
        "%252e%252e%252f",
        "..%2f",
        "..%5c",
        "%c0%ae",
    ),
    *(
        "%c0%af",
        "%uff0e%uff0e",
        "\uff0e\uff0e",
        "\u2025",
        "\uff0e.",
        "\uff0e\uff0e\uff0f",
        "..\u2215",
        "..\u2044",
    ),
    *("....", "....//", "...\\", ".%00.", ".\u200b.", "..\ufeff", "\u202e..", ".. ", " ..", "..."),
)
_GOALS: Final = ("sentinel", "etc/passwd", "outside/sentinel", "%tmp/x", "a%f")
ATTACKS: Final = (
    *(f"{climb}{slash}{goal}" for climb in _CLIMBS for slash in ("", "/") for goal in _GOALS),
    *(f"a/{climb}/{climb}/sentinel" for climb in _CLIMBS),
    *("/etc/passwd", "//etc/passwd", "///x", "\\etc\\passwd", "\\\\host\\share\\x", "\\\\?\\C:\\x"),
    *("C:", "C:\\x", "C:/x", "c:x", "file:///etc/passwd", "a:stream", "a::$DATA", "~/x", "~root/x"),
    *("NUL", "CON", "PRN", "AUX", "COM1", "LPT9", "con.txt", "COM¹", "CONIN$", "nul ", "nul."),
    *("link", "link/sentinel", "link%f", "folder", "folder/sentinel", "pipe"),
    *(
        "$(touch x)",
        "`touch x`",
        ";touch x",
        "| x",
        "& x",
        "-rf",
        "--help",
        "*",
        "?",
        "[a-z]",
        "{a}",
    ),
    *("a\x00../sentinel", "../sentinel\x00", "a\n../sentinel", "a\r", "\x00", "\ud800/../x"),
)
"""Keys, or what would like to be one, that try to reach something else than their own blob."""

SORTED: Final = tuple(
    sorted(
        ["a-", "a/b", "a0", "a", "B", "b", "\ufffd", "😀", "\ue000", "z", "é", "a/b/c", "ab"],
        key=str.encode,
    )
)
"""Keys in the order of their UTF-8; that of UTF-16 differs."""
