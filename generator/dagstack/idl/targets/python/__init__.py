"""The Python target: protocols, bases, test doubles, records, enums, errors and a catalogue."""

from __future__ import annotations

from pathlib import Path

from dagstack.idl.targets.python.lower import lower
from dagstack.idl.targets.python.options import Options
from dagstack.idl.targets.python.reference import Reference
from dagstack.idl.targets.python.scopes import scopes
from dagstack.idl.targets.target import Target

TARGET = Target(
    name="python",
    title="Python",
    options=Options,
    scopes=scopes,
    lower=lower,
    templates=Path(__file__).parent / "templates",
    reference=Reference,
)
