"""What makes a run on a handful of specs short: little is imported, no template compiled twice."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment

from dagstack.idl.node import Node
from dagstack.idl.render import _environment, render
from dagstack.idl.targets.target import Page, Target
from tests.projects import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects import Project

SLOW = {"asyncio", "difflib", "email", "importlib.metadata", "jsonschema"}
"""Modules that only some runs need."""


class _View(Node):
    name: str


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A target of one template."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "page.txt.j2").write_text("Hello {{ page.name }}\n", encoding="utf-8")
    return Target(
        name="text",
        title="Text",
        options=Node,
        scopes=lambda _package, _options: (),
        lower=lambda _package, _options: (),
        templates=tmp_path,
    )


def _rendered(target: Target) -> str:
    """The page, as a new process would print it."""
    _environment.cache_clear()
    page = Page(path="page.txt", template="page.txt.j2", view=_View(name="you"))
    return dict(render(target, [page]))["page.txt"]


def _compiled(target: Target) -> list[Path]:
    return [*(target.templates / "__pycache__").glob("*")]


def test_a_run_without_findings_imports_little(project: Callable[..., Project]) -> None:
    """What explains mistakes, or looks for other targets, is imported when it is needed."""
    command = [sys.executable, "-X", "importtime", "-m", "dagstack.idl", "generate"]

    done = subprocess.run(
        command, cwd=project().folder, env=clean_environment(), capture_output=True, check=True
    )

    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("import time")]
    imported = {line.rpartition("|")[2].strip() for line in lines}
    assert "dagstack.idl.pipeline" in imported
    assert imported & SLOW == set()


def test_a_template_is_compiled_once(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process finds it beside the template, where Python keeps compiled modules."""
    first = _rendered(target)
    assert len(_compiled(target)) == 1

    monkeypatch.setattr(Environment, "compile", None)
    assert _rendered(target) == first == "Hello you\n"


def test_a_template_that_changed_is_compiled_anew(target: Target) -> None:
    """What was compiled belongs to the text, not to the name or the time."""
    _rendered(target)
    (target.templates / "page.txt.j2").write_text("Bye {{ page.name }}\n", encoding="utf-8")

    assert _rendered(target) == "Bye you\n"


@pytest.mark.parametrize("broken", [b"", b"not compiled", "half"])
def test_what_was_compiled_may_be_broken(target: Target, broken: bytes | str) -> None:
    """A file that a full disk cut short is no reason to fail."""
    _rendered(target)
    (compiled,) = _compiled(target)
    data = compiled.read_bytes()
    compiled.write_bytes(broken if isinstance(broken, bytes) else data[: len(data) // 2])

    assert _rendered(target) == "Hello you\n"
    assert compiled.read_bytes() == data


def test_nothing_is_written_where_python_may_not(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who forbids Python to write compiled modules does not want compiled templates either."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert _rendered(target) == "Hello you\n"
    assert _compiled(target) == []


def test_a_folder_that_takes_no_files_is_fine(target: Target) -> None:
    """An installed generator may not be allowed to write to its own folder."""
    (target.templates / "__pycache__").write_text("", encoding="utf-8")

    assert _rendered(target) == "Hello you\n"
