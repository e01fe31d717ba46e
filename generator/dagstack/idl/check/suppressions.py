"""Suppressions: findings that a spec allows, and what is wrong with allowing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.rule import RULES, did_you_mean, found, rule
from dagstack.idl.node import Node
from dagstack.idl.source import At

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import Source

_MAPS: dict[str, dict[str, str]] = {
    "Spec": {
        "interfaces": "Interface",
        "records": "Record",
        "enums": "Enum",
        "errors": "Error",
    },
    "Interface": {"properties": "Value", "methods": "Method"},
    "Method": {"params": "Value", "options": "Value"},
    "Record": {"fields": "Value"},
    "Enum": {"values": "Value"},
    "Error": {"fields": "Value"},
}
"""Where, in each construct, others are by name. A param that is called `allow` is no suppression,
so only the structure tells which keys are."""


class Allowed(Node):
    """One rule that is allowed at a node and below it."""

    at: At
    """The node, not its ``allow`` key."""
    rule: str
    reason: str

    @property
    def written_at(self) -> At:
        """Where the suppression itself stands."""
        return (*self.at, "allow", self.rule)


def suppress(
    findings: Iterable[Finding], documents: Mapping[str, Any], sources: Mapping[str, Source]
) -> list[Finding]:
    """``findings`` without those that are allowed, and with those about suppressions.

    Which suppressions are unused cannot be known as long as there are errors, as some rules then
    see only a part of the specs.
    """
    entries = [
        allowed
        for file, document in documents.items()
        if file not in sources or "allow" in sources[file].text
        for allowed in _allowed(document, "Spec", (file,))
    ]
    by_place = {
        (allowed.at, allowed.rule): allowed
        for allowed in entries
        if allowed.rule in RULES and RULES[allowed.rule].suppressible
    }
    used: set[At] = set()
    left: list[Finding] = []
    for finding in findings:
        covering = _covering(finding, by_place) if by_place else None
        if covering is None:
            left.append(finding)
        else:
            used.add(covering.written_at)
    left.extend(unknown_rule(entries))
    left.extend(rule_cannot_be_suppressed(entries))
    left.extend(suppression_without_reason(entries))
    if not any(finding.level == "error" for finding in left):
        left.extend(unused_suppression(by_place.values(), used))
    return left


@rule("error")
def unknown_rule(entries: Iterable[Allowed]) -> Iterator[Finding]:
    """`allow` names a rule that exists.

    Bad:
    ```yaml
    records:
      Point:
        allow: {mising-doc: The names of the fields say it all.}
        fields: {x: int}
    ```

    Good:
    ```yaml
    records:
      Point:
        allow: {missing-doc: The names of the fields say it all.}
        fields: {x: int}
    ```
    """
    for allowed in entries:
        if allowed.rule not in RULES:
            yield found(
                unknown_rule,
                allowed.written_at,
                f"no rule is called `{allowed.rule}`",
                help=did_you_mean(allowed.rule, sorted(RULES))
                or "`dagstack-idl explain` lists the rules",
                part="key",
            )


@rule("error")
def rule_cannot_be_suppressed(entries: Iterable[Allowed]) -> Iterator[Finding]:
    """`allow` is for rules of style and habit; what cannot work cannot be allowed.

    Bad:
    ```yaml
    records:
      Point:
        allow: {unknown-type: It will be declared later.}
        fields: {x: int}
    ```

    Good:
    ```yaml
    records:
      Point:
        fields: {x: int}
    ```
    """
    for allowed in entries:
        if allowed.rule in RULES and not RULES[allowed.rule].suppressible:
            yield found(
                rule_cannot_be_suppressed,
                allowed.written_at,
                f"`{allowed.rule}` cannot be allowed",
                help="mend what it finds",
                part="key",
            )


@rule("error")
def suppression_without_reason(entries: Iterable[Allowed]) -> Iterator[Finding]:
    """`allow` says why.

    Bad:
    ```yaml
    records:
      Point:
        allow: {missing-doc: ""}
        fields: {x: int}
    ```

    Good:
    ```yaml
    records:
      Point:
        allow: {missing-doc: The names of the fields say it all.}
        fields: {x: int}
    ```
    """
    for allowed in entries:
        if not allowed.reason.strip():
            yield found(
                suppression_without_reason,
                allowed.written_at,
                f"no reason is given for allowing `{allowed.rule}`",
                help=f"write `{allowed.rule}: <why it is meant>`",
            )


@rule("warning")
def unused_suppression(entries: Iterable[Allowed], used: set[At]) -> Iterator[Finding]:
    """`allow` stands only where there is something to allow.

    One that nobody needs any longer would hide the next mistake.

    Bad:
    ```yaml
    records:
      Point:
        summary: A point in a plane.
        allow: {missing-doc: The names of the fields say it all.}
        fields:
          x: {type: int, doc: To the right.}
    ```

    Good:
    ```yaml
    records:
      Point:
        summary: A point in a plane.
        fields:
          x: {type: int, doc: To the right.}
    ```
    """
    for allowed in entries:
        if allowed.written_at not in used:
            yield found(
                unused_suppression,
                allowed.written_at,
                f"there is no `{allowed.rule}` here to allow",
                help="leave it out",
                part="key",
            )


def _covering(finding: Finding, by_place: Mapping[tuple[At, str], Allowed]) -> Allowed | None:
    """The suppression of a finding that is nearest to it, if there is one."""
    for length in range(len(finding.at), 0, -1):
        allowed = by_place.get((finding.at[:length], finding.rule))
        if allowed is not None:
            return allowed
    return None


def _allowed(node: Any, construct: str, at: At) -> Iterator[Allowed]:  # noqa: ANN401
    if not isinstance(node, dict):
        return
    allow = node.get("allow")
    if isinstance(allow, dict):
        for name, reason in allow.items():
            yield Allowed(at=at, rule=str(name), reason=str(reason or ""))
    for key, inner in _MAPS.get(construct, {}).items():
        things = node.get(key)
        if isinstance(things, dict):
            for name, thing in things.items():
                if isinstance(thing, dict):
                    yield from _allowed(thing, inner, (*at, key, name))
    if construct == "Method":
        yield from _allowed(node.get("returns"), "Value", (*at, "returns"))
