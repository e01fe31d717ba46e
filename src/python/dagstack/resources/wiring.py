"""The standard resources of a production host, in one line."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from dagstack.contracts import RESOURCES, InvalidArgument
from dagstack.resources.registry import ResourceRegistry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection

    from dagstack.contracts import BlobStore, Clock, HttpClient, Rng
    from dagstack.resources.http.config import HttpSettings
    from dagstack.resources.registry.entry import Factory


@asynccontextmanager
async def standard_resources(  # noqa: PLR0913  (one for each resource)
    *,
    clock: Clock | None = None,
    rng: Rng | None = None,
    http_client: HttpClient | HttpSettings | None = None,
    blob_store: BlobStore | str | os.PathLike[str] | None = None,
    tmpdir: Factory | None = None,
    without: Collection[str] = (),
    close_timeout: timedelta | None = timedelta(seconds=10),
) -> AsyncGenerator[ResourceRegistry]:
    """Register the standard resources, and close all that is registered at the end.

    A host adds its own in the block::

        async with standard_resources(blob_store="/var/lib/app/blobs") as resources:
            resources.register("postgres", await create_pool())

    Args:
        clock: The operating system's if not given.
        rng: The operating system's if not given.
        http_client: A client, or settings for a pooled one; the default ones if not given. The
            pooled client needs the extra ``http`` and takes time and chance from ``clock`` and
            ``rng``.
        blob_store: A store, or a folder for one in files. There is no default: a host decides
            where its data lies.
        tmpdir: Makes each plugin's temporary directory; the operating system's if not given.
        without: Standard names to leave out.
        close_timeout: How long each resource may take to close; ``None`` is for ever.

    Yields:
        The registry. It closes what it was given, too.

    Raises:
        InvalidArgument: ``without`` names what is no standard resource.
        ModuleNotFoundError: the pooled client is wanted, and its extra is not installed.
    """
    if unknown := sorted(set(without) - set(RESOURCES)):
        raise InvalidArgument("without", f"{', '.join(unknown)}: not a standard resource")
    async with ResourceRegistry(close_timeout=close_timeout) as resources:
        if "clock" not in without:
            clock = clock or _system_clock()
            resources.register("clock", clock)
        if "rng" not in without:
            rng = rng or _random_rng()
            resources.register("rng", rng)
        if "blob_store" not in without and blob_store is not None:
            resources.register("blob_store", await _store(blob_store))
        if "http_client" not in without:
            resources.register("http_client", _client(http_client, clock, rng))
        if "tmpdir" not in without:
            resources.register_factory("tmpdir", tmpdir or _system_tmpdir)
        yield resources


def _system_clock() -> Clock:
    from dagstack.resources.clock import SystemClock

    return SystemClock()


def _random_rng() -> Rng:
    from dagstack.resources.rng import RandomRng

    return RandomRng()


async def _store(given: BlobStore | str | os.PathLike[str]) -> BlobStore:
    if not isinstance(given, str | os.PathLike):
        return given
    from dagstack.resources.blobs.filesystem import FilesystemBlobStore

    return await asyncio.to_thread(FilesystemBlobStore, given)  # it looks at the disk


def _client(
    given: HttpClient | HttpSettings | None, clock: Clock | None, rng: Rng | None
) -> HttpClient:
    from dagstack.resources.http.config import HttpSettings

    if given is not None and not isinstance(given, HttpSettings):
        return given
    from dagstack.resources.http.client import PooledHttpClient

    return PooledHttpClient(given, clock=clock, rng=rng)


def _system_tmpdir(plugin: str) -> object:
    del plugin
    from dagstack.resources.tmpdir import SystemTempDir

    return SystemTempDir()
