"""The TypeScript target: an npm package of interfaces, errors, bases, stubs and a catalogue."""

from __future__ import annotations

from pathlib import Path

from dagstack.idl.targets.target import Target
from dagstack.idl.targets.typescript.lower import lower
from dagstack.idl.targets.typescript.options import Options
from dagstack.idl.targets.typescript.reference import Reference
from dagstack.idl.targets.typescript.scopes import scopes

TARGET = Target(
    name="typescript",
    title="TypeScript",
    options=Options,
    scopes=scopes,
    lower=lower,
    templates=Path(__file__).parent / "templates",
    reference=Reference,
)
