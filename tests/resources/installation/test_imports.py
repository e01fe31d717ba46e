"""The base import brings nothing but Python, and optional packages come on first use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

BASE = [
    "DeterministicRng",
    "FilesystemBlobStore",
    "FrozenClock",
    "InMemoryBlobStore",
    "MemoryBlobStore",
    "RandomRng",
    "ResourceRegistry",
    "StubHttpClient",
    "SystemClock",
    "SystemTempDir",
]
OPTIONAL = {"PooledHttpClient": set[str](), "S3BlobStore": {"obstore"}}
ALLOWED = {"dagstack", "sitecustomize"}
"""Beside the standard library; ``site`` may bring the second, and the probe's own start more."""

PROBE = """
import json, sys
before = set(sys.modules)
import dagstack.resources
for name in {names!r}:
    getattr(dagstack.resources, name)
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(new - set(sys.stdlib_module_names))))
"""


def _third_party(names: list[str]) -> set[str]:
    code = PROBE.format(names=names)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_the_import_brings_no_other_package() -> None:
    """Neither does the contracts' package behind it."""
    assert _third_party([]) <= ALLOWED


@pytest.mark.parametrize("name", BASE)
def test_a_base_class_brings_no_other_package(name: str) -> None:
    """So it works in an environment with nothing else installed."""
    assert _third_party([name]) <= ALLOWED


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_class_brings_its_own_package_alone(name: str) -> None:
    """With its name, or not before one is made."""
    assert _third_party([name]) <= ALLOWED | OPTIONAL[name]


def test_the_probe_sees_packages() -> None:
    """A test that cannot fail shows nothing."""
    code = PROBE.format(names=[]) + "import yaml\n"
    code = code.replace("import dagstack.resources\n", "import dagstack.resources, yaml\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "yaml" in json.loads(done.stdout)


def test_importing_the_package_imports_none_of_its_modules() -> None:
    """They come with the first name that needs them."""
    code = (
        "import dagstack.resources, sys\n"
        "print([n for n in sys.modules if n.startswith('dagstack.resources.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_public_name_can_be_imported() -> None:
    """And an unknown one is an ``AttributeError``, as of any module."""
    code = (
        "import dagstack.resources as r\n"
        "from dagstack.resources import *\n"
        "assert set(r.__all__) <= set(dir(r)), set(r.__all__) - set(dir(r))\n"
        "assert sorted(r.__all__) == sorted(r._HOMES)\n"
        "for name in r.__all__: getattr(r, name)\n"
        "print(hasattr(r, 'Nothing'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
