"""A synthetic catalogue of any size, the same once as specs and once in Thrift's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TARGETS = ("python", "go", "typescript")
ONE_FILE = "catalogue.thrift"
MANY_FILES = "all.thrift"

CONFIG = """\
idl: 1
package: catalogue
version: "1.0.0"
summary: A catalogue of stores.
specs: spec
targets:
  python: {out: generated/python, module: acme.catalogue, distribution: acme-catalogue}
  go: {out: generated/go, module: example.com/catalogue}
  typescript: {out: generated/typescript, package: "@acme/catalogue"}
"""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_THRIFT = {
    "string": "string",
    "int64": "i64",
    "bytes": "binary",
    "list<string>": "list<string>",
    "map<string, string>": "map<string, string>",
}


@dataclass(frozen=True)
class _Value:
    name: str
    type: str
    doc: str


@dataclass(frozen=True)
class _Method:
    name: str
    summary: str
    params: tuple[_Value, _Value]
    returns: str
    """A type, or nothing for the interface's own record."""
    returns_doc: str


_KEY = _Value("key", "string", "The key of the item.")
_LABELS = _Value("labels", "map<string, string>", "The labels by name; may be empty.")
_LIMIT = _Value("limit", "int64", "The greatest number wanted, at least 1.")
_KEYS = _Value("keys", "list<string>", "The keys to look at, in this order.")
_DATA = _Value("data", "bytes", "The content of the item; may be empty.")

_METHODS = (
    _Method("fetch", "Return the item under `key`.", (_KEY, _LIMIT), "", "The item, a copy."),
    _Method("replace", "Store `data` under `key`.", (_KEY, _DATA), "int64", "The new revision."),
    _Method("label", "Add `labels` to an item.", (_KEY, _LABELS), "map<string, string>", "All."),
    _Method("search", "Find the keys with `labels`.", (_LABELS, _LIMIT), "list<string>", "Keys."),
    _Method("join", "Join the items of `keys`.", (_KEYS, _LIMIT), "bytes", "The whole content."),
)
_RECORD = (_KEY, _LIMIT, _DATA, _KEYS, _LABELS)
_ERROR = (_KEY, _LIMIT)


def write_specs(folder: Path, size: int) -> None:
    """Write a project of ``size`` interfaces, each in a file with an error and a record."""
    (folder / "spec").mkdir(parents=True)
    (folder / "dagstack-idl.yaml").write_text(CONFIG, encoding="utf-8")
    for name in _names(size):
        (folder / f"spec/{name}.yaml").write_text("\n".join(_spec(name)) + "\n", encoding="utf-8")


def write_thrift(folder: Path, size: int) -> None:
    """Write the same as one file, and as a file for each interface and one that includes them."""
    folder.mkdir(parents=True)
    blocks = {name: "\n".join(_thrift(name)) + "\n" for name in _names(size)}
    whole = "\n".join([_namespaces("catalogue"), *blocks.values()])
    (folder / ONE_FILE).write_text(whole, encoding="utf-8")
    for name, block in blocks.items():
        text = f"{_namespaces(f'catalogue.{name}')}\n{block}"
        (folder / f"{name}.thrift").write_text(text, encoding="utf-8")
    includes = "".join(f'include "{name}.thrift"\n' for name in blocks)
    (folder / MANY_FILES).write_text(includes, encoding="utf-8")


def _names(size: int) -> Iterator[str]:
    """``store_zero_four_two`` and so on: a name in snake case that every tool splits alike."""
    for number in range(size):
        yield "store_" + "_".join(_DIGITS[int(digit)] for digit in f"{number:03}")


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _spec(name: str) -> Iterator[str]:
    pascal = _pascal(name)
    yield "idl: 1"
    yield f"resource: {name}"
    yield 'version: "1.0.0"'
    yield "summary: A store of labelled items."
    yield "interfaces:"
    yield f"  {pascal}:"
    yield "    summary: A store of labelled items."
    yield "    methods:"
    for method in _METHODS:
        yield f"      {method.name}:"
        yield "        effect: async"
        yield f"        summary: {method.summary}"
        yield "        params:"
        yield from _values(method.params, "          ")
        returns = _flow(method.returns or f"{pascal}Item", method.returns_doc)
        yield f"        returns: {returns}"
        yield f"        raises: [{pascal}Failed]"
    yield "records:"
    yield f"  {pascal}Item:"
    yield "    summary: An item and what it is labelled with."
    yield "    fields:"
    yield from _values(_RECORD, "      ")
    yield "errors:"
    yield f"  {pascal}Failed:"
    yield "    summary: A failure to do what was asked."
    yield '    message: "{key} cannot be had"'
    yield "    fields:"
    yield from _values(_ERROR, "      ")


def _values(values: tuple[_Value, ...], indent: str) -> Iterator[str]:
    for value in values:
        yield f"{indent}{value.name}: {_flow(value.type, value.doc)}"


def _flow(kind: str, doc: str) -> str:
    quoted = [f'"{text}"' if "," in text else text for text in (kind, doc)]
    return f"{{type: {quoted[0]}, doc: {quoted[1]}}}"


def _namespaces(path: str) -> str:
    """None for JavaScript: with one, Thrift 0.17 writes thirty times as much for it, squared."""
    return "".join(f"namespace {language} {path}\n" for language in ("py", "go"))


def _thrift(name: str) -> Iterator[str]:
    pascal = _pascal(name)
    yield "/** An item and what it is labelled with. */"
    yield f"struct {pascal}Item {{"
    yield from _fields(_RECORD)
    yield "}"
    yield "/** A failure to do what was asked. */"
    yield f"exception {pascal}Failed {{"
    yield from _fields(_ERROR)
    yield "}"
    yield "/** A store of labelled items. */"
    yield f"service {pascal} {{"
    for method in _METHODS:
        params = ", ".join(
            f"{number}: {_THRIFT[value.type]} {value.name}"
            for number, value in enumerate(method.params, 1)
        )
        returns = _THRIFT[method.returns] if method.returns else f"{pascal}Item"
        yield "  /**"
        yield f"   * {method.summary}"
        yield from (f"   * @param {value.name} {value.doc}" for value in method.params)
        yield f"   * @return {method.returns_doc}"
        yield "   */"
        yield f"  {returns} {method.name}({params}) throws (1: {pascal}Failed failed)"
    yield "}"


def _fields(values: tuple[_Value, ...]) -> Iterator[str]:
    for number, value in enumerate(values, 1):
        yield f"  /** {value.doc} */"
        yield f"  {number}: {_THRIFT[value.type]} {value.name}"
