"""The bench works, and what it compares is comparable."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.bench import __main__ as bench
from tests.bench import catalogue, measure, resources
from tests.bench.row import CALLS, Row, bare
from tests.projects import Project

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 3


@pytest.fixture
def thrift() -> str:
    """Thrift's compiler, which is no part of what `make setup` installs."""
    found = shutil.which("thrift")
    if found is None:
        pytest.skip(bench.WITHOUT_THRIFT)
    return found


def test_the_generator_takes_the_catalogue(tmp_path: Path) -> None:
    """Its specs have no findings, so that a run measures the generator and not the printers."""
    catalogue.write_specs(tmp_path / "project", SIZE)
    project = Project(tmp_path / "project")

    runs = [project.run(command) for command in ("generate", "check")]

    assert [(run.code, run.out, run.err if "warning" in run.err else "") for run in runs] == [
        (0, "", ""),
        (0, "", ""),
    ]


def test_the_catalogue_is_as_large_as_said(tmp_path: Path) -> None:
    """It has five methods of two params for each interface, an error, a record; all documented."""
    catalogue.write_specs(tmp_path / "project", SIZE)

    texts = [place.read_text("utf-8") for place in (tmp_path / "project/spec").iterdir()]

    assert [_counts(yaml.safe_load(text)) for text in texts] == [(1, 5, 10, 5, 2)] * SIZE


def _counts(spec: dict[str, Any]) -> tuple[int, ...]:
    methods = [
        method for each in spec["interfaces"].values() for method in each["methods"].values()
    ]
    params = [param for method in methods for param in method["params"].values() if param["doc"]]
    fields = [
        [field for each in spec[kind].values() for field in each["fields"].values() if field["doc"]]
        for kind in ("records", "errors")
    ]
    return len(spec["interfaces"]), len(methods), len(params), *map(len, fields)


@pytest.mark.parametrize("source", [catalogue.ONE_FILE, catalogue.MANY_FILES])
def test_thrift_takes_the_catalogue(tmp_path: Path, thrift: str, source: str) -> None:
    """Thrift has nothing to say about it, as one file or as many."""
    catalogue.write_thrift(tmp_path / "specs", SIZE)

    done = subprocess.run(
        [thrift, "-strict", "-r", "--gen", "py", "-o", tmp_path, tmp_path / "specs" / source],
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def one_row() -> list[Row]:
    """A comparison that takes no time."""
    nothing = bare("None")
    return [Row("a call of nothing", nothing, nothing, 100, CALLS)]


@pytest.mark.slow
def test_it_prints_tables_without_thrift(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Thrift is missing, the generator's own figures come, and how to get the ratios."""

    def found_nowhere(_: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", found_nowhere)
    monkeypatch.setattr(resources, "GROUPS", (one_row,))

    code = bench.main(["--sizes", "2", "--repetitions", "1"])

    printed = capsys.readouterr().out
    assert (code, printed.count("CPU s"), printed.count("| check ")) == (0, 2, 2)
    assert bench.WITHOUT_THRIFT in printed
    assert "| a call of nothing | " in printed
    assert "| 100: met |" in printed


@pytest.mark.slow
@pytest.mark.usefixtures("thrift")
def test_it_prints_ratios_to_thrift(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Thrift is there, its rows and the ratios to it come."""
    monkeypatch.setattr(resources, "GROUPS", (one_row,))

    code = bench.main(["--sizes", "2", "--repetitions", "1"])

    printed = capsys.readouterr().out
    assert (code, printed.count("x thrift "), printed.count("x thrift, a file each")) == (0, 2, 1)


def test_a_command_that_fails_is_an_error(tmp_path: Path) -> None:
    """A figure for a command that did not do its work would be a lie."""
    failing = measure.Contender("failing", [sys.executable, "-c", "exit('no good')"], tmp_path)

    with pytest.raises(measure.MeasureError, match=r"failing ended with 1 [^\n]*\nno good"):
        measure.run(failing)


def test_a_command_that_hangs_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench stops by itself, whatever it measures."""
    monkeypatch.setattr(measure, "TIMEOUT", 0.05)
    hanging = measure.Contender("hanging", ["sleep", "60"], tmp_path)

    with pytest.raises(measure.MeasureError, match="hanging ended with -9"):
        measure.run(hanging)


def test_contenders_take_turns(tmp_path: Path) -> None:
    """Each runs once per repetition, in an order that changes, until the time is up."""
    order: list[str] = []
    contenders = [
        measure.Contender(name, ["true"], tmp_path, prepare=partial(order.append, name))
        for name in ("a", "b")
    ]

    measure.interleave(contenders, repetitions=3, seconds=60)
    assert order == ["a", "b", "b", "a", "a", "b"]

    order.clear()
    measure.interleave(contenders, repetitions=3, seconds=0)
    assert order == ["a", "b"]


def test_cpu_time_is_that_of_the_command(tmp_path: Path) -> None:
    """Sleeping takes wall time alone; what a command starts counts as well."""
    sleeping = measure.run(measure.Contender("sleeping", ["sleep", "0.2"], tmp_path))
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))'])"
    working = measure.run(measure.Contender("working", [sys.executable, "-c", child], tmp_path))

    assert sleeping.wall >= 0.2
    assert sleeping.cpu < working.cpu


def test_a_ratio_is_taken_pair_by_pair() -> None:
    """It is the median of the ratios, not the ratio of the medians, with the range around it."""
    ours = [measure.Sample(cpu=cpu, wall=0, peak=0) for cpu in (1.0, 2.0, 30.0)]
    theirs = [measure.Sample(cpu=cpu, wall=0, peak=0) for cpu in (1.0, 1.0, 10.0)]

    assert measure.Spread(median=2.0, low=1.0, high=3.0) == measure.ratio(ours, theirs)


def test_what_is_written_is_counted(tmp_path: Path) -> None:
    """Files at any depth count, and lines as newlines."""
    (tmp_path / "below").mkdir()
    (tmp_path / "one").write_bytes(b"a\nb\n")
    (tmp_path / "below/two").write_bytes(b"c")

    assert measure.written(tmp_path) == measure.Size(files=2, lines=2, size=5)
