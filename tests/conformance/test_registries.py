"""The registry before its suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dagstack.conformance.pytest import RegistryConformance
from dagstack.conformance.suites.registry import Journal, Probe, Wrap
from dagstack.resources import DeterministicRng, ResourceRegistry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.conformance import Action, Factory
    from dagstack.resources.registry.scope import Scope


def register_factory(registry: ResourceRegistry, name: str, label: str, journal: Journal) -> None:
    """Have a probe made for each plugin."""
    registry.register_factory(name, lambda plugin: Probe(f"{label}.{plugin}", journal))


def decorate(registry: ResourceRegistry, name: str, label: str, plugin: str | None) -> None:
    """Wrap a probe."""

    def wrap(inner: Any) -> Wrap:  # noqa: ANN401 - what the host registered
        return Wrap(label, inner)

    registry.decorate(name, wrap, plugin=plugin)


def label_of(registry: ResourceRegistry, name: str) -> str:
    """Read the label of what the host sees."""
    label: str = registry.get(name).label
    return label


def read(scope: Scope, name: str) -> object:
    """Read as a plugin does."""
    value: object = getattr(scope.resources, name)
    return value


def label_in(scope: Scope, name: str) -> str:
    """Read the label of what the plugin sees."""
    label: str = getattr(scope.resources, name).label
    return label


def rng_in(scope: Scope) -> object:
    """Read the source of randomness."""
    return read(scope, "rng")


ACTIONS: Mapping[str, Action] = {
    "Registry.register_factory": register_factory,
    "Registry.decorate": decorate,
    "Registry.label": label_of,
    "Scope.read": read,
    "Scope.label": label_in,
    "Scope.rng": rng_in,
}
"""What takes a probe, or what a plugin would do."""


class TestResourceRegistry(RegistryConformance):
    """The registry of the host."""

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make an empty registry, and sources to put into it."""
        return {"Registry": ResourceRegistry, "DeterministicRng": DeterministicRng}

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Act on registries and scopes."""
        return ACTIONS
