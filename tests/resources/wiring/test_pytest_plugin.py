"""The fixtures that a plugin's tests get."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import RESOURCES
from dagstack.resources import StubHttpClient, UnmatchedRequest, pytest_plugin

if TYPE_CHECKING:
    from pathlib import Path

    from dagstack.resources import (
        DeterministicRng,
        FrozenClock,
        InMemoryBlobStore,
        ResourceRegistry,
        SystemTempDir,
    )


def test_the_clock_stands_at_the_beginning(frozen_clock: FrozenClock) -> None:
    """Of the year 2000, whenever the test runs."""
    assert frozen_clock.now().isoformat() == "2000-01-01T00:00:00+00:00"


def test_the_rng_has_a_seed(rng: DeterministicRng) -> None:
    """Which is 0."""
    assert rng.next_float() == 0.8444218515250481


def test_the_store_is_empty(blob_store: InMemoryBlobStore) -> None:
    """And each test has its own."""
    assert asyncio.run(blob_store.list()) == []


def test_the_directory_is_below_the_tests_own(
    tmp_dir_resource: SystemTempDir, tmp_path: Path
) -> None:
    """So pytest keeps or removes what a test that was killed left."""
    assert tmp_dir_resource.path.parent == tmp_path


def test_the_stub_answers_what_it_is_told(stub_http: StubHttpClient) -> None:
    """And nothing else."""
    stub_http.on("GET", "https://a.example/", json={"a": 1})
    assert asyncio.run(stub_http.get("https://a.example/")).json() == {"a": 1}


def test_a_plugin_sees_the_fixtures(
    resources: ResourceRegistry,
    frozen_clock: FrozenClock,
    rng: DeterministicRng,
    stub_http: StubHttpClient,
    blob_store: InMemoryBlobStore,
) -> None:
    """As from a host: a source and a directory of its own, and the rest shared."""
    seen = resources.scope("my_plugin", required=list(RESOURCES)).resources
    assert [frozen_clock, stub_http, blob_store] == [seen.clock, seen.http_client, seen.blob_store]
    assert rng.fork("my_plugin").uuid4() == seen.rng.uuid4()
    assert seen.tmpdir.create_file("a").parent == seen.tmpdir.path


INNER = """
import asyncio

import pytest

from dagstack.resources import DeterministicRng

OWN = DeterministicRng(seed=9)

@pytest.fixture
def rng():
    return OWN

def test_own(rng):
    assert rng is OWN

def test_all(frozen_clock, stub_http, blob_store, tmp_dir_resource, resources):
    scope = resources.scope("p", required=["clock", "tmpdir"])
    assert scope.resources.clock is frozen_clock

def test_swallowed(stub_http):
    async def plugin():
        try:
            await stub_http.get("https://nobody.example/")
        except Exception:
            pass
    asyncio.run(plugin())
"""


def test_another_project_gets_the_fixtures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And overrides what it wants; a swallowed unmatched request fails the test at its end."""
    (tmp_path / "test_inner.py").write_text(INNER)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    code = pytest.main(
        ["-q", "-p", pytest_plugin.__name__, "-p", "no:cacheprovider", str(tmp_path)]
    )
    printed = capsys.readouterr().out
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "3 passed, 1 error" in printed
    assert f"ERROR test_inner.py::test_swallowed - {UnmatchedRequest.__module__}" in printed
