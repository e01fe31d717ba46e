"""Values, given and expected -> what runners read, each held against the type of its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.resolve.suites.context import Context
from dagstack.idl.resolve.suites.operators import operators
from dagstack.idl.resolve.suites.placeholders import has_placeholder, is_operator
from dagstack.idl.resolve.suites.plain import plain
from dagstack.idl.resolve.suites.texts import text

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.source import At


class Values(Context):
    """Compiles the values of one case, in the scope of the step at hand."""

    def value(self, raw: Any, kind: Type, at: At, *, expected: bool = False) -> Compiled:  # noqa: ANN401
        """A value for a place of type ``kind``; if ``expected``, expectations may stand in it."""
        if isinstance(raw, dict) and any(is_operator(key) for key in raw):
            return operators(self, raw, kind, at, expected=expected)
        if isinstance(raw, str) and has_placeholder(raw):
            return text(self, raw, kind, at, expected=expected)
        return plain(self, raw, kind, at, expected=expected)
