"""Versions, and what they say about the age of things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from dagstack.idl.check.rule import found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Spec
    from dagstack.idl.source import At

_NUMBER = r"(0|[1-9][0-9]{0,17})"
_IDENTIFIER = r"(?:0|[1-9][0-9]{0,17}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)

Precedence: TypeAlias = tuple[int, int, int, tuple[tuple[int, int, str], ...]]


@rule("error")
def bad_version(survey: Survey) -> Iterator[Finding]:
    """A version is one of Semantic Versioning 2.0.0: three numbers, perhaps `-rc.1`.

    What changed is judged by it, so there must be no two opinions on which of two is later.

    Bad:
    ```yaml
    library: shapes
    version: "1.0"
    ```

    Good:
    ```yaml
    library: shapes
    version: "1.0.0"
    ```
    """
    package = survey.package
    for version, at in [(package.version, package.at), *((s.version, s.at) for s in survey.specs)]:
        if precedence(version) is None:
            yield _bad(version, (*at, "version"))
    for _, version, at in _mentioned(survey):
        if precedence(version) is None:
            yield _bad(version, at)


@rule("error")
def version_out_of_order(survey: Survey) -> Iterator[Finding]:
    """Things appear, are deprecated and go in that order, the first two not in the future.

    `since` and `deprecated.since` are at most the version of the file, and `remove_in` comes after
    `deprecated.since`.

    Bad:
    ```yaml
    library: shapes
    version: "1.0.0"
    records:
      Point: {since: "1.1.0", fields: {x: int}}
    ```

    Good:
    ```yaml
    library: shapes
    version: "1.1.0"
    records:
      Point: {since: "1.1.0", fields: {x: int}}
    ```
    """
    for spec, version, at in _mentioned(survey):
        now, then = precedence(spec.version), precedence(version)
        if at[-1] == "since" and now is not None and then is not None and then > now:
            yield found(
                version_out_of_order,
                at,
                f"{version} is later than the version of the file, {spec.version}",
                help=f"raise the version of `{spec.name}`, or name an earlier one",
                related=(((*spec.at, "version"), "the version of the file"),),
            )
    for _, life, at in survey.lives:
        old = life.deprecated
        if old is None:
            continue
        for first, second, key, message in (
            (life.since, old.since, "since", "deprecated in {1}, before it appeared in {0}"),
            (old.since, old.remove_in, "remove_in", "to be removed in {1}, but deprecated in {0}"),
        ):
            before, after = precedence(first), precedence(second)
            if before is None or after is None:
                continue
            if after < before or (key == "remove_in" and after == before):
                yield found(
                    version_out_of_order,
                    (*at, "deprecated", key),
                    f"this is {message.format(first, second)}",
                    help="put the versions in order",
                )


@rule("warning", suppressible=True)
def removal_is_overdue(survey: Survey) -> Iterator[Finding]:
    """What was to be removed in a version is gone when the file has that version.

    Bad:
    ```yaml
    library: shapes
    version: "2.0.0"
    records:
      Point:
        deprecated: {since: "1.1.0", use: "`Spot`.", remove_in: "2.0.0"}
        fields: {x: int}
    ```

    Good:
    ```yaml
    library: shapes
    version: "1.2.0"
    records:
      Point:
        deprecated: {since: "1.1.0", use: "`Spot`.", remove_in: "2.0.0"}
        fields: {x: int}
    ```
    """
    for spec, life, at in survey.lives:
        if life.deprecated is None:
            continue
        now, end = precedence(spec.version), precedence(life.deprecated.remove_in)
        if now is not None and end is not None and now >= end:
            yield found(
                removal_is_overdue,
                (*at, "deprecated", "remove_in"),
                f"this was to be removed in {life.deprecated.remove_in}, "
                f"and the file has the version {spec.version}",
                help="remove it, or name a later version",
            )


@rule("warning", suppressible=True)
def deprecated_without_use(survey: Survey) -> Iterator[Finding]:
    """What is deprecated says what to use instead.

    Bad:
    ```yaml
    records:
      Point:
        deprecated: {since: "1.0.0"}
        fields: {x: int}
    ```

    Good:
    ```yaml
    records:
      Point:
        deprecated: {since: "1.0.0", use: "A pair of numbers."}
        fields: {x: int}
    ```
    """
    for _, life, at in survey.lives:
        if life.deprecated is not None and not life.deprecated.use:
            yield found(
                deprecated_without_use,
                (*at, "deprecated"),
                "deprecated, but with no word on what to use instead",
                help="add `use:`, even if only to say that nothing takes its place",
                part="key",
            )


def precedence(version: str) -> Precedence | None:
    """What orders versions as SemVer 2.0.0 does; ``None`` if ``version`` is none."""
    match = _SEMVER.fullmatch(version)
    if match is None:
        return None
    major, minor, patch, pre = match.groups()
    if pre is None:
        parts: tuple[tuple[int, int, str], ...] = ((2, 0, ""),)
    else:
        parts = tuple(
            (0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")
        )
    return int(major), int(minor), int(patch), parts


def _mentioned(survey: Survey) -> Iterator[tuple[Spec, str, At]]:
    """Every version that a file mentions beside its own."""
    for spec, life, at in survey.lives:
        if life.since:
            yield spec, life.since, (*at, "since")
        if life.deprecated is not None:
            yield spec, life.deprecated.since, (*at, "deprecated", "since")
            if life.deprecated.remove_in:
                yield spec, life.deprecated.remove_in, (*at, "deprecated", "remove_in")


def _bad(version: str, at: At) -> Finding:
    numbers = re.fullmatch(r"v?([0-9]{1,6}(?:\.[0-9]{1,6}){0,2})", version)
    parts = [str(int(part)) for part in numbers[1].split(".")] if numbers else []
    return found(
        bad_version,
        at,
        f"`{version}` is not a version of Semantic Versioning",
        help=f'write "{".".join([*parts, "0", "0"][:3])}"'
        if parts
        else 'write three numbers, as in "1.0.0"',
    )
