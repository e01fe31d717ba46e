"""Suites as data: what ``dagstack-idl generate`` printed, and the Python types that it names.

``docs/conformance-format.md`` of the project says what the documents hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard, cast

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

FORMAT: Final = 1
"""The version of the documents that this runner reads."""

CONTRACTS: Final = "dagstack.contracts"
"""The generated package of the standard resources."""

Json: TypeAlias = Any
"""A part of a document: any JSON."""

Type: TypeAlias = "str | Mapping[str, Json]"
"""A type of the specification: a scalar's name, or ``{"list": …}`` and the like."""


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Whether a part of a document is a list."""
    return isinstance(value, list)


def is_map(value: Json) -> TypeGuard[dict[str, Json]]:
    """Whether a part of a document is a map."""
    return isinstance(value, dict)


@dataclass(frozen=True)
class Case:
    """One fact that every implementation must show."""

    name: str
    line: int
    """In the suite's source."""
    summary: str
    needs: tuple[str, ...]
    """The capabilities without which it cannot be executed."""
    given: tuple[Mapping[str, Json], ...]
    table: tuple[Mapping[str, Json], ...]
    steps: tuple[Mapping[str, Json], ...]
    by_hand: str
    """In words what a body of code does; empty where there are steps."""

    @property
    def rows(self) -> range:
        """The numbers of its rows, from 1; just 0 where there is no table."""
        return range(1, len(self.table) + 1) if self.table else range(1)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The subjects that it is given or makes."""
        given = {str(each["subject"]) for each in self.given}
        return frozenset(given | {str(each["make"]["subject"]) for each in _makes(self.steps)})


def _makes(steps: Json) -> Generator[Mapping[str, Json]]:
    """Every step that makes a subject, also within blocks."""
    for step in steps:
        if "make" in step:
            yield step
        yield from _makes(step.get("do", ()))
        for branch in step.get("branches", ()):
            yield from _makes(branch)


class Suite:
    """A suite, and the types of generated packages that it speaks of.

    Args:
        document: What the generator printed.

    Raises:
        ValueError: the document is of another version.
    """

    def __init__(self, document: Mapping[str, Json]) -> None:
        if document.get("format") != FORMAT:
            raise ValueError(
                f"the suite has format {document.get('format')!r}, and this runner reads {FORMAT}: "
                "install the versions of the runner and of the generated package that fit together"
            )
        self.name = str(document["suite"])
        self.source = str(document["source"])
        self.summary = str(document["summary"])
        self.capabilities: Mapping[str, str] = document["capabilities"]
        self.subjects: Mapping[str, Json] = document["subjects"]
        self.interfaces: Mapping[str, Json] = document.get("interfaces", {})
        self.records: Mapping[str, Json] = document.get("records", {})
        self.enums: Mapping[str, Json] = document.get("enums", {})
        self.errors: Mapping[str, Json] = document.get("errors", {})
        self.cases = tuple(_case(each) for each in document["cases"])

    def __repr__(self) -> str:
        """Name the suite."""
        return f"<Suite {self.name} of {len(self.cases)} cases>"

    def type_of(self, kind: str, name: str) -> type[Any]:
        """Return the class of an interface, record, enum or error.

        Args:
            kind: The name of the table: ``interfaces``, ``records``, ``enums`` or ``errors``.
            name: The name in the specification.

        Raises:
            LookupError: the suite does not speak of it, or its package has no such class.
        """
        tables: dict[str, Mapping[str, Json]] = {
            "interfaces": self.interfaces,
            "records": self.records,
            "enums": self.enums,
            "errors": self.errors,
        }
        declared = tables[kind].get(name)
        if declared is None:
            raise LookupError(f"{self.source} speaks of no {name}")
        found = getattr(import_module(declared["home"]), declared["name"], None)
        if isinstance(found, type):
            return cast("type[Any]", found)
        raise LookupError(
            f"{declared['home']} has no class {declared['name']}, which {self.source} speaks of"
        )


def _case(data: Mapping[str, Json]) -> Case:
    return Case(
        name=data["name"],
        line=data["line"],
        summary=data["summary"],
        needs=tuple(data["needs"]),
        given=tuple(data["given"]),
        table=tuple(data["table"]),
        steps=tuple(data.get("steps", ())),
        by_hand=data.get("by_hand", ""),
    )


def load(name: str, package: str = CONTRACTS) -> Suite:
    """Read a suite from a generated package.

    Args:
        name: The name of the suite, such as ``blob_store``.
        package: The generated package that holds it.

    Raises:
        LookupError: the package has no such suite.
    """
    folder = files(package) / "conformance"
    place = folder / f"{name}.json"
    if not place.is_file():
        known = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        suites = ", ".join(sorted(each[:-5] for each in known if each.endswith(".json"))) or "none"
        raise LookupError(f"{package} has no suite {name}; its suites are: {suites}")
    return Suite(json.loads(place.read_text(encoding="utf-8")))
