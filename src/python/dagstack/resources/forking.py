"""What a forked child has to set right: locks that other threads of the parent may hold."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Renewable(Protocol):
    """An object with state that does not survive a fork."""

    def renew(self) -> None:
        """Replace that state; called in the child, where no other thread runs yet."""
        ...


_objects: WeakSet[Renewable] = WeakSet()


def renew_after_fork(thing: Renewable) -> None:
    """Have ``thing.renew`` called in every child that the process forks, while ``thing`` lives."""
    _objects.add(thing)


def _renew_all() -> None:
    for thing in list(_objects):
        thing.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_renew_all)
