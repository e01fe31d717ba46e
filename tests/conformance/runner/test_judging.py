"""Cases: what passes, what fails in which words, what is skipped, and what is refused."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.conformance import Harness, Outcome, judge, load
from dagstack.conformance.documents import Suite
from tests.conformance.counting import OutOfRange
from tests.conformance.counting.counters import GoodCounter, harness
from tests.conformance.counting.suites import ABOUT, PACKAGE, TABLES, case, suite

if TYPE_CHECKING:
    from pathlib import Path

    from dagstack.conformance import ByHand

ADD: dict[str, Any] = {"call": ["c", "add"]}


def reason(one: dict[str, Any], made: Harness | None = None) -> str:
    """Judge one case; say why it failed, without its title, or nothing."""
    (outcome,) = judge(suite(one), made or harness())
    assert outcome.outcome in {"passed", "failed"}
    title, _, said = outcome.reason.partition("\n")
    assert not title or title.startswith(f"{one['name']} (counting.yaml:")
    return said


PASSING: list[list[dict[str, Any]]] = [
    [{**ADD, "returns": 1}, {**ADD, "args": {"amount": 4}, "returns": 5}],
    [{**ADD, "args": {"amount": 2, "twice": True}, "as": "n"}, {"check": {"$ref": ["n"]}, "is": 4}],
    [{**ADD, "args": {"amount": -1}, "raises": {"error": "OutOfRange", "fields": {}}}],
    [{**ADD, "args": {"amount": -1}, "raises": {"error": "CountingError", "fields": {}}}],
    [
        {
            **ADD,
            "args": {"amount": -1},
            "raises": {
                "error": "OutOfRange",
                "fields": {"amount": -1, "tags": ["negative"], "message": "-1 is out of range"},
            },
        }
    ],
    [
        {
            **ADD,
            "args": {"amount": -1},
            "raises": {"error": "Failures", "fields": {"messages": ["-1 is out of range"]}},
        }
    ],
    [{"read": ["c", "count"], "returns": 0}, {"read": ["c", "place"], "returns": "/count"}],
    [{"call": ["c", "reset"], "args": {"to": 5}}, {"read": ["c", "count"], "returns": 5}],
    [
        {"call": ["c", "next"], "as": "other"},
        {"call": ["other", "add"], "returns": 1},
        {"read": ["c", "count"], "returns": 0},
    ],
    [{"call": ["c", "fork"], "as": "other"}, {"call": ["other", "reset"]}],
    [
        {"make": {"subject": "Counter", "options": {"start": 3}}, "as": "d"},
        {"call": ["d", "add"], "returns": 4},
        {"call": ["d", "close"]},
    ],
    [
        {"start": ["c", "wait"], "args": {"count": 2}, "as": "two"},
        {"start": ["c", "wait"], "args": {"count": 1}, "as": "one"},
        {"pending": ["one", "two"]},
        ADD,
        {"wait": "one"},
        {"pending": ["two"]},
        ADD,
        {"wait": "two"},
        {"ended": ["one", "two"]},
    ],
    [
        {"start": ["c", "wait"], "args": {"count": 2}, "as": "two"},
        {"cancel": "two"},
        {"wait": "two", "raises": {"error": "Cancelled", "fields": {}}},
    ],
    [{"start": ["c", "wait"], "args": {"count": 2}, "as": "never"}],
    [
        {"let": [["data", {"$buffer": {"$utf8": "ab"}}], ["same", {"$utf8": "ab"}]]},
        {"check": {"$ref": ["data"]}, "is": {"$ref": ["same"]}},
        {"overwrite": {"$ref": ["data"]}},
        {"check": {"$ref": ["data"]}, "is": {"$expect": {"not": {"$ref": ["same"]}}}},
        {"overwrite": {"$ref": ["same"]}},
    ],
    [
        {
            "for": "n",
            "in": {"from": 1, "to": 3},
            "do": [{"line": 20, **ADD, "args": {"amount": {"$ref": ["n"]}}}],
        },
        {"for": "n", "in": [4, 5], "do": [{"line": 21, **ADD, "args": {"amount": 1}}]},
        {"read": ["c", "count"], "returns": 8},
    ],
    [
        {"together": "n", "in": {"from": 1, "to": 8}, "do": [{"line": 20, **ADD}] * 50},
        {"read": ["c", "count"], "returns": 400},
    ],
    [
        {
            "branches": [
                [{"line": 20, "call": ["c", "wait"], "args": {"count": 1}}],
                [{"line": 21, **ADD}],
            ]
        },
    ],
]


@pytest.mark.parametrize("number", range(len(PASSING)))
def test_a_good_implementation_passes(number: int) -> None:
    """Each step and block, as the case says."""
    assert reason(case("counting", *PASSING[number])) == ""


FAILING: list[tuple[str, list[dict[str, Any]]]] = [
    ("call c.add: expected 2, got 1", [{**ADD, "returns": 2}]),
    (
        "call c.add: it failed with OutOfRange: -1 is out of range\n  File",
        [{**ADD, "args": {"amount": -1}}],
    ),
    (
        "call c.add: expected OutOfRange, got 1",
        [{**ADD, "raises": {"error": "OutOfRange", "fields": {}}}],
    ),
    (
        "call c.add: OutOfRange at .amount expected 1, got -1",
        [
            {
                **ADD,
                "args": {"amount": -1},
                "raises": {"error": "OutOfRange", "fields": {"amount": 1}},
            }
        ],
    ),
    (
        "call c.add: expected a cancellation, got OutOfRange",
        [{**ADD, "args": {"amount": -1}, "raises": {"error": "Cancelled", "fields": {}}}],
    ),
    ("read c.count: expected 1, got 0", [{"read": ["c", "count"], "returns": 1}]),
    (
        "pending nap: nap ended already",
        [
            {"start": ["c", "wait"], "args": {"count": 0}, "as": "nap"},
            {"pending": ["nap"]},
        ],
    ),
    (
        "ended nap: nap did not end yet",
        [{"start": ["c", "wait"], "args": {"count": 9}, "as": "nap"}, {"ended": ["nap"]}],
    ),
    (
        "ended two, one: expected them to end in this order, got one, two",
        [
            {"start": ["c", "wait"], "args": {"count": 1}, "as": "one"},
            {"start": ["c", "wait"], "args": {"count": 2}, "as": "two"},
            ADD,
            {"wait": "one"},
            ADD,
            {"wait": "two"},
            {"ended": ["two", "one"]},
        ],
    ),
    ("check: expected 2, got 1", [{"let": [["n", 1]]}, {"check": {"$ref": ["n"]}, "is": 2}]),
    (
        "call c.add: expected 9, got",
        [{"together": "n", "in": [1, 2], "do": [{"line": 20, **ADD, "returns": 9}]}],
    ),
    (
        "call c.add: expected 9, got 1",
        [
            {
                "branches": [
                    [{"line": 20, "call": ["c", "wait"], "args": {"count": 99}}],
                    [{"line": 21, **ADD, "returns": 9}],
                ]
            }
        ],
    ),
]


@pytest.mark.parametrize("number", range(len(FAILING)))
def test_what_differs_fails_and_says_so(number: int) -> None:
    """Each expectation of a step has been seen failing; others that wait are not waited for."""
    said, steps = FAILING[number]
    assert reason(case("counting", *steps)).startswith(said)


def test_a_failure_in_a_block_names_the_turn() -> None:
    """By the name and the item of each block."""
    add = {"line": 21, **ADD, "returns": 1}
    inner = {"line": 20, "for": "m", "in": ["a"], "do": [add]}
    said = reason(case("counting", {"for": "n", "in": {"from": 4, "to": 5}, "do": [inner]}))
    assert said == "call c.add: expected 1, got 2\nwhere m is 'a'\nwhere n is 5"


def test_a_failure_names_case_row_line_and_nothing_of_the_runner() -> None:
    """What went wrong in the code under test is shown with its own lines alone."""

    class Broken(GoodCounter):
        def add(self, amount: int = 1, *, twice_: bool = False) -> int:
            return self._deeper(amount * (2 if twice_ else 1))

        def _deeper(self, amount: int) -> int:
            raise ZeroDivisionError(f"{amount} is too much")

    table = [{"n": 1}, {"n": 2}]
    one = case("counting", ADD, {**ADD, "args": {"amount": {"$ref": ["n"]}}}, table=table)
    first, second = judge(suite(one), harness(Broken))
    lines = second.reason.splitlines()
    assert lines[0] == "counting-2 (counting.yaml:11): About counting."
    assert lines[1] == "call c.add: it failed with ZeroDivisionError: 1 is too much"
    assert [line.split(", in ")[1] for line in lines if " in " in line] == ["add", "_deeper"]
    assert "dagstack/conformance" not in second.reason
    assert (first.case, first.row, first.outcome) == ("counting", 1, "failed")


class Wrong(GoodCounter):
    """Counts in other types."""

    kind: Any = float

    def add(self, amount: int = 1, *, twice_: bool = False) -> int:
        """Return something else than an integer."""
        wrong: int = self.kind(super().add(amount, twice_=twice_))
        return wrong


def test_a_result_of_another_type_fails_even_if_it_is_equal() -> None:
    """Also where the case expects nothing of it."""
    said = "call c.add: the result has the wrong type: float 1.0 is not exactly int"
    assert reason(case("counting", ADD), harness(Wrong)) == said


def test_what_is_async_has_to_be_awaitable() -> None:
    """And what is not must not be."""

    class Eager(GoodCounter):
        def wait(self, count: int) -> Any:  # noqa: ANN401
            del count

    class Lazy(GoodCounter):
        async def add(self, amount: int = 1, *, twice_: bool = False) -> int:  # type: ignore[override]
            return super().add(amount, twice_=twice_)

    wait = {"call": ["c", "wait"], "args": {"count": 0}}
    assert "has the effect async, and returned None" in reason(case("a", wait), harness(Eager))
    assert "has the effect instant, and returned" in reason(case("a", ADD), harness(Lazy))


# Bodies by hand


def test_a_body_of_the_harness_is_executed() -> None:
    """It gets what the case is given, and what fails in it fails the case."""
    seen: list[object] = []

    def good(by_hand: ByHand) -> None:
        seen.append(by_hand["c"])

    async def bad(by_hand: ByHand) -> None:
        other = await by_hand.make("Counter", start=4)
        by_hand.expect(other.count == 5, f"it began at {other.count}")

    one = case("counting", by_hand="Look at it.")
    assert reason(one, harness(by_hand={"counting": good})) == ""
    assert isinstance(seen[0], GoodCounter)
    assert reason(one, harness(by_hand={"counting": bad})) == "it began at 4"
    said = reason(one, harness(by_hand={"counting": lambda _: pytest.fail("no")}))
    assert said.startswith("it failed with Failed: no")


def test_a_case_without_a_body_fails() -> None:
    """It is not forgotten."""
    said = reason(case("counting", by_hand="Look at it."))
    assert said == "no body; it has to do this by hand: Look at it."


# What is not executed, and what is expected to fail


def test_a_case_for_another_subject_is_not_the_harness_own() -> None:
    """Neither one that makes it in a block."""
    foreign = {"line": 12, "make": {"subject": "Foreign", "options": {}}}
    within = case("within", {"for": "n", "in": [1], "do": [foreign]})
    given = case("given", given=[{"name": "f", "subject": "Foreign", "options": {}}])
    own = case("own", ADD)
    assert judge(suite(within, given, own), harness()) == [Outcome("own", 0, "passed")]


def test_a_case_that_needs_what_is_lacking_is_skipped_with_the_reason() -> None:
    """Of the suite, or of the language if the implementation lacks it all the same."""
    one, two = case("one", ADD, needs=["shared"]), case("two", ADD, needs=["threads"])
    lacking = harness(has=[], lacks={"shared": "it is alone", "threads": "it is shy"})
    assert judge(suite(one, two), lacking) == [
        Outcome("one", 0, "skipped", "shared: it is alone"),
        Outcome("two", 0, "skipped", "threads: it is shy"),
    ]
    assert [each.outcome for each in judge(suite(one, two), harness())] == ["passed", "passed"]


def test_an_expected_failure_must_fail() -> None:
    """A whole case, or one row of it; a pass is as bad as a failure."""
    one = case("one", {**ADD, "returns": {"$ref": ["n"]}}, table=[{"n": 1}, {"n": 2}])
    by_row = judge(suite(one), harness(expected_failures={"one-2": "it counts badly"}))
    assert by_row == [
        Outcome("one", 1, "passed"),
        Outcome("one", 2, "expected_failure", "it counts badly"),
    ]
    by_case = judge(suite(one), harness(expected_failures={"one": "it counts badly"}))
    assert [each.outcome for each in by_case] == ["unexpected_pass", "expected_failure"]
    assert [each.good for each in by_case] == [False, True]


def test_a_harness_that_does_not_fit_is_refused_before_anything_is_made() -> None:
    """What it is told is tried in ``tests/harnesses``."""
    made: list[object] = []
    wrong = Harness(
        name="Wrong",
        subjects={"Counter": lambda **_: made.append(1), "Conter": GoodCounter},
        lacks={"shared": "it is alone"},
    )
    with pytest.raises(ValueError, match="Wrong cannot be put before the suite counting"):
        judge(suite(case("counting", ADD)), wrong)
    assert made == []


def test_what_cannot_be_made_or_closed_is_said_so() -> None:
    """The harness is to blame, not the implementation."""
    shut = case("shut", {"call": ["c", "close"], "args": {}})
    (nothing,) = judge(suite(shut), harness(subjects={"Counter": lambda **_: None}))
    assert "the factory of Counter returned None" in nothing.reason
    (open_,) = judge(suite(shut), harness(subjects={"Counter": lambda **_: object()}))
    assert (
        "object has neither aclose nor close: give the harness an action Counter.close"
        in open_.reason
    )


# The end


def test_all_that_was_made_is_closed_in_the_end() -> None:
    """Whatever happened; a harness says how, or the object has a method."""
    made: list[GoodCounter] = []

    def make(start: int) -> GoodCounter:
        made.append(GoodCounter(start))
        return made[-1]

    more = {"make": {"subject": "Counter", "options": {"start": 1}}, "as": "d"}
    judge(suite(case("one", more), case("two", more, {**ADD, "returns": 9})), harness(make))
    assert [each.closed for each in made] == [1, 1, 1, 1]
    closed: list[object] = []
    judge(suite(case("one", ADD)), harness(make, actions={"Counter.close": closed.append}))
    assert (len(closed), made[-1].closed) == (1, 0)


def test_what_cannot_be_closed_fails_the_case() -> None:
    """If nothing failed before."""

    class Stuck(GoodCounter):
        async def aclose(self) -> None:
            raise OSError("it is stuck")

    assert "closing Counter in the end failed with OSError: it is stuck" in reason(
        case("one", ADD), harness(Stuck)
    )
    assert "expected 9" in reason(case("one", {**ADD, "returns": 9}), harness(Stuck))


def test_what_cannot_be_made_fails_the_case() -> None:
    """And the next ones go on."""

    def make(start: int) -> GoodCounter:
        raise OutOfRange(start)

    first, second = judge(suite(case("one", ADD), case("two", ADD)), harness(make))
    assert "it failed with OutOfRange: 0 is out of range" in first.reason
    assert second.outcome == "failed"


def test_a_factory_may_be_asynchronous() -> None:
    """It runs in the loop of the case."""

    async def make(start: int) -> GoodCounter:
        await asyncio.sleep(0)
        return GoodCounter(start)

    assert reason(case("one", ADD), harness(make)) == ""


@pytest.mark.parametrize("blocking", [False, True])
def test_a_case_that_takes_too_long_fails(*, blocking: bool) -> None:
    """Whether it waits in its loop or blocks it, the others go on."""
    over = threading.Event()

    class Slow(GoodCounter):
        async def wait(self, count: int) -> None:
            if count and blocking:
                over.wait(30)
            elif count:
                await asyncio.sleep(30)

    cases = [case(f"wait_{n}", {"call": ["c", "wait"], "args": {"count": n}}) for n in (1, 0)]
    before = time.monotonic()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dagstack.conformance.judging._GRACE", 0.1)
            slow, fast = judge(suite(*cases), harness(Slow), limit=0.8)
    finally:
        over.set()
    assert time.monotonic() - before < 10
    assert (slow.outcome, fast.outcome) == ("failed", "passed")
    assert "it took longer than 0.8 s" in slow.reason
    assert ("over.wait(30)" in slow.reason) is blocking


def test_a_timeout_of_the_implementation_is_a_failure_like_others() -> None:
    """It is not taken for the runner's own."""

    class Impatient(GoodCounter):
        async def wait(self, count: int) -> None:
            raise TimeoutError(f"no {count}")

    said = reason(case("a", {"call": ["c", "wait"], "args": {"count": 0}}), harness(Impatient))
    assert said.startswith("call c.wait: it failed with TimeoutError: no 0")


def test_each_row_has_a_folder_of_its_own() -> None:
    """For a harness that is made anew for each."""
    folders: list[Path] = []

    def make(folder: Path) -> Harness:
        assert [*folder.iterdir()] == []
        (folder / "file").touch()
        folders.append(folder)
        return harness()

    one = case("one", ADD, table=[{}, {}])
    assert [each.outcome for each in judge(suite(one), make)] == ["passed", "passed"]
    assert len(set(folders)) == 3
    assert not any(folder.exists() for folder in folders)


# Documents


def test_a_document_of_another_version_is_refused() -> None:
    """With what to do about it."""
    with pytest.raises(ValueError, match="has format 2, and this runner reads 1: install"):
        Suite({**TABLES, "format": 2})


def test_a_suite_that_is_not_there_is_refused_with_those_that_are() -> None:
    """By name."""
    with pytest.raises(LookupError, match=r"no suite blobs; its suites are: blob_store, clock"):
        load("blobs")


def test_a_class_that_is_not_there_is_named() -> None:
    """It takes a package that fits the suite, and a suite that speaks of it."""
    found = suite()
    with pytest.raises(LookupError, match=r"counting\.yaml speaks of no Missing"):
        found.type_of("errors", "Missing")
    errors = {"Missing": {"name": "Missing", "home": PACKAGE, "fields": {}}}
    found = Suite({**TABLES, **ABOUT, "errors": errors, "cases": []})
    with pytest.raises(LookupError, match=f"{PACKAGE} has no class Missing, which counting"):
        found.type_of("errors", "Missing")
