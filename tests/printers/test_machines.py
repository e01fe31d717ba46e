"""The formats that programs read."""

from __future__ import annotations

import json

from dagstack.idl.check.rule import RULES
from dagstack.idl.printers import PRINTERS
from tests.printers.sample import BUCKET, SOURCES, SPEC, WARNING, diagnostic, span


def test_every_printer_says_the_same_of_the_same() -> None:
    """Output depends on the findings alone, and ends with a line break."""
    for printer in PRINTERS.values():
        first = printer([WARNING, BUCKET], SOURCES)

        assert first == printer([WARNING, BUCKET], SOURCES)
        assert first.endswith("}\n" if first.startswith("{") else "\n")


def test_json() -> None:
    """All that is known of a finding, under keys that stay."""
    assert json.loads(PRINTERS["json"]([BUCKET], SOURCES, folder="shop")) == {
        "format": 1,
        "errors": 1,
        "warnings": 0,
        "findings": [
            {
                "rule": "unknown-type",
                "level": "error",
                "message": "no type is called `Buket`",
                "help": "did you mean `Bucket`?",
                "suppressible": False,
                "file": f"shop/{SPEC}",
                "start": {"line": 2, "column": 14},
                "end": {"line": 2, "column": 19},
                "related": [
                    {
                        "message": "`Bucket` is declared here",
                        "file": "shop/common.yaml",
                        "start": {"line": 2, "column": 3},
                        "end": {"line": 2, "column": 9},
                    }
                ],
            }
        ],
    }


def test_json_and_sarif_without_findings() -> None:
    """There is a document all the same."""
    assert json.loads(PRINTERS["json"]([], {}))["findings"] == []
    assert json.loads(PRINTERS["sarif"]([], {}))["runs"][0]["results"] == []


def test_json_and_sarif_are_ascii() -> None:
    """No character of a spec reaches a log as it is."""
    strange = diagnostic(span(1, 1, 2), "\u202e\x1b[31m")
    for name in ("json", "sarif"):
        text = PRINTERS[name]([strange], SOURCES)

        assert text.isascii()
        assert text.replace("\n", "").isprintable()


def test_sarif() -> None:
    """A result points at its rule and its places; paths are percent-encoded."""
    log = json.loads(PRINTERS["sarif"]([WARNING, BUCKET], SOURCES))
    (run,) = log["runs"]
    _, result = run["results"]
    driver = run["tool"]["driver"]
    place = {"uri": "spec/50%25%2C%20a%3A%20b.yaml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 19}

    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}
    assert [rule["id"] for rule in driver["rules"]] == ["missing-doc", "unknown-type"]
    assert driver["rules"][1]["shortDescription"]["text"] in RULES["unknown-type"].page
    assert driver["rules"][0]["defaultConfiguration"] == {"level": "warning"}
    assert result == {
        "ruleId": "unknown-type",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "no type is called `Buket`\ndid you mean `Bucket`?"},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "`Bucket` is declared here"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "common.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9},
                },
            }
        ],
    }


def test_github() -> None:
    """One command a finding; what has a meaning in commands is escaped."""
    assert PRINTERS["github"]([WARNING, BUCKET], SOURCES).split("\n") == [
        (
            "::warning file=spec/50%25%2C a%3A b.yaml,line=1,col=1,endLine=1,endColumn=4,"
            "title=warning[missing-doc]::100%25 odd: a, b%0Aand more%0Ahelp: line one%0Aline two"
        ),
        (
            "::error file=spec/50%25%2C a%3A b.yaml,line=2,col=14,endLine=2,endColumn=19,"
            "title=error[unknown-type]::no type is called `Buket`%0A"
            "note: common.yaml:2:3: `Bucket` is declared here%0Ahelp: did you mean `Bucket`?"
        ),
        "",
    ]


def test_github_over_several_lines() -> None:
    """GitHub takes columns only within one line."""
    text = PRINTERS["github"]([diagnostic(span(1, 3, 5, end_line=2))], SOURCES)

    assert ",line=1,endLine=2,title=" in text


def test_github_cannot_be_given_commands() -> None:
    """A message cannot begin a line of its own."""
    text = PRINTERS["github"]([diagnostic(span(1, 1, 2), "x\r\n::stop-commands::y")], SOURCES)

    assert text.count("\n") == 1
    assert "\r" not in text
