"""Bases for decorators that do the same around every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dagstack.contracts import ForwardingBlobStore, ForwardingHttpClient

if TYPE_CHECKING:
    import builtins
    from collections.abc import Awaitable, Callable, Mapping

    from dagstack.contracts import HttpResponse, JsonValue

T = TypeVar("T")


class AroundBlobStore(ForwardingBlobStore):
    """A ``BlobStore`` that hands every call to ``_around``; override that alone."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Ask ``inner`` inside ``_around``."""
        return await self._around(
            "put", key, lambda: self.inner.put(key, data, content_type=content_type)
        )

    async def get(self, key: str) -> bytes:
        """Ask ``inner`` inside ``_around``."""
        return await self._around("get", key, lambda: self.inner.get(key))

    async def delete(self, key: str) -> None:
        """Ask ``inner`` inside ``_around``."""
        return await self._around("delete", key, lambda: self.inner.delete(key))

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """Ask ``inner`` inside ``_around``."""
        return await self._around("list", prefix, lambda: self.inner.list(prefix))

    async def exists(self, key: str) -> bool:
        """Ask ``inner`` inside ``_around``."""
        return await self._around("exists", key, lambda: self.inner.exists(key))

    async def _around(self, operation: str, target: str, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call; ``target`` is the key or the prefix."""
        del operation, target
        return await call()


class AroundHttpClient(ForwardingHttpClient):
    """An ``HttpClient`` that hands every call to ``_around``; override that alone."""

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """Ask ``inner`` inside ``_around``."""
        return await self._around(
            "GET", url, headers, lambda sent: self.inner.get(url, headers=sent)
        )

    async def post(
        self,
        url: str,
        *,
        json: Mapping[str, JsonValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Ask ``inner`` inside ``_around``."""
        return await self._around(
            "POST", url, headers, lambda sent: self.inner.post(url, json=json, headers=sent)
        )

    async def put(
        self,
        url: str,
        *,
        json: Mapping[str, JsonValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Ask ``inner`` inside ``_around``."""
        return await self._around(
            "PUT", url, headers, lambda sent: self.inner.put(url, json=json, headers=sent)
        )

    async def delete(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """Ask ``inner`` inside ``_around``."""
        return await self._around(
            "DELETE", url, headers, lambda sent: self.inner.delete(url, headers=sent)
        )

    async def _around(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        call: Callable[[Mapping[str, str] | None], Awaitable[HttpResponse]],
    ) -> HttpResponse:
        """Make the call, with these headers or others."""
        del method, url
        return await call(headers)
