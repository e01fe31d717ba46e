"""Conformance suites understood: every name followed, every value tagged, no language in them.

``resolve`` makes them from what is written, targets print them with their own tables of names. What
the compiled parts of a case look like is said in ``docs/conformance-format.md``.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from dagstack.idl.model import Enum, Error, Interface, Named, Property, Record, Type, Value
from dagstack.idl.node import Node
from dagstack.idl.source import At

Compiled: TypeAlias = Any
"""JSON-ready data, as runners read it: values with tags, types as trees, steps with their lines."""


LANGUAGE_CAPABILITIES = (
    "cancellation",
    "dynamic_types",
    "naive_datetimes",
    "ordered_tasks",
    "threads",
    "forks",
    "int64",
)
"""Capabilities of languages, which their runners declare: every suite knows them."""


class Action(Node):
    """What a harness can do with a subject beside the methods of its interfaces."""

    name: str
    params: tuple[Value, ...]
    defaults: tuple[tuple[str, Compiled], ...]
    """Of the params that may be left out, by name."""
    returns: Type | None
    errors: tuple[Named, ...]
    needs: tuple[str, ...]
    at: At


class Subject(Node):
    """What a case can be given."""

    name: str
    interfaces: tuple[Named, ...]
    options: tuple[Value, ...]
    defaults: tuple[tuple[str, Compiled], ...]
    """Of the options that may be left out, by name."""
    properties: tuple[Property, ...]
    actions: tuple[Action, ...]
    at: At


class Given(Node):
    """A subject under the name that a case gives it."""

    name: str
    subject: str
    options: Compiled


class Case(Node):
    """One fact, and the steps that show it."""

    name: str
    line: int
    summary: str
    shows: tuple[str, ...]
    needs: tuple[str, ...]
    """The capabilities of its actions and steps included."""
    given: tuple[Given, ...]
    table: tuple[Compiled, ...]
    steps: tuple[Compiled, ...]
    by_hand: str
    """Empty where there are steps."""
    at: At


class Suite(Node):
    """All cases of a file, and what they refer to."""

    name: str
    file: str
    """The path from the project's folder, with ``/``."""
    summary: str
    promises: tuple[tuple[str, str], ...]
    capabilities: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]
    interfaces: tuple[Interface, ...]
    """Those that the suite can reach, wherever they are declared."""
    records: tuple[Record, ...]
    enums: tuple[Enum, ...]
    errors: tuple[Error, ...]
    cases: tuple[Case, ...]
    at: At
