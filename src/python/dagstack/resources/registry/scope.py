"""The host's side of what one plugin sees."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dagstack.resources.registry.once import ClosedOnce
from dagstack.resources.registry.shutdown import Item, close_all, different, report
from dagstack.resources.registry.view import ScopedResources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta


class Scope(ClosedOnce):
    """What one plugin gets, from before its setup until after its teardown.

    ``resources`` goes to the plugin; the scope itself stays with the host. ``aclose`` closes what
    was made for this plugin alone, the last one first, and leaves what plugins share to the
    registry. ``async with registry.scope(...) as scope:`` closes it, too. Thread-safe, and safe for
    event loops in any thread.
    """

    # The registry closes those that nobody closed, so nothing is lost.
    _needs_closing = False

    def __init__(
        self,
        plugin: str,
        declared: frozenset[str],
        metadata: Mapping[str, Any],
        limit: timedelta | None,
        forget: Callable[[Scope], None],
    ) -> None:
        super().__init__()
        self.plugin = plugin
        self.resources = ScopedResources(plugin, declared, metadata)
        self._products: list[Item] = []
        self._limit = limit
        self._forget = forget

    def __repr__(self) -> str:
        """Say whose it is, and whether it is closed."""
        return f"<{type(self).__name__} of plugin {self.plugin}{', closed' * self.closed}>"

    def keep(self, product: object, what: str) -> None:
        """Close this at the end; for the registry.

        Raises:
            ResourceClosed: the scope was closed meanwhile, and the product is closed now.
        """
        item = Item(product, f"{what}, made for plugin {self.plugin}")
        self._products.append(item)
        if self.closed:
            with suppress(ValueError):  # who closes the scope has taken it
                self._products.remove(item)
                close = getattr(product, "close", None)
                if callable(close):
                    close()
            self._ensure_open()

    def show(self, values: Mapping[str, object]) -> None:
        """Let the plugin see these; for the registry.

        Raises:
            ResourceClosed: the scope was closed meanwhile.
        """
        vars(self.resources).update(values)
        if self.closed:
            vars(self.resources).clear()
            self._ensure_open()

    async def _release(self) -> None:
        vars(self.resources).clear()
        items: list[Item] = []
        while self._products:
            items.append(self._products.pop())
        try:
            failures = await close_all(different(items), self._limit)
        finally:
            self._forget(self)
        report(f"closing what was made for plugin {self.plugin}", failures)
