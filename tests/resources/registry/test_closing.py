"""Closing a registry: everything once, in reverse, whatever some raise."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import types
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.contracts import ResourceClosed
from dagstack.resources import ResourceRegistry
from tests.resources.registry.things import AsyncClosing, Closing
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SOON = timedelta(milliseconds=20)


def test_resources_are_closed_in_reverse_order() -> None:
    """What was registered later may depend on what was there before."""
    log: list[str] = []
    registry = ResourceRegistry()
    for name, kind in (("a", Closing), ("b", AsyncClosing), ("c", Closing)):
        registry.register(name, kind(log, name))
    asyncio.run(registry.aclose())
    assert log == ["c", "b", "a"]


def test_a_registry_is_a_context_manager() -> None:
    """And closes at the end of its block, also after an error."""
    log: list[str] = []

    async def use() -> None:
        async with ResourceRegistry() as registry:
            registry.register("a", Closing(log, "a"))
            raise KeyError("from the block")

    with pytest.raises(KeyError, match="from the block"):
        asyncio.run(use())
    assert log == ["a"]


def test_an_object_under_two_names_is_closed_once() -> None:
    """At its first registration's turn, for what was registered between may depend on it."""
    log: list[str] = []
    registry = ResourceRegistry()
    shared = Closing(log, "shared")
    registry.register("first", shared)
    registry.register("between", Closing(log, "between"))
    registry.register("second", shared)
    asyncio.run(registry.aclose())
    assert log == ["between", "shared"]


def test_equal_objects_are_each_closed() -> None:
    """Identity counts, not equality."""

    class Equal(Closing):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Equal)

        def __hash__(self) -> int:
            return 0

    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("a", Equal(log, "a"))
    registry.register("b", Equal(log, "b"))
    asyncio.run(registry.aclose())
    assert log == ["b", "a"]


def test_all_failures_are_reported_together() -> None:
    """None keeps the others from closing; each says which resource it was, and where from."""
    log: list[str] = []
    errors = [ValueError("a"), None, OSError("c")]
    registry = ResourceRegistry()
    for name, error in zip("abc", errors, strict=True):
        registry.register(name, Closing(log, name, error))
    with pytest.raises(ExceptionGroup, match="closing the registry: 2 failed") as caught:
        asyncio.run(registry.aclose())
    assert log == ["c", "b", "a"]
    assert [errors[2], errors[0]] == list(caught.value.exceptions)
    (note,) = caught.value.exceptions[0].__notes__
    assert note.startswith(f"raised while closing resource c, registered at {__file__}:")


def test_a_second_close_does_nothing() -> None:
    """It does not report the failures again, either."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("a", Closing(log, "a", ValueError("a")))

    async def close_twice() -> None:
        with pytest.raises(ExceptionGroup):
            await registry.aclose()
        await registry.aclose()

    asyncio.run(close_twice())
    assert log == ["a"]


def test_concurrent_closes_wait_for_the_first() -> None:
    """In one loop: whoever comes back knows that all is closed."""
    log: list[str] = []

    async def close_all() -> None:
        begun, go = asyncio.Event(), asyncio.Event()

        class Slow:
            async def aclose(self) -> None:
                begun.set()
                await go.wait()
                log.append("closed")

        registry = ResourceRegistry()
        registry.register("slow", Slow())

        async def close(name: str) -> None:
            await registry.aclose()
            log.append(name)

        first = asyncio.create_task(close("first"))
        await begun.wait()
        second = asyncio.create_task(close("second"))
        given_up = asyncio.create_task(close("never"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        assert log == []
        go.set()
        await asyncio.gather(first, second)

    asyncio.run(close_all())
    assert log == ["closed", "first", "second"]


def test_threads_that_close_at_once_close_each_resource_once() -> None:
    """Each with an event loop of its own; all come back when all is closed."""
    log: list[str] = []
    registry = ResourceRegistry()
    for name in ("a", "b", "c"):
        registry.register(name, AsyncClosing(log, name))

    def close(_number: int) -> list[str]:
        asyncio.run(registry.aclose())
        return list(log)

    assert in_threads(8, close) == [["c", "b", "a"]] * 8


def test_a_resource_that_closes_the_registry_does_not_wait_for_itself() -> None:
    """Its own ``aclose`` is part of that closing."""
    registry = ResourceRegistry(close_timeout=None)

    class Impatient:
        async def aclose(self) -> None:
            await registry.aclose()

    registry.register("impatient", Impatient())
    asyncio.run(asyncio.wait_for(registry.aclose(), 5))
    assert registry.closed


def test_get_during_close_is_refused() -> None:
    """With ``ResourceClosed``, and not whatever a half-closed resource would raise."""
    seen: list[BaseException] = []
    registry = ResourceRegistry()

    class Curious:
        async def aclose(self) -> None:
            for use in (lambda: registry.get("curious"), lambda: registry.scope("late")):
                with pytest.raises(ResourceClosed) as caught:
                    use()
                seen.append(caught.value)

    registry.register("curious", Curious())
    asyncio.run(registry.aclose())
    assert len(seen) == 2


def test_a_resource_that_takes_too_long_is_given_up() -> None:
    """After its own time limit; the others are closed all the same."""
    log: list[str] = []

    class Stuck:
        async def aclose(self) -> None:
            await asyncio.Event().wait()

    registry = ResourceRegistry(close_timeout=SOON)
    registry.register("a", AsyncClosing(log, "a"))
    registry.register("stuck", Stuck())
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(registry.aclose())
    (error,) = caught.value.exceptions
    assert isinstance(error, TimeoutError)
    assert str(error) == "not closed within 0.02 s"
    assert log == ["a"]


def test_a_timeout_of_the_resource_itself_stays_its_own() -> None:
    """It is not taken for the registry's limit."""
    registry = ResourceRegistry()
    own = TimeoutError("the server did not say goodbye")
    registry.register("a", Closing([], "a", own))
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(registry.aclose())
    assert (own,) == caught.value.exceptions


def test_a_cancelled_close_still_closes_all() -> None:
    """The task ends as cancelled, with the failures as the cause."""
    log: list[str] = []

    async def cancel() -> BaseException | None:
        begun = asyncio.Event()

        class Slow:
            async def aclose(self) -> None:
                begun.set()
                await asyncio.Event().wait()

        registry = ResourceRegistry()
        registry.register("a", AsyncClosing(log, "a"))
        registry.register("b", Closing(log, "b", ValueError("b")))
        registry.register("slow", Slow())
        causes: list[BaseException | None] = []

        async def close() -> None:
            try:
                await registry.aclose()
            except asyncio.CancelledError as error:
                causes.append(error.__cause__)
                raise

        task = asyncio.create_task(close())
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return causes[0]

    cause = asyncio.run(cancel())
    assert log == ["b", "a"]
    assert isinstance(cause, ExceptionGroup)
    assert [str(error) for error in cause.exceptions] == ["b"]


def test_an_interrupt_is_raised_when_all_is_closed() -> None:
    """As itself, for nobody looks for it inside a group; the failures are its cause."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("a", Closing(log, "a", ValueError("a")))
    registry.register("b", Closing(log, "b", SystemExit(3)))
    with pytest.raises(SystemExit) as caught:
        asyncio.run(registry.aclose())
    assert log == ["b", "a"]
    assert caught.value.code == 3
    assert isinstance(caught.value.__cause__, ExceptionGroup)


def test_resources_are_closed_in_the_task_that_closes_the_registry() -> None:
    """A cancel scope must be left in the task that entered it."""
    tasks: list[asyncio.Task[Any] | None] = []

    class Picky:
        async def aclose(self) -> None:
            tasks.append(asyncio.current_task())

    async def close() -> None:
        registry = ResourceRegistry()
        registry.register("a", Picky())
        registry.register("b", Picky())
        await registry.aclose()
        assert [asyncio.current_task()] * 2 == tasks

    asyncio.run(close())


def test_an_async_close_is_awaited() -> None:
    """Database pools call theirs ``close``."""
    log: list[str] = []

    class Pool:
        async def close(self) -> None:
            await asyncio.sleep(0)
            log.append("pool")

    registry = ResourceRegistry()
    registry.register("pool", Pool())
    asyncio.run(registry.aclose())
    assert log == ["pool"]


def test_things_without_a_close_are_left() -> None:
    """Nor is the ``close`` of a module or a class called, which is not theirs."""
    registry = ResourceRegistry()
    for name, thing in (("text", "x"), ("module", os), ("kind", Closing), ("number", 7)):
        registry.register(name, thing)
    namespace = types.SimpleNamespace(close="not callable")
    registry.register("namespace", namespace)
    asyncio.run(registry.aclose())
    assert registry.closed


def test_what_the_host_owns_is_left_to_the_host() -> None:
    """Unless another registration of the same object says otherwise."""
    log: list[str] = []
    registry = ResourceRegistry()
    borrowed, both = Closing(log, "borrowed"), Closing(log, "both")
    registry.register("borrowed", borrowed, owned=False)
    registry.register("both", both, owned=False)
    registry.register("both_again", both)
    asyncio.run(registry.aclose())
    assert log == ["both"]


def test_what_was_replaced_is_closed_too() -> None:
    """Plugins that have it may use it until then."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("pool", Closing(log, "old"))
    registry.register("pool", Closing(log, "new"), replace=True)
    asyncio.run(registry.aclose())
    assert log == ["new", "old"]


def test_scopes_that_nobody_closed_are_closed_first() -> None:
    """The last one first, and before anything that their products may depend on."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("pool", Closing(log, "pool"))
    registry.register_factory("session", lambda plugin: AsyncClosing(log, f"session of {plugin}"))
    for plugin in ("a", "b", "c"):
        scope = registry.scope(plugin, required=["session", "pool"])
        if plugin == "b":
            asyncio.run(scope.aclose())
    asyncio.run(registry.aclose())
    assert log == ["session of b", "session of c", "session of a", "pool"]


def test_closing_works_without_asyncio() -> None:
    """Where nothing waits, another event loop can drive it; time limits are asyncio's only."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register("a", Closing(log, "a"))
    closing = registry.aclose()
    with pytest.raises(StopIteration):
        closing.send(None)
    with pytest.raises(StopIteration):
        registry.aclose().send(None)
    assert log == ["a"]


def test_a_close_that_is_thrown_away_does_not_go_on() -> None:
    """Python forbids a coroutine to wait while it is being closed."""
    log: list[str] = []

    async def begin() -> None:
        registry = ResourceRegistry(close_timeout=None)
        registry.register("a", AsyncClosing(log, "a"))
        registry.register("b", AsyncClosing(log, "b"))
        closing = registry.aclose()
        closing.send(None)
        closing.close()

    asyncio.run(begin())
    assert log == []


def test_a_scope_opened_while_the_registry_closes_is_refused_or_closed() -> None:
    """Whichever thread comes first, no product stays open."""
    for _ in range(50):
        made: list[str] = []
        log: list[str] = []
        registry = ResourceRegistry()

        def make(plugin: str, made: list[str] = made, log: list[str] = log) -> Closing:
            made.append(plugin)
            return Closing(log, plugin)

        registry.register_factory("session", make)

        def race(number: int, registry: ResourceRegistry = registry) -> None:
            if number == 0:
                asyncio.run(registry.aclose())
                return
            with suppress(ResourceClosed):
                registry.scope(f"p{number}", required=["session"])

        in_threads(4, race)
        assert sorted(made) == sorted(log)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_does_not_inherit_a_taken_lock() -> None:
    """The child of a process in which another thread registers can use the registry."""
    registry = ResourceRegistry()
    taken, go = threading.Event(), threading.Event()

    def hold() -> None:
        with registry._lock:  # noqa: SLF001
            taken.set()
            go.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(10)  # which ends a child that waits for the lock
        registry.register("a", object(), owned=False)
        os._exit(0 if registry.names() == ["a"] else 1)
    _, status = os.waitpid(child, 0)
    go.set()
    holder.join()
    assert os.waitstatus_to_exitcode(status) == 0


def test_health_asks_those_that_can_say() -> None:
    """All at the same time; an error is an answer, and so is silence."""

    class Asked:
        def __init__(self, answer: Callable[[], object]) -> None:
            self.health = answer

    async def connected() -> str:
        await asyncio.sleep(0)
        return "12 connections"

    async def silent() -> Awaitable[None]:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    def broken() -> None:
        raise ConnectionError("refused")

    async def ask() -> list[tuple[str, bool, object, str]]:
        registry = ResourceRegistry()
        for name, answer in (
            ("pool", connected),
            ("silent", silent),
            ("broken", broken),
            ("off", lambda: False),
            ("plain", lambda: None),
        ):
            registry.register(name, Asked(answer))
        registry.register("mute", object())
        registry.register_factory("made", lambda _plugin: Asked(broken))
        async with registry:
            answers = await registry.health(limit=SOON)
        return [(each.name, each.well, each.detail, repr(each.error)) for each in answers]

    assert asyncio.run(ask()) == [
        ("pool", True, "12 connections", "None"),
        ("silent", False, None, "TimeoutError('no answer within 0.02 s')"),
        ("broken", False, None, "ConnectionError('refused')"),
        ("off", False, False, "None"),
        ("plain", True, None, "None"),
    ]
