"""Errors: which of them a method raises, which it rejects with, and those that nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Named
    from dagstack.idl.source import At


@rule("warning", suppressible=True)
def unused_error(survey: Survey) -> Iterator[Finding]:
    """An error of a resource is raised or rejected with by a method, or extended by another error.

    Otherwise callers write handlers for what never comes. A library may declare errors for others.

    Bad:
    ```yaml
    resource: clock
    errors:
      ClockStopped: {summary: The clock stands still.}
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
    ```

    Good:
    ```yaml
    resource: clock
    errors:
      ClockStopped: {summary: The clock stands still.}
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime, raises: [ClockStopped]}
    ```
    """
    used: set[str] = set()
    for method in survey.methods:
        for entry in (*method.raises, *method.rejects):
            used.add(entry.error.name)
    used.update(error.parent.name for error in survey.errors if error.parent)
    for spec in survey.specs:
        if spec.is_resource:
            for error in spec.errors:
                if error.name not in used:
                    yield found(
                        unused_error,
                        error.at,
                        f"no method raises `{error.name}` or rejects with it",
                        help="leave it out, or list it under `raises` where it can come",
                        part="key",
                    )


@rule("error")
def rejects_needs_precondition(survey: Survey) -> Iterator[Finding]:
    """An error that a method rejects with is of the kind `precondition`.

    `rejects` is for callers that broke a rule: Python makes it a `ValueError` too, and Go may
    panic. What a correct caller can meet belongs to `raises`.

    Bad:
    ```yaml
    errors:
      NoItems: {summary: There are no items.}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, rejects: [NoItems]}
    ```

    Good:
    ```yaml
    errors:
      NoItems: {summary: There are no items., kind: precondition}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, rejects: [NoItems]}
    ```
    """
    for method in survey.methods:
        for entry in method.rejects:
            if not _is_precondition(entry.error, survey):
                yield found(
                    rejects_needs_precondition,
                    (*method.at, "rejects", entry.error.name),
                    f"`{method.name}` rejects with `{entry.error.name}`, "
                    "which is not of the kind `precondition`",
                    help="give the error `kind: precondition`, or list it under `raises`",
                    part="key",
                    related=_declaration(entry.error, survey),
                )


@rule("warning", suppressible=True)
def raises_a_precondition(survey: Survey) -> Iterator[Finding]:
    """An error of the kind `precondition` stands under `rejects`, not under `raises`.

    Under `raises` it tells correct callers to expect it. That can be meant, where a caller cannot
    check beforehand, such as for keys that a user typed: then allow it, and say so.

    Bad:
    ```yaml
    errors:
      NoItems: {summary: There are no items., kind: precondition}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, raises: [NoItems]}
    ```

    Good:
    ```yaml
    errors:
      NoItems: {summary: There are no items., kind: precondition}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, rejects: [NoItems]}
    ```
    """
    for method in survey.methods:
        for entry in method.raises:
            if _is_precondition(entry.error, survey):
                yield found(
                    raises_a_precondition,
                    (*method.at, "raises", entry.error.name),
                    f"`{method.name}` raises `{entry.error.name}`, "
                    "which is of the kind `precondition`",
                    help="list it under `rejects`",
                    part="key",
                )


@rule("error")
def error_listed_twice(survey: Survey) -> Iterator[Finding]:
    """A method lists an error once, either under `raises` or under `rejects`.

    Bad:
    ```yaml
    errors:
      NoItems: {summary: There are no items.}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, raises: [NoItems, NoItems]}
    ```

    Good:
    ```yaml
    errors:
      NoItems: {summary: There are no items.}
    interfaces:
      Rng:
        methods:
          pick: {effect: instant, raises: [NoItems]}
    ```
    """
    for method in survey.methods:
        if not method.raises and not method.rejects:
            continue
        listed: set[str] = set()
        for key, entries in (("raises", method.raises), ("rejects", method.rejects)):
            for entry in entries:
                if entry.error.name in listed:
                    yield found(
                        error_listed_twice,
                        (*method.at, key, entry.error.name),
                        f"`{method.name}` already lists `{entry.error.name}`",
                        help="keep one of the two",
                        part="key",
                    )
                listed.add(entry.error.name)


@rule("error")
def field_is_inherited(survey: Survey) -> Iterator[Finding]:
    """An error does not declare a field that it inherits.

    Bad:
    ```yaml
    errors:
      BlobError: {summary: A blob cannot be had., fields: {key: string}}
      BlobNotFound: {summary: There is no such blob., extends: BlobError, fields: {key: string}}
    ```

    Good:
    ```yaml
    errors:
      BlobError: {summary: A blob cannot be had., fields: {key: string}}
      BlobNotFound: {summary: There is no such blob., extends: BlobError}
    ```
    """
    for error in survey.errors:
        inherited = {field.name: field for field in error.inherited}
        for field in error.fields:
            if field.name in inherited:
                first = inherited[field.name].at
                yield found(
                    field_is_inherited,
                    field.at,
                    f"`{error.name}` inherits a field called `{field.name}`",
                    help="leave it out, or choose another name",
                    part="key",
                    related=((first, "it is declared here"),),
                )


def _declaration(named: Named, survey: Survey) -> tuple[tuple[At, str], ...]:
    error = None if named.package else survey.error(named)
    return ((error.at, f"`{named.name}` is declared here"),) if error else ()


def _is_precondition(named: Named, survey: Survey) -> bool:
    """Whether an error, or one that it extends, is of that kind."""
    return any(error.kind == "precondition" for error in survey.lineage(named))
