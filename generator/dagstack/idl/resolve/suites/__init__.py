"""Conformance suites: syntax -> model, every case held against the interfaces that it calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.case_model import Suite
from dagstack.idl.check.cases import suites as rules
from dagstack.idl.check.rule import did_you_mean
from dagstack.idl.check.survey import Survey
from dagstack.idl.resolve.suites.cases import Cases
from dagstack.idl.resolve.suites.placeholders import NAME
from dagstack.idl.resolve.suites.reach import Reach
from dagstack.idl.resolve.suites.subjects import Subjects
from dagstack.idl.resolve.table import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dagstack.idl import case_syntax
    from dagstack.idl.case_model import Case, Subject
    from dagstack.idl.diagnostics import Report
    from dagstack.idl.load import LoadedSuite
    from dagstack.idl.model import Package
    from dagstack.idl.source import At, Part

_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")


def resolve_suites(
    files: Sequence[LoadedSuite], package: Package, report: Report
) -> tuple[Suite, ...]:
    """The model of a package's suites, in the order of names; the package itself is sound."""
    survey = Survey(package)
    return tuple(
        _resolve(loaded, package, survey, report)
        for loaded in sorted(files, key=lambda loaded: loaded.file)
    )


def _resolve(loaded: LoadedSuite, package: Package, survey: Survey, report: Report) -> Suite:
    written, at = loaded.suite, (loaded.file,)
    reach = Reach(package, written.of, (*at, "of"), report)
    subjects: dict[str, Subject] = {}
    cases: tuple[Case, ...] = ()
    if reach.complete:
        subjects = {each.name: each for each in Subjects(written, reach, survey, at)}
        cases = tuple(Cases(loaded, reach, subjects, survey))
    suite = Suite(
        name=written.suite,
        file=loaded.file,
        summary=written.summary.strip(),
        promises=tuple(written.promises.items()),
        capabilities=tuple(written.capabilities.items()),
        subjects=tuple(subjects.values()),
        interfaces=tuple(reach.interfaces.values()),
        records=tuple(reach.records.values()),
        enums=tuple(reach.enums.values()),
        errors=tuple(reach.errors.values()),
        cases=cases,
        at=at,
    )
    _check(suite, written, report)
    return suite


def _check(suite: Suite, written: case_syntax.Suite, report: Report) -> None:
    """Apply the rules about a suite as a whole."""
    if suite.name != stem(suite.file):
        report.add(rules.suite_name_differs((*suite.at, "suite"), suite.name, stem(suite.file)))
    for at, name, what in _names(suite.at, written):
        pattern, wanted = (NAME, "snake_case")
        if what == "subject":
            pattern, wanted = (_PASCAL, "PascalCase")
        if not pattern.fullmatch(name):
            part: Part = "value" if what == "suite" else "key"
            report.add(rules.malformed_name_in_suite(at, name, what, wanted, part))
    shown = {name for case in written.cases.values() for name in case.shows}
    for name in _without(written.promises, shown):
        report.add(rules.promise_without_case((*suite.at, "promises", name), name))
    needed = {name for case in written.cases.values() for name in case.needs}
    for subject in written.subjects.values():
        needed |= {name for action in subject.actions.values() for name in action.needs}
    for name in _without(written.capabilities, needed):
        report.add(rules.unused_capability((*suite.at, "capabilities", name), name))


def _without(declared: Mapping[str, str], used: set[str]) -> Iterator[str]:
    """What is declared and not used; a name that was misspelt where it is used counts as used."""
    meant = {did_you_mean(name, declared) for name in used if name not in declared}
    for name in declared:
        if name not in used and did_you_mean(name, (name,)) not in meant:
            yield name


def _names(at: At, written: case_syntax.Suite) -> Iterator[tuple[At, str, str]]:
    """The names that a suite gives, and what each is."""
    yield (*at, "suite"), written.suite, "suite"
    for group, what in (
        ("promises", "promise"),
        ("capabilities", "capability"),
        ("subjects", "subject"),
        ("cases", "case"),
    ):
        for name in getattr(written, group):
            yield (*at, group, name), name, what
    for subject, given in written.subjects.items():
        for group, what in (
            ("options", "option"),
            ("properties", "property"),
            ("actions", "action"),
        ):
            for name in getattr(given, group):
                yield (*at, "subjects", subject, group, name), name, what
    for case, each in written.cases.items():
        for name in each.given:
            yield (*at, "cases", case, "given", name), name, "given"
        for name in each.table[0] if each.table else ():
            yield (*at, "cases", case, "table", 0, name), name, "column"
