"""The wheel in an empty environment."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]
EXTRAS = {
    "http": {"aiohttp"},
    "idl": {"jinja2", "jsonschema", "msgspec", "pyyaml"},
    "otel": {"opentelemetry-api"},
    "s3": {"obstore"},
}
"""What each extra must bring, at least."""

USE = """
import asyncio, datetime
from dagstack.contracts import ResourceClosed
from dagstack.resources import PooledHttpClient, standard_resources

async def main():
    async with standard_resources(without=["http_client"], blob_store=FOLDER) as resources:
        needs = ["clock", "rng", "blob_store", "tmpdir"]
        async with resources.scope("plugin", required=needs) as scope:
            await scope.resources.blob_store.put("a", b"1")
            scope.resources.tmpdir.create_file("b")
            assert scope.resources.clock.now().tzinfo is datetime.UTC
            assert 1 <= scope.resources.rng.next_int(1, 6) <= 6

asyncio.run(main())
try:
    PooledHttpClient()
except ImportError as error:
    print(error)
try:
    from dagstack.resources import S3BlobStore
except ImportError as error:
    print(error)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_base_install_needs_nothing_else(wheel: Path, tmp_path: Path) -> None:
    """And what is not installed says which extra to install."""
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env/bin/python"
    site = next((tmp_path / "env/lib").iterdir()) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:  # a wheel is what pip would unpack here
        archive.extractall(site)
    code = USE.replace("FOLDER", repr(str(tmp_path / "blobs")))
    done = subprocess.run(
        [python, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    http, s3 = done.stdout.splitlines()
    assert "pip install 'dagstack-resources[http]'" in http
    assert "pip install 'dagstack-resources[s3]'" in s3


@pytest.mark.slow
def test_each_extra_adds_what_it_says(wheel: Path) -> None:
    """And the base nothing; ``all`` is all of them."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
    needs = [Requirement(each) for each in metadata.get_all("Requires-Dist", [])]
    assert [str(each) for each in needs if each.marker is None] == []
    assert set(metadata.get_all("Provides-Extra", [])) == {*EXTRAS, "all"}
    for extra, packages in EXTRAS.items():
        mine = {each.name for each in needs if each.marker and _asks_for(each, extra)}
        assert packages <= mine
    everything = {each.name for each in needs if each.marker and _asks_for(each, "all")}
    assert everything >= set.union(*EXTRAS.values())


@pytest.mark.slow
def test_pytest_finds_the_fixtures(wheel: Path) -> None:
    """By an entry point that bears the module's name."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("/entry_points.txt")]
        points = archive.read(name).decode()
    module = "dagstack.resources.pytest_plugin"
    assert f"[pytest11]\n{module} = {module}\n" in points


def _asks_for(requirement: Requirement, extra: str) -> bool:
    assert requirement.marker is not None
    return requirement.marker.evaluate({"extra": extra}) and not requirement.marker.evaluate(
        {"extra": ""}
    )
