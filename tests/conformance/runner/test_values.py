"""Values: tags become objects, and objects are compared."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dagstack.conformance.live import Live
from dagstack.conformance.matching import mismatch
from dagstack.conformance.result_types import misfit, shown
from dagstack.conformance.values import Expectation, Names, fitted
from tests.conformance.counting import Entry, Mode
from tests.conformance.counting.counters import GoodCounter
from tests.conformance.counting.suites import suite

SUITE = suite()
MIDNIGHT = datetime(2026, 1, 31, tzinfo=UTC)


def evaluate(value: Any) -> Any:  # noqa: ANN401 - any value
    """Evaluate where ``n`` is 7 and ``c`` is a counter."""
    names = Names(SUITE)
    names["n"] = 7
    names["c"] = Live(GoodCounter(3), SUITE, "Counter", ("Counter",), {})
    return names.inner().evaluate(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (None, None),
        (True, True),
        (5, 5),
        ("a", "a"),
        ([1, {"$int": "18446744073709551615"}], [1, 2**64 - 1]),
        ({"a": {"$int64": "-5"}}, {"a": -5}),
        ({"$float": "1"}, 1.0),
        ({"$float": "-inf"}, -math.inf),
        ({"$utf8": "é"}, "é".encode()),
        ({"$hex": "00ff"}, b"\x00\xff"),
        ({"$repeat": [{"$utf8": "ab"}, 3]}, b"ababab"),
        ({"$repeat": ["a", {"$ref": ["n"]}]}, "aaaaaaa"),
        ({"$malformed": ["a", "b"]}, "a\ud800b"),
        ({"$datetime": "2026-01-31T00:00:00Z"}, MIDNIGHT),
        ({"$datetime": "2026-01-31T00:00:00.123456789Z"}, MIDNIGHT.replace(microsecond=123456)),
        ({"$naive": "2026-01-31T00:00:00"}, MIDNIGHT.replace(tzinfo=None)),
        ({"$duration": "1500000000"}, timedelta(seconds=1.5)),
        ({"$path": "/a/b"}, Path("/a/b")),
        ({"$enum": ["Mode", "down"]}, Mode.DOWN),
        ({"$record": ["Entry", {"name": "a", "counts": [1]}]}, Entry("a", [1])),
        ({"$ref": ["n"]}, 7),
        ({"$ref": ["c", "count"]}, 3),
        ({"$text": ["n=", {"$ref": ["n"]}, "/", {"$ref": ["c", "place"]}]}, "n=7//count"),
        ({"$text": [True, {"$utf8": "x"}]}, "truex"),
        ({"$object": {"$a": {"$ref": ["n"]}}}, {"$a": 7}),
    ],
)
def test_a_tag_becomes_what_it_stands_for(written: object, value: object) -> None:
    """Each of the tags in the description of the format."""
    found = evaluate(written)
    assert found == value
    assert type(found) is type(value)


def test_a_buffer_is_new_each_time() -> None:
    """So that one row does not change another one's."""
    one, two = (evaluate({"$buffer": {"$utf8": "a"}}) for _ in range(2))
    assert (one, type(one)) == (bytearray(b"a"), bytearray)
    assert one is not two


def test_a_tag_of_a_later_version_is_an_error() -> None:
    """It is not taken for a map."""
    with pytest.raises(ValueError, match=r"does not know the tag \$later"):
        evaluate({"$later": 1})


def test_a_place_of_paths_takes_texts() -> None:
    """And one of texts takes paths; nothing else is changed."""
    assert fitted("/a", "path") == Path("/a")
    assert fitted(Path("/a"), {"maybe": "string"}) == "/a"
    assert fitted("a", "bytes") == "a"


def check(expected: object, actual: object) -> str:
    """Compare."""
    return asyncio.run(mismatch(evaluate(expected), actual, SUITE))


@pytest.mark.parametrize(
    ("expected", "fits", "fails"),
    [
        (1, [1, 1.0], [2, True, "1", None]),
        (True, [True], [1, False, "true"]),
        (None, [None], [0, "", False]),
        ({"$float": "nan"}, [math.nan], [0.0, None]),
        ({"$utf8": "a"}, [b"a", bytearray(b"a")], [b"b", "a"]),
        ("/a", ["/a", Path("/a")], ["a", Path("/b")]),
        ([1, {"$expect": {"anything": True}}], [[1, 2]], [[2, 1], [1], [1, 2, 3], "12"]),
        ({"a": {"$expect": {"at_least": 2}}}, [{"a": 2}], [{"a": 1}, {}, {"a": 2, "b": 1}]),
        ({"$expect": {"between": [1, 2]}}, [1, 1.5, 2], [0.9, 2.1, True, "1"]),
        ({"$expect": {"at_most": 2}}, [2, -1], [3]),
        ({"$expect": {"less_than": 2}}, [1], [2]),
        (
            {"$expect": {"more_than": {"$datetime": "2026-01-31T00:00:00Z"}}},
            [MIDNIGHT + timedelta(microseconds=1)],
            [MIDNIGHT, 5],
        ),
        ({"$expect": {"length": 2}}, ["é😀", b"ab", [1, 2], {"a": 1, "b": 2}], ["a", 2]),
        ({"$expect": {"matches": "a+"}}, ["aa", Path("aa")], ["aab", "baa", 1]),
        ({"$expect": {"contains": "a"}}, ["bab", ["a"]], ["b", ["ab"], 1]),
        ({"$expect": {"contains": {"$utf8": "a"}}}, [b"bab"], [b"b"]),
        ({"$expect": {"contains": {"a": 1}}}, [{"a": 1, "b": 2}], [{"a": 2}, {"b": 1}]),
        ({"$expect": {"contains": {"$expect": {"more_than": 2}}}}, [[1, 3]], [[1, 2]]),
        ({"$expect": {"starts_with": "a"}}, ["ab"], ["ba", 1]),
        ({"$expect": {"ends_with": "a"}}, ["ba"], ["ab"]),
        (
            {"$expect": {"sorted": True}},
            [[], ["a-", "a/"], ["\ufffd", "😀"]],
            [["b", "a"], ["a", "a"], "ab"],
        ),
        ({"$expect": {"one_of": [1, "a"]}}, [1, "a"], [2]),
        (
            {"$expect": {"each": {"$expect": {"at_least": 1}}}},
            [[], [1, 2], {"a": 1}],
            [[0], {"a": 0}, 1],
        ),
        ({"$expect": {"not": 1}}, [2, True], [1]),
        ({"$expect": {"length": 1, "starts_with": "a"}}, ["a"], ["b", "ab"]),
        ({"$expect": {"same_as": "a"}}, ["a"], ["b"]),
        (
            {"$expect": {"has": {"type": "Entry", "members": {"name": "a", "counts": [1]}}}},
            [Entry("a", [1]), Entry("a", (1,))],
            [Entry("b", [1]), Entry("a", [])],
        ),
        (
            {"$expect": {"has": {"type": "Counter", "members": {"add": 4, "place": "/count"}}}},
            [GoodCounter(3)],
            [GoodCounter(4)],
        ),
    ],
)  # fmt: skip
def test_an_expectation_fits_what_it_says_and_nothing_else(
    expected: object, fits: list[object], fails: list[object]
) -> None:
    """Each operator, with what it accepts and what it refuses."""
    assert [check(expected, each) for each in fits] == [""] * len(fits)
    for each in fails:
        assert "expected" in check(expected, each), each


def test_the_same_object_is_not_only_an_equal_one() -> None:
    """Identity counts, through the runner's wrapping."""
    one, two = [1], [1]
    same = Expectation({"same_as": one})
    assert asyncio.run(mismatch(same, one, SUITE)) == ""
    assert "the same object" in asyncio.run(mismatch(same, two, SUITE))
    live = Live(one, SUITE, None, (), {})
    assert asyncio.run(mismatch(Expectation({"same_as": live}), one, SUITE)) == ""


def test_a_mismatch_says_where() -> None:
    """Within lists and maps."""
    said = check([{"a": [1, 2]}], [{"a": [1, 3]}])
    assert said == "at [0]['a'][1] expected 2, got 3"


class Text(str):
    """No plain text."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("kind", "fits", "fails"),
    [
        (None, [None], [0]),
        ("bool", [True], [1]),
        ("int", [1], [True, 1.0]),
        ("float", [1.0], [1]),
        ("string", ["a"], [Text("a"), b"a"]),
        ("bytes", [b"a"], [bytearray(b"a"), memoryview(b"a")]),
        ("datetime", [MIDNIGHT], [MIDNIGHT.replace(tzinfo=None), "2026", 0]),
        ("duration", [timedelta(0)], [0]),
        ("path", [Path("/a")], [Path("a"), "/a"]),
        ("json", [None, [{"a": [1.5, "x", True]}]], [(1,), {1: 2}, {"a": b""}, {"a": Text("a")}]),
        ("any", [object()], []),
        ({"list": "int"}, [[], [1]], [(1,), ["a"], None]),
        ({"map": ["string", "int"]}, [{"a": 1}], [{"a": "b"}, {1: 1}, []]),
        ({"maybe": "int"}, [None, 1], ["a"]),
        ({"interface": "Counter"}, [GoodCounter()], [object()]),
        ({"record": "Entry"}, [Entry("a", [])], [{"name": "a"}]),
        ({"enum": "Mode"}, [Mode.UP], ["up"]),
        ({"variable": "T"}, [object()], []),
    ],
)
def test_a_result_has_exactly_its_type(
    kind: Any,  # noqa: ANN401 - a type of the specification
    fits: list[object],
    fails: list[object],
) -> None:
    """What only behaves like it is refused."""
    assert [misfit(each, kind, SUITE) for each in fits] == [""] * len(fits)
    assert [each for each in fails if not misfit(each, kind, SUITE)] == []


def test_long_values_are_shown_in_part() -> None:
    """Beginning, length and end."""
    assert len(shown("x" * 10_000)) < 220
    assert "10002 characters" in shown("x" * 10_000)
