"""A session for each event loop, closed in its own loop or dropped where the loop is gone."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from typing import TYPE_CHECKING, Any

from dagstack.contracts import ResourceClosed
from dagstack.resources.forking import renew_after_fork

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator
    from concurrent.futures import Future

    from aiohttp import ClientSession

PATIENCE = 5.0
"""Seconds that closing waits for another loop, which may be busy or about to end."""


class LoopSessions:
    """Opens a session for each loop that asks for one.

    A session ends with its loop: ``asyncio.run`` and its like finish a loop's generators before
    they close it, so each session is held open by one. ``aclose`` may be called in any loop.
    """

    def __init__(self, open_session: Callable[[], ClientSession]) -> None:
        """Open sessions by ``open_session``, called in the loop that the session is for."""
        self._open_session = open_session
        self._held: dict[asyncio.AbstractEventLoop, _Held] = {}
        self._lock = threading.Lock()
        self._closed = False
        renew_after_fork(self)

    def __bool__(self) -> bool:
        """Whether a session is open."""
        return bool(self._held)

    def current(self) -> ClientSession:
        """Return the session of the running loop.

        Raises:
            ResourceClosed: Closing has begun.
        """
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        return held.session if held is not None else self._begin(loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> ClientSession:
        session = self._open_session()
        held = _Held(session, _hold(session, weakref.ref(self)))
        with self._lock:
            dead = [self._held.pop(one) for one in tuple(self._held) if one.is_closed()]
            if not self._closed:
                self._held[loop] = held
        for one in dead:
            one.drop()
        if self._closed:
            held.drop()
            raise ResourceClosed("PooledHttpClient")
        held.start()
        return session

    def forget(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take note that the session of a loop has ended."""
        with self._lock:
            self._held.pop(loop, None)

    async def aclose(self) -> None:
        """End all sessions: here, in loops that run elsewhere, and those whose loop is gone."""
        with self._lock:
            self._closed = True
            held, self._held = self._held, {}
        here = held.pop(asyncio.get_running_loop(), None)
        elsewhere = [one.end_in(loop) for loop, one in held.items()]
        if here is not None:
            await here.end()
        waiting = [asyncio.wrap_future(one) for one in elsewhere if one is not None]
        if waiting:
            # Not cancelled with the caller: a session must not stay half closed.
            await asyncio.wait([asyncio.shield(one) for one in waiting], timeout=PATIENCE)

    def renew(self) -> None:
        """In a child of a fork: let go of the parent's sockets without a word on the wire."""
        self._lock = threading.Lock()
        held, self._held = self._held, {}
        for one in held.values():
            one.disown()


class _Held:
    """A session, and the generator that ends it with its loop."""

    def __init__(self, session: ClientSession, generator: AsyncGenerator[None]) -> None:
        self.session = session
        self._generator = generator

    def start(self) -> None:
        """Enter the generator, which does not suspend: from now on the loop knows it."""
        with contextlib.suppress(StopIteration):
            self._generator.__anext__().send(None)

    async def end(self) -> None:
        """Close the session, in its loop."""
        await self._generator.aclose()
        await self.session.close()  # in case that the generator never began

    def end_in(self, loop: asyncio.AbstractEventLoop) -> Future[None] | None:
        """Have the session closed by its loop; a future to wait for if the loop runs."""
        if not loop.is_closed():
            ending = self.end()
            try:
                future = asyncio.run_coroutine_threadsafe(ending, loop)
            except RuntimeError:  # closed in this very moment
                ending.close()
            else:
                return future if loop.is_running() else None
        self.drop()
        return None

    def drop(self) -> None:
        """Close the session's sockets although its loop is gone."""
        connector, transports = self.session.connector, list(_transports(self.session))
        self.session.detach()
        if connector is not None:
            connector._close()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        for transport in transports:
            # What the loop would call next, were there one. Selector transports have it; others
            # are left to the garbage collector.
            lost = getattr(transport, "_call_connection_lost", None)
            with contextlib.suppress(Exception):
                if lost is not None:
                    lost(None)

    def disown(self) -> None:
        """Close this process's copies of the sockets, and nothing that the parent would notice."""
        for transport in _transports(self.session):
            shared = transport.get_extra_info("socket")
            own = getattr(shared, "_sock", None)
            if own is not None:
                own.close()
        _inherited.append(self)  # never collected: that would talk to the parent's loop


def _transports(session: ClientSession) -> Iterator[asyncio.Transport]:
    """The transports of a session's connections that talk to sockets, idle and in use."""
    connector: Any = session.connector
    if connector is None:
        return
    protocols = [one[0] for idle in connector._conns.values() for one in idle]  # noqa: SLF001
    for protocol in (*protocols, *connector._acquired):  # noqa: SLF001
        transport = getattr(protocol, "transport", None)
        inner = getattr(transport, "_ssl_protocol", None)
        transport = getattr(inner, "_transport", transport)
        if transport is not None:
            yield transport


async def _hold(session: ClientSession, owner: weakref.ref[LoopSessions]) -> AsyncGenerator[None]:
    """Close the session when the loop finishes its generators, or when told to."""
    try:
        yield
    finally:
        sessions = owner()
        if sessions is not None:
            sessions.forget(asyncio.get_running_loop())
        await session.close()


_inherited: list[_Held] = []
