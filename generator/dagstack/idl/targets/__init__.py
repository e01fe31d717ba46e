"""The targets, in order: adding one is a folder and a line here."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import TYPE_CHECKING

from dagstack.idl.check import project as rules
from dagstack.idl.targets.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dagstack.idl.diagnostics import Report
    from dagstack.idl.source import At

BUILT_IN = {
    "python": "dagstack.idl.targets.python",
    "go": "dagstack.idl.targets.go",
    "typescript": "dagstack.idl.targets.typescript",
    "docs": "dagstack.idl.targets.docs",
}
"""Module by name, each with a ``TARGET``; imported when first needed."""

GROUP = "dagstack.idl.targets"
"""The entry point group by which other distributions add targets."""


@cache
def built_in(name: str) -> Target:
    """One of the targets that come with the generator."""
    target: Target = importlib.import_module(BUILT_IN[name]).TARGET
    return target


def find_target(name: str, use: str, folder: Path, at: At, report: Report) -> Target | None:
    """The target that a project calls ``name``.

    ``use``, if given, is a folder beside the project file or a module, with a ``TARGET`` in it.
    """
    if use:
        return _load(name, lambda: _used(name, use, folder), (*at, "use"), report)
    if name in BUILT_IN:
        return built_in(name)
    from importlib.metadata import entry_points  # noqa: PLC0415  (slow, and seldom needed)

    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in installed:
        report.add(rules.unknown_target(at, name, (*BUILT_IN, *sorted(installed))))
        return None
    return _load(name, installed[name].load, at, report)


def _load(name: str, read: Callable[[], object], at: At, report: Report) -> Target | None:
    try:
        target = read()
    except Exception as error:  # noqa: BLE001  (it is not our code: anything can be wrong with it)
        why = str(error) if isinstance(error, ImportError) else f"{type(error).__name__}: {error}"
        report.add(rules.target_cannot_be_loaded(at, name, why))
        return None
    if not isinstance(target, Target):
        report.add(rules.target_cannot_be_loaded(at, name, "it defines no TARGET"))
        return None
    return target


def _used(name: str, use: str, folder: Path) -> object:
    """The ``TARGET`` of a folder beside the project file, or of a module."""
    import importlib.util  # noqa: PLC0415  (slow, and seldom needed)

    place = folder / use / "__init__.py"
    spec = importlib.util.spec_from_file_location(f"dagstack_target_{name}", place)
    if place.is_file() and spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    elif use.startswith("."):
        message = f"there is no `{use}/__init__.py` beside the project file"
        raise ImportError(message)
    else:
        module = importlib.import_module(use)
    return getattr(module, "TARGET", None)
