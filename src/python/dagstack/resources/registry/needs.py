"""What plugins require and nobody registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dagstack.contracts import MissingResource, MissingResources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

LIKENESS: Final = 0.5
"""How much two names must have in common for one to be a near miss of the other."""


def check_needs(needs: Mapping[str, Iterable[str]], names: Collection[str]) -> None:
    """Refuse to start plugins that would miss something.

    Raises:
        MissingResources: names every missing resource of every plugin.
    """
    missing = [
        MissingResource(plugin=plugin, resource=resource, near=near(resource, names))
        for plugin in sorted(needs)
        for resource in sorted(set(needs[plugin]))
        if resource not in names
    ]
    if missing:
        raise MissingResources(missing, "; ".join(map(_in_words, missing)))


def near(name: str, names: Iterable[str]) -> list[str]:
    """The names that look most like it, the nearest first."""
    from difflib import get_close_matches

    return get_close_matches(name, sorted(names), cutoff=LIKENESS)


def did_you_mean(close: Iterable[str]) -> str:
    """A question with the near misses, or nothing."""
    listed = " or ".join(close)
    return f" (did you mean {listed}?)" if listed else ""


def _in_words(missing: MissingResource) -> str:
    question = did_you_mean(missing.near)
    return f"plugin {missing.plugin} requires {missing.resource}{question}"
