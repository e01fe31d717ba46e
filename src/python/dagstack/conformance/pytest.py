"""Makes each case of a suite a test of pytest.

As a class, with a fixture that gives what makes the implementation::

    class TestMyStore(BlobStoreConformance):
        lacks = {"shared": "it lives in memory", "content_types": "…", "kill": "…"}

        @pytest.fixture
        def make(self, tmp_path):
            return lambda: MyStore(tmp_path)

Or as one line, where such a fixture is at hand::

    test_my_store = conformance("blob_store", BlobStore="make_my_store", lacks={…})

Nothing is registered with pytest by importing this module.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import pytest

from dagstack.conformance.documents import CONTRACTS, Suite, load
from dagstack.conformance.harness import (
    Action,
    Body,
    Factory,
    Harness,
    applicable,
    check,
    row_id,
)
from dagstack.conformance.judging import judge_row
from dagstack.conformance.outcomes import RESULTS, Outcome, write_results

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

Subjects: TypeAlias = "Mapping[str, Factory]"
"""How each subject is made, by name."""

_outcomes: dict[tuple[str, str], list[Outcome]] = {}
"""What this process has judged so far, by suite and implementation."""

_load = cache(load)


class Conformance:
    """The cases of any suite, as tests of a subclass whose name begins with ``Test``.

    A subclass says which suite, for which subjects it stands, and gives a fixture ``subjects``.
    """

    suite: ClassVar[str | Suite]
    """The suite, or its name in ``package``."""

    package: ClassVar[str] = CONTRACTS
    """The generated package that has the suite."""

    implementation: ClassVar[str] = ""
    """The name in results and messages; without one that of the class, ``Test`` left out."""

    stands_for: ClassVar[Sequence[str]] = ()
    """The subjects that the fixture ``subjects`` makes."""

    has: ClassVar[Collection[str]] = ()
    """The capabilities of the suite that the implementation has."""

    lacks: ClassVar[Mapping[str, str]] = {}
    """Those that it lacks, each with a reason."""

    expected_failures: ClassVar[Mapping[str, str]] = {}
    """Why cases, or rows of them, fail. One that passes fails the test."""

    by_hand: ClassVar[Mapping[str, Body]] = {}
    """Bodies of cases that are done by hand, in place of those of the runner."""

    @pytest.fixture
    def subjects(self) -> Subjects:
        """Give what makes each of the subjects that the class stands for."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `subjects`")

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Give the actions that the objects have no method for, such as ``FrozenClock.advance``."""
        return {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each row of the cases that concern the implementation."""
        if "conformance_row" in metafunc.fixturenames:
            kind = type(self)
            suite = kind.suite if isinstance(kind.suite, Suite) else _load(kind.suite, kind.package)
            _parametrize(metafunc, suite, self._harness(dict.fromkeys(kind.stands_for, _never), {}))

    def test_case(
        self,
        conformance_row: Row,
        subjects: Subjects,
        actions: Mapping[str, Action],
    ) -> None:
        """Show one row of one case."""
        if set(subjects) != set(self.stands_for):
            pytest.fail(
                f"the fixture `subjects` makes {sorted(subjects)}, and `stands_for` "
                f"says {sorted(self.stands_for)}",
                pytrace=False,
            )
        _show(conformance_row, self._harness(subjects, actions))

    def _harness(self, subjects: Subjects, actions: Mapping[str, Action]) -> Harness:
        return Harness(
            name=self.implementation or type(self).__name__.removeprefix("Test"),
            subjects=subjects,
            has=self.has,
            lacks=self.lacks,
            actions=actions,
            by_hand=self.by_hand,
            expected_failures=self.expected_failures,
        )


class _OneSubject(Conformance):
    """A suite with one subject that every implementation stands for."""

    @pytest.fixture
    def make(self) -> Factory:
        """Give what makes the implementation, fresh in each case."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture `make`")

    @pytest.fixture
    def subjects(self, make: Factory) -> Subjects:
        """Make all subjects alike."""
        return dict.fromkeys(self.stands_for, make)


class BlobStoreConformance(_OneSubject):
    """What every blob store must show."""

    suite: ClassVar[str | Suite] = "blob_store"
    stands_for: ClassVar[Sequence[str]] = ("BlobStore",)


class ClockConformance(_OneSubject):
    """What every clock must show; one that is a ``Sleeper``, too, adds that to ``stands_for``."""

    suite: ClassVar[str | Suite] = "clock"
    stands_for: ClassVar[Sequence[str]] = ("Clock",)


class HttpClientConformance(_OneSubject):
    """What every HTTP client must show without a connection."""

    suite: ClassVar[str | Suite] = "http_client"
    stands_for: ClassVar[Sequence[str]] = ("HttpClient",)


class RngConformance(_OneSubject):
    """What every source of randomness must show."""

    suite: ClassVar[str | Suite] = "rng"
    stands_for: ClassVar[Sequence[str]] = ("Rng",)


class TempDirConformance(_OneSubject):
    """What every temporary directory must show; ``make`` takes the option ``parent``."""

    suite: ClassVar[str | Suite] = "tmpdir"
    stands_for: ClassVar[Sequence[str]] = ("TempDir",)


class RegistryConformance(Conformance):
    """What the registry of every host must show, with a seeded source to hand out."""

    suite: ClassVar[str | Suite] = "registry"
    stands_for: ClassVar[Sequence[str]] = ("Registry", "DeterministicRng")


class Row:
    """One row of one case, as a parameter of a test."""

    def __init__(self, suite: Suite, case: str, row: int) -> None:
        self.suite = suite
        self.case = next(each for each in suite.cases if each.name == case)
        self.row = row

    def __repr__(self) -> str:
        """Name the row."""
        return row_id(self.case, self.row)


def conformance(  # noqa: PLR0913 - the fields of a harness
    suite: str | Suite,
    *,
    name: str,
    package: str = CONTRACTS,
    has: Collection[str] = (),
    lacks: Mapping[str, str] | None = None,
    actions: Mapping[str, Action] | None = None,
    by_hand: Mapping[str, Body] | None = None,
    expected_failures: Mapping[str, str] | None = None,
    **subjects: str,
) -> Callable[..., None]:
    """Make a test function of a suite; assign it to a name that begins with ``test_``.

    Args:
        suite: The suite, or its name in ``package``.
        name: The name of the implementation.
        package: The generated package that has the suite.
        has: The capabilities of the suite that the implementation has.
        lacks: Those that it lacks, each with a reason.
        actions: What the objects have no method for.
        by_hand: Bodies of cases that are done by hand.
        expected_failures: Why cases, or rows of them, fail.
        subjects: The subjects that the implementation stands for: for each the name of the fixture
            that gives what makes it.

    Raises:
        ValueError: what is said does not fit the suite.
    """
    found = suite if isinstance(suite, Suite) else _load(suite, package)

    def harness(factories: Subjects) -> Harness:
        return Harness(
            name=name,
            subjects=factories,
            has=has,
            lacks=lacks or {},
            actions=actions or {},
            by_hand=by_hand or {},
            expected_failures=expected_failures or {},
        )

    rows = _rows(found, harness(dict.fromkeys(subjects, _never)))

    @pytest.mark.parametrize("conformance_row", rows, ids=repr)
    def test(conformance_row: Row, request: pytest.FixtureRequest) -> None:
        """Show one row of one case."""
        factories = {each: request.getfixturevalue(subjects[each]) for each in subjects}
        _show(conformance_row, harness(factories))

    return test


def _never(**_: object) -> Any:  # noqa: ANN401 - stands for any object
    raise AssertionError("tests are collected, and nothing is made")


def _rows(suite: Suite, harness: Harness) -> list[Row]:
    check(suite, harness)
    return [Row(suite, case.name, row) for case in applicable(suite, harness) for row in case.rows]


def _parametrize(metafunc: pytest.Metafunc, suite: Suite, harness: Harness) -> None:
    try:
        rows = _rows(suite, harness)
    except ValueError as error:
        raise pytest.Collector.CollectError(str(error)) from None
    metafunc.parametrize("conformance_row", rows, ids=repr)


def _show(row: Row, harness: Harness) -> None:
    """Judge a row, note what came of it, and tell pytest."""
    try:
        check(row.suite, harness)  # by now with its actions
    except ValueError as error:
        pytest.fail(str(error), pytrace=False)
    outcome = judge_row(row.suite, harness, row.case, row.row)
    _note(row.suite, harness, outcome)
    if not outcome.good:
        pytest.fail(outcome.reason, pytrace=False)
    if outcome.outcome == "skipped":
        pytest.skip(outcome.reason)
    if outcome.outcome == "expected_failure":
        pytest.xfail(outcome.reason)


def _note(suite: Suite, harness: Harness, outcome: Outcome) -> None:
    """Write what this process knows by now, if results are wanted."""
    folder = os.environ.get(RESULTS)
    if not folder:
        return
    known = _outcomes.setdefault((suite.name, harness.name), [])
    known.append(outcome)
    # Each worker of pytest-xdist has a file of its own, for a part of the rows.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    write_results(folder, suite.name, harness.name, known, part=worker)
