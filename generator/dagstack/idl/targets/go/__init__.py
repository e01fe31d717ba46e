"""The Go target: interfaces, errors, stubs and a catalogue, on the standard library alone."""

from __future__ import annotations

from pathlib import Path

from dagstack.idl.targets.go.lower import lower
from dagstack.idl.targets.go.options import GoOptions
from dagstack.idl.targets.go.reference import Reference
from dagstack.idl.targets.go.scopes import scopes
from dagstack.idl.targets.target import Target

TARGET = Target(
    name="go",
    title="Go",
    options=GoOptions,
    scopes=scopes,
    lower=lower,
    templates=Path(__file__).with_name("templates"),
    reference=Reference,
)
