"""What a host says about an S3 service, checked and in the words of obstore."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from dagstack.contracts import InvalidArgument, InvalidBlobKey
from dagstack.resources.blobs.keys import check_key

if TYPE_CHECKING:
    from obstore.store import S3Config


def config(*, endpoint: str | None, **given: object) -> S3Config:
    """Put together what is given; what is not is left to the environment.

    Raises:
        InvalidArgument: the endpoint is no URL of a host.
    """
    if endpoint is not None:
        given["endpoint"] = _checked_endpoint(endpoint)
    # One request for one blob may be repeated; the one that deletes many at once may not.
    words: dict[str, Any] = {"disable_bulk_delete": True}
    words |= {word: value for word, value in given.items() if value not in {None, False}}
    return cast("S3Config", words)


def _checked_endpoint(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        right = parts.hostname and parts.port != 0 and parts.scheme in {"http", "https"}
    except ValueError:
        raise InvalidArgument("endpoint", "it is not a URL") from None
    if not right:
        raise InvalidArgument("endpoint", "it is not an http or https URL")
    if parts.username is not None or parts.query or parts.fragment:
        raise InvalidArgument("endpoint", "it holds more than a host, a port and a path")
    return endpoint.rstrip("/")


def folder(prefix: str) -> str:
    """Return a prefix with the slash that ends it; the empty one stays empty.

    Raises:
        InvalidArgument: no key can begin with it.
    """
    stripped = prefix.removesuffix("/")
    if not prefix:
        return ""
    try:
        check_key(stripped)
    except InvalidBlobKey as error:
        raise InvalidArgument("prefix", error.reason) from None
    return stripped + "/"


def seconds(name: str, value: float) -> timedelta:
    """Return a positive time as obstore takes it.

    Raises:
        InvalidArgument: it is not a positive number.
    """
    if not (value > 0 and math.isfinite(value)):
        raise InvalidArgument(name, "it is not a positive number of seconds")
    return timedelta(seconds=value)
