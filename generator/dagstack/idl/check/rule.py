"""What a rule is: a function whose docstring is its page and whose name is its id."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dagstack.idl.diagnostics import Finding, Level
from dagstack.idl.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dagstack.idl.source import At, Part, Span

P = ParamSpec("P")


class Rule(Node):
    """A rule as ``explain`` and the reference show it."""

    id: str
    level: Level
    page: str
    """Markdown: what it finds, why, a bad and a good example."""
    suppressible: bool


_LONGEST = 400

RULES: dict[str, Rule] = {}
"""Every rule by id. A rule is retired with a note on its page, not deleted."""

R = TypeVar("R")


def rule(level: Level, *, suppressible: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register the function below as a rule.

    The function either makes one finding (where a stage notices the mistake itself, as the YAML
    reader does) or walks what it is given and yields findings; in both cases it makes them with
    ``found``, which needs to be told the rule.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        name = function.__name__.replace("_", "-")
        if name in RULES:
            message = f"two rules are called {name}"
            raise ValueError(message)
        page = inspect.getdoc(function)
        if not page and sys.flags.optimize < 2:  # noqa: PLR2004  (`python -OO` drops docstrings)
            message = f"rule {name} has no page"
            raise ValueError(message)
        RULES[name] = Rule(id=name, level=level, page=page or "", suppressible=suppressible)
        return function

    return register


def found(  # noqa: PLR0913  (a finding has that many parts)
    rule: Callable[..., Any],
    at: At,
    message: str,
    *,
    help: str = "",  # noqa: A002  (the word that every printer shows)
    part: Part = "value",
    word: str = "",
    span: Span | None = None,
    related: tuple[tuple[At, str], ...] = (),
) -> Finding:
    """Make a finding of ``rule``, at the rule's own level."""
    entry = RULES[rule.__name__.replace("_", "-")]
    return Finding(
        rule=entry.id,
        level=entry.level,
        at=at,
        message=_shortened(message),
        help=help,
        part=part,
        word=word,
        span=span,
        related=related,
    )


def _shortened(message: str) -> str:
    """A message without the middle of what somebody wrote at great length."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} ... {message[-_LONGEST // 4 :]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of ``known`` was meant; an empty string if none is near."""
    if len(name) > 100:  # noqa: PLR2004  (no slip of the pen, and slow to compare)
        return ""
    import difflib  # noqa: PLC0415  (only on the way to an error)

    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
