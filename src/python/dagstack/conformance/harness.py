"""What stands before a suite: an implementation, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
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


def row_id(case: Case, row: int) -> str:
    """Name a row of a case, or the case if it has no table."""
    return f"{case.name}-{row}" if row else case.name


def check(suite: Suite, harness: Harness) -> None:
    """Refuse a harness that does not fit its suite, before anything runs.

    Raises:
        ValueError: it names all that is wrong.
    """
    problems = [*_capabilities(suite, harness), *_names(suite, harness)]
    if problems:
        said = "".join(f"\n  - {each}" for each in problems)
        raise ValueError(f"{harness.name} cannot be put before suite {suite.name}:{said}")


def _capabilities(suite: Suite, harness: Harness) -> list[str]:
    has, lacks = set(harness.has), set(harness.lacks)
    known = set(suite.capabilities) | LANGUAGES
    return [
        *(f"capability {each} is both in has and in lacks" for each in sorted(has & lacks)),
        *(
            f"the suite has no capability {each}; it has: {', '.join(sorted(known))}"
            for each in sorted((has | lacks) - known)
        ),
        *(
            f"capability {each} is neither in has nor in lacks: {suite.capabilities[each]}"
            for each in sorted(set(suite.capabilities) - has - lacks)
        ),
        *(
            f"lacks says no reason for {each}"
            for each in sorted(lacks)
            if not harness.lacks[each].strip()
        ),
    ]


def _names(suite: Suite, harness: Harness) -> list[str]:
    cases = {each.name: each for each in suite.cases}
    rows = {row_id(case, row) for case in suite.cases for row in case.rows}
    members = {
        f"{subject}.{member}"
        for subject, about in suite.subjects.items()
        for member in (*about["properties"], *about["actions"], "close")
    }
    return [
        *(
            f"the suite has no subject {each}; it has: {', '.join(sorted(suite.subjects))}"
            for each in sorted(set(harness.subjects) - set(suite.subjects))
        ),
        *(
            f"the suite has no action or property {each}"
            for each in sorted(set(harness.actions) - members)
        ),
        *(
            f"by_hand has a body for {each}, which is no case"
            for each in sorted(set(harness.by_hand) - set(cases))
        ),
        *(
            f"by_hand has a body for {each}, whose steps are data"
            for each in sorted(set(harness.by_hand) & set(cases))
            if not cases[each].by_hand
        ),
        *(
            f"expected_failures has {each}, which is neither a case nor a row of one"
            for each in sorted(set(harness.expected_failures) - set(cases) - rows)
        ),
    ]
