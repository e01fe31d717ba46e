"""Valid specs of any shape: several files, every construct, awkward names and docs."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

from dagstack.idl.naming import words
from tests.golden.words import meaningful, reserved

Draw: TypeAlias = st.DrawFn
Document: TypeAlias = dict[str, Any]

PLAIN = ["key", "size", "first_name", "http_url", "user_id", "next_2", "a", "z9", "to_utf8"]
TYPES = ["Store", "HttpClient", "Page", "Colour", "Failed", "List", "Text", "Json", "Ctx", "Call"]
SCALARS = [
    *("bool", "int", "int64", "float", "string", "bytes"),
    *("datetime", "duration", "path", "json", "any"),
]
DELIMITERS = [
    *('"""', "'''", "*/", "/*", "//", "`", "``", "{{ page }}", "{% raw %}", "{#", "\\", "\\n"),
    *("${x}", "%s", "{0}", "<b>", "-->", "@param", ":param x:", "#", "&amp;", "[x](y)", "*", "_"),
    *("é", "中文", "\U0001d518", "👩🏽", "ß", "ﬁ", "İ", "`key`", "`null`", "`no such thing`"),
]

_TEXT = st.lists(
    st.one_of(
        st.sampled_from(DELIMITERS),
        st.text(string.ascii_lowercase, min_size=1, max_size=9),
        st.text(
            st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=5
        ).filter(lambda text: not _is_hidden(text)),
    ),
    min_size=1,
    max_size=30,
).map(" ".join)


def _is_hidden(text: str) -> bool:
    # Letters that are no glyphs: the rule `invisible-character` refuses them, rightly.
    return any(character in "\u034f\u115f\u1160\u3164\uffa0" for character in text)


sentences = _TEXT.map(lambda text: f"It {text} so.")
docs = st.lists(st.one_of(sentences, sentences.map(lambda text: f"- {text}")), max_size=3).map(
    "\n\n".join
)


@dataclass
class World:
    """What has been declared so far, and by which file."""

    taken: set[str] = field(default_factory=set)
    records: dict[str, str] = field(default_factory=dict)
    enums: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The file, and one of the values."""
    interfaces: dict[str, str] = field(default_factory=dict)
    errors: dict[str, tuple[str, bool, frozenset[str]]] = field(default_factory=dict)
    """The file, whether it is a precondition, and the fields with all that it inherits."""
    used: set[str] = field(default_factory=set)
    """What the file at hand uses, its own or not."""


def member_names(count: int) -> st.SearchStrategy[list[str]]:
    """Different names, also after case conversion, most of them words with a meaning."""
    pool = [*PLAIN, *reserved(), *meaningful()]
    return st.lists(
        st.sampled_from(pool), max_size=count, unique_by=lambda name: "".join(words(name))
    )


def _type_name(draw: Draw, world: World) -> str:
    base = draw(st.sampled_from(TYPES))
    name = f"{base}{len(world.taken)}"
    world.taken.add(name)
    return name


def _type(draw: Draw, world: World, *, depth: int = 2, data: bool = False) -> str:
    """A type expression; ``data`` leaves out interfaces."""
    kinds = ["scalar", "scalar", "record", "enum"]
    if not data:
        kinds.append("interface")
    if depth:
        kinds += ["list", "map", "maybe"]
    kind = draw(st.sampled_from(kinds))
    if kind == "list":
        return f"list<{_type(draw, world, depth=depth - 1, data=data)}>"
    if kind == "map":
        keys = ["string", "int", *world.enums]
        key = draw(st.sampled_from(keys))
        world.used.add(key)
        return f"map<{key}, {_type(draw, world, depth=depth - 1, data=data)}>"
    if kind == "maybe":
        return _type(draw, world, depth=depth - 1, data=data).removesuffix("?") + "?"
    known = {
        "record": [*world.records],
        "enum": [*world.enums],
        "interface": [*world.interfaces],
        "scalar": SCALARS,
    }[kind]
    name = draw(st.sampled_from(known or SCALARS))
    world.used.add(name)
    return name


def _default(draw: Draw, kind: str, world: World) -> tuple[bool, Any]:
    """Whether a type has constants, and one of them."""
    if kind.endswith("?"):
        return True, None
    if kind.startswith("list<"):
        return True, []
    if kind.startswith("map<"):
        return True, {}
    constants: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "int": st.integers(-(2**53) + 1, 2**53 - 1),
        "int64": st.integers(-(2**63), 2**63 - 1),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "string": st.one_of(_TEXT, st.sampled_from(["", '"""', "\\", "${x}", "a\nb", "\t"])),
        "bytes": st.sampled_from(["", "abc", '"\\']),
        "duration": st.sampled_from(["PT0S", "PT1.5S", "P1DT2H3M4S"]),
        "path": st.sampled_from(["", ".", "a/b"]),
        "json": st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.just("text")),
    }
    if kind in constants:
        return True, draw(constants[kind])
    if kind in world.enums:
        return True, world.enums[kind][1]
    return False, None


_ZEROS = {"bool": False, "int": 0, "int64": 0, "float": 0.0, "string": "", "bytes": ""}


def _zero(kind: str) -> tuple[bool, Any]:
    if kind.endswith("?"):
        return True, None
    if kind.startswith("list<"):
        return True, []
    return kind in _ZEROS, _ZEROS.get(kind)


def _life(draw: Draw) -> Document:
    choice = draw(st.integers(0, 9))
    if choice == 0:
        return {"since": "1.0.0", "unstable": True}
    if choice == 1:
        return {"deprecated": {"since": "1.0.0", "use": draw(_TEXT), "remove_in": "3.0.0"}}
    return {}


def _fields(draw: Draw, world: World, names: list[str]) -> Document:
    made: Document = {}
    for name in names:
        kind = _type(draw, world, data=True)
        if draw(st.booleans()):
            made[name] = kind
            continue
        made[name] = {"type": kind, "doc": draw(docs), **_life(draw)}
        has, default = _default(draw, kind, world)
        if has and draw(st.booleans()):
            made[name]["default"] = default
    return made


def _record(draw: Draw, world: World) -> Document:
    fields = _fields(draw, world, draw(member_names(5)))
    return {"summary": draw(sentences), "doc": draw(docs), "fields": fields, **_life(draw)}


def _enum(draw: Draw) -> Document:
    names = draw(member_names(4).filter(bool))
    values = {
        name: draw(st.one_of(sentences, docs.map(lambda text: {"doc": text}))) for name in names
    }
    return {"summary": draw(sentences), "values": values, **_life(draw)}


def _error(draw: Draw, name: str, file: str, world: World) -> Document:
    parents = draw(st.lists(st.sampled_from([*world.errors, ""]), max_size=1))
    parent = parents[0] if parents else ""
    inherited: frozenset[str] = frozenset()
    precondition = False
    if parent:
        world.used.add(parent)
        _, precondition, inherited = world.errors[parent]
    taken = {"".join(words(each)) for each in inherited}
    names = [each for each in draw(member_names(3)) if "".join(words(each)) not in taken]
    kind = draw(
        st.sampled_from(
            ["failure", "precondition", "not_found", "already_exists", "timeout", "connection"]
        )
    )
    shown = "".join(f" {{{each}}}" for each in sorted({*inherited, *names}))
    made: Document = {
        "summary": draw(sentences),
        "kind": kind,
        "fields": _fields(draw, world, names),
        "message": draw(st.text("abc\"'`%\\*/ ${", max_size=12)) + shown,
        **_life(draw),
    }
    if parent:
        made["extends"] = parent
    world.errors[name] = (
        file,
        precondition or kind == "precondition",
        inherited | frozenset(names),
    )
    return made


def _method(draw: Draw, world: World) -> Document:
    names = draw(member_names(6))
    split = draw(st.integers(0, len(names)))
    made: Document = {
        "effect": draw(st.sampled_from(["instant", "blocking", "async"])),
        "summary": draw(_TEXT.map(lambda text: f"Do {text} so.")),
        "doc": draw(docs),
        "params": _params(draw, world, names[:split]),
        "options": _options(draw, world, names[split:]),
        **_life(draw),
    }
    if draw(st.booleans()):
        made["returns"] = {"type": _type(draw, world), "doc": draw(docs)}
    if split and draw(st.integers(0, 4)) == 0:
        made["types"] = ["T"]
        first = names[0]
        made["params"] = {first: "list<T>", **{n: made["params"][n] for n in names[1:split]}}
        made["returns"] = draw(st.sampled_from(["T", "T?", "list<T>", "map<string, T>"]))
    errors = draw(st.lists(st.sampled_from([*world.errors, ""]), max_size=2, unique=True))
    for error in filter(None, errors):
        world.used.add(error)
        key = "rejects" if world.errors[error][1] else "raises"
        made.setdefault(key, {})[error] = draw(_TEXT)
    return made


def _params(draw: Draw, world: World, names: list[str]) -> Document:
    made: Document = {}
    optional = False
    for name in names:
        kind = _type(draw, world)
        has, default = _zero(kind)
        if optional and not has:
            kind, default = "string", ""
        if optional or (has and draw(st.integers(0, 3)) == 0):
            optional = True
            made[name] = {"type": kind, "default": default, "doc": draw(docs)}
        else:
            made[name] = {"type": kind, "doc": draw(docs), **_life(draw)}
    return made


def _options(draw: Draw, world: World, names: list[str]) -> Document:
    made: Document = {}
    for name in names:
        kind = _type(draw, world)
        has, default = _default(draw, kind, world)
        if not has:
            kind, default = f"{kind}?", None
        made[name] = {"type": kind, "default": default, "doc": draw(docs), **_life(draw)}
    return made


def _interface(draw: Draw, world: World) -> Document:
    names = draw(member_names(6).filter(bool))
    split = draw(st.integers(0, len(names)))
    return {
        "summary": draw(sentences),
        "doc": draw(docs),
        "methods": {name: _method(draw, world) for name in names[:split]},
        "properties": {
            name: {"type": _type(draw, world), "doc": draw(docs)} for name in names[split:]
        },
        **_life(draw),
    }


def _file(draw: Draw, name: str, world: World) -> Document:
    world.used.clear()
    own: set[str] = set()
    spec: Document = {"idl": 1, "version": "2.0.0", "summary": draw(sentences), "doc": draw(docs)}
    counts = draw(st.tuples(*[st.integers(0, 2)] * 4))
    for _ in range(counts[0]):
        made = _type_name(draw, world)
        spec.setdefault("enums", {})[made] = enum = _enum(draw)
        world.enums[made] = (name, next(iter(enum["values"])))
        own.add(made)
    for _ in range(counts[1]):
        made = _type_name(draw, world)
        spec.setdefault("records", {})[made] = _record(draw, world)
        world.records[made] = name
        own.add(made)
    for _ in range(counts[2]):
        made = _type_name(draw, world)
        spec.setdefault("errors", {})[made] = _error(draw, made, name, world)
        own.add(made)
    for _ in range(counts[3]):
        made = _type_name(draw, world)
        world.interfaces[made] = name
        spec.setdefault("interfaces", {})[made] = _interface(draw, world)
        own.add(made)
    if counts[3] and draw(st.booleans()):
        spec["resource"] = name
        spec["provides"] = draw(st.sampled_from([*spec["interfaces"]]))
    else:
        spec["library"] = name
    spec["imports"] = _imports(world, own)
    return spec


def _imports(world: World, own: set[str]) -> dict[str, list[str]]:
    homes = {**world.records, **world.interfaces}
    homes |= {name: home for name, (home, _) in world.enums.items()}
    homes |= {name: home for name, (home, _, _) in world.errors.items()}
    found: dict[str, list[str]] = {}
    for name in sorted(world.used & homes.keys() - own):
        found.setdefault(homes[name], []).append(name)
    return found


@st.composite
def packages(draw: Draw) -> dict[str, Document]:
    """Spec files by stem; each may import from those before it."""
    world = World()
    count = draw(st.integers(1, 3))
    return {f"file_{index}": _file(draw, f"file_{index}", world) for index in range(count)}


def as_yaml(document: Document) -> str:
    """A document as a spec file, by a writer that is not ours."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return text
