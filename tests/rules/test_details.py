"""What the rules find beyond the examples on their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagstack.idl.diagnostics import Report
from dagstack.idl.pipeline import understand
from tests.rules.examples import Example

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.idl.diagnostics import Diagnostic
    from tests.projects import Project


def find(project: Callable[..., Project], *fragments: str, rule: str = "") -> list[Diagnostic]:
    """The findings in a project that is completed as the rules' pages are."""
    made = project({})
    Example(rule, tuple((f"file{n}" * bool(n), text) for n, text in enumerate(fragments))).fill(
        made
    )
    report = Report()
    understand(made.folder, report)
    return [*report.diagnostics()]


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("string", '""'),
        ("string", '"no"'),
        ("bool", "true"),
        ("int", "-9007199254740991"),
        ("int64", "-9223372036854775808"),
        ("float", "1"),
        ("float", "-0.5"),
        ("bytes", "text"),
        ("path", "etc/hosts"),
        ("duration", "PT1.5S"),
        ("duration", "P1DT2H3M"),
        ("json", "null"),
        ("json", "1.5"),
        ("any", "null"),
        ("datetime?", "null"),
        ("list<string>", "[]"),
        ("'map<string, int>'", "{}"),
        ("list<string>?", "null"),
        ("Color", "red"),
        ("Color?", "red"),
    ],
)
def test_a_default_that_fits(project: Callable[..., Project], kind: str, default: str) -> None:
    """Nothing is found where the default is a value of the type."""
    assert find(project, _default(kind, default)) == []


@pytest.mark.parametrize(
    ("kind", "default", "message", "help_"),
    [
        ("string", "1", "1 is not a `string`", "put it in quotes"),
        ("string", "null", "null is no `string`", "make the type `string?`"),
        ("bool", "1", "1 is not a `bool`", "write true or false"),
        ("int", "true", "true is not an `int`", ""),
        ("int", "1.0", "1.0 is not an `int`", ""),
        ("int", "9007199254740992", "outside of ±(2^53-1), the range of `int`", ""),
        ("int64", "9223372036854775808", "outside of ±(2^63-1)", ""),
        ("float", ".nan", "nan is not a `float`", "write a finite number"),
        ("float", "9" * 399, "is not a `float`", "write a finite number"),
        ("datetime", '"2026-01-01T00:00:00Z"', "cannot be written as a default", "`datetime?`"),
        ("duration", "90s", '"90s" is not a `duration`', "PT1.5S"),
        ("duration", "PT", '"PT" is not a `duration`', "PT1.5S"),
        ("list<string>", "{}", "{} is not a `list<string>`", ""),
        ("list<string>", "[a]", "can only be empty", "default: []"),
        ("'map<string, int>'", "{a: 1}", "can only be empty", "default: {}"),
        ("'map<string, int>?'", "[]", "[] is not a `map<string, int>`", ""),
        ("Color", "gren", "`Color` has no value `gren`", "did you mean `green`?"),
        ("Color", "1", "1 is not a `Color`", ""),
        ("Size", "{}", "a `Size` cannot be written as a default", "`Size?`"),
    ],
)
def test_a_default_that_does_not_fit(
    project: Callable[..., Project], kind: str, default: str, message: str, help_: str
) -> None:
    """The finding says what the value is and what it should be, and points at it."""
    (finding,) = find(project, _default(kind, default))

    assert finding.rule == "default-does-not-fit"
    assert message in finding.message
    assert help_ in finding.help


def _default(kind: str, default: str) -> str:
    return f"""
enums:
  Color: {{values: {{red: Like blood., green: Like grass.}}}}
records:
  Size: {{fields: {{width: int}}}}
  Shape:
    fields:
      it: {{type: {kind}, default: {default}}}
"""


@pytest.mark.parametrize(
    ("kind", "default", "fits"),
    [
        ("string", '""', True),
        ("string", "a", False),
        ("int", "0", True),
        ("int", "1", False),
        ("float", "0", True),
        ("float", "0.0", True),
        ("bool", "false", True),
        ("bool", "true", False),
        ("list<int>", "[]", True),
        ("int?", "null", True),
        ("int?", "0", False),
        ("duration", "PT0S", True),
        ("Color", "red", False),
    ],
)
def test_a_positional_default(
    project: Callable[..., Project], kind: str, default: str, *, fits: bool
) -> None:
    """Only the zero value that Go callers pass can be the default of a param."""
    spec = f"""
enums:
  Color: {{values: {{red: Like blood.}}}}
interfaces:
  Shop:
    methods:
      buy: {{params: {{it: {{type: {kind}, default: {default}}}}}}}
"""

    rules = [finding.rule for finding in find(project, spec)]

    assert rules == ([] if fits else ["positional-default-is-not-zero"])


@pytest.mark.parametrize(
    ("kind", "literal", "fits"),
    [
        ("bytes", "text", True),
        ("bytes", "{base64: aGk=}", True),
        ("bytes", "{base64: '?'}", False),
        ("bytes", "1", False),
        ("datetime", '"2026-01-31T12:00:00Z"', True),
        ("datetime", '"2026-01-31T12:00:00.5+01:00"', True),
        ("datetime", '"2026-01-31T12:00:00"', False),
        ("datetime", '"2026-02-30T12:00:00Z"', False),
        ("datetime", "2026-01-31", False),
        ("json", "{a: [1, null]}", True),
        ("json", "[.inf]", False),
        ("any", "[.inf]", True),
        ("list<int>", "[1, 2]", True),
        ("list<int>", "[1, x]", False),
        ("'map<int, string>'", '{"1": a}', True),
        ("'map<int, string>'", '{"x": a}', False),
        ("Size", "{width: 1}", True),
        ("Size", "{}", False),
        ("Size", "{width: 1, height: null}", True),
        ("Size", "{width: 1, depth: 1}", False),
        ("Size", "1", False),
        ("Shop", "{open: true}", True),
        ("Shop", "{open: 1}", False),
        ("string?", "null", True),
        ("T", "{anything: goes}", True),
    ],
)
def test_a_literal_of_an_example(
    project: Callable[..., Project], kind: str, literal: str, *, fits: bool
) -> None:
    """Arguments and results are literals of their types, through and through."""
    spec = f"""
records:
  Size: {{fields: {{width: int, height: {{type: int?, default: null}}, note: string?}}}}
interfaces:
  Shop:
    properties: {{open: bool}}
    methods:
      buy:
        types: {"[T]" if kind == "T" else "[]"}
        params: {{it: {kind}}}
        returns: {kind}
        examples:
          - {{title: A call., args: {{it: {literal}}}, returns: {literal}}}
"""

    rules = [finding.rule for finding in find(project, spec)]

    assert rules == ([] if fits else ["example-does-not-fit"] * 2)


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ("{title: x, args: {}}", "does not give the param `what`"),
        ("{title: x, args: {what: a, waht: a}}", "`buy` takes no `waht`"),
        ("{title: x, args: {what: a}, returns: 1}", "`buy` returns nothing"),
        ("{title: x, args: {what: a}, raises: Other}", "does not list the error `Other`"),
        ("{title: x, args: {what: a}, returns: 1, raises: Gone}", "returns nothing"),
    ],
)
def test_an_example_that_is_no_such_call(
    project: Callable[..., Project], example: str, message: str
) -> None:
    """Unknown and missing arguments, results and errors that cannot come are found."""
    (finding,) = find(project, _call(example))

    assert finding.rule == "example-does-not-fit"
    assert message in finding.message


def test_an_example_with_a_kind_of_a_listed_error(project: Callable[..., Project]) -> None:
    """A method that raises an error may raise what extends it."""
    assert find(project, _call("{title: x, args: {what: a}, raises: SoldOut}")) == []


def _call(example: str) -> str:
    return f"""
errors:
  Gone: {{}}
  SoldOut: {{extends: Gone}}
  Other: {{}}
interfaces:
  Shop:
    methods:
      buy:
        params: {{what: string}}
        raises: [Gone]
        examples: [{example}]
"""


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("HTTPClient", "HttpClient"),
        ("ClientID", "ClientId"),
        ("FSError", "FsError"),
        ("httpClient", "HttpClient"),
        ("Http_Client", "HttpClient"),
    ],
)
def test_a_type_name_with_capitals_in_a_row(
    project: Callable[..., Project], name: str, suggestion: str
) -> None:
    """Abbreviations are words; the help writes the name out."""
    (finding,) = find(project, f"records:\n  {name}: {{fields: {{x: int}}}}\n")

    assert finding.rule == "name-is-not-pascal-case"
    assert finding.help == f"write `{suggestion}`"


@pytest.mark.parametrize(
    "name", ["S3Store", "OAuthToken", "K8sClient", "X", "Utf8Text", "Sha256sum"]
)
def test_a_type_name_with_digits_and_single_capitals(
    project: Callable[..., Project], name: str
) -> None:
    """Digits and words of one letter are no abbreviations."""
    assert find(project, f"records:\n  {name}: {{fields: {{x: int}}}}\n") == []


@pytest.mark.parametrize("name", ["k8s", "utf_8", "s3_bucket", "uuid4", "x"])
def test_a_member_name_with_digits(project: Callable[..., Project], name: str) -> None:
    """Digits may stand in a word."""
    assert find(project, f"records:\n  Point: {{fields: {{{name}: int}}}}\n") == []


@pytest.mark.parametrize("name", ["_private", "two__words", "trailing_", "kebab-case", "camelCase"])
def test_a_member_name_that_is_not_in_snake_case(
    project: Callable[..., Project], name: str
) -> None:
    """Underscores stand between words, and nothing else does."""
    (finding,) = find(project, f"records:\n  Point: {{fields: {{{name}: int}}}}\n")

    assert finding.rule == "name-is-not-snake-case"


def test_a_letter_in_two_parts(project: Callable[..., Project]) -> None:
    """An accent that stands apart is named as such."""
    (finding,) = find(project, 'records:\n  Point: {fields: {"cafe\\u0301": int}}\n')

    assert finding.rule == "name-is-not-ascii"
    assert "a letter that is written in several parts" in finding.message


@pytest.mark.parametrize(
    ("version", "valid"),
    [
        ("0.0.0", True),
        ("1.2.3-rc.1+build.5", True),
        ("1.0.0--", True),
        ("1.2", False),
        ("01.2.3", False),
        ("1.2.3-01", False),
        ("v1.2.3", False),
        ("1" * 5000 + ".0.0", False),
    ],
)
def test_a_version(project: Callable[..., Project], version: str, *, valid: bool) -> None:
    """Versions are those of Semantic Versioning 2.0.0."""
    rules = [finding.rule for finding in find(project, f'version: "{version}"\n')]

    assert rules == ([] if valid else ["bad-version"])


@pytest.mark.parametrize(
    ("life", "found"),
    [
        ('since: "1.0.0"', []),
        ('since: "1.0.0-rc.1"', []),
        ('since: "1.0.1"', ["version-out-of-order"]),
        (
            'deprecated: {since: "1.0.0", use: It., remove_in: "1.0.0"}',
            ["removal-is-overdue", "version-out-of-order"],
        ),
        ('since: "1.0.0"\n    deprecated: {since: "0.9.0", use: It.}', ["version-out-of-order"]),
        ('deprecated: {since: "0.9.0", use: It., remove_in: "2.0.0"}', []),
        ('deprecated: {since: "0.9.0", use: It., remove_in: "1.0.0"}', ["removal-is-overdue"]),
    ],
)
def test_ages(project: Callable[..., Project], life: str, found: list[str]) -> None:
    """Things appear, are deprecated and go in that order."""
    findings = find(project, f"records:\n  Point:\n    {life}\n    fields: {{x: int}}\n")

    assert [finding.rule for finding in findings] == found


@pytest.mark.parametrize(
    "summary",
    ["no capital.", "No stop", "Two. Sentences.", "Two. `code` goes on.", "It ends with `code`"],
)
def test_a_summary_that_is_not_one_sentence(project: Callable[..., Project], summary: str) -> None:
    """A sentence begins with a capital, ends with a stop, and there is one."""
    (finding,) = find(project, f"records:\n  Point: {{summary: '{summary}', fields: {{x: int}}}}\n")

    assert finding.rule == "summary-is-not-one-sentence"


@pytest.mark.parametrize(
    "summary",
    ["A point, e.g. `x`.", "A point (i.e. Two numbers).", "`x` and y.", "A 1.5 B.", "Really?"],
)
def test_a_summary_that_is_one_sentence(project: Callable[..., Project], summary: str) -> None:
    """Full stops inside a sentence do not end it."""
    spec = f"records:\n  Point: {{summary: '{summary}', fields: {{x: int}}}}\n"

    assert find(project, spec) == []


@pytest.mark.parametrize(
    "character", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\U000e0041"]
)
def test_an_invisible_character_as_it_is(project: Callable[..., Project], character: str) -> None:
    """It is found wherever it is, in comments too, at its own column."""
    made = project(
        {"shapes": f"idl: 1 # {character}\nlibrary: shapes\nversion: '1.0.0'\nsummary: X.\n"}
    )
    report = Report()
    understand(made.folder, report)

    (finding,) = report.diagnostics()

    assert (finding.rule, finding.span.line, finding.span.column) == ("invisible-character", 1, 10)
    assert f"U+{ord(character):04X}" in finding.message


def test_invisible_characters_of_both_kinds_in_one_text(project: Callable[..., Project]) -> None:
    """One that is written as it is and one that is an escape are found once each."""
    summary = '"A \u200b and \\u202e and \\x1b."'
    made = project({"shapes": f"idl: 1\nlibrary: shapes\nversion: '1.0.0'\nsummary: {summary}\n"})
    report = Report()
    understand(made.folder, report)

    findings = report.diagnostics()

    assert sorted(finding.message[-7:-1] for finding in findings) == ["U+001B", "U+200B", "U+202E"]


@pytest.mark.parametrize("text", ["naïve café", "日本語", "“quoted”", "👍🏽", "עברית", "a\u00a0b"])
def test_text_in_any_script(project: Callable[..., Project], text: str) -> None:
    """Letters, marks and symbols that can be seen are no concern of the rule."""
    made = project({"shapes": f"idl: 1\nlibrary: shapes\nversion: '1.0.0'\nsummary: X {text}.\n"})
    report = Report()
    understand(made.folder, report)

    assert report.diagnostics() == ()


def test_a_default_that_neither_fits_nor_is_zero(project: Callable[..., Project]) -> None:
    """What is no value of the type at all is told once."""
    spec = "interfaces: {Shop: {methods: {buy: {params: {it: {type: int, default: x}}}}}}\n"

    assert [finding.rule for finding in find(project, spec)] == ["default-does-not-fit"]


@pytest.mark.parametrize(("key", "rules"), [("raises", ["raises-a-precondition"]), ("rejects", [])])
def test_a_precondition_by_inheritance(
    project: Callable[..., Project], key: str, rules: list[str]
) -> None:
    """What extends a precondition is one."""
    spec = f"""
errors:
  Invalid: {{kind: precondition}}
  TooLong: {{extends: Invalid}}
interfaces: {{Shop: {{methods: {{buy: {{{key}: [TooLong]}}}}}}}}
"""

    assert [finding.rule for finding in find(project, spec)] == rules


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("size: map<float, int>", "float"),
        ("size:\n        type: map<float, int>\n        doc: X.", "float"),
    ],
)
def test_a_type_is_marked_in_the_short_form_and_in_full(
    project: Callable[..., Project], written: str, marked: str
) -> None:
    """The mark is below the part that is wrong."""
    text = (
        "idl: 1\nlibrary: shapes\nversion: '1.0.0'\nsummary: Shapes.\nrecords:\n  Point:\n"
        "    allow: {missing-doc: It is plain.}\n    summary: A point.\n    fields:\n"
        f"      {written}\n"
    )
    made = project({"shapes": text})
    report = Report()
    understand(made.folder, report)

    (finding,) = report.diagnostics()

    line = text.split("\n")[finding.span.line - 1]
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == marked


def test_the_second_of_two_equal_names_in_a_list_is_marked(
    project: Callable[..., Project],
) -> None:
    """The first may stay."""
    spec = """
errors: {Gone: {}}
interfaces: {Shop: {methods: {buy: {raises: [Gone, Gone]}}}}
"""

    (finding,) = find(project, spec)

    source = (project({}).folder / "spec/shapes.yaml").read_text().split("\n")
    assert source[finding.span.line - 2].strip() == "- Gone"
    assert source[finding.span.line - 1].strip() == "- Gone"


def test_records_that_hold_each_other(project: Callable[..., Project]) -> None:
    """A circle of records is found from every record in it."""
    spec = """
records:
  Egg: {fields: {layer: Hen}}
  Hen: {fields: {shell: Egg}}
  Farm: {fields: {first: Hen}}
"""

    findings = find(project, spec)

    assert [(finding.rule, finding.span.line) for finding in findings] == [
        ("record-contains-itself", line) for line in sorted({f.span.line for f in findings})
    ]
    assert len(findings) == 2


def test_an_import_that_only_prose_uses(project: Callable[..., Project]) -> None:
    """A code span that names an import is a use of it."""
    using = "imports: {file1: [Point]}\ndoc: See `Point`.\n"

    assert find(project, using, "library: file1\nrecords:\n  Point: {fields: {x: int}}\n") == []


def test_what_a_single_field_can_get_wrong_is_found_at_once(
    project: Callable[..., Project],
) -> None:
    """One mistake does not hide the next."""
    spec = """
records:
  point:
    since: '9.0.0'
    fields: {X: {type: 'map<float, int>', default: 1}}
"""

    rules = {finding.rule for finding in find(project, spec)}

    assert rules == {
        "default-does-not-fit",
        "map-key-type",
        "name-is-not-pascal-case",
        "name-is-not-snake-case",
        "version-out-of-order",
    }
