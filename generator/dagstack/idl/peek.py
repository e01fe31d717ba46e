"""What a stage made, as JSON, for people who look into the generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from dagstack.idl.pipeline import load, understand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dagstack.idl.diagnostics import Report


NOTHING = "[]"
"""What there is of a name that nothing has."""


def peek(folder: Path, stage: str, only: str, target: str, report: Report) -> str | None:
    """The JSON of a stage's data; nothing if the stage was not reached."""
    made = _stage(folder, stage, target, report)
    if made is None:
        return None
    plain = msgspec.to_builtins(made, str_keys=True)
    if only:
        plain = list(_named(plain, only, "at" if stage in {"model", "suites"} else "name"))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()


def _stage(folder: Path, stage: str, target: str, report: Report) -> object:
    if stage == "syntax":
        loaded = load(folder, report)
        return None if loaded is None else {file.file: file.spec for file in loaded[1]}
    understood = understand(folder, report)
    if understood is None:
        return None
    project, package = understood
    if stage == "model":
        return package.specs
    if stage == "suites":
        return package.suites
    if not project.has_targets([target] if target else [], report):
        return None
    return {
        f"{output.target.name}: {page.path}": page.view
        for output in project.outputs
        if target in {"", output.target.name}
        for page in output.target.lower(package, output.options)
    }


def _named(value: Any, name: str, mark: str) -> Iterator[Any]:  # noqa: ANN401  (any JSON)
    """Every part called ``name``, by its key or by its own ``name``; outermost first.

    Only what has a ``mark`` counts: a part of the model without a place refers to another.
    """
    if isinstance(value, dict):
        if value.get("name") == name and mark in value:
            yield value
            return
        for key, part in value.items():
            if key == name:
                yield part
            else:
                yield from _named(part, name, mark)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _named(part, name, mark)
