"""What stands before a suite: an implementation, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator

    from dagstack.conformance.documents import Case, Suite

Factory: TypeAlias = Callable[..., Any]
"""Makes a subject from its options, which are keyword arguments; may be a coroutine function."""

Action: TypeAlias = Callable[..., Any]
"""Acts on the object, its first argument, with keyword arguments; may be a coroutine function."""

Body: TypeAlias = Callable[..., Any]
"""Executes a case that is done by hand; takes the ``ByHand`` that says what the case is given."""

LANGUAGE: Final = frozenset(
    {"cancellation", "dynamic_types", "naive_datetimes", "ordered_tasks", "threads", "int64"}
    | ({"forks"} if hasattr(os, "fork") else set[str]())
)
"""The capabilities of Python, which no harness need declare."""

LANGUAGES: Final = LANGUAGE | {"forks"}
"""The capabilities that belong to languages."""


@dataclass(frozen=True, kw_only=True)
class Harness:
    """An implementation under test.

    ``judge`` refuses one that leaves a capability open or names what the suite does not have.
    """

    name: str
    """The name of the implementation, such as ``InMemoryBlobStore``."""

    subjects: Mapping[str, Factory]
    """The subjects that it stands for: how each is made."""

    has: Collection[str] = ()
    """The capabilities of the suite that it has."""

    lacks: Mapping[str, str] = field(default_factory=dict[str, str])
    """Those that it lacks, each with a reason."""

    actions: Mapping[str, Action] = field(default_factory=dict[str, Action])
    """Actions and properties that the object has no member for, such as ``FrozenClock.advance``."""

    by_hand: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """Bodies of cases, in place of those that come with the runner."""

    expected_failures: Mapping[str, str] = field(default_factory=dict[str, str])
    """Why a case fails, by its name, or one row of it, such as ``the_longest_keys_are_keys-2``."""


@dataclass(frozen=True)
class Surroundings:
    """What comes with the runner for one suite."""

    subjects: Mapping[str, Factory] = field(default_factory=dict[str, Factory])
    """Subjects around the one under test, such as a server."""

    by_hand: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """Bodies of cases that any harness can show."""


def surroundings_of(suite: Suite) -> Surroundings:
    """Return what comes with the runner for a suite, by the suite's name."""
    name = f"dagstack.conformance.suites.{suite.name}"
    if find_spec(name) is None:
        return Surroundings()
    found: Surroundings = import_module(name).SURROUNDINGS
    return found


def row_id(case: Case, row: int) -> str:
    """Name a row of a case, or the case if it has no table."""
    return f"{case.name}-{row}" if row else case.name


def check(suite: Suite, harness: Harness) -> None:
    """Refuse a harness that does not fit its suite, before anything runs.

    Args:
        suite: The suite.
        harness: What is to be put before it.

    Raises:
        ValueError: it names all that is wrong.
    """
    problems = [*_forms(harness)] or sorted(
        [*_capabilities(suite, harness), *_names(suite, harness), *_failures(suite, harness)]
    )
    if problems:
        said = "".join(f"\n- {each}" for each in problems)
        raise ValueError(f"{harness.name} cannot be put before the suite {suite.name}:{said}")


def applicable(suite: Suite, harness: Harness) -> list[Case]:
    """List the cases that are the implementation's to show, in the suite's order."""
    own, around = set(harness.subjects), set(surroundings_of(suite).subjects)
    return [case for case in suite.cases if case.subjects <= own | around and case.subjects & own]


def reason_to_skip(case: Case, harness: Harness) -> str:
    """Say which capabilities a case needs in vain, and why; empty if it can be executed."""
    usable = LANGUAGE | set(harness.has)
    reasons = {each: "not in Python" for each in case.needs if each not in usable}
    reasons |= {each: harness.lacks[each] for each in case.needs if each in harness.lacks}
    return "; ".join(f"{each}: {reasons[each]}" for each in case.needs if each in reasons)


def _forms(harness: Harness) -> Generator[str]:
    """What no type checker has seen."""
    if isinstance(harness.has, str):
        yield f"has is the text {harness.has!r}: it must be a list of capabilities"
    for name in ("lacks", "expected_failures"):
        if not isinstance(getattr(harness, name), Mapping):
            yield f"{name} must be a dict, with a reason for each name"


def _capabilities(suite: Suite, harness: Harness) -> Generator[str]:
    has, lacks = set(harness.has), set(harness.lacks)
    for each in has | lacks:
        if each in suite.capabilities:
            continue
        if each not in LANGUAGES:
            known = ", ".join(sorted(suite.capabilities)) or "none"
            yield f"the suite has no capability {each}; it has: {known}"
        elif each in has:
            yield (
                f"capability {each} belongs to the language: an implementation may lack it, not "
                "have it"
            )
    for each in has & lacks:
        yield f"capability {each} is both had and lacking"
    for each in set(suite.capabilities) - has - lacks:
        yield f"capability {each} is neither had nor lacking: {suite.capabilities[each]}"
    for each in lacks:
        if not _says(harness.lacks[each]):
            yield f"capability {each} is lacking without a reason"


def _names(suite: Suite, harness: Harness) -> Generator[str]:
    cases = {each.name: each for each in suite.cases}
    for each in set(harness.subjects) - set(suite.subjects):
        known = ", ".join(sorted(suite.subjects))
        yield f"the suite has no subject {each}; it has: {known}"
    members = {
        f"{subject}.{member}"
        for subject, about in suite.subjects.items()
        for member in (*about["properties"], *about["actions"], "close")
    }
    for each in set(harness.actions) - members:
        yield f"the suite has no action or property {each}"
    for each in harness.by_hand:
        if each not in cases:
            yield f"the suite has no case {each}, for which there is a body"
        elif not cases[each].by_hand:
            yield f"case {each} is done in steps, not by hand"


def _failures(suite: Suite, harness: Harness) -> Generator[str]:
    own = applicable(suite, harness)
    if not own:
        subjects = ", ".join(sorted(harness.subjects))
        yield f"no case of the suite is about it: it stands for {subjects or 'no subject'}" + (
            " alone" if subjects else ""
        )
    cases = {name: case for case in suite.cases for name in (case.name, *_row_ids(case))}
    for each, reason in harness.expected_failures.items():
        if each not in cases:
            yield f"the suite has no case {each}, which is to fail"
        elif cases[each] not in own:
            yield f"case {each} is to fail, but is not about it"
        elif skipped := reason_to_skip(cases[each], harness):
            yield f"case {each} is to fail, but is skipped: {skipped}"
        if not _says(reason):
            yield f"case {each} is to fail without a reason"


def _row_ids(case: Case) -> list[str]:
    return [row_id(case, row) for row in case.rows]


def _says(reason: object) -> bool:
    return isinstance(reason, str) and bool(reason.strip())
