"""What any valid spec makes passes the compilers of all languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagstack.idl.diagnostics import Report
from tests.golden.batch import ROOT, Batch, settle
from tests.golden.cases import output
from tests.properties.test_valid_specs import drawn, lay_out, samples

if TYPE_CHECKING:
    from pathlib import Path


def batch(target: str, folder: Path) -> Batch:
    """The output of all samples for a language, laid out for its tools."""
    projects = {"standard": ROOT}
    for index, specs in enumerate(samples()):
        name = f"sample_{index}"
        projects[name] = folder / "projects" / name
        lay_out(specs, projects[name], name)
    return settle(target, folder, projects)


def test_python_accepts_any_valid_spec(tmp_path: Path) -> None:
    """Mypy has nothing to say of any sample, and ruff would lay none out differently."""
    made = batch("python", tmp_path)
    printed = made.run(
        *("mypy", "--strict", "--python-version", "3.11", "--namespace-packages"),
        *("--explicit-package-bases", "--no-error-summary", "--config-file", "", "."),
        MYPYPATH=":".join(str(made.folder / name) for name in made.names),
    )
    assert made.rejected(printed) == {}
    layout = ("ruff", "format", "--isolated", "--line-length", "100", "--check", ".")
    assert made.rejected(made.run(*layout)) == {}


def test_go_accepts_any_valid_spec(tmp_path: Path) -> None:
    """Every sample compiles, and vet and gofmt have nothing to say."""
    made = batch("go", tmp_path)
    assert made.rejected(made.run("go", "vet", *(f"./{name}/..." for name in made.names))) == {}
    assert made.rejected(made.run("gofmt", "-l", ".")) == {}


def test_typescript_accepts_any_valid_spec(tmp_path: Path) -> None:
    """Every sample compiles, and prettier would lay none out differently."""
    made = batch("typescript", tmp_path)
    assert made.rejected(made.run("tsc", "--project", ".", "--pretty", "false")) == {}
    assert made.rejected(made.run("prettier", "--check", *made.names)) == {}


@pytest.mark.slow
def test_samples_are_the_same_each_time() -> None:
    """A failure can be looked into: the samples do not change from run to run."""
    assert drawn() == drawn()


def test_every_sample_has_output(tmp_path: Path) -> None:
    """The samples are valid: a batch of nothing would pass."""
    for index, specs in enumerate(samples()):
        lay_out(specs, tmp_path / str(index))
        assert output(tmp_path / str(index), Report()) != {}
