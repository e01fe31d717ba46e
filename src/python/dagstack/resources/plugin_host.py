"""Scopes for the plugins of ``dagstack-plugin-system``.

That host asks its resource registry for a name without saying which plugin asks, so a registry
alone can only hand out what all plugins share. ``ScopedPluginRegistry`` is the host's own
``PluginRegistry`` with a scope around each plugin's life: opened before ``setup``, closed right
after ``teardown``. Install ``dagstack-plugin-system`` to use it; nothing else here needs it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dagstack.plugin_system import PluginContext, PluginRegistry
from dagstack.plugin_system import ResourceRegistry as HostResourceRegistry

if TYPE_CHECKING:
    from dagstack.plugin_system.adapters.in_process import LoadedPlugin
    from dagstack.resources.registry import ResourceRegistry, Scope


class _Names(HostResourceRegistry):
    """What the host may know before a scope is opened: which names there are."""

    def __init__(self, resources: ResourceRegistry) -> None:
        super().__init__()
        self._all = resources

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def names(self) -> list[str]:
        return self._all.names()

    def get(self, name: str) -> object:
        return name  # stands in until the plugin's own scope takes its place


class ScopedPluginRegistry(PluginRegistry):
    """A ``PluginRegistry`` whose plugins each get a scope of ``resources``.

    Each plugin sees what its manifest declares and nothing else, with a seeded ``rng`` of its own,
    its own products of factories, and the decorators that are meant for it::

        async with standard_resources() as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.load_entry_points()
            try:
                await plugins.setup_all(PluginContext(config, logger, plugins))
                ...
            finally:
                await plugins.teardown_all()

    Everything else is as in ``PluginRegistry``, also that it is not thread-safe. The keywords are
    those of ``PluginRegistry``, without ``resource_registry``.
    """

    def __init__(self, resources: ResourceRegistry, **options: Any) -> None:  # noqa: ANN401
        if not hasattr(PluginRegistry, "_call_lifecycle"):
            raise ImportError("this version of dagstack-plugin-system is not one that we know")
        super().__init__(resource_registry=_Names(resources), **options)
        self._scoped = resources
        self._scopes: dict[str, Scope] = {}

    @property
    def resources(self) -> ResourceRegistry:  # type: ignore[override]
        """The registry to register resources in before ``setup_all``."""
        return self._scoped

    async def setup_all(self, ctx: PluginContext) -> None:
        """Set up every plugin in order, each with a scope of its own.

        A plugin whose setup fails gets no teardown, so its scope is closed at once.

        Raises:
            MissingResources: plugins require what is not registered; none has been set up.
            ResourceClosed: the registry of resources is closed.
        """
        needs = {each.name: each.resources.required for each in self.list_manifests()}
        self._scoped.check(needs)
        await super().setup_all(ctx)

    async def _call_lifecycle(self, loaded: LoadedPlugin, method_name: str, *args: Any) -> Any:  # noqa: ANN401
        """Open the scope before ``setup`` and close it after ``teardown``.

        The host calls this for each step of each plugin. It is the one place where it says which
        plugin it means, and not part of its public interface; a test holds us to the version that
        we know.
        """
        name = loaded.manifest.name
        if method_name == "setup":
            (ctx,) = args
            return await self._set_up(loaded, ctx)
        try:
            return await super()._call_lifecycle(loaded, method_name, *args)
        finally:
            if method_name == "teardown" and name in self._scopes:
                await self._scopes.pop(name).aclose()

    async def _set_up(self, loaded: LoadedPlugin, ctx: PluginContext) -> Any:  # noqa: ANN401
        name, declared = loaded.manifest.name, loaded.manifest.resources
        scope = self._scopes.get(name)
        if scope is None:
            scope = self._scopes[name] = self._scoped.scope(
                name,
                required=declared.required,
                optional=declared.optional,
                metadata=ctx.metadata,
            )
        try:
            own = replace(ctx, resources=scope.resources)
            return await super()._call_lifecycle(loaded, "setup", own)
        except BaseException:
            del self._scopes[name]
            await scope.aclose()
            raise
