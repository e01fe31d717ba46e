"""The check in front of all stores."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import InvalidBlobKey
from dagstack.resources.blobs.keys import can_start_a_key, check_key
from tests.resources.blobs.samples import APART, REFUSED

PIECES = st.sampled_from(["/", ".", "..", "a", "A", "%", "\x00", "\x85", "\ud800", "é", "😀", " "])
TEXTS = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=300))


def is_key(text: str) -> bool:
    """Say the rule again, slowly, as the specification puts it."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return False
    return (
        1 <= size <= 1024
        and not any(unicodedata.category(letter) == "Cc" for letter in text)
        and not {"", ".", ".."} & set(text.split("/"))
    )


def accepts(text: str) -> bool:
    """Whether the check lets a text pass."""
    try:
        check_key(text)
    except InvalidBlobKey:
        return False
    return True


@given(TEXTS)
def test_follows_the_rule(text: str) -> None:
    """The check and the rule agree on any text."""
    assert is_key(text) == accepts(text)


def test_follows_the_rule_on_samples() -> None:
    """The check and the rule agree on the samples."""
    assert [is_key(text) for text in (*APART, *REFUSED)] == [
        accepts(text) for text in (*APART, *REFUSED)
    ]
    assert [text for text in APART if not accepts(text)] == []
    assert [text for text in REFUSED if accepts(text)] == []


@given(TEXTS, TEXTS)
def test_knows_what_starts_a_key(beginning: str, rest: str) -> None:
    """No text that a key starts with is taken for one that starts none."""
    if is_key(beginning + rest):
        assert can_start_a_key(beginning) is True


@given(TEXTS)
def test_knows_what_starts_no_key(text: str) -> None:
    """A short text that can start a key does start one with another letter."""
    if can_start_a_key(text) and len(text.encode()) < 1024:
        assert is_key(text + "x")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "it is empty"),
        ("/a", "it begins with a slash"),
        ("a/", "it ends with a slash"),
        ("a//b", "it has an empty segment"),
        ("a/./b", "it has a segment ."),
        ("../a", "it has a segment .."),
        ("a/..", "it has a segment .."),
        ("a\nb", "it holds the control character U+000A"),
        ("a\x85", "it holds the control character U+0085"),
        ("\udc80", "it holds half a surrogate pair, which UTF-8 cannot write"),
        ("é" * 513, "it has 1026 bytes in UTF-8, and 1024 are allowed"),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_says_why(key: str, reason: str) -> None:
    """A refusal names the rule that the key breaks."""
    with pytest.raises(InvalidBlobKey) as caught:
        check_key(key)
    assert reason == caught.value.reason
