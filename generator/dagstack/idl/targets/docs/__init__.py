"""The docs target: reference pages in Markdown, with one tab per language."""

from __future__ import annotations

from pathlib import Path

from dagstack.idl.targets.docs.lower import lower
from dagstack.idl.targets.docs.options import Options
from dagstack.idl.targets.docs.pages import scopes
from dagstack.idl.targets.target import Target

TARGET = Target(
    name="docs",
    title="Markdown",
    options=Options,
    scopes=scopes,
    lower=lower,
    templates=Path(__file__).parent / "templates",
)
