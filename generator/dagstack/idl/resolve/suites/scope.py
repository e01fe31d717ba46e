"""The names of a case: what each stands for, and where it was used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from dagstack.idl.check.cases import tables as rules
from dagstack.idl.check.literals import spelled
from dagstack.idl.model import ListOf, MapOf, Maybe, Scalar, Variable
from dagstack.idl.resolve.suites.kinds import ANY, bare

if TYPE_CHECKING:
    from dagstack.idl.diagnostics import Report
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.members import Callable
    from dagstack.idl.source import At


@dataclass
class Use:
    """A place where a name without a type of its own is used."""

    kind: Type
    expected: bool
    at: At


@dataclass
class Binding:
    """What a name stands for."""

    name: str
    at: At
    what: Literal["value", "task"] = "value"
    type: Type | None = None
    """Nothing if it has none of its own: then its places must agree."""
    call: Callable | None = None
    """Of a task, what was started."""
    uses: list[Use] = field(default_factory=list)
    used: bool = False

    def settle(self, report: Report) -> tuple[Type, bool]:
        """The type of all its places, and whether each is one of an expectation."""
        first: Use | None = None
        for use in self.uses:
            if not _says_something(use.kind):
                continue
            if first is None:
                first = use
            elif bare(use.kind) != bare(first.kind):
                types = (spelled(bare(first.kind)), spelled(bare(use.kind)))
                report.add(rules.uses_disagree(use.at, self.name, types, first.at))
        expected = bool(self.uses) and all(use.expected for use in self.uses)
        kind = bare(first.kind) if first else ANY
        # Where every place may do without a value, a row may, too.
        if all(isinstance(use.kind, Maybe) or not _says_something(use.kind) for use in self.uses):
            kind = Maybe(inner=kind)
        return kind, expected


def _says_something(kind: Type) -> bool:
    """Whether a place's type says how a value is to be read."""
    match bare(kind):
        case Scalar(name="any" | "json") | Variable():
            return False
        case ListOf(item=inner) | MapOf(value=inner):
            return _says_something(inner)
        case _:
            return True


class Scope:
    """The names that can be seen at a place."""

    def __init__(self, outer: Scope | None = None) -> None:
        self.names: dict[str, Binding] = dict(outer.names) if outer else {}
        self.made: list[Binding] = []
        """Those of this block, in the order in which they were made."""

    def add(self, binding: Binding) -> None:
        """Take a name in."""
        self.names[binding.name] = binding
        self.made.append(binding)

    def as_it_is(self) -> Scope:
        """The names that can be seen now, whatever comes later."""
        return Scope(self)
