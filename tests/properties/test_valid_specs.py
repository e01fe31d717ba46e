"""Any valid spec generates, and what it generates compiles."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, given, note, settings

from dagstack.idl.diagnostics import Report
from dagstack.idl.printers import PRINTERS
from tests.golden.cases import CONFIG, output
from tests.properties.strategies import as_yaml, packages

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAWN = 160
COMPILED = 20


def lay_out(specs: Mapping[str, Any], folder: Path, name: str = "any_package") -> None:
    """Write a package as a project."""
    (folder / "spec").mkdir(parents=True)
    config = CONFIG.format(snake=name, kebab=name.replace("_", "-"))
    (folder / "dagstack-idl.yaml").write_text(config, encoding="utf-8")
    for stem, document in specs.items():
        (folder / "spec" / f"{stem}.yaml").write_text(as_yaml(document), encoding="utf-8")


def errors(report: Report) -> str:
    """The findings of level error, as people read them."""
    found = [each for each in report.diagnostics() if each.level == "error"]
    return PRINTERS["text"](found, report.sources)


@settings(max_examples=60)
@given(specs=packages())
def test_any_valid_spec_generates(specs: dict[str, Any]) -> None:
    """A spec that keeps the rules has no findings that forbid output, and has output."""
    for stem, document in specs.items():
        note(f"# {stem}.yaml\n{as_yaml(document)}")
    with tempfile.TemporaryDirectory() as folder:
        lay_out(specs, Path(folder, "project"))
        report = Report()
        made = output(Path(folder, "project"), report)
        assert errors(report) == ""
        assert {path.partition("/")[0] for path in made} == {"python", "go", "typescript", "docs"}


def drawn() -> list[dict[str, Any]]:
    """Many valid packages, always the same."""
    found: dict[str, dict[str, Any]] = {}

    @settings(max_examples=DRAWN, phases=[Phase.generate])
    @given(specs=packages())
    def collect(specs: dict[str, Any]) -> None:
        found[repr(specs)] = specs

    collect()
    return [found[text] for text in sorted(found, key=lambda text: (len(text), text))]


@cache
def samples() -> tuple[dict[str, Any], ...]:
    """Some of them to compile: the largest, and a few of every size."""
    every = drawn()
    return (*every[-COMPILED:], *every[:-COMPILED:COMPILED])
