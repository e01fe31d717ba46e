"""What a host settles once about its HTTP client: frozen settings, checked when they are made."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dagstack.contracts import InvalidArgument
from dagstack.resources.http.retry import RetryPolicy
from dagstack.resources.http.validation import checked_headers, parse_url

if TYPE_CHECKING:
    import os
    import ssl
    from collections.abc import Mapping

    from dagstack.resources.http.validation import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTimeouts:
    """How long each phase of a request may take, in seconds; each more than zero.

    Attributes:
        connect: To get a connection: waiting for a free one, looking up the name, TCP and TLS.
        send: Between two pieces of the request's body that the server takes.
        receive: Between two pieces of the response that arrive, the first one included.
        total: The whole call: all attempts, all redirects and the waits between them.

    Raises:
        InvalidArgument: A limit is not a finite number above zero.
    """

    connect: float = 10.0
    send: float = 30.0
    receive: float = 30.0
    total: float = 60.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("connect", "send", "receive", "total"):
            value: float = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidArgument(name, f"{value!r} is not a number of seconds above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """How much the client may use at a time.

    Attributes:
        connections: Open connections at most, in each event loop that uses the client.
        connections_per_host: Of these to one scheme, host and port at most.
        idle: Seconds after which an unused connection is closed.
        body_bytes: Size of a response's body at most, after decompression too.

    Raises:
        InvalidArgument: A limit is not above zero.
    """

    connections: int = 100
    connections_per_host: int = 100
    idle: float = 15.0
    body_bytes: int = 32 * 1024 * 1024

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in ("connections", "connections_per_host", "idle", "body_bytes"):
            value: float = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidArgument(name, f"{value!r} is not above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectPolicy:
    """Which redirects are followed.

    Attributes:
        limit: How many at most for one call; with 0 a redirect is a response like any other.
        allow_downgrade: Whether one may lead from https to http.
        credential_headers: Names of headers, besides ``authorization``, ``cookie`` and
            ``proxy-authorization``, that no other origin may see.

    Raises:
        InvalidArgument: ``limit`` is negative.
    """

    limit: int = 10
    allow_downgrade: bool = False
    credential_headers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the number."""
        if self.limit < 0:
            raise InvalidArgument("limit", f"{self.limit!r} is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings:
    """Whom the client trusts, and who it says it is.

    Without any, it trusts what OpenSSL trusts on this machine. Certificates and host names are
    always verified, with TLS 1.2 or later; whoever needs anything else brings a ``context``.

    Attributes:
        ca_bundle: A PEM file of certificate authorities, trusted instead of the machine's.
        os_trust_store: Ask the operating system's own trust store; needs the extra ``http``.
        client_certificate: A PEM file with the client's certificate chain.
        client_key: A PEM file with its key, where that is another file.
        client_key_password: What opens the key.
        context: A context of the host's own, used as it is; excludes all others.

    Raises:
        InvalidArgument: Two of them exclude each other.
    """

    ca_bundle: str | os.PathLike[str] | None = None
    os_trust_store: bool = False
    client_certificate: str | os.PathLike[str] | None = None
    client_key: str | os.PathLike[str] | None = None
    client_key_password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        """Check that they go together."""
        if self.ca_bundle is not None and self.os_trust_store:
            raise InvalidArgument("os_trust_store", "excludes ca_bundle: trust one or the other")
        if self.client_key is not None and self.client_certificate is None:
            raise InvalidArgument("client_key", "needs a client_certificate")
        others = self.ca_bundle or self.os_trust_store or self.client_certificate
        if self.context is not None and others:
            raise InvalidArgument("context", "excludes the other settings of TLS")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """A proxy for all requests. The environment's ``HTTP_PROXY`` and the like are never read.

    Attributes:
        url: Where it is, http or https, with user and password if it asks for them.
        bypass: Hosts that are reached directly: a name means itself, one that begins with a dot
            all names that end in it; in any case, kept in lower case.

    Raises:
        InvalidUrl: ``url`` is not an absolute http or https URL.
    """

    url: str = field(repr=False)
    bypass: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the URL, and keep names of hosts as URLs have them."""
        parse_url(self.url)
        object.__setattr__(self, "bypass", frozenset(name.lower() for name in self.bypass))

    def serves(self, target: Target) -> bool:
        """Whether a request goes through the proxy."""
        host = target.host
        return not any(
            host == name or (name.startswith(".") and host.endswith(name)) for name in self.bypass
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """All that a host settles about its client; every part has a default fit for production.

    Attributes:
        headers: Sent with every request, unless the call has one of the same name.
        timeouts: How long things may take.
        limits: How much may be used.
        retry: When a request is tried again.
        redirects: Which are followed.
        tls: Whom to trust.
        proxy: Through which to go.

    Raises:
        InvalidHeader: ``headers`` holds a name or a value that cannot be sent.
    """

    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    timeouts: HttpTimeouts = field(default_factory=HttpTimeouts)
    limits: HttpLimits = field(default_factory=HttpLimits)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    redirects: RedirectPolicy = field(default_factory=RedirectPolicy)
    tls: TlsSettings = field(default_factory=TlsSettings)
    proxy: ProxySettings | None = None

    def __post_init__(self) -> None:
        """Check the headers, and keep a copy that nobody else can change."""
        checked_headers(self.headers)
        object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))
