"""The words that mean something in a target language, asked of the languages themselves.

``python -m tests.golden.words`` writes the specs of the cases ``keywords`` and ``every_builtin``.
"""

from __future__ import annotations

import builtins
import json
import keyword
import re
import subprocess
from functools import cache
from pathlib import Path

from dagstack.idl.naming import snake, words

HERE = Path(__file__).parent


def _split(words: str) -> list[str]:
    return words.split()


# The language has no list that a program could ask for; a test has Node.js confirm each of them.
ECMASCRIPT_RESERVED = _split("""
    await break case catch class const continue debugger default delete do else enum export
    extends false finally for function if implements import in instanceof interface let new
    null package private protected public return static super switch this throw true try
    typeof var void while with yield
""")
ECMASCRIPT_RESTRICTED = ["arguments", "eval"]
"""Strict code cannot bind these, though they are no reserved words."""

# What TypeScript's scanner calls keywords beside those; they are names everywhere but in types.
TYPESCRIPT_CONTEXTUAL = _split("""
    abstract accessor any as assert asserts async bigint boolean constructor declare defer
    from get global infer intrinsic is keyof module namespace never number object of out
    override readonly require satisfies set string symbol type undefined unique unknown using
""")

# Every object has these, or the engine calls them when it finds them.
JAVASCRIPT_MEMBERS = _split("""
    constructor prototype toString toLocaleString valueOf toJSON hasOwnProperty isPrototypeOf
    propertyIsEnumerable then catch finally name length message stack cause code call apply
    bind caller callee next done value raw description
""")

# Every exception, dataclass, enum member or Protocol of Python has these.
PYTHON_MEMBERS = _split("""
    args add_note with_traceback name value mro register self cls errno strerror filename
""")

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_CAPITALS = re.compile(r"[A-Z]{3}|[A-Z]{2}(?![a-z])")
_TAKEN = {"bool", "int", "int64", "float", "string", "bytes", "datetime", "duration", "path"}


def python_reserved() -> list[str]:
    """The keywords of this Python, soft ones included."""
    return [*keyword.kwlist, *keyword.softkwlist]


def go_root() -> Path:
    """Where the Go that is on PATH has its own sources."""
    done = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    return Path(done.stdout.strip())


def go_reserved() -> list[str]:
    """The keywords of this Go, as its own scanner lists them."""
    text = (go_root() / "src/go/token/token.go").read_text(encoding="utf-8")
    listed = text[text.index("BREAK:") : text.index("TILDE:")]
    return re.findall(r'"([a-z]+)"', listed)


def go_predeclared() -> list[str]:
    """The predeclared identifiers of this Go, as its own documentation declares them."""
    text = (go_root() / "src/builtin/builtin.go").read_text(encoding="utf-8")
    declared = re.findall(r"^(?:func|type|var)\s+([A-Za-z0-9]+)", text, re.MULTILINE)
    return [*declared, "true", "false", "iota", "nil", "init", "main"]


def javascript_globals() -> list[str]:
    """The names that are there in every script of this Node.js."""
    script = """
        const modules = require("module").builtinModules;
        const names = Object.getOwnPropertyNames(globalThis);
        console.log(JSON.stringify(names.filter((name) => !modules.includes(name))));
    """
    done = subprocess.run(["node", "-e", script], capture_output=True, check=True, text=True)
    return [str(name) for name in json.loads(done.stdout)]


@cache
def reserved() -> list[str]:
    """Every word that some language does not take as a name."""
    return _members(
        [*python_reserved(), *go_reserved(), *ECMASCRIPT_RESERVED, *ECMASCRIPT_RESTRICTED]
    )


@cache
def meaningful() -> list[str]:
    """Every other word that some language has given a meaning, as members are spelled."""
    lower = [name for name in dir(builtins) if name.islower() and name[0] != "_"]
    return _members(
        [
            *reserved(),
            *lower,
            *go_predeclared(),
            *TYPESCRIPT_CONTEXTUAL,
            *JAVASCRIPT_MEMBERS,
            *PYTHON_MEMBERS,
            *(name for name in javascript_globals() if not name[0].isupper()),
        ]
    )[len(reserved()) :]


def type_names() -> list[str]:
    """Every name of a type that some language has, as types are spelled."""
    given = [*dir(builtins), *javascript_globals()]
    fit = [name for name in given if _PASCAL.fullmatch(name) and not _CAPITALS.search(name)]
    return sorted({*fit})


def _members(names: list[str]) -> list[str]:
    """The names in snake case, each once, also after case conversion."""
    found: dict[str, str] = {}
    for name in names:
        spelled = snake(name.strip("_"))
        if _SNAKE.fullmatch(spelled):
            found.setdefault("".join(words(spelled)), spelled)
    return list(found.values())


def spec(name: str, members: list[str], types: list[str]) -> str:
    """A file in which each of ``members`` has every place that a member can have."""
    lines = [
        "# Made by `python -m tests.golden.words`.",
        "idl: 1",
        f"library: {name}",
        'version: "1.0.0"',
        "summary: Words that mean something elsewhere.",
        "allow: {missing-doc: The case is about names., reserved-word: The case is about them.}",
        "interfaces:",
        "  Methods:",
        "    summary: Each word as a method.",
        "    methods:",
        *(f'      "{word}": {{effect: instant, summary: Do it.}}' for word in members),
        "  Properties:",
        "    summary: Each word as a property.",
        "    properties:",
        *(f'      "{word}": string' for word in members),
        "  Arguments:",
        "    summary: Each word as a param and as an option.",
        "    methods:",
    ]
    for index in range(0, len(members), 20):
        chunk = members[index : index + 20]
        lines += [
            f"      take_{index // 20}:",
            f"        effect: {('async', 'blocking', 'instant')[index // 20 % 3]}",
            "        summary: Take them.",
            "        params:",
            *(f'          "{word}": string' for word in chunk),
            f"      choose_{index // 20}:",
            f"        effect: {('async', 'blocking', 'instant')[index // 20 % 3]}",
            "        summary: Choose them.",
            "        options:",
            *(f'          "{word}": {{type: int, default: 0}}' for word in chunk),
        ]
    lines += [
        "records:",
        "  Fields:",
        "    summary: Each word as a field.",
        "    fields:",
        *(f'      "{word}": string' for word in members),
        *(f'  "{name}": {{summary: A record., fields: {{size: int}}}}' for name in types),
        "enums:",
        "  Values:",
        "    summary: Each word as a value.",
        "    values:",
        *(f'      "{word}": A value.' for word in members),
        "errors:",
        "  Failed:",
        "    summary: Each word as an error's field.",
        f'    message: "{" ".join("{" + word + "}" for word in members[:8])}"',
        "    fields:",
        *(f'      "{word}": string' for word in members),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the specs of both cases."""
    for name, members, types in (
        ("keywords", reserved(), []),
        ("every_builtin", meaningful(), type_names()),
    ):
        place = HERE / name / "spec" / f"{name}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(spec(name, members, types), encoding="utf-8")


if __name__ == "__main__":
    main()
