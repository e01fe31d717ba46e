"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from dagstack.idl.check.rule import RULES
from dagstack.idl.printers.place import shown_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.check.rule import Rule
    from dagstack.idl.diagnostics import Diagnostic
    from dagstack.idl.source import Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The name by which code hosts know the root of a checkout."""


def print_sarif(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],  # noqa: ARG001  (printers are called alike)
    *,
    colour: bool = False,  # noqa: ARG001
    folder: str = "",
) -> str:
    """A log of one run, with the page of each rule that found something."""
    rules = sorted({diagnostic.rule for diagnostic in diagnostics} & RULES.keys())
    run = {
        "tool": {
            "driver": {"name": "dagstack-idl", "rules": [_rule(RULES[name]) for name in rules]}
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder in which the command ran."}}
        },
        "results": [_result(diagnostic, rules, folder) for diagnostic in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, object]:
    first, _, rest = rule.page.partition("\n\n")
    return {
        "id": rule.id,
        "shortDescription": {"text": " ".join(first.split())},
        "help": {"text": rest or first, "markdown": rest or first},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(diagnostic: Diagnostic, rules: list[str], folder: str) -> dict[str, object]:
    text = f"{diagnostic.message}\n{diagnostic.help}" if diagnostic.help else diagnostic.message
    result: dict[str, object] = {
        "ruleId": diagnostic.rule,
        "level": diagnostic.level,
        "message": {"text": text},
        "locations": [_location(diagnostic.span, folder)],
    }
    if diagnostic.rule in rules:
        result["ruleIndex"] = rules.index(diagnostic.rule)
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": message}, **_location(span, folder)}
            for number, (span, message) in enumerate(diagnostic.related, 1)
        ]
    return result


def _location(span: Span, folder: str) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(shown_file(span.file, folder)),
                "uriBaseId": _ROOT,
            },
            "region": {
                "startLine": span.line,
                "startColumn": span.column,
                "endLine": span.end_line,
                "endColumn": span.end_column,
            },
        }
    }
