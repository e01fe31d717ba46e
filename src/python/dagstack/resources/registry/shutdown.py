"""Closing many things, one after the other, whatever some of them raise."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import nullcontext
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A thing to close, and what it is in words."""

    resource: object
    what: str


async def close_all(items: Iterable[Item], limit: timedelta | None) -> list[BaseException]:
    """Close each in turn, in this very task, and return what was raised.

    Plain calls in one task: a cancel scope that a resource holds must be left in the task that
    entered it. A cancelled wait gives up the one resource that it was for, and no other.
    """
    failures: list[BaseException] = []
    for item in items:
        try:
            await _close(item.resource, limit)
        except GeneratorExit:  # the coroutine is thrown away: no more waiting
            raise
        except BaseException as error:  # noqa: BLE001  (all of them are reported)
            error.add_note(f"raised while closing {item.what}")
            failures.append(error)
    return failures


def report(message: str, failures: list[BaseException]) -> None:
    """Raise all failures together, if there are any.

    Raises:
        ExceptionGroup: the failures.
        BaseException: a cancellation or an interrupt, as itself, because event loops look for just
            that; the failures are its cause.
    """
    errors = [error for error in failures if isinstance(error, Exception)]
    stops = [error for error in failures if not isinstance(error, Exception)]
    group = ExceptionGroup(message, errors) if errors else None
    if stops:
        interrupts = (stop for stop in stops if not isinstance(stop, asyncio.CancelledError))
        raise next(interrupts, stops[0]) from group
    if group is not None:
        raise group


def different(items: Iterable[Item]) -> list[Item]:
    """The items without those whose resource came before, compared by identity."""
    seen: set[int] = set()
    kept: list[Item] = []
    for item in items:
        if id(item.resource) not in seen:
            seen.add(id(item.resource))
            kept.append(item)
    return kept


async def _close(resource: object, limit: timedelta | None) -> None:
    if isinstance(resource, type | ModuleType):
        return  # its ``close`` would be somebody else's
    close = getattr(resource, "aclose", None) or getattr(resource, "close", None)
    if not callable(close):
        return
    timeout = _timeout(limit)
    try:
        async with timeout:
            result = close()
            if inspect.isawaitable(result):
                await result
    except TimeoutError:
        if not isinstance(timeout, asyncio.Timeout) or not timeout.expired() or limit is None:
            raise
        raise TimeoutError(f"not closed within {limit.total_seconds():g} s") from None


def _timeout(limit: timedelta | None) -> asyncio.Timeout | nullcontext[None]:
    """A limit on time, where asyncio runs; other event loops have ways of their own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return nullcontext()
    return asyncio.timeout(None if limit is None else limit.total_seconds())
