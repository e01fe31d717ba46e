"""The examples on a rule's page, made into whole projects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from dagstack.idl.diagnostics import Report
from dagstack.idl.reader import read
from dagstack.idl.source import Source
from tests.projects import CONFIG
from tests.rules import suites

if TYPE_CHECKING:
    from dagstack.idl.check.rule import Rule
    from tests.projects import Project

_PART = re.compile(r"^(Bad|Good):", re.MULTILINE)
_FENCE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"# (\w+)\.yaml\n")

_METHOD = {"effect", "params", "options", "types", "returns", "raises", "rejects", "examples"}
_INTERFACE = {"methods", "properties"}
_ERROR = {"message", "fields"}


@dataclass(frozen=True)
class Example:
    """One side of a page: fragments of YAML, each with the stem of its file, if it says one."""

    rule: str
    fragments: tuple[tuple[str, str], ...]

    def fill(self, project: Project) -> None:
        """Write a project around the fragments, complete but for what the rule is about."""
        config, specs = CONFIG, {}
        written = [(stem, _read(text)) for stem, text in self.fragments]
        if any(document and suites.SUITE & document.keys() for _, document in written):
            suites.fill(project, written)
            return
        for stem, text in self.fragments:
            if self.rule.startswith("yaml-"):
                specs[stem or "shapes"] = text
                continue
            document = _read(text)
            if "targets" in document:
                config = yaml.safe_dump({**_read(CONFIG), **document})
                document = {}
            spec = Completion(self.rule).spec(document, stem)
            name = stem or spec.get("resource") or spec.get("library", "shapes")
            specs[name] = yaml.safe_dump(spec, sort_keys=False)
        project.fill(specs, config)


def example(rule: Rule, side: str) -> Example | None:
    """The fenced example on one side of a page; ``None`` if the page tells it in words."""
    parts = _PART.split(rule.page)
    text = parts[parts.index(side) + 1]
    fragments = tuple(
        (match[1] if (match := _FILE.match(fence)) else "", fence) for fence in _FENCE.findall(text)
    )
    return Example(rule.id, fragments) if fragments else None


class Completion:
    """Adds what a page leaves out to be short, so that no other rule has anything to find."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def spec(self, document: dict[str, Any], stem: str) -> dict[str, Any]:
        """A whole spec file around a fragment."""
        spec = dict(_wrapped(document))
        if not {"resource", "library"} & spec.keys() and self.rule != "resource-or-library":
            spec = {"library": stem or "shapes", **spec}
        spec = {"idl": 1, "version": "1.0.0", "summary": "A spec.", **spec}
        for group in ("interfaces", "records", "enums", "errors"):
            if group in spec:
                spec[group] = {
                    name: self._declaration(dict(written)) for name, written in spec[group].items()
                }
        return spec

    def _declaration(self, node: dict[str, Any]) -> dict[str, Any]:
        documented = self._leaves_docs_out(node)
        if not documented:
            node.setdefault("summary", "A thing.")
        for key in ("fields", "properties"):
            if key in node and not documented:
                node[key] = _values(node[key])
        if "values" in node and not documented:
            node["values"] = {name: doc or "A value." for name, doc in node["values"].items()}
        if "methods" in node:
            node["methods"] = {
                name: self._method(dict(written)) for name, written in node["methods"].items()
            }
        return node

    def _method(self, node: dict[str, Any]) -> dict[str, Any]:
        if self.rule != "missing-key":
            node.setdefault("effect", "instant")
        if self._leaves_docs_out(node):
            return node
        node.setdefault("summary", "Do it.")
        for key in ("params", "options"):
            if key in node:
                node[key] = _values(node[key])
        if isinstance(node.get("returns"), str):
            node["returns"] = {"type": node["returns"], "doc": "What came of it."}
        return node

    def _leaves_docs_out(self, node: dict[str, Any]) -> bool:
        return self.rule == "missing-doc" or "missing-doc" in node.get("allow", {})


def _read(text: str) -> dict[str, Any]:
    """Read YAML as the generator does: PyYAML's own readers differ on `{type: string?}`."""
    document: dict[str, Any] = read(Source("page", text), Report())
    return document


def _wrapped(fragment: dict[str, Any]) -> dict[str, Any]:
    """A fragment put where it belongs in a file."""
    keys = fragment.keys()
    if "extends" in keys or ("message" in keys and keys <= _ERROR):
        return {"errors": {"Gone": fragment}}
    if keys and keys <= _INTERFACE:
        return {"interfaces": {"Thing": fragment}}
    if keys and keys <= _METHOD:
        method = {"interfaces": {"Thing": {"methods": {"act": fragment}}}}
        return {**method, "errors": {"BlobNotFound": {}, "ResourceError": {}}}
    return fragment


def _values(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"doc": "A value.", **({"type": value} if isinstance(value, str) else value)}
        for name, value in values.items()
    }
