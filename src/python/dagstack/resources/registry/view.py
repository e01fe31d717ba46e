"""What a plugin sees as ``ctx.resources``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from dagstack.contracts import ResourceClosed, UndeclaredResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.contracts import BlobStore, Clock, HttpClient, Rng, TempDir

NO_METADATA: Final[Mapping[str, Any]] = MappingProxyType({})


class UndeclaredAttributeError(UndeclaredResource, AttributeError):
    """The same for ``ctx.resources.<name>``, where Python wants an ``AttributeError``."""


class ScopedResources:
    """The resources that one plugin declared, as attributes, and nothing else.

    - ``resources.clock`` is a declared resource; an optional one that the host does not have is
      ``None``. ``await resources.get("clock")`` is the same for a name that comes from data.
    - ``"clock" in resources`` tells whether it is there, and iteration goes over those that are.
    - The standard names are typed. What the host adds is ``Any``.
    - After the plugin's teardown every read raises ``ResourceClosed``.

    It cannot be changed. Safe for concurrent use by many threads and event loops.
    """

    __slots__ = ("__dict__", "__weakref__", "_declared", "_metadata", "_plugin")

    if TYPE_CHECKING:
        # A test holds this list to the catalogue of the contracts.
        blob_store: BlobStore
        clock: Clock
        http_client: HttpClient
        rng: Rng
        tmpdir: TempDir

    _declared: frozenset[str]
    _metadata: Mapping[str, Any]
    _plugin: str

    def __init__(
        self, plugin: str, declared: frozenset[str], metadata: Mapping[str, Any] = NO_METADATA
    ) -> None:
        object.__setattr__(self, "_plugin", plugin)
        object.__setattr__(self, "_declared", declared)
        object.__setattr__(self, "_metadata", metadata)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the host's context says about the calls, as the host's own container has it."""
        return self._metadata

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (a host's own resource is of any type)
        """Say why it is not there; what is there lies in the object's own namespace."""
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if name in self._declared:
            raise ResourceClosed(f"resource {name} of plugin {self._plugin}")
        error = UndeclaredAttributeError(self._plugin, name)
        error.name, error.obj = name, self
        raise error

    async def get(self, name: str) -> Any:  # noqa: ANN401  (the same)
        """Return the resource called ``name``, or ``None`` for an optional one that is missing.

        Raises:
            UndeclaredResource: the plugin does not declare it (also a ``KeyError``).
            ResourceClosed: the plugin was torn down.
        """
        if name not in self._declared:
            raise UndeclaredResource(self._plugin, name)
        return getattr(self, name)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: the host decides what a plugin sees."""
        raise AttributeError(f"{name} cannot be set: the host decides what a plugin sees")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse as well."""
        raise AttributeError(f"{name} cannot be deleted: the host decides what a plugin sees")

    def __contains__(self, name: object) -> bool:
        """Whether the plugin declares the resource and the host has it."""
        return isinstance(name, str) and vars(self).get(name) is not None

    def __iter__(self) -> Iterator[str]:
        """Go over the names of the resources that are there, as declared."""
        return iter([name for name, value in vars(self).items() if value is not None])

    def __len__(self) -> int:
        """How many are there."""
        return sum(value is not None for value in vars(self).values())

    def __bool__(self) -> bool:
        """Always: a plugin asks ``if ctx.resources``, and means whether the host has any."""
        return True

    def __dir__(self) -> list[str]:
        """List what was declared, too."""
        return sorted({*super().__dir__(), *self._declared})

    def __repr__(self) -> str:
        """Say whose it is and what is there."""
        return f"{type(self).__name__}({self._plugin}: {', '.join(self) or 'nothing'})"
