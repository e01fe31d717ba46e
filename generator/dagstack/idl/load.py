"""Files -> syntax: what is written, in frozen form, or findings about its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from dagstack.idl.case_syntax import Suite
from dagstack.idl.check.rule import found
from dagstack.idl.check.shape import violations, wrong_kind_of_value
from dagstack.idl.node import Node
from dagstack.idl.reader import read, read_source
from dagstack.idl.schemas import schema
from dagstack.idl.syntax import Spec

if TYPE_CHECKING:
    from pathlib import Path

    from dagstack.idl.diagnostics import Report

N = TypeVar("N", bound=Node)


class Loaded(Node):
    """A spec file as written; ``document`` is the same as plain data."""

    file: str
    document: dict[str, Any]
    spec: Spec


class LoadedSuite(Node):
    """A conformance suite as written."""

    file: str
    suite: Suite


def load_spec(path: Path, file: str, report: Report) -> Loaded | None:
    """Read one spec file. ``file`` is what findings and headers call it."""
    document, spec = load_shape(path, file, Spec, "idl", report)
    return Loaded(file=file, document=document, spec=spec) if spec is not None else None


def load_suite(path: Path, file: str, report: Report) -> LoadedSuite | None:
    """Read one conformance suite. ``file`` is what findings and headers call it."""
    _, suite = load_shape(path, file, Suite, "conformance", report)
    return LoadedSuite(file=file, suite=suite) if suite is not None else None


def load_shape(
    path: Path, file: str, form: type[N], name: str, report: Report
) -> tuple[Any, N | None]:
    """Read a YAML file into ``form``, the frozen classes made from the schema called ``name``.

    msgspec decides whether the file is well shaped, as it is thirty times as fast; jsonschema says
    what is wrong, all of it, when it is not.
    """
    source = read_source(path, file, report)
    if source is None:
        return None, None
    before = len(report.findings)
    document = read(source, report)
    if document is None and len(report.findings) > before:
        return None, None
    try:
        return document, msgspec.convert(document, form)
    except msgspec.ValidationError as error:
        findings = list(violations(schema(name), document, (file,)))
        report.extend(findings or [found(wrong_kind_of_value, (file,), str(error))])
        return document, None
