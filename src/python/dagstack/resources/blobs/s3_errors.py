"""What obstore's errors say, in few words: they carry URLs, answers and debugging output.

The texts hold keys, which anybody may choose, and answers of the service, so each piece is looked
for only where it belongs, and nothing is repeated that the service wrote in free text.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

_STATUS: Final = re.compile(r"Server returned non-2xx status code: (\d{3})")
_ANSWER: Final = re.compile(
    r"non-2xx status code: \d{3} [^:]*: (.*?)\s*(?:\n\nDebug source:|\Z)", re.DOTALL
)
_CODE: Final = re.compile(r"<Code>([A-Za-z0-9]{1,64})</Code>")
_KIND: Final = re.compile(r"HttpError \{\s*kind: (\w+)")
_KINDS: Final = {
    "Connect": "it cannot be reached",
    "Timeout": "it did not answer in time",
    "Request": "the connection broke",
    "Interrupted": "the connection broke",
    "Decode": "its answer cannot be read",
}


def code_of(error: Exception, path: str) -> str | None:
    """Return the service's own name for the error, such as `NoSuchBucket`, if it gave one."""
    answer = _ANSWER.search(_without(error, path))
    code = _CODE.search(answer[1]) if answer else None
    return code[1] if code else None


def status_of(error: Exception, path: str) -> int | None:
    """Return the status of the answer that is the trouble, if there was an answer."""
    status = _STATUS.search(_without(error, path))
    return int(status[1]) if status else None


def explain(error: Exception, path: str) -> str:
    """Say what happened in a few words, without URLs, keys and credentials."""
    if status := status_of(error, path):
        code = code_of(error, path)
        return f"the service answered {_phrase(status)}" + (f" ({code})" if code else "")
    text = _without(error, path)
    if "Received redirect without LOCATION" in text:
        return "the service redirects, so the region or the endpoint is probably wrong"
    if kind := _KIND.search(text):
        return f"the service: {_KINDS.get(kind[1], 'the connection failed')}"
    if "object with invalid path" in text:
        return "the bucket holds an object whose key no blob can have, such as one with //"
    return f"the library reports {type(error).__name__}"


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _without(error: Exception, path: str) -> str:
    """Return the text without the key, which might imitate the rest of it."""
    return str(error).replace(path, "") if path else str(error)
