"""Wrapping resources for plugins, and replacing them in tests."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dagstack.contracts import Clock, ForwardingClock, ForwardingRng, InvalidArgument, UnfitResource
from dagstack.resources import DeterministicRng, FrozenClock, ResourceRegistry
from tests.resources.registry.things import Closing, FixedClock


class ShiftedClock(ForwardingClock):
    """A clock that is an hour ahead, as short as a decorator should be."""

    def now(self) -> datetime:
        """Return an hour later."""
        return self.inner.now() + timedelta(hours=1)


def _now(registry: ResourceRegistry, plugin: str) -> int:
    clock: Clock = registry.scope(plugin, required=["clock"]).resources.clock
    return clock.now().hour


def _registry() -> ResourceRegistry:
    registry = ResourceRegistry()
    registry.register("clock", FixedClock(), owned=False)
    return registry


def test_a_wrap_is_for_every_plugin() -> None:
    """Those that are set up afterwards."""
    registry = _registry()
    before = registry.scope("before", required=["clock"]).resources.clock
    registry.decorate("clock", ShiftedClock)
    assert (_now(registry, "a"), _now(registry, "b")) == (1, 1)
    assert before.now().hour == 0
    assert registry.get("clock").now().hour == 1


def test_a_wrap_can_be_for_one_plugin() -> None:
    """The others see the resource as it is."""
    registry = _registry()
    registry.decorate("clock", ShiftedClock, plugin="a")
    assert (_now(registry, "a"), _now(registry, "b")) == (1, 0)


def test_the_first_wrap_is_innermost() -> None:
    """Whichever plugins they are for."""
    registry = ResourceRegistry()
    registry.register("name", "x", owned=False)
    registry.decorate("name", lambda it: f"({it})", plugin="a")
    registry.decorate("name", lambda it: f"[{it}]")
    registry.decorate_each("name", lambda it, plugin: f"{plugin}{it}")
    assert registry.scope("a", required=["name"]).resources.name == "a[(x)]"
    assert registry.scope("b", required=["name"]).resources.name == "b[x]"


def test_without_a_scope_what_depends_on_the_plugin_is_refused() -> None:
    """A wrap that guards something must not be left out silently."""
    registry = _registry()
    registry.decorate("clock", ShiftedClock, plugin="a")
    with pytest.raises(InvalidArgument, match=r"clock is decorated by plugin at .*: open a scope"):
        registry.get("clock")


def test_a_fork_is_wrapped_and_not_the_other_way_round() -> None:
    """So a wrap need not know how to fork."""
    registry = ResourceRegistry()
    registry.register("rng", DeterministicRng(seed=42))
    registry.decorate("rng", ForwardingRng)
    source = registry.scope("a", required=["rng"]).resources.rng
    assert isinstance(source, ForwardingRng)
    assert source.next_float() == 0.9146699236488833
    asyncio.run(registry.aclose())


def test_a_wrap_that_does_not_fit_is_refused() -> None:
    """The message names the line that asked for it."""
    registry = _registry()
    registry.decorate("clock", lambda _clock: "tick")
    with pytest.raises(UnfitResource, match=r"clock is not a Clock: .*made by the wrap at .*: a "):
        registry.scope("a", required=["clock"])


def test_wrapping_what_is_not_there_is_refused() -> None:
    """A typing error must not leave a resource bare."""
    with pytest.raises(InvalidArgument, match=r"no resource clok \(did you mean clock\?\)"):
        _registry().decorate("clok", ShiftedClock)


def test_a_wrap_is_not_closed() -> None:
    """It owns nothing; if it hands ``close`` on, what it wraps would be closed too early."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("pool", Closing(log, "pool"))
    registry.decorate("pool", lambda _pool: Closing(log, "wrap"))

    async def use() -> None:
        async with registry:
            async with registry.scope("a", required=["pool"]):
                pass
            assert log == []

    asyncio.run(use())
    assert log == ["pool"]


def test_an_override_holds_for_its_block() -> None:
    """Scopes opened inside see the replacement, and decorators apply to it."""
    registry = _registry()
    registry.decorate("clock", ShiftedClock)
    noon = FrozenClock(now=datetime(2026, 1, 1, 12, tzinfo=UTC))
    with registry.override("clock", noon) as clock:
        assert noon is clock
        assert _now(registry, "a") == 13
    assert _now(registry, "a") == 1


def test_overrides_nest() -> None:
    """The innermost one counts, also when they end in another order."""
    registry = ResourceRegistry()
    registry.register("name", "registered", owned=False)
    outer, inner = registry.override("name", "outer"), registry.override("name", "inner")
    outer.__enter__()
    inner.__enter__()
    assert registry.get("name") == "inner"
    outer.__exit__(None, None, None)
    assert registry.get("name") == "inner"
    inner.__exit__(None, None, None)
    assert registry.get("name") == "registered"


def test_an_override_may_stand_alone() -> None:
    """A test need not register what it replaces."""
    registry = ResourceRegistry()
    with registry.override("name", "double"):
        assert registry.names() == ["name"]
        assert registry.scope("a", required=["name"]).resources.name == "double"
    assert "name" not in registry


def test_an_override_takes_the_place_of_a_factory() -> None:
    """All plugins then share the object, and the caller closes it."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register_factory("session", lambda plugin: Closing(log, plugin))
    double = Closing(log, "double")
    with registry.override("session", double):
        assert double is registry.scope("a", required=["session"]).resources.session
    asyncio.run(registry.aclose())
    assert log == []


def test_an_override_has_to_fit() -> None:
    """As what is registered has to."""
    with pytest.raises(UnfitResource, match="clock is not a Clock"):
        ResourceRegistry().override("clock", object())
    with pytest.raises(InvalidArgument, match="snake_case"):
        ResourceRegistry().override("Clock", object())
