"""What carries one request to a server and its response back: the seam below the pipeline."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.resources.http.response import HttpHeaders
    from dagstack.resources.http.validation import Target


class Failure(Enum):
    """Why there is no whole response."""

    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too large"
    MALFORMED = "malformed"


class EngineError(Exception):
    """There is no whole response. The error of the library underneath is the cause."""

    def __init__(self, failure: Failure, detail: str) -> None:
        """Make the error; ``detail`` is for people and without secrets."""
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


class Outgoing(NamedTuple):
    """A request to send, checked."""

    method: str
    """In upper case."""
    target: Target
    headers: Mapping[str, str]
    """By names in lower case; nothing that an engine adds may go against them."""
    body: bytes | None
    credentials: bool
    """Whether an engine may add credentials of its own, if it has any."""


class Received(NamedTuple):
    """A response with its whole body, decoded as its ``content-encoding`` says."""

    status: int
    headers: HttpHeaders
    body: bytes


class Engine(Protocol):
    """Sends one request over one connection, without redirects, retries and cookies.

    It is safe for concurrent use by many threads and event loops.
    """

    async def exchange(self, request: Outgoing, time_left: float) -> Received:
        """Send a request and read the whole response within ``time_left`` seconds.

        Raises:
            EngineError: There is no whole response.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections, in every loop; called once."""
        ...
