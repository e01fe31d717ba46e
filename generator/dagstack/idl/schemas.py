"""Where the schemas and standard specs are: beside the code if installed, else in the checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


def standard_project() -> Path:
    """The folder of the standard resources' ``dagstack-idl.yaml`` and ``spec``."""
    packaged = Path(__file__).parent / "_spec"
    return packaged if packaged.is_dir() else Path(__file__).parents[3]


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of specs (``idl``), project files (``config``) or suites (``conformance``)."""
    text = (standard_project() / "spec" / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
