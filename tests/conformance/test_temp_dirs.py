"""Temporary directories before their suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import TempDirConformance
from dagstack.contracts import ForwardingTempDir
from dagstack.resources import SystemTempDir
from tests.conformance.tmpdir_bodies import WITH_PROCESSES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dagstack.conformance import Action, Body, Factory


class TestSystemTempDir(TempDirConformance):
    """A folder among the system's temporary files."""

    has: ClassVar[Collection[str]] = ("kill", "exit_hooks")
    by_hand: ClassVar[Mapping[str, Body]] = WITH_PROCESSES

    @pytest.fixture
    def make(self, tmp_path: Path) -> Factory:
        """Make one in the parent that the case says, or in the test's own folder."""

        def make(parent: Path | None) -> SystemTempDir:
            return SystemTempDir(parent or tmp_path)

        return make


class TestForwardingTempDir(TempDirConformance):
    """The generated wrapper, which changes nothing."""

    lacks: ClassVar[Mapping[str, str]] = {
        "kill": "it has no life of its own",
        "exit_hooks": "it has no life of its own",
        "forks": "it has no life of its own",
    }

    @pytest.fixture
    def make(self, tmp_path: Path) -> Factory:
        """Wrap a new one."""

        def make(parent: Path | None) -> ForwardingTempDir:
            return ForwardingTempDir(SystemTempDir(parent or tmp_path))

        return make

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Close what is wrapped."""

        def close(folder: ForwardingTempDir) -> None:
            assert isinstance(folder.inner, SystemTempDir)
            folder.inner.close()

        return {"TempDir.close": close}
