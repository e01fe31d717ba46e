"""Calls that reach C at once: for methods so short that a Python frame would double their cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def bind(thing: object, owner: type, **calls: Callable[..., object]) -> None:
    """Let ``thing`` answer methods of ``owner`` with ``calls`` instead, until they are unbound.

    A method that a subclass of ``owner`` overrides stays as it is.
    """
    kind = type(thing)
    for name, call in calls.items():
        if getattr(kind, name) is getattr(owner, name):
            vars(thing)[name] = call


def unbind(thing: object, *names: str) -> None:
    """Give ``thing`` the methods of its class again, which can tell that it is closed."""
    for name in names:
        vars(thing).pop(name, None)
