"""The registry of a host's resources."""

from __future__ import annotations

import inspect
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from dagstack.contracts import AlreadyExists, InvalidArgument, MissingResource, MissingResources
from dagstack.resources.forking import renew_after_fork
from dagstack.resources.registry.entry import (
    Decoration,
    Entry,
    call_site,
    check_fit,
    check_name,
)
from dagstack.resources.registry.health import Health, ask_all
from dagstack.resources.registry.needs import check_needs, did_you_mean, near
from dagstack.resources.registry.once import ClosedOnce
from dagstack.resources.registry.overriding import Override
from dagstack.resources.registry.scope import Scope
from dagstack.resources.registry.shutdown import Item, close_all, different, report
from dagstack.resources.registry.view import NO_METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dagstack.resources.registry.entry import Factory, Wrap, WrapEach

HOST: Final = "the host"
"""Stands for a plugin's name where the host itself asks."""


class ResourceRegistry(ClosedOnce):
    """The resources of a host, by name: what plugins get is decided and closed here.

    The host registers resources, opens a scope for each plugin, tears the plugins down, and closes
    the registry, which closes what it owns::

        async with ResourceRegistry() as resources:
            resources.register("clock", SystemClock())
            resources.register_factory("tmpdir", lambda plugin: SystemTempDir())
            async with resources.scope("reports", required=["clock", "tmpdir"]) as scope:
                scope.resources.clock.now()

    Safe for concurrent use by many threads, and by event loops in any of them. A registry that owns
    something and is never closed is a ``ResourceWarning``.

    Args:
        close_timeout: How long each resource may take to close; ``None`` is for ever. It works
            where the resource awaits something; a blocking ``close`` cannot be interrupted.
        partial: Accept objects that lack members of the interface of their standard name, as test
            doubles do. Their absence then shows when a plugin calls them.
    """

    # Until it owns something.
    _needs_closing: bool = False

    def __init__(
        self, *, close_timeout: timedelta | None = timedelta(seconds=10), partial: bool = False
    ) -> None:
        super().__init__()
        self._limit = close_timeout
        self._partial = partial
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._owned: list[Entry] = []
        self._overrides: dict[str, list[Entry]] = {}
        self._decorations: list[Decoration] = []
        self._scopes: dict[Scope, None] = {}
        self._host: Scope | None = None
        renew_after_fork(self)

    def __repr__(self) -> str:
        """Say what is registered."""
        return f"{type(self).__name__}({', '.join(self.names())})"

    def __bool__(self) -> bool:
        """Always: hosts replace a registry that is false by one of their own."""
        return True

    # Registering

    def register(
        self, name: str, resource: object, *, replace: bool = False, owned: bool = True
    ) -> None:
        """Register an object under a name in snake case; all plugins share it.

        Args:
            name: What plugins declare and read.
            resource: The object. It is closed with the registry: by ``aclose`` if it has that, or
                else by ``close``.
            replace: Take the name from what has it. What had it is closed with the registry, too.
            owned: Whether the registry closes it. An object registered several times is closed if
                any registration owns it.

        Raises:
            InvalidArgument: the name is not in snake case, or the object is ``None``.
            UnfitResource: the object lacks members of the interface of its standard name.
            AlreadyExists: the name is taken; what has it stays.
            ResourceClosed: the registry is closed.
        """
        check_name(name)
        self._check_fit(name, resource)
        self._add(Entry(name, resource, None, owned, call_site()), replace=replace)

    def register_factory(self, name: str, factory: Factory, *, replace: bool = False) -> None:
        """Register a function that makes each plugin an object of its own.

        Args:
            name: What plugins declare and read.
            factory: Called with the plugin's name when its scope is opened. What it returns is
                closed with that scope, right after the plugin's teardown.
            replace: Take the name from what has it.

        Raises:
            InvalidArgument: the name is not in snake case, or the factory is no plain function.
            AlreadyExists: the name is taken; what has it stays.
            ResourceClosed: the registry is closed.
        """
        check_name(name)
        given: object = factory
        if not callable(given) or inspect.iscoroutinefunction(given):
            raise InvalidArgument("factory", "it must be callable and not async")
        self._add(Entry(name, None, factory, False, call_site()), replace=replace)  # noqa: FBT003

    def decorate(self, name: str, wrap: Wrap, *, plugin: str | None = None) -> None:
        """Let plugins see ``wrap(resource)`` in place of a resource.

        ``wrap`` is called anew for each scope, and what plugins have already stays as it is. Of
        several wraps the first one is innermost. What it returns is not closed: it owns nothing.

        Args:
            name: A registered resource.
            wrap: Often a class that inherits a generated ``Forwarding…`` base.
            plugin: The one plugin that sees it; ``None`` is for all.

        Raises:
            InvalidArgument: nothing is registered under the name.
            ResourceClosed: the registry is closed.
        """
        self._decorate(Decoration(name, plugin, wrap, None, call_site()))

    def decorate_each(self, name: str, wrap: WrapEach) -> None:
        """Do the same for all plugins with ``wrap(resource, plugin)``, which gets the name, too.

        Raises:
            InvalidArgument: nothing is registered under the name.
            ResourceClosed: the registry is closed.
        """
        self._decorate(Decoration(name, None, None, wrap, call_site()))

    def override(self, name: str, resource: object) -> Override:
        """Put ``resource`` in the place of what is registered, for tests: ``with … as resource:``.

        It holds for scopes opened inside the block. The caller closes the object.

        Raises:
            InvalidArgument: the name is not in snake case, or the object is ``None``.
            UnfitResource: the object lacks members of the interface of its standard name.
        """
        check_name(name)
        self._check_fit(name, resource)
        entry = Entry(name, resource, None, False, call_site())  # noqa: FBT003
        return Override(self._overrides, entry, self._lock)

    # Looking

    def __contains__(self, name: object) -> bool:
        """Whether there is a resource of that name."""
        return name in self._overrides or name in self._entries

    def names(self) -> list[str]:
        """The names of all resources, in the order of their registration."""
        return list(dict.fromkeys([*self._entries, *self._overrides]))

    def get(self, name: str) -> Any:  # noqa: ANN401  (a host's own resource is of any type)
        """Return a resource as every plugin sees it; for hosts that have no scopes.

        Each call of a factory's name makes a new object, which is closed with the registry.

        Raises:
            MissingResources: nothing is registered under the name (also a ``KeyError``).
            InvalidArgument: what a plugin sees depends on which one it is, so a scope is needed.
            ResourceClosed: the registry is closed, or being closed.
        """
        with self._lock:
            self._ensure_open()
            if name not in self:
                close = near(name, self.names())
                missing = MissingResource(plugin=HOST, resource=name, near=close)
                raise MissingResources([missing], f"{HOST} asks for {name}{did_you_mean(close)}")
            for decoration in self._decorations:
                if decoration.name == name and decoration.by_plugin:
                    reason = f"{name} is decorated by plugin at {decoration.site}: open a scope"
                    raise InvalidArgument("name", reason)
            if self._host is None:
                self._host = self._open(HOST, frozenset(), NO_METADATA)
            scope, entry = self._host, self._entry(name)
        # A seeded source cannot be forked for a plugin that is not known.
        made = None if entry.factory is None else entry.made_for(HOST)
        return self._dressed(scope, entry, made, self._decorations)

    def check(self, needs: Mapping[str, Iterable[str]]) -> None:
        """Refuse to start plugins that would miss something, all of them in one error.

        Args:
            needs: The names of required resources, by plugin.

        Raises:
            MissingResources: says which plugin misses what, and what looks like it.
            ResourceClosed: the registry is closed.
        """
        self._ensure_open()
        check_needs(needs, self.names())

    def scope(
        self,
        plugin: str,
        *,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
        metadata: Mapping[str, Any] = NO_METADATA,
    ) -> Scope:
        """Open what one plugin sees: what it declares, and nothing else.

        A seeded ``rng`` is forked by the plugin's name, factories make what is the plugin's own,
        and decorators wrap. If that fails, what was made already is closed with the registry.

        Args:
            plugin: The plugin's name.
            required: The resources without which the plugin cannot start.
            optional: Those that read as ``None`` where the host has none.
            metadata: What ``ctx.resources.metadata`` shows.

        Raises:
            MissingResources: required ones are not registered; names them all.
            UnfitResource: what a factory or a decorator made lacks members of its interface.
            ResourceClosed: the registry is closed, or being closed.
        """
        required = list(required)
        declared = frozenset([*required, *optional])
        with self._lock:
            self._ensure_open()
            self.check({plugin: required})
            entries = [self._entry(name) for name in sorted(declared) if name in self]
            decorations = list(self._decorations)
            scope = self._open(plugin, declared, metadata)
        # Without the lock: this calls what the host wrote, which may take long or look here, too.
        values = dict.fromkeys(sorted(declared))
        for entry in entries:
            made = entry.made_for(plugin)
            values[entry.name] = self._dressed(scope, entry, made, decorations)
        scope.show(values)
        return scope

    async def health(self, *, limit: timedelta = timedelta(seconds=5)) -> list[Health]:
        """Ask every registered resource that has a method ``health``, all at the same time.

        Args:
            limit: How long each may take.

        Returns:
            One answer for each, in order of registration.

        Raises:
            ResourceClosed: the registry is closed.
        """
        self._ensure_open()
        return await ask_all([(e.name, e.resource) for e in self._entries.values()], limit)

    # Inside

    def renew(self) -> None:
        """Get a lock of its own after a fork."""
        self._lock = threading.RLock()

    def _check_fit(self, name: str, resource: object, origin: str = "") -> None:
        if not self._partial or resource is None:
            check_fit(name, resource, origin)

    def _add(self, entry: Entry, *, replace: bool) -> None:
        with self._lock:
            self._ensure_open()
            before = self._entries.get(entry.name)
            if before is not None and not replace:
                error = AlreadyExists(entry.name)
                error.add_note(f"it was registered at {before.site}; `replace=True` replaces it")
                raise error
            self._entries.pop(entry.name, None)
            self._entries[entry.name] = entry
            if entry.owned:
                self._owned.append(entry)
            if entry.owned or entry.factory is not None:
                self._needs_closing = True

    def _decorate(self, decoration: Decoration) -> None:
        with self._lock:
            self._ensure_open()
            if decoration.name not in self:
                question = did_you_mean(near(decoration.name, self.names()))
                raise InvalidArgument("name", f"there is no resource {decoration.name}{question}")
            self._decorations.append(decoration)

    def _entry(self, name: str) -> Entry:
        overrides = self._overrides.get(name)
        return overrides[-1] if overrides else self._entries[name]

    def _open(self, plugin: str, declared: frozenset[str], metadata: Mapping[str, Any]) -> Scope:
        scope = Scope(plugin, declared, metadata, self._limit, self._forget)
        self._scopes[scope] = None
        return scope

    def _forget(self, scope: Scope) -> None:
        self._scopes.pop(scope, None)

    def _dressed(
        self, scope: Scope, entry: Entry, made: object, decorations: Iterable[Decoration]
    ) -> object:
        """What a plugin sees: what was made for it, or what all share, with all wraps around it."""
        value = entry.resource
        if made is not None or entry.factory is not None:
            value = made
            scope.keep(made, entry.what)
            self._check_fit(entry.name, made, f"made by the factory at {entry.site}: a")
        for decoration in decorations:
            if decoration.name == entry.name:
                value = decoration.applied_to(value, scope.plugin)
                self._check_fit(entry.name, value, f"made by the wrap at {decoration.site}: a")
        return value

    async def _release(self) -> None:
        with self._lock:  # wait for whoever registers or opens in another thread
            scopes, owned = list(self._scopes), list(self._owned)
        items = [Item(scope, f"the scope of plugin {scope.plugin}") for scope in reversed(scopes)]
        # Of an object with several names the first registration counts: what was registered after
        # it may depend on it.
        entries = different(Item(entry.resource, entry.what) for entry in owned)
        failures = await close_all(items, None)
        failures += await close_all(reversed(entries), self._limit)
        report(f"closing the registry: {len(failures)} failed", failures)
