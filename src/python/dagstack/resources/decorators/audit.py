"""A record of what each plugin did with a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dagstack.resources.decorators.around import AroundBlobStore, AroundHttpClient
from dagstack.resources.http.validation import parse_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from dagstack.contracts import BlobStore, Clock, HttpClient, HttpResponse

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One call, recorded when it ended.

    Attributes:
        at: When it began, in UTC.
        plugin: Who called.
        operation: The resource and its method, such as ``blob_store.put``.
        target: The key, the prefix or the URL, the latter without user, password and query.
        outcome: ``ok``, a status such as ``404``, or the name of the error's class.
    """

    at: datetime
    plugin: str
    operation: str
    target: str
    outcome: str


class _Audit:
    """Runs calls and hands an entry for each to ``record``, also for those that fail."""

    def __init__(self, plugin: str, clock: Clock, record: Callable[[AuditEntry], None]) -> None:
        self._plugin, self._clock, self._record = plugin, clock, record

    async def run(self, operation: str, target: str, call: Callable[[], Awaitable[T]]) -> T:
        at, outcome = self._clock.now(), "ok"
        try:
            result = await call()
            outcome = str(getattr(result, "status_code", outcome))
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            self._record(
                AuditEntry(
                    at=at,
                    plugin=self._plugin,
                    operation=operation,
                    target=target,
                    outcome=outcome,
                )
            )
        return result


class AuditedBlobStore(AroundBlobStore):
    """A ``BlobStore`` that records every call; as safe as what it wraps and ``record``.

    ``record`` is called once for each call, when it ends. What it raises goes to the caller: where
    a record is a duty, what cannot be recorded must not look well.
    """

    def __init__(
        self, inner: BlobStore, plugin: str, *, clock: Clock, record: Callable[[AuditEntry], None]
    ) -> None:
        super().__init__(inner)
        self._audit = _Audit(plugin, clock, record)

    async def _around(self, operation: str, target: str, call: Callable[[], Awaitable[T]]) -> T:
        return await self._audit.run(f"blob_store.{operation}", target, call)


class AuditedHttpClient(AroundHttpClient):
    """An ``HttpClient`` that records every request; as safe as what it wraps and ``record``."""

    def __init__(
        self, inner: HttpClient, plugin: str, *, clock: Clock, record: Callable[[AuditEntry], None]
    ) -> None:
        super().__init__(inner)
        self._audit = _Audit(plugin, clock, record)

    async def _around(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        call: Callable[[Mapping[str, str] | None], Awaitable[HttpResponse]],
    ) -> HttpResponse:
        operation, target = f"http_client.{method.lower()}", parse_url(url).shown
        return await self._audit.run(operation, target, lambda: call(headers))
