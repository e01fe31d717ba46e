"""What HTTP costs: our client beside the bare libraries, against a server in another process."""

from __future__ import annotations

import asyncio
import atexit
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import aiohttp
import httpx

from dagstack.resources import PooledHttpClient
from tests.bench.row import Row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PEERS = 50
EACH = 4
"""Requests of each of the concurrent callers."""

SERVER = r"""
import asyncio

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nserver: bench\r\n"
    b"date: Mon, 23 Nov 2026 12:00:00 GMT\r\ncontent-length: 18\r\n\r\n"
)

class Answering(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.left = transport, b""

    def data_received(self, data):
        *requests, self.left = (self.left + data).split(b"\r\n\r\n")
        self.transport.write((HEAD + b'{"hello": "world"}') * len(requests))

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


class _Clients:
    """One of each, made in the loop that measures."""

    def __init__(self) -> None:
        process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
        atexit.register(process.wait)
        atexit.register(process.terminate)
        assert process.stdout is not None
        self._url = f"http://127.0.0.1:{int(process.stdout.readline())}/orders?page=1"
        self._ours = PooledHttpClient()
        self._aiohttp: aiohttp.ClientSession | None = None
        self._httpx = httpx.AsyncClient(trust_env=False)
        # The loop that measures ends without a word to what lives in it.
        warnings.simplefilter("ignore", ResourceWarning)

    async def ours(self) -> object:
        """Read a body by our client."""
        return (await self._ours.get(self._url)).text()

    async def aiohttp(self) -> object:
        """Read it by a session of aiohttp, as its documentation says."""
        if self._aiohttp is None:
            self._aiohttp = aiohttp.ClientSession()
        async with self._aiohttp.get(self._url) as response:
            return await response.text()

    async def httpx(self) -> object:
        """Read it by a client of httpx."""
        return (await self._httpx.get(self._url)).text


def _at_once(call: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    async def one() -> None:
        for _ in range(EACH):
            await call()

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(PEERS)))

    return all_of_them


def rows() -> list[Row]:
    """Return what to measure: CPU time of the client's process."""
    clients = _Clients()
    ours, bare, peer = clients.ours, clients.aiohttp, clients.httpx
    many = PEERS * EACH
    return [
        Row("http GET, one at a time / aiohttp", ours, bare, 1.15, cpu=True),
        Row(
            "http GET, 50 at once / aiohttp",
            _at_once(ours),
            _at_once(bare),
            1.15,
            calls=many,
            cpu=True,
        ),
        Row("http GET, one at a time / httpx", ours, peer, 1.0, cpu=True),
        Row(
            "http GET, 50 at once / httpx",
            _at_once(ours),
            _at_once(peer),
            1.0,
            calls=many,
            cpu=True,
        ),
    ]
