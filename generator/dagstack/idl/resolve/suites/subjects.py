"""Subjects: syntax -> model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from dagstack.idl.case_model import LANGUAGE_CAPABILITIES, Action, Subject
from dagstack.idl.case_syntax import Result, Slot
from dagstack.idl.check import references
from dagstack.idl.check.cases import suites as rules
from dagstack.idl.model import UNKNOWN, Named, Property, Value
from dagstack.idl.resolve.suites.values import Values
from dagstack.idl.type_syntax import SCALARS, MalformedTypeError, parse_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl import case_syntax
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.reach import Reach
    from dagstack.idl.source import At


class Subjects:
    """Makes the subjects of one suite."""

    def __init__(self, written: case_syntax.Suite, reach: Reach, survey: Survey, at: At) -> None:
        self.written = written.subjects
        self.capabilities = (*written.capabilities, *LANGUAGE_CAPABILITIES)
        self.reach = reach
        self.values = Values(reach, {}, survey)
        self.at = (*at, "subjects")
        self.report = reach.report

    def __iter__(self) -> Iterator[Subject]:
        """Every subject."""
        for name, written in self.written.items():
            at = (*self.at, name)
            interfaces = tuple(self._interfaces(written.is_, (*at, "is")))
            self._refuse_doubles(written, interfaces, at)
            options, defaults = self._slots(written.options, (*at, "options"))
            yield Subject(
                name=name,
                interfaces=interfaces,
                options=options,
                defaults=defaults,
                properties=tuple(self._properties(written, (*at, "properties"))),
                actions=tuple(
                    self._action(key, action, (*at, "actions", key))
                    for key, action in written.actions.items()
                ),
                at=at,
            )

    def _interfaces(self, names: list[str], at: At) -> Iterator[Named]:
        for index, name in enumerate(names):
            named = self.reach.visible.get(name)
            if named is not None and named.kind == "interface":
                yield named
            elif named is not None:
                what = "an error" if named.kind == "error" else f"a {named.kind}"
                finding = references.not_usable_here(
                    (*at, index), name, what, "a subject's interface"
                )
                self.report.add(finding)
            else:
                known = [n for n, each in self.reach.visible.items() if each.kind == "interface"]
                self.report.add(references.unknown_type((*at, index), name, known))

    def _properties(self, written: case_syntax.Subject, at: At) -> Iterator[Property]:
        for name, given in written.properties.items():
            yield Property(name=name, type=self._typed(given, (*at, name)), doc=(), at=(*at, name))

    def _action(self, name: str, written: case_syntax.Action, at: At) -> Action:
        params, defaults = self._slots(written.params, (*at, "params"))
        returns = written.returns
        for index, need in enumerate(written.needs):
            if need not in self.capabilities:
                place = (*at, "needs", index)
                self.report.add(rules.unknown_capability(place, need, self.capabilities))
        return Action(
            name=name,
            params=params,
            defaults=defaults,
            returns=None if returns is UNSET else self._typed(returns, (*at, "returns")),
            errors=(
                *self._errors(written.raises, (*at, "raises")),
                *self._errors(written.rejects, (*at, "rejects")),
            ),
            needs=tuple(written.needs),
            at=at,
        )

    def _errors(self, names: list[str], at: At) -> Iterator[Named]:
        for index, name in enumerate(names):
            if name in self.reach.errors:
                yield self.reach.errors[name].named
            else:
                self.report.add(references.unknown_error((*at, index), name, self.reach.errors))

    def _slots(
        self, written: Mapping[str, str | Slot], at: At
    ) -> tuple[tuple[Value, ...], tuple[tuple[str, Compiled], ...]]:
        slots: list[Value] = []
        defaults: list[tuple[str, Compiled]] = []
        for name, given in written.items():
            here = (*at, name)
            kind = self._typed(given, here)
            required = isinstance(given, str) or given.default is UNSET
            slots.append(Value(name=name, type=kind, doc=(), required=required, at=here))
            if isinstance(given, Slot) and not required:
                made = self.values.value(given.default, kind, (*here, "default"))
                defaults.append((name, made))
        return tuple(slots), tuple(defaults)

    def _typed(self, written: str | Slot | Result | object, at: At) -> Type:
        if isinstance(written, str):
            return self._type(written, at)
        if isinstance(written, Slot | Result):
            return self._type(written.type, (*at, "type"))
        return UNKNOWN

    def _type(self, text: str, at: At) -> Type:
        unknown: list[str] = []

        def named(name: str) -> Type:
            if name in self.written:
                return Named(name=name, kind="subject", spec="")
            found = self.reach.visible.get(name)
            if found is None or found.kind == "error":
                unknown.append(name)
                return UNKNOWN
            return found

        try:
            kind = parse_type(text, named)
        except MalformedTypeError as error:
            self.report.add(references.malformed_type(at, text, str(error)))
            return UNKNOWN
        known = {*SCALARS, "list", "map", *self.written, *self.reach.visible}
        for name in unknown:
            self.report.add(references.unknown_type(at, name, sorted(known)))
        return UNKNOWN if unknown else kind

    def _refuse_doubles(
        self, written: case_syntax.Subject, interfaces: tuple[Named, ...], at: At
    ) -> None:
        taken = {"close": "an action of every subject"}
        for index, named in enumerate(interfaces):
            interface = self.reach.interfaces[named.name]
            names = [each.name for each in interface.methods]
            names += [each.name for each in interface.properties]
            for name in names:
                if name in taken:
                    place = (*at, "is", index)
                    self.report.add(rules.subject_has_two_of_a_name(place, name, taken[name]))
                taken.setdefault(name, f"a member of `{named.name}`")
        for group, what in (("properties", "a property"), ("actions", "an action")):
            for name in getattr(written, group):
                if name in taken:
                    place = (*at, group, name)
                    self.report.add(rules.subject_has_two_of_a_name(place, name, taken[name]))
                taken.setdefault(name, f"{what} of the subject")
