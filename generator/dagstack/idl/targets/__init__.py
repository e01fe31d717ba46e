"""The targets, in order: adding one is a folder and a line here."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from dagstack.idl.check import project as rules
from dagstack.idl.targets.target import Target

if TYPE_CHECKING:
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
        return _load(name, use, folder, at, report)
    if name in BUILT_IN:
        try:  # INTERIM while targets are being written
            return built_in(name)
        except Exception as e:  # INTERIM
            print("INTERIM: target", name, "does not import:", e, file=sys.stderr)
            return None
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name in installed:
        target: Target = installed[name].load()
        return target
    report.add(rules.unknown_target(at, name, (*BUILT_IN, *sorted(installed))))
    return None


def _load(name: str, use: str, folder: Path, at: At, report: Report) -> Target | None:
    place = folder / use / "__init__.py"
    try:
        if place.is_file():
            spec = importlib.util.spec_from_file_location(f"dagstack_target_{name}", place)
            if spec is None or spec.loader is None:
                report.add(rules.target_cannot_be_loaded((*at, "use"), name, "not a module"))
                return None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
        elif use.startswith("."):
            why = f"there is no `{use}/__init__.py` beside the project file"
            report.add(rules.target_cannot_be_loaded((*at, "use"), name, why))
            return None
        else:
            module = importlib.import_module(use)
    except ImportError as error:
        report.add(rules.target_cannot_be_loaded((*at, "use"), name, str(error)))
        return None
    target = getattr(module, "TARGET", None)
    if not isinstance(target, Target):
        report.add(rules.target_cannot_be_loaded((*at, "use"), name, "it defines no TARGET"))
        return None
    return target
