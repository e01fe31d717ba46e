"""What is registered: an instance or a factory, under a name, by some line of the host."""

from __future__ import annotations

import inspect
import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dagstack.contracts import (
    RESOURCES,
    ForkableRng,
    InvalidArgument,
    UnfitResource,
    unsatisfied,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Factory: TypeAlias = Callable[[str], object]
    Wrap: TypeAlias = Callable[[Any], object]
    WrapEach: TypeAlias = Callable[[Any, str], object]

SNAKE_CASE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TAKEN_BY_THE_VIEW: Final = frozenset({"get", "metadata"})
OWN_PACKAGE: Final = __name__.removesuffix(".registry.entry")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One registration."""

    name: str
    resource: object
    factory: Factory | None
    owned: bool
    site: str

    @property
    def what(self) -> str:
        """The registration in words."""
        return f"resource {self.name}, registered at {self.site}"

    def made_for(self, plugin: str) -> object | None:
        """A product that is this plugin's alone, or ``None`` where all share the instance."""
        if self.factory is not None:
            return self.factory(plugin)
        if self.name == "rng" and isinstance(self.resource, ForkableRng):
            return self.resource.fork(plugin)
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Decoration:
    """One wish to wrap a resource, for one plugin or for all (``None``)."""

    name: str
    plugin: str | None
    wrap: Wrap | None
    wrap_each: WrapEach | None
    site: str

    @property
    def by_plugin(self) -> bool:
        """Whether it has to know the plugin."""
        return self.wrap is None or self.plugin is not None

    def applied_to(self, resource: object, plugin: str) -> object:
        """The resource as this plugin is to see it."""
        if self.plugin not in {None, plugin}:
            return resource
        if self.wrap is not None:
            return self.wrap(resource)
        return self.wrap_each(resource, plugin) if self.wrap_each is not None else resource


def check_name(name: object) -> None:
    """Refuse what a plugin could not read as ``ctx.resources.<name>``.

    Raises:
        InvalidArgument: it is not snake case, a keyword, or a member of what plugins see.
    """
    if not isinstance(name, str) or not SNAKE_CASE.fullmatch(name):
        raise InvalidArgument("name", f"{name!r} is not a name in snake_case")
    if keyword.iskeyword(name) or name in TAKEN_BY_THE_VIEW:
        raise InvalidArgument("name", f"{name} has a meaning of its own in `ctx.resources.{name}`")


def check_fit(name: str, resource: object, origin: str = "") -> None:
    """Refuse what is not the resource that its standard name promises.

    Raises:
        InvalidArgument: it is ``None``, which stands for a missing resource.
        UnfitResource: members are missing or wrong.
    """
    if resource is None:
        raise InvalidArgument("resource", f"{name} is None, which stands for a missing resource")
    if problems := unsatisfied(name, resource):
        kind = type(resource).__qualname__
        reason = f"{', '.join(problems)} ({origin or 'an object of type'} {kind})"
        raise UnfitResource("resource", reason, name, RESOURCES[name].__name__, problems)


def call_site() -> str:
    """The file and line of the nearest caller outside this package."""
    frame = inspect.currentframe()
    while frame is not None and _is_ours(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown line"


def _is_ours(module: str) -> bool:
    return module == OWN_PACKAGE or module.startswith(OWN_PACKAGE + ".")
