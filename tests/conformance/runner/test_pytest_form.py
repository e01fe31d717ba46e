"""Cases as tests of pytest, in a project of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from dagstack.conformance import RESULTS, read_results

CHECKOUT: Final = Path(__file__).parents[3]

CLASS: Final = """
import pytest
from dagstack.conformance.pytest import Conformance
from tests.conformance.counting.counters import GoodCounter
from tests.conformance.counting.suites import case, suite

class Off(GoodCounter):
    def add(self, amount=1, *, twice_=False):
        return super().add(amount, twice_=twice_) + 1

add = {"call": ["c", "add"], "args": {"amount": {"$ref": ["n"]}}, "returns": {"$ref": ["n"]}}
cases = suite(
    case("one_adds", add, table=[{"n": 1}, {"n": 2}]),
    case("many_share", {"call": ["c", "add"]}, needs=["shared"]),
    case("it_jumps", {"call": ["c", "add"], "returns": 2}),
)

class TestGood(Conformance):
    suite = cases
    stands_for = ["Counter"]
    lacks = {"shared": "it is alone"}
    expected_failures = {"it_jumps": "it only walks"}

    @pytest.fixture
    def subjects(self, tmp_path):
        assert tmp_path.is_dir()
        return {"Counter": GoodCounter}

class TestOff(TestGood):
    implementation = "Off by one"

    @pytest.fixture
    def subjects(self):
        return {"Counter": Off}
"""

FUNCTION: Final = """
import pytest
from dagstack.conformance.pytest import conformance
from tests.conformance.counting.counters import GoodCounter
from tests.conformance.counting.suites import case, suite

@pytest.fixture
def make_counter():
    return GoodCounter

add = {"call": ["c", "add"], "returns": {"$ref": ["n"]}}
cases = suite(case("one_adds", add, table=[{"n": 1}, {"n": 2}]))
test_counter = conformance(cases, name="Mine", Counter="make_counter", has=["shared"])
"""


def run(folder: Path, text: str, *options: str) -> tuple[int, str]:
    """Run pytest in a project with one file, with the results in ``results``."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", *options, "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), RESULTS: str(folder / "results")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_class_has_a_test_for_each_row(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """Skipped, expected and unexpected outcomes are those of pytest; results tell the same."""
    code, said = run(tmp_path, CLASS, *workers)
    assert code == 1
    for line in (
        "PASSED test_it.py::TestGood::test_case[one_adds-1]",
        "PASSED test_it.py::TestGood::test_case[one_adds-2]",
        "XFAIL test_it.py::TestGood::test_case[it_jumps] - it only walks",
        "FAILED test_it.py::TestOff::test_case[one_adds-1]",
        "FAILED test_it.py::TestOff::test_case[it_jumps]",
        "one_adds-1 (counting.yaml:11): About one_adds.\ncall c.add: expected 1, got 2\n",
        "it passes, but is to fail: it only walks",
        "shared: it is alone",
    ):
        assert line in said
    assert "conformance/steps.py" not in said
    found = read_results(tmp_path / "results")
    assert set(found) == {("counting", "Good"), ("counting", "Off by one")}
    assert [(each.case, each.row, each.outcome) for each in found["counting", "Off by one"]] == [
        ("it_jumps", 0, "unexpected_pass"),
        ("many_share", 0, "skipped"),
        ("one_adds", 1, "failed"),
        ("one_adds", 2, "failed"),
    ]


def test_a_function_needs_one_fixture(tmp_path: Path) -> None:
    """It is told by name."""
    code, said = run(tmp_path, FUNCTION)
    assert code == 1
    assert "PASSED test_it.py::test_counter[one_adds-1]" in said
    assert "FAILED test_it.py::test_counter[one_adds-2]" in said
    assert "call c.add: expected 2, got 1" in said


def test_what_does_not_fit_fails_before_any_test(tmp_path: Path) -> None:
    """All that is wrong is said when tests are collected."""
    wrong = CLASS.replace('"it is alone"}', '"it is alone", "speed": "x"}').replace(
        '{"it_jumps": "it only walks"}', '{"it_jmps": "it only walks"}'
    )
    code, said = run(tmp_path, wrong)
    assert code in {2, 4}
    assert "the suite has no capability speed" in said
    assert "the suite has no case it_jmps, which is to fail" in said
    assert "PASSED" not in said


def test_a_missing_fixture_says_so(tmp_path: Path) -> None:
    """By the name of the class."""
    without = CLASS.replace("    @pytest.fixture\n    def subjects", "    def other")
    code, said = run(tmp_path, without)
    assert code == 1
    assert "TestGood needs a fixture `subjects`" in said


def test_subjects_that_were_not_announced_fail(tmp_path: Path) -> None:
    """Because cases were chosen by those that were."""
    code, said = run(tmp_path, CLASS.replace('return {"Counter": Off}', "return {}"))
    assert code == 1
    assert "the fixture `subjects` makes [], and `stands_for` says ['Counter']" in said


def test_the_runner_needs_no_pytest() -> None:
    """Neither to be imported nor to judge."""
    script = """
import sys
sys.modules["pytest"] = None
from dagstack.conformance import Harness, judge, load
from dagstack.resources import RandomRng
outcomes = judge(load("rng"), Harness(name="R", subjects={"Rng": RandomRng}))
print({each.outcome for each in outcomes}, len(outcomes) > 20)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("{'passed'} True", "")
