"""Cases: syntax -> model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.case_model import LANGUAGE_CAPABILITIES, Case, Given
from dagstack.idl.check.cases import steps as step_rules
from dagstack.idl.check.cases import suites as rules
from dagstack.idl.check.cases import tables as table_rules
from dagstack.idl.model import Named
from dagstack.idl.resolve.suites.arguments import subject_made
from dagstack.idl.resolve.suites.kinds import ANY
from dagstack.idl.resolve.suites.scope import Binding, Scope
from dagstack.idl.resolve.suites.steps import Steps
from dagstack.idl.resolve.suites.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl import case_syntax
    from dagstack.idl.case_model import Compiled, Subject
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.load import LoadedSuite
    from dagstack.idl.resolve.suites.reach import Reach
    from dagstack.idl.source import At


class Cases:
    """Makes the cases of one suite."""

    def __init__(
        self, loaded: LoadedSuite, reach: Reach, subjects: Mapping[str, Subject], survey: Survey
    ) -> None:
        self.suite = written = loaded.suite
        self.capabilities = (*written.capabilities, *LANGUAGE_CAPABILITIES)
        self.reach = reach
        self.subjects = subjects
        self.survey = survey
        self.file = loaded.file
        self.report = reach.report

    def __iter__(self) -> Iterator[Case]:
        """Every case."""
        for name, written in self.suite.cases.items():
            yield self._case(name, written, (self.file, "cases", name))

    def _case(self, name: str, written: case_syntax.Case, at: At) -> Case:
        self._check(name, written, at)
        values = Values(self.reach, self.subjects, self.survey)
        steps = Steps(values, self.report.sources[self.file])
        columns = self._columns(written.table, at)
        values.scope = Scope()
        for column in columns:
            values.scope.add(column)
        given = tuple(self._given(written.given, values, (*at, "given")))
        done = steps.block(written.steps, (*at, "steps"))
        table = self._table(written.table, columns, values, at)
        needs = {*written.needs, *steps.called, *values.needs}
        return Case(
            name=name,
            line=steps.source.span(at[1:], "key").line,
            summary=written.summary.strip(),
            shows=tuple(written.shows),
            needs=tuple(each for each in self.capabilities if each in needs),
            given=given,
            table=table,
            steps=tuple(done),
            by_hand=written.by_hand.strip(),
            at=at,
        )

    def _check(self, name: str, written: case_syntax.Case, at: At) -> None:
        add = self.report.add
        for index, promise in enumerate(written.shows):
            if promise not in self.suite.promises:
                add(rules.unknown_promise((*at, "shows", index), promise, self.suite.promises))
        if not written.shows:
            add(rules.case_without_promise(at, name))
        for index, need in enumerate(written.needs):
            if need not in self.capabilities:
                add(rules.unknown_capability((*at, "needs", index), need, self.capabilities))
        if bool(written.steps) == bool(written.by_hand.strip()):
            add(rules.steps_or_by_hand(at, name, both=bool(written.steps)))

    def _given(self, written: Mapping[str, Any], values: Values, at: At) -> Iterator[Given]:
        for name, subject in written.items():
            place = (*at, name)
            made, options = subject_made(values, subject, place)
            if name in values.scope.names:
                first = values.scope.names[name].at
                self.report.add(step_rules.name_made_twice(place, name, first, "key"))
            kind = Named(name=made, kind="subject", spec="") if made else ANY
            values.scope.add(Binding(name, place, type=kind))
            if made:
                yield Given(name=name, subject=made, options=options)

    def _columns(self, rows: list[dict[str, Any]], at: At) -> list[Binding]:
        return [Binding(name, (*at, "table", 0, name)) for name in (rows[0] if rows else {})]

    def _table(
        self, rows: list[dict[str, Any]], columns: list[Binding], values: Values, at: At
    ) -> tuple[Compiled, ...]:
        kinds = {column.name: column.settle(self.report) for column in columns}
        for column in columns:
            if not column.used:
                self.report.add(table_rules.unused_column(column.at, column.name))
        made: list[Compiled] = []
        for index, row in enumerate(rows):
            place = (*at, "table", index)
            missing = tuple(name for name in kinds if name not in row)
            more = tuple(name for name in row if name not in kinds)
            if missing or more:
                self.report.add(table_rules.rows_differ(place, missing, more))
            with values.inside(Scope()):
                made.append(
                    {
                        name: values.value(
                            raw, kinds[name][0], (*place, name), expected=kinds[name][1]
                        )
                        for name, raw in row.items()
                        if name in kinds
                    }
                )
        return tuple(made)
