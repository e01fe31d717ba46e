"""TLS with a private authority: who is trusted, who one is, and what never connects."""

from __future__ import annotations

import contextlib
import ssl
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from dagstack.contracts import HttpTlsFailed, InvalidArgument
from dagstack.resources import HttpSettings, PooledHttpClient, TlsSettings
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import Blocking, always

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from tests.resources.http.server import Server


class Authority:
    """A private certificate authority with its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self.bundle = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.bundle))

    def server(
        self, host: str = "127.0.0.1", *, expired: bool = False, asks: bool = False
    ) -> ssl.SSLContext:
        """What a server shows."""
        past = datetime.now(UTC) - timedelta(days=1)
        leaf = self._ca.issue_cert(host, not_after=past if expired else None)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            self._ca.configure_trust(context)
        return context

    def client(self) -> tuple[Path, Path]:
        """A client's certificate and key."""
        leaf = self._ca.issue_cert("plugin@example.test")
        chain, key = self._folder / "client.pem", self._folder / "client.key"
        chain.write_bytes(b"".join(one.bytes() for one in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(str(key))
        return chain, key


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all tests here."""
    return Authority(tmp_path_factory.mktemp("authority"))


def _handshake(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Shake hands with OpenSSL itself, which says why it breaks off; asyncio does not."""

    def serve(connection: socket.socket) -> None:
        with connection.dup() as kept:  # so that an alert is not overtaken by a reset
            with (
                contextlib.suppress(ssl.SSLError),
                context.wrap_socket(connection, server_side=True) as secured,
            ):
                secured.recv(10_000)
            while kept.recv(10_000):
                pass

    return serve


def _status(engine: str, url: str, tls: TlsSettings) -> int:
    async def call() -> int:
        async with client_over(engine, HttpSettings(tls=tls)) as client:
            return (await client.get(url)).status_code

    return run(call())


def _refusal(engine: str, url: str, tls: TlsSettings) -> HttpTlsFailed:
    with pytest.raises(HttpTlsFailed) as caught:
        _status(engine, url, tls)
    assert caught.value.attempts == 1
    return caught.value


def test_a_certificate_of_the_private_authority_is_trusted(
    engine: str, serve: Callable[..., Server], authority: Authority
) -> None:
    """The CA bundle decides whom to trust."""
    server = serve(always(), authority.server())
    assert _status(engine, server.url(), TlsSettings(ca_bundle=authority.bundle)) == 200


def test_an_unknown_authority_is_not_trusted(
    engine: str, serve: Callable[..., Server], authority: Authority
) -> None:
    """Without the bundle the same server is refused, once and for all."""
    server = serve(always(), authority.server())
    error = _refusal(engine, server.url(), TlsSettings())
    assert "not trusted" in error.detail
    assert server.requests == []


def test_a_bundle_replaces_the_machines_authorities(
    engine: str, serve: Callable[..., Server], authority: Authority, tmp_path: Path
) -> None:
    """A server of another private authority is refused."""
    other = Authority(tmp_path)
    server = serve(always(), other.server())
    _refusal(engine, server.url(), TlsSettings(ca_bundle=authority.bundle))


def test_an_expired_certificate_is_refused(
    engine: str, serve: Callable[..., Server], authority: Authority
) -> None:
    """The message says what is wrong with it."""
    server = serve(always(), authority.server(expired=True))
    error = _refusal(engine, server.url(), TlsSettings(ca_bundle=authority.bundle))
    assert "expired" in error.detail


def test_a_certificate_of_another_host_is_refused(
    engine: str, serve: Callable[..., Server], authority: Authority
) -> None:
    """The name in the certificate must be that of the URL."""
    server = serve(always(), authority.server("other.test"))
    error = _refusal(engine, server.url(), TlsSettings(ca_bundle=authority.bundle))
    assert "mismatch" in error.detail or "not valid" in error.detail


def test_a_client_certificate_is_shown_to_whoever_asks(
    engine: str, serve: Callable[..., Server], authority: Authority
) -> None:
    """A server that asks for one gets it, and answers."""
    chain, key = authority.client()
    tls = TlsSettings(ca_bundle=authority.bundle, client_certificate=chain, client_key=key)
    assert _status(engine, serve(always(), authority.server(asks=True)).url(), tls) == 200


def test_a_missing_client_certificate_is_a_failure_of_tls(
    engine: str, authority: Authority
) -> None:
    """A server that asks and gets none breaks off; that is not worth another attempt."""
    with Blocking(_handshake(authority.server(asks=True))) as server:
        url = f"https://127.0.0.1:{server.port}/"
        _refusal(engine, url, TlsSettings(ca_bundle=authority.bundle))
        assert server.connections == 1


def test_a_server_without_tls_is_a_failure_of_tls(engine: str) -> None:
    """An https URL of a plain server fails in the handshake."""

    def plainly(connection: socket.socket) -> None:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        connection.recv(10_000)

    with Blocking(plainly) as server:
        _refusal(engine, f"https://127.0.0.1:{server.port}/", TlsSettings())
        assert server.connections == 1


def test_old_versions_of_tls_are_refused(engine: str, authority: Authority) -> None:
    """TLS 1.1 is not spoken."""
    context = authority.server()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Blocking(_handshake(context)) as server:
        url = f"https://127.0.0.1:{server.port}/"
        _refusal(engine, url, TlsSettings(ca_bundle=authority.bundle))


def test_a_context_of_the_host_is_used_as_it_is(
    serve: Callable[..., Server], authority: Authority
) -> None:
    """Whoever needs anything else brings a context."""
    context = ssl.create_default_context(cafile=authority.bundle)
    server = serve(always(), authority.server())
    assert _status("aiohttp", server.url(), TlsSettings(context=context)) == 200


def test_the_trust_store_of_the_system_can_decide(
    serve: Callable[..., Server], authority: Authority
) -> None:
    """With the OS trust store a private authority that it does not hold is refused."""
    server = serve(always(), authority.server())
    _refusal("aiohttp", server.url(), TlsSettings(os_trust_store=True))


def test_a_trust_store_that_is_not_installed_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without truststore the error says what to install."""
    monkeypatch.setitem(sys.modules, "truststore", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'dagstack-resources\[http\]'"):
        PooledHttpClient(HttpSettings(tls=TlsSettings(os_trust_store=True)))


def test_files_that_cannot_be_used_are_refused_at_once(
    authority: Authority, tmp_path: Path
) -> None:
    """A bundle or certificate that is missing, empty or no match fails when the client is made."""
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    chain, _ = authority.client()
    foreign = Authority(tmp_path).client()[1]
    for argument, tls in (
        ("ca_bundle", TlsSettings(ca_bundle=tmp_path / "missing.pem")),
        ("ca_bundle", TlsSettings(ca_bundle=empty)),
        ("client_certificate", TlsSettings(client_certificate=tmp_path / "missing.pem")),
        ("client_certificate", TlsSettings(client_certificate=empty)),
        ("client_certificate", TlsSettings(client_certificate=chain, client_key=foreign)),
    ):
        with pytest.raises(InvalidArgument) as caught:
            PooledHttpClient(HttpSettings(tls=tls))
        assert caught.value.argument == argument


def test_settings_that_exclude_each_other_are_refused(authority: Authority) -> None:
    """Each of them names the setting that is one too many."""
    with pytest.raises(InvalidArgument, match="os_trust_store"):
        TlsSettings(ca_bundle=authority.bundle, os_trust_store=True)
    with pytest.raises(InvalidArgument, match="client_key"):
        TlsSettings(client_key=authority.bundle)
    with pytest.raises(InvalidArgument, match="context"):
        TlsSettings(context=ssl.create_default_context(), os_trust_store=True)
