"""Closing: once only, from any thread, and a warning for what was forgotten."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from dagstack.contracts import ResourceClosed

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class _Closing:
    """What resources of both kinds share: the state, and who may change it.

    A subclass sets ``_needs_closing`` to false if nothing is lost when nobody closes it.
    """

    _needs_closing = True

    def __init__(self) -> None:
        self._closed = False
        # Taken by whoever closes first. A lock would do, but a process that forks while another
        # thread holds it leaves the child with one that nobody releases.
        self._first = [True]

    @property
    def closed(self) -> bool:
        """Whether closing has begun."""
        return self._closed

    def _ensure_open(self) -> None:
        """Refuse to go on after closing.

        Raises:
            ResourceClosed: the resource is closed.
        """
        if self._closed:
            raise ResourceClosed(type(self).__name__)

    def _begin_closing(self) -> bool:
        """Whether this call is the first; the only one that may release anything."""
        self._closed = True
        try:
            return self._first.pop()
        except IndexError:
            return False

    def __del__(self) -> None:
        # An object whose __init__ failed has no state, and nothing to close.
        if self._needs_closing and not getattr(self, "_closed", True):
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)


class Closable(_Closing):
    """A resource that closes at once.

    ``close`` may be called any number of times, from any thread, also by several at once; the first
    call alone does anything. Thread-safe.
    """

    def close(self) -> None:
        """Release what the resource holds. Any other use afterwards raises ``ResourceClosed``."""
        if self._begin_closing():
            self._release()

    def _release(self) -> None:
        """Let go; called once."""

    def __enter__(self) -> Self:
        """Use the resource for the length of a ``with`` block."""
        self._ensure_open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the resource."""
        self.close()


class AsyncClosable(_Closing):
    """A resource that closes in an event loop.

    ``aclose`` may be called any number of times, from any thread and any loop; the first call alone
    does anything. Thread-safe.
    """

    async def aclose(self) -> None:
        """Release what the resource holds. Any other use afterwards raises ``ResourceClosed``."""
        if self._begin_closing():
            await self._release()

    async def _release(self) -> None:
        """Let go; called once."""

    async def __aenter__(self) -> Self:
        """Use the resource for the length of an ``async with`` block."""
        self._ensure_open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the resource."""
        await self.aclose()
