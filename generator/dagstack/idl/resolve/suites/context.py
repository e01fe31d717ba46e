"""Where a value is compiled: what can be reached, which names can be seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import values as rules
from dagstack.idl.resolve.suites.kinds import wrong_family
from dagstack.idl.resolve.suites.members import members_of
from dagstack.idl.resolve.suites.placeholders import Placeholder, only_placeholder
from dagstack.idl.resolve.suites.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl.case_model import Compiled, Subject
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.members import Members
    from dagstack.idl.resolve.suites.reach import Reach
    from dagstack.idl.source import At


class Context(ABC):
    """One case: what it can reach, and the names that the step at hand can see."""

    def __init__(self, reach: Reach, subjects: Mapping[str, Subject], survey: Survey) -> None:
        self.reach = reach
        self.subjects = subjects
        self.survey = survey
        self.report = reach.report
        self.scope = Scope()
        self.needs: set[str] = set()
        """The capabilities of languages that steps and values were found to need."""

    @abstractmethod
    def value(self, raw: Any, kind: Type, at: At, *, expected: bool = False) -> Compiled:  # noqa: ANN401
        """A value for a place of type ``kind``; if ``expected``, expectations may stand in it."""

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """See the names of another scope for a while."""
        outer, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = outer

    def members(self, kind: Type | None) -> Members | None:
        """What an object has; nothing if it is none."""
        return None if kind is None else members_of(kind, self.reach, self.subjects)

    def type_of(self, raw: Any) -> Type | None:  # noqa: ANN401
        """The type of a value that is a name, if it has one; no finding is made."""
        part = only_placeholder(raw)
        binding = self.scope.names.get(part.path[0]) if part else None
        if part is None or binding is None or binding.what != "value":
            return None
        return binding.type if len(part.path) == 1 else self.property_of(part, binding.type)

    def property_of(self, part: Placeholder, kind: Type | None) -> Type | None:
        """The type of a property of a name; nothing if there is none."""
        members = self.members(kind)
        return members.properties.get(part.path[1]) if members else None

    def demand(self, name: str, kind: Type, families: tuple[str, ...], at: At) -> bool:
        """Whether an operator is for a type; if not, report it."""
        problem = wrong_family(name, kind, families)
        if problem:
            self.report.add(rules.misplaced_operator(at, problem))
        return not problem

    def misfit(self, at: At, problem: str, hint: str = "") -> None:
        """Report a value that does not fit its place."""
        self.report.add(rules.case_value_does_not_fit(at, problem, hint))
