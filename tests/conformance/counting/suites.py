"""Documents of a suite about counters, as the generator would print them."""

from __future__ import annotations

from typing import Any, Final

from dagstack.conformance import Suite

PACKAGE: Final = "tests.conformance.counting"

TABLES: Final[dict[str, Any]] = {
    "capabilities": {"shared": "Several counters share one count."},
    "subjects": {
        "Counter": {
            "is": ["Counter"],
            "options": {"start": {"type": "int", "default": 0}},
            "properties": {"count": {"type": "int"}},
            "actions": {
                "reset": {"params": {"to": {"type": "int", "default": 0}}, "returns": None},
                "fork": {"params": {}, "returns": {"subject": "Counter"}},
                "entry": {"params": {}, "returns": {"record": "Entry"}},
            },
        },
        "Foreign": {"is": [], "options": {}, "properties": {}, "actions": {}},
    },
    "interfaces": {
        "Counter": {
            "name": "Counter",
            "home": PACKAGE,
            "methods": {
                "add": {
                    "name": "add",
                    "effect": "instant",
                    "params": [{"name": "amount", "type": "int", "required": False, "default": 1}],
                    "options": [{"name": "twice", "field": "twice_", "type": "bool"}],
                    "returns": "int",
                },
                "wait": {
                    "name": "wait",
                    "effect": "async",
                    "params": [{"name": "count", "type": "int", "required": True}],
                    "options": [],
                    "returns": None,
                },
                "next": {
                    "name": "next_one",
                    "effect": "instant",
                    "params": [],
                    "options": [],
                    "returns": {"interface": "Counter"},
                },
            },
            "properties": {"place": {"name": "place", "type": "path"}},
        }
    },
    "records": {
        "Entry": {"name": "Entry", "home": PACKAGE, "fields": {"name": "name", "counts": "counts"}}
    },
    "enums": {"Mode": {"name": "Mode", "home": PACKAGE, "values": ["up", "down"]}},
    "errors": {
        "CountingError": {"name": "CountingError", "home": PACKAGE, "fields": {}},
        "OutOfRange": {
            "name": "OutOfRange",
            "home": PACKAGE,
            "fields": {
                "amount": {"name": "amount_", "type": "int"},
                "tags": {"name": "tags", "type": {"list": "string"}},
            },
        },
    },
}

ABOUT: Final[dict[str, Any]] = {
    "format": 1,
    "suite": "counting",
    "source": "counting.yaml",
    "summary": "Counting.",
    "promises": {},
}


def case(name: str, *steps: dict[str, Any], **rest: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make a case about one counter ``c``; its steps are on lines 11, 12 and so on."""
    given = {"given": [{"name": "c", "subject": "Counter", "options": {}}]}
    numbered = [{"line": 11 + index, **step} for index, step in enumerate(steps)]
    body = {} if "by_hand" in rest else {"steps": numbered}
    common = {"name": name, "line": 10, "summary": f"About {name}.", "shows": [], "needs": []}
    return {**common, "table": [], **given, **body, **rest}


def suite(*cases: dict[str, Any]) -> Suite:
    """Make a suite of these cases."""
    return Suite({**ABOUT, **TABLES, "cases": list(cases)})
