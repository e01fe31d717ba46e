"""Responses: headers in any case, text by its charset, JSON as UTF-8."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import HttpResponse, InvalidJson
from dagstack.resources import BufferedResponse
from dagstack.resources.http.response import HttpHeaders


def _response(content: bytes, kind: str | None = None, status: int = 200) -> BufferedResponse:
    headers = HttpHeaders({} if kind is None else {"content-type": kind})
    return BufferedResponse(status, headers, content, "https://a.test/")


def test_headers_are_found_in_any_case() -> None:
    """Names are in lower case, and looked up in any."""
    headers = HttpHeaders.of([("Content-Type", "a"), ("X-A", "1"), ("x-a", "2")])
    assert dict(headers) == {"content-type": "a", "x-a": "1, 2"}
    assert headers["CONTENT-type"] == "a"
    assert (headers.get("X-A"), headers.get("x-b"), headers.get("x-b", "-")) == ("1, 2", None, "-")
    assert "X-a" in headers
    assert "x-b" not in headers
    with pytest.raises(KeyError, match="X-B"):
        headers["X-B"]


def test_headers_do_not_change() -> None:
    """Whatever a dict offers for it is refused; a copy is free."""
    headers = HttpHeaders({"a": "1"})
    changes: list[Any] = [
        lambda: headers.__setitem__("a", "2"),
        lambda: headers.__delitem__("a"),
        lambda: headers.update({"a": "2"}),
        lambda: headers.setdefault("b", "2"),
        lambda: headers.pop("a"),
        headers.popitem,
        headers.clear,
        lambda: headers.__ior__({"a": "2"}),
    ]
    for change in changes:
        with pytest.raises(TypeError, match="do not change"):
            change()
    assert headers == {"a": "1"}
    assert pickle.loads(pickle.dumps(headers)) == copy.deepcopy(headers) == headers  # noqa: S301


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("ä".encode(), None, "ä"),
        ("ä".encode(), "text/html", "ä"),
        ("ä".encode("latin-1"), "text/html; charset=ISO-8859-1", "ä"),
        ("ä".encode("utf-16"), 'text/html;Charset="utf-16"', "ä"),
        (b"\xe4", "text/plain; charset=utf-8", "\ufffd"),
        (b"a\xe4", "text/plain; charset=us-ascii", "a\ufffd"),
        ("ä".encode(), "text/plain; charset=klingon", "ä"),
        ("ä".encode(), "text/plain; charset=hex", "ä"),
        ("ä".encode(), "text/plain; charset=idna", "ä"),
        ("ä".encode(), "text/plain; charset=unicode_escape", "ä"),
        ("ä".encode(), "text/plain; charset=undefined", "ä"),
        ("ä".encode(), "text/plain; charset=\0", "ä"),
        ("ä".encode(), "text/plain; charset=", "ä"),
        (b"\xef\xbb\xbfa", None, "a"),
        (b"\xef\xbb\xbfa", "text/plain; charset=utf-8", "a"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", None, "\ufeffa"),
        (b"", None, ""),
    ],
)
def test_text_is_decoded_by_its_charset(content: bytes, kind: str | None, text: str) -> None:
    """UTF-8 where none is named or the name is unknown, and no byte order mark."""
    assert _response(content, kind).text() == text


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        ('["ä"]'.encode(), ["ä"]),
        (b" null ", None),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ],
)
def test_json_is_read_as_utf_8(content: bytes, value: object) -> None:
    """Whatever the charset says; of equal names the last one counts."""
    response = _response(content, "application/json; charset=utf-16")
    assert response.json() == value
    assert value is None or response.json() is not response.json()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"NaN", b"[Infinity]", b"-Infinity", b"{'a': 1}", b"\xff", b"1 2", b"[1,]",
        '{"a": 1}'.encode("utf-16"), b"[" * 100_000, b"1" * 5000, b"[-1.5e999]",
    ],
    ids=range(13),
)  # fmt: skip
def test_anything_else_is_not_json(content: bytes) -> None:
    """The error has the status and the first 200 characters, with escapes."""
    with pytest.raises(InvalidJson) as caught:
        _response(content, status=500).json()
    assert caught.value.status_code == 500
    assert caught.value.excerpt.isprintable()


def test_a_response_fits_its_protocol_and_shows_no_secrets() -> None:
    """Its representation has the status and the size."""
    response = _response(b"secret")
    assert isinstance(response, HttpResponse)
    assert repr(response) == "<BufferedResponse 200, 6 bytes>"
    with pytest.raises(AttributeError):
        response.status_code = 201  # type: ignore[misc]


@given(st.binary(max_size=50), st.text(max_size=30))
def test_any_body_has_a_text(content: bytes, charset: str) -> None:
    """Decoding never fails, whatever the charset is said to be."""
    assert isinstance(_response(content, f"text/plain; charset={charset}").text(), str)
