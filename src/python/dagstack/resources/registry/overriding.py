"""Putting a resource in the place of another for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading
    from types import TracebackType

    from dagstack.resources.registry.entry import Entry


class Override:
    """A replacement for the length of a ``with`` block. Those inside count before those outside."""

    def __init__(
        self, overrides: dict[str, list[Entry]], entry: Entry, lock: threading.RLock
    ) -> None:
        self._overrides = overrides
        self._entry = entry
        self._lock = lock

    def __enter__(self) -> Any:  # noqa: ANN401  (the object that was given, whatever its type)
        """Put it in place, and return it."""
        with self._lock:
            self._overrides.setdefault(self._entry.name, []).append(self._entry)
        return self._entry.resource

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take it away, also where another one was put on top of it meanwhile."""
        with self._lock:
            stack = self._overrides[self._entry.name]
            stack.remove(self._entry)
            if not stack:
                del self._overrides[self._entry.name]
