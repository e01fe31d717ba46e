"""A suite of somebody's own, with errors that are imported, in the runner of every language."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.conformance import Harness, judge, load
from dagstack.contracts import InvalidArgument
from tests.execution.conftest import generated, imported
from tests.execution.test_typescript import SETTINGS, run
from tests.projects import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is generated of the project ``limiter`` beside this file."""
    return generated("limiter", tmp_path_factory.mktemp("acme") / "project")


@pytest.fixture
def contracts(acme: Path) -> Iterator[Any]:
    """The generated package of Python, imported."""
    with imported(acme / "python", "acme.contracts") as package:
        yield package


class Impostor(ValueError):  # noqa: N818  (its name is not its own)
    """Has what an ``InvalidArgument`` has."""

    argument = "permits"


Impostor.__name__ = Impostor.__qualname__ = "InvalidArgument"


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [(InvalidArgument("permits", "too few"), "passed"), (Impostor(), "failed")],
    ids=["ours", "an impostor"],
)
def test_in_python(contracts: Any, refusal: Exception, outcome: str) -> None:  # noqa: ANN401
    """An error of the imported package is known there, and nothing that is only called so."""

    class Limiter:
        left = 10

        async def acquire(self, permits: int) -> int:
            if permits < 1:
                raise refusal
            if permits > self.left:
                raise contracts.Exhausted(left=self.left)
            self.left -= permits
            return self.left

    suite = load("limiter", "acme.contracts")
    outcomes = judge(suite, Harness(name="Limiter", subjects={"Limiter": Limiter}))
    assert [(each.case, each.row, each.outcome) for each in outcomes] == [
        ("ten_are_there_and_no_more", 0, "passed"),
        ("fewer_than_one_are_refused", 1, outcome),
        ("fewer_than_one_are_refused", 2, outcome),
    ]


def test_in_go(acme: Path, tmp_path: Path) -> None:
    """By the runner's package, in a workspace with those that it stands on."""
    consumer = tmp_path / "consumer"
    shutil.copytree(HERE / "limiter_go", consumer)
    (consumer / "go.mod").write_text("module example.com/consumer\n\ngo 1.24\n", encoding="utf-8")
    modules = [consumer, acme / "go", ROOT / "generated/go", ROOT / "src/go/conformance"]
    uses = "".join(f'\t"{module}"\n' for module in modules)
    (tmp_path / "go.work").write_text(f"go 1.24\n\nuse (\n{uses})\n", encoding="utf-8")
    printed = run("go", "test", "-count=1", "-v", "./...", cwd=consumer)
    assert printed.count("--- PASS") == len(
        ("TestALimiter", "ten_are", "fewer_than", "fewer_than/1", "fewer_than/2", "TestAnImpostor")
    )


def test_in_typescript(acme: Path, tmp_path: Path) -> None:
    """Under the test framework of Node.js."""
    modules = tmp_path / "node_modules"
    shutil.copytree(acme / "typescript", modules / "@acme/contracts")
    for package in ("@dagstack", "@types"):
        (modules / package).symlink_to(ROOT / "node_modules" / package)
    run("tsc", "-p", ".", cwd=modules / "@acme/contracts")
    consumer = tmp_path / "consumer"
    shutil.copytree(HERE / "limiter_typescript", consumer)
    (consumer / "package.json").write_text('{"type": "module"}\n', encoding="utf-8")
    settings: Any = copy.deepcopy(SETTINGS)
    settings["compilerOptions"]["lib"].append("ESNext.Disposable")
    (consumer / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    run("tsc", "-p", ".", cwd=consumer)
    printed = run("node", "--test", "--test-reporter", "tap", "dist/", cwd=consumer)
    assert "# fail 0" in printed
    assert "# pass 4" in printed
