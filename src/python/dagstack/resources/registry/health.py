"""How resources say that they are well."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What one resource said when it was asked.

    Attributes:
        name: The name under which it is registered.
        error: What its ``health`` raised, or ``None`` if it is well.
        detail: What its ``health`` returned.
    """

    name: str
    error: Exception | None
    detail: object

    @property
    def well(self) -> bool:
        """Whether it raised nothing and did not return ``False``."""
        return self.error is None and self.detail is not False


async def ask_all(resources: Iterable[tuple[str, object]], limit: timedelta) -> list[Health]:
    """Ask all that can be asked, at the same time."""
    return await asyncio.gather(
        *(
            _ask(name, resource, limit)
            for name, resource in resources
            if not isinstance(resource, type) and callable(getattr(resource, "health", None))
        )
    )


async def _ask(name: str, resource: object, limit: timedelta) -> Health:
    timeout = asyncio.timeout(limit.total_seconds())
    try:
        async with timeout:
            detail = getattr(resource, "health")()  # noqa: B009  (it has no type that says so)
            if inspect.isawaitable(detail):
                detail = await detail
    except Exception as error:  # noqa: BLE001  (it is the answer)
        if isinstance(error, TimeoutError) and timeout.expired():
            error = TimeoutError(f"no answer within {limit.total_seconds():g} s")
        return Health(name=name, error=error, detail=None)
    return Health(name=name, error=None, detail=detail)
