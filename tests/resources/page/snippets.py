"""The Python snippets of the page, word for word but for the names of imports."""

from __future__ import annotations

from typing import Final

CLOCK: Final = '''
from typing import Protocol
from datetime import datetime


class Clock(Protocol):
    def now(self) -> datetime:
        """Current time. Takes no arguments."""

    def monotonic_ns(self) -> int:
        """Monotonic counter in nanoseconds, used to measure intervals."""
'''

RNG: Final = '''
class Rng(Protocol):
    def next_float(self) -> float:
        """[0.0, 1.0)"""

    def next_int(self, low: int, high: int) -> int:
        """[low, high]"""

    def uuid4(self) -> str:
        """A random UUID v4."""

    def choice(self, items: list) -> any:
        """A random element of the list."""
'''

HTTP_CLIENT: Final = """
class HttpClient(Protocol):
    async def get(self, url: str, *, headers: dict = None) -> HttpResponse: ...
    async def post(self, url: str, *, json: dict = None, headers: dict = None) -> HttpResponse: ...
    async def put(self, url: str, *, json: dict = None, headers: dict = None) -> HttpResponse: ...
    async def delete(self, url: str, *, headers: dict = None) -> HttpResponse: ...

class HttpResponse(Protocol):
    status_code: int
    headers: dict[str, str]
    def json(self) -> any: ...
    def text(self) -> str: ...
"""

TEST_DOUBLE: Final = '''
from dagstack.contracts import HttpClient  # the Protocol


class StubHttpClient:
    """In-process programmable HTTP client for plugin tests."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    async def get(self, url: str, *, headers: dict | None = None):
        self.calls.append(("GET", url))
        return {"status_code": 200, "body": "{}"}

    async def post(self, url: str, *, json=None, headers=None):
        self.calls.append(("POST", url))
        return {"status_code": 200, "body": "{}"}


resources.register("http_client", StubHttpClient())
'''

BLOB_STORE: Final = """
class BlobStore(Protocol):
    async def put(self, key: str, data: bytes, *, content_type: str = None) -> None: ...
    async def get(self, key: str) -> bytes: ...
    async def delete(self, key: str) -> None: ...
    async def list(self, prefix: str = "") -> list[str]: ...
    async def exists(self, key: str) -> bool: ...
"""

TMPDIR: Final = """
from pathlib import Path
from typing import Protocol


class TempDir(Protocol):
    path: Path
    def create_file(self, name: str, *, suffix: str = "") -> Path: ...
    def create_subdir(self, name: str) -> Path: ...
"""

CUSTOM_RESOURCES: Final = """
resources.register("postgres", await create_pg_pool())
resources.register("tenant_registry", TenantRegistryImpl(...))
resources.register("rate_limiter", RateLimiter(...))
"""
