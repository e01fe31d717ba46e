"""Settings are checked when they are made, and what is not installed says how to get it."""

from __future__ import annotations

import math
import subprocess
import sys

import httpx
import httpx2
import pytest

from dagstack.contracts import HttpClient, InvalidArgument, InvalidHeader
from dagstack.resources import HttpLimits, HttpSettings, HttpTimeouts, PooledHttpClient
from tests.resources.http.clients import run


@pytest.mark.parametrize("kind", [HttpTimeouts, HttpLimits])
@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan])
def test_a_limit_is_a_number_above_zero(
    kind: type[HttpTimeouts | HttpLimits], value: float
) -> None:
    """The error names the limit."""
    for name in kind.__dataclass_fields__:
        with pytest.raises(InvalidArgument) as caught:
            kind(**{name: value})  # type: ignore[arg-type]
        assert caught.value.argument == name


def test_settings_do_not_change() -> None:
    """Nobody can change them afterwards, nor the headers that they were made from."""
    headers = {"x-a": "1"}
    settings = HttpSettings(headers=headers)
    headers["x-a"] = "2"
    assert settings.headers["x-a"] == "1"
    with pytest.raises(TypeError):
        settings.headers["x-a"] = "2"  # type: ignore[index]
    with pytest.raises(AttributeError):
        settings.headers = {}  # type: ignore[misc]
    with pytest.raises(InvalidHeader):
        HttpSettings(headers={"Host": "evil"})


def test_the_production_client_fits_its_protocol() -> None:
    """It is an ``HttpClient``, and one that was never used needs no loop to be made."""
    client = PooledHttpClient()
    assert isinstance(client, HttpClient)
    assert client.settings == HttpSettings()
    run(client.aclose())


def test_only_clients_of_httpx_are_taken_over() -> None:
    """Anything else, and a client that is closed, is refused; one that inherits is fine."""

    class Own(httpx2.AsyncClient):
        pass

    async def scenario() -> None:
        for wrong in (object(), httpx.Client(), None):
            with pytest.raises(InvalidArgument, match="no AsyncClient of httpx or httpx2"):
                PooledHttpClient.over(wrong)  # type: ignore[arg-type]
        own = Own()
        client = PooledHttpClient.over(own)
        await client.aclose()
        assert not own.is_closed
        await own.aclose()
        with pytest.raises(InvalidArgument, match="it is closed"):
            PooledHttpClient.over(own)

    run(scenario())


def test_a_client_without_aiohttp_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.delitem(sys.modules, "dagstack.resources.http.engine_aiohttp", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'dagstack-resources\[http\]'"):
        PooledHttpClient()


def test_the_stub_needs_nothing_but_python() -> None:
    """Importing and using it brings in no third-party module."""
    code = (
        "import asyncio, sys\n"
        "from dagstack.resources import StubHttpClient\n"
        "stub = StubHttpClient()\n"
        "stub.on('GET', 'http://a.test/', json={})\n"
        "asyncio.run(stub.get('http://a.test/'))\n"
        "bad = {'aiohttp', 'httpx', 'httpx2', 'anyio', 'yarl', 'truststore'} & set(sys.modules)\n"
        "assert not bad, bad\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
