"""The target's own compiler reviews all output: one run of each tool over all cases."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.golden.batch import ROOT, Batch, golden
from tests.golden.gaps import GAPS

if TYPE_CHECKING:
    from collections.abc import Callable

RUFF_RULES = "A004,ARG,B,C4,D,E,F,FA,FURB,I,ICN,INP,PERF,PGH,PIE,PL,PYI,Q,RET,RSE,RUF,SIM,UP,W"
RUFF_IGNORED = ",".join(  # noqa: FLY002  (a reason each)
    (
        "ARG001,ARG002",  # an unimplemented base takes what it does not use
        "D107",  # a class says in its own docstring what it is made from
        "D203,D213,D401,D406,D407,D413",  # the other side of a choice between conventions
        "D102,D105",  # a stub's or a forwarding method is documented by its interface
        "D205",  # a summary may be longer than a line
        "E501",  # the formatter sets the lines; words and names may be longer
        "PLC0414",  # how a module exports again
        "PLR0904,PLR0911,PLR0912,PLR0913,PLR0915,PLR0917",  # the spec decides how much there is
        "PLR2004",  # the default of an option is a number
        "RUF001,RUF002,RUF003",  # specs are written in all scripts
        "RUF036",  # what may be unset is written before what it may be set to
    )
)


@pytest.fixture(scope="module")
def batch_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Batch]:
    """Lay the output of a language out, once."""
    made: dict[str, Batch] = {}

    def get(language: str) -> Batch:
        if language not in made:
            made[language] = golden(language, tmp_path_factory.mktemp(language))
        return made[language]

    return get


def assert_accepted(tool: str, batch: Batch, printed: str) -> None:
    """Nothing is rejected but what is declared a gap, and no gap is closed unnoticed."""
    rejected = batch.rejected(printed)
    declared = {case for name, case in GAPS if name == tool}
    unexpected = [f"{name}:\n{rejected[name]}" for name in sorted(rejected.keys() - declared)]
    closed = [f"{name}: no longer a gap" for name in sorted(declared - rejected.keys())]
    assert "\n".join([*unexpected, *closed]) == ""


def test_ruff_would_format_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Python output is laid out as `ruff format` lays it out."""
    batch = batch_of("python")
    printed = batch.run("ruff", "format", "--isolated", "--line-length", "100", "--check", ".")
    assert_accepted("ruff format", batch, printed)


def test_ruff_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Python output follows the rules of ruff that code of any shape can follow."""
    batch = batch_of("python")
    roots = ",".join(f'"{name}"' for name in batch.names)
    printed = batch.run(
        *("ruff", "check", "--isolated", "--line-length", "100", "--target-version", "py311"),
        *("--output-format", "concise", "--select", RUFF_RULES, "--ignore", RUFF_IGNORED),
        *("--config", f"src=[{roots}]", "--config", 'namespace-packages=["cases"]', "."),
    )
    assert_accepted("ruff check", batch, printed)


def test_mypy_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Python output is strictly typed for mypy."""
    batch = batch_of("python")
    printed = batch.run(
        *("mypy", "--strict", "--python-version", "3.11", "--namespace-packages"),
        *("--explicit-package-bases", "--no-error-summary", "--config-file", "", "."),
        MYPYPATH=":".join(str(batch.folder / name) for name in batch.names),
    )
    assert_accepted("mypy", batch, printed)


def test_pyright_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Python output is strictly typed for pyright."""
    batch = batch_of("python")
    assert_accepted(
        "pyright", batch, batch.run("pyright", "--pythonpath", str(ROOT / ".venv/bin/python"))
    )


def test_python_packages_are_well_formed(batch_of: Callable[[str], Batch]) -> None:
    """The package file of each Python output says what it is called, and is marked as typed."""
    batch = batch_of("python")
    for name in batch.names:
        project = tomllib.loads((batch.folder / name / "pyproject.toml").read_text())["project"]
        assert {"name", "version", "requires-python"} <= project.keys()
        assert [*(batch.folder / name).glob("**/py.typed")] != []


def test_gofmt_would_change_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Go output is laid out as gofmt lays it out."""
    batch = batch_of("go")
    assert_accepted("gofmt", batch, batch.run("gofmt", "-l", "."))


def test_go_vet_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Go output compiles, and vet has nothing to say."""
    batch = batch_of("go")
    printed = batch.run("go", "vet", *(f"./{name}/..." for name in batch.names))
    assert_accepted("go vet", batch, printed)


def test_staticcheck_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """Go output has nothing that staticcheck knows to be wrong or out of style."""
    batch = batch_of("go")
    printed = batch.run(
        "staticcheck", "-checks", "all,-ST1000", *(f"./{name}/..." for name in batch.names)
    )
    assert_accepted("staticcheck", batch, printed)


def test_prettier_would_change_nothing(batch_of: Callable[[str], Batch]) -> None:
    """TypeScript output is laid out as prettier lays it out."""
    batch = batch_of("typescript")
    printed = batch.run("prettier", "--check", "--print-width", "100", *batch.names)
    assert_accepted("prettier", batch, printed)


def test_tsc_finds_nothing(batch_of: Callable[[str], Batch]) -> None:
    """TypeScript output compiles under every strict option."""
    batch = batch_of("typescript")
    printed = batch.run(
        *("tsc", "--project", ".", "--pretty", "false", "--strict", "--noUncheckedIndexedAccess"),
        *("--exactOptionalPropertyTypes", "--noUnusedLocals", "--noImplicitOverride"),
        *("--noPropertyAccessFromIndexSignature", "--noImplicitReturns"),
    )
    assert_accepted("tsc", batch, printed)
