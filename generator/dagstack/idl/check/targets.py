"""Names in the targets: those that clash, those that a language reserves, those given by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At
    from dagstack.idl.targets.target import Declared, Scope

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@rule("warning", suppressible=True)
def name_for_unknown_target(survey: Survey) -> Iterator[Finding]:
    """What is said for a target is said for one that exists.

    A misspelt target would be passed over in silence. Where a spec is shared with projects that
    have targets of their own, allow this and say which.

    Bad:
    ```yaml
    interfaces:
      Clock:
        names: {pyhton: {name: WallClock, reason: The name is taken.}}
        methods:
          now: {effect: instant, returns: datetime}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        names: {python: {name: WallClock, reason: The name is taken.}}
        methods:
          now: {effect: instant, returns: datetime}
    ```
    """
    if survey.targets is None:
        return
    places = [
        (target, (*at, "names", target))
        for renames, at in survey.renamed()
        for target, _ in renames
    ]
    for spec in survey.specs:
        for implementation in spec.implementations:
            at = (*implementation.at, "languages")
            places += [(target, (*at, target)) for target, _ in implementation.languages]
    for target, place in places:
        if target not in survey.targets:
            yield found(
                name_for_unknown_target,
                place,
                f"no target is called `{target}`",
                help=did_you_mean(target, sorted(survey.targets))
                or f"known: {', '.join(sorted(survey.targets))}",
                part="key",
            )


@rule("error")
def rename_is_not_an_identifier(survey: Survey) -> Iterator[Finding]:
    """A name given for a target is an identifier: letters, digits and underscores.

    It is printed as it is written. Anything else would not compile, or could be code.

    Bad:
    ```yaml
    interfaces:
      Clock:
        names: {go: {name: Wall-Clock, reason: The name is taken.}}
        methods:
          now: {effect: instant, returns: datetime}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        names: {go: {name: WallClock, reason: The name is taken.}}
        methods:
          now: {effect: instant, returns: datetime}
    ```
    """
    for renames, at in survey.renamed():
        for target, name in renames:
            if not _IDENTIFIER.fullmatch(name):
                yield found(
                    rename_is_not_an_identifier,
                    (*at, "names", target, "name"),
                    f"`{name}` is not an identifier",
                    help="use the letters a to z, digits and underscores, no digit first",
                )


@rule("error")
def clashing_names(scopes: Iterable[tuple[str, Iterable[Scope]]]) -> Iterator[Finding]:
    """Two things in one place have different names in every language, or files of one folder.

    Names are compared as each language spells them, with all that is made from a spec: the call of
    a method `put` of `BlobStore` is a `BlobStorePutCall` in Go, so no record can be called that.
    Files are compared without regard to case, as some file systems do.

    Bad:
    ```yaml
    interfaces:
      Clock:
        names: {python: {name: Time, reason: It is shorter.}}
        methods:
          now: {effect: instant, returns: datetime}
    records:
      Time: {fields: {hour: int}}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
    records:
      Time: {fields: {hour: int}}
    ```
    """
    clashes: dict[tuple[At, At, str, str], list[str]] = {}
    for target, each in scopes:
        for scope in each:
            for first, second in _equal(scope):
                if _has_a_rule_of_its_own(first, second):
                    continue
                key = (first.at, second.at, first.origin, second.origin)
                place = f"`{second.name}` in {scope.label} ({target})"
                clashes.setdefault(key, []).append(place)
    for (first_at, at, first_origin, origin), places in clashes.items():
        more = f" and {len(places) - 1} more" if len(places) > 2 else ""  # noqa: PLR2004
        where = f"{places[0]}{more}" if more else _listed(places)
        yield found(
            clashing_names,
            at,
            f"{origin} and {first_origin} are both called {where}",
            help="choose another name for one of them, or give it one for that language alone "
            "under `names`",
            part="key",
            related=((first_at, first_origin),) if first_at != at else (),
        )


@rule("warning", suppressible=True)
def reserved_word(scopes: Iterable[tuple[str, Iterable[Scope]]]) -> Iterator[Finding]:
    """A name is not a reserved word of a language: there it has to be changed.

    What it is changed to is settled and will not change. Give a name of your own under `names`
    where that reads better, or allow this with a reason.

    Bad:
    ```yaml
    interfaces:
      Sheet:
        methods:
          read: {effect: instant, params: {lambda: string}}
    ```

    Good:
    ```yaml
    interfaces:
      Sheet:
        methods:
          read: {effect: instant, params: {cells: string}}
    ```
    """
    found_at: dict[At, tuple[str, dict[str, Declared]]] = {}
    for target, each in scopes:
        for scope in each:
            for declared in scope.names:
                if declared.escaped and _is_a_name(declared.at):
                    _, by_target = found_at.setdefault(declared.at, (declared.origin, {}))
                    by_target.setdefault(target, declared)
    for at, (origin, by_target) in found_at.items():
        changes: dict[tuple[str, str], list[str]] = {}
        for target, declared in by_target.items():
            changes.setdefault((declared.escaped, declared.name), []).append(target)
        said = "; ".join(
            f"`{word}` is reserved in {_listed(targets)} and becomes `{name}`"
            for (word, name), targets in changes.items()
        )
        yield found(
            reserved_word,
            at,
            f"{origin}: {said}",
            help="choose another name, give one under `names`, or allow it here",
            part="key",
        )


def _is_a_name(at: At) -> bool:
    """Whether what stands there could be a name at all; other rules say so if not."""
    return len(at) == 1 or isinstance(at[-1], int) or _IDENTIFIER.fullmatch(at[-1]) is not None


def _equal(scope: Scope) -> Iterator[tuple[Declared, Declared]]:
    """Each name of a scope that is there already, with the first of that name."""
    names = [declared.name for declared in scope.names]
    if any("." in name or "/" in name for name in names[:1]):
        names = [name.casefold() for name in names]
    if len({*names}) == len(names):
        return
    first: dict[str, Declared] = {}
    for name, declared in zip(names, scope.names, strict=True):
        if name in first:
            yield first[name], declared
        else:
            first[name] = declared


def _has_a_rule_of_its_own(one: Declared, other: Declared) -> bool:
    """Whether two clash in the spec already, whatever the language: members, or files."""
    first, second = one.at, other.at
    if len(first) == len(second) == 1:
        return one.origin == other.origin
    if first[-1] != second[-1] or len(first) != len(second) or len(first) < 3:  # noqa: PLR2004
        return False
    if first[1] == second[1] == "errors":
        return True
    return first[:-2] == second[:-2] and first[-2] != second[-2]


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
