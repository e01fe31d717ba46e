"""What aiohttp's errors mean."""

from __future__ import annotations

import ssl

import aiohttp
from aiohttp import http_exceptions

from dagstack.resources.http.engine import Failure


def meaning(error: BaseException) -> tuple[Failure, str]:  # noqa: C901, PLR0911 - a table
    """Say what an error of aiohttp means, in words that hold nothing of the URL."""
    tls = _tls_error(error)
    if tls is not None:
        return Failure.TLS, tls
    match error:
        case aiohttp.ConnectionTimeoutError():
            return Failure.TIMEOUT, "no connection in time"
        case aiohttp.ClientProxyConnectionError():
            return Failure.CONNECTION, f"the proxy cannot be reached: {_system(error.os_error)}"
        case aiohttp.ClientHttpProxyError():
            return Failure.CONNECTION, f"the proxy answered with status {error.status}"
        case aiohttp.ClientConnectorDNSError():
            return Failure.CONNECTION, "the name of the host is not known"
        case aiohttp.ClientConnectorError():
            return Failure.CONNECTION, _system(error.os_error)
        case aiohttp.ServerDisconnectedError():
            return Failure.CONNECTION, "the server closed the connection without a response"
        case aiohttp.ClientPayloadError():
            if _cut_off(error):
                return Failure.CONNECTION, "the connection broke in the middle of the body"
            return Failure.MALFORMED, "the body is not framed as HTTP has it"
        case aiohttp.ClientResponseError():
            return Failure.MALFORMED, "it is not HTTP, or its headers are too large"
        case OSError():
            return Failure.CONNECTION, _system(error)
        case _:
            return Failure.CONNECTION, "the connection broke"


def _tls_error(error: BaseException | None) -> str | None:
    """What TLS had to say, wherever aiohttp put it."""
    seen = 0
    while error is not None and seen < 8:  # noqa: PLR2004 - no chain is longer
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            error = error.certificate_error
        elif isinstance(error, aiohttp.ClientConnectorError):
            error = error.os_error
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {error.verify_message}"
        if isinstance(error, ssl.SSLError):
            return _system(error)
        error, seen = error.__cause__ or error.__context__, seen + 1
    return None


def _system(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "the handshake failed").replace("_", " ").lower()
    if error.errno is None:
        return "the connection broke"
    return (error.strerror or "the connection broke").partition("[")[0].strip() or "no connection"


def _cut_off(error: aiohttp.ClientPayloadError) -> bool:
    """Whether the body is not wrong but short."""
    cause = error.__cause__
    return isinstance(cause, http_exceptions.ContentLengthError) or "Not enough data" in str(error)
