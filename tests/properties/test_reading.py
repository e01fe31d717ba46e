"""Reading gives the data that was written, and nothing breaks the reader."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dagstack.idl.diagnostics import Report
from dagstack.idl.reader import MAX_BYTES, read, read_source
from dagstack.idl.source import Source
from tests.projects import ROOT
from tests.properties.strategies import as_yaml, packages

# PyYAML writes these words without quotes, being text in YAML 1.1; in YAML 1.2 they are numbers.
_NUMBER_OF_1_2 = re.compile(r"0o[0-7]+|[-+]?(\.?[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?")

_TEXT = st.text(st.characters(codec="utf-8"), max_size=20).filter(
    lambda text: _NUMBER_OF_1_2.fullmatch(text) is None
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    _TEXT,
    st.sampled_from(["no", "On", "y", "NULL", "~", "010", "1_000", "12:30:00", "2026-01-31", "<<"]),
    st.sampled_from([".5", "=", "!", "&a", "*a", "- a", "a: b", "#", "...", "---", " ", "\n", "%"]),
)
_DATA = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXT, inner, max_size=4)),
    max_leaves=20,
)


def read_text(text: str) -> tuple[Any, list[str]]:
    """What a text reads as, and the rules that found something in it."""
    report = Report()
    source = report.sources["spec.yaml"] = Source("spec.yaml", text)
    data = read(source, report)
    return data, [finding.rule for finding in report.findings]


def same(left: Any, right: Any) -> bool:  # noqa: ANN401  (YAML can hold anything)
    """Equal, types and all; NaN is itself."""
    if isinstance(left, dict) and isinstance(right, dict):
        return [*left] == [*right] and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return type(left) is type(right) and bool(left == right)


@given(data=_DATA, flow=st.sampled_from([None, True, False]), plain=st.booleans())
def test_what_pyyaml_writes_is_read_as_it_was(data: Any, flow: bool | None, plain: bool) -> None:  # noqa: ANN401, FBT001
    """A document that another writer wrote, in any style, is read as the same data."""
    text = yaml.safe_dump(
        data,
        default_flow_style=flow,
        default_style=None if plain else '"',
        allow_unicode=True,
        sort_keys=False,
    )
    if not plain:
        # In double quotes with a tag for all that is no text: tags are refused.
        text = yaml.safe_dump(data, allow_unicode=False, sort_keys=False, width=20)
    actual, found = read_text(text)
    assert same(actual, data), text
    assert {*found} <= {"yaml-word-reads-as-other"}


@given(specs=packages())
def test_specs_are_read_as_they_were_written(specs: dict[str, Any]) -> None:
    """A spec is the same data after a round by way of YAML."""
    for document in specs.values():
        assert read_text(as_yaml(document)) == (document, [])


@pytest.mark.parametrize("spec", sorted((ROOT / "spec/resources").glob("*.yaml")), ids=str)
def test_real_specs_read_as_any_reader_reads_them(spec: Any) -> None:  # noqa: ANN401
    """Our reader and PyYAML's agree on the specs of this repository."""
    text = spec.read_text(encoding="utf-8")
    assert read_text(text) == (yaml.safe_load(text), [])


@given(text=st.text(max_size=200))
def test_any_text_is_read_or_is_a_finding(text: str) -> None:
    """No text makes the reader raise."""
    read_text(text)


@given(
    text=st.lists(
        st.sampled_from(
            [*"[]{}:,-?&*!|>'\"%@`#~<=\n \t\0\r", "<<", "key", "---", "...", "\ufeff", "\x85", "0x"]
        ),
        max_size=60,
    ).map("".join)
)
def test_any_soup_of_tokens_is_read_or_is_a_finding(text: str) -> None:
    """No sequence of YAML's own signs makes the reader raise."""
    read_text(text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "line 1 is not UTF-8"),
        (b"idl: 1\nsummary: \xe9\n", "line 2 is not UTF-8"),
        ("idl: 1\n".encode("utf-16"), "line 1 is not UTF-8"),
        (b"doc: " + b"x" * 10_000_000, "the file is larger than 1 MiB"),
        (b"a" * (MAX_BYTES + 1), "the file is larger than 1 MiB"),
    ],
    ids=["not text", "latin 1", "utf-16", "ten megabytes", "one byte too many"],
)
def test_a_file_that_is_no_text_is_a_finding(tmp_path: Any, data: bytes, said: str) -> None:  # noqa: ANN401
    """Bytes that are no UTF-8, or too many of them, are reported and not read."""
    place = tmp_path / "spec.yaml"
    place.write_bytes(data)
    report = Report()
    assert read_source(place, "spec.yaml", report) is None
    assert [(each.rule, each.message) for each in report.findings] == [
        ("file-cannot-be-read", said)
    ]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("a: \0", ["yaml-syntax"]),
        ("a: \x07", ["yaml-syntax"]),
        ("a: \x1b[31m", ["yaml-syntax"]),
        ("[" * 100_000, ["yaml-too-deep"]),
        ("{a: " * 100_000, ["yaml-too-deep"]),
        ("- " * 100_000, ["yaml-too-deep"]),
        ("? " * 100_000, ["yaml-key-is-not-text"]),
        ("a: &a [*a]", ["yaml-indirection"]),
        ("a: !!binary aGk=", ["yaml-indirection"]),
        ("a: !!python/object/new:os.system [id]", ["yaml-indirection"]),
        ("!!map {a: 1}", ["yaml-indirection"]),
        ("a: 1\na: 2\na: 3", ["yaml-duplicate-key", "yaml-duplicate-key"]),
        ("1: 2", ["yaml-key-is-not-text"]),
        ("{a: 1}: 2", ["yaml-key-is-not-text"]),
        ("%TAG ! !!\n--- a", ["yaml-indirection"]),
    ],
    ids=lambda value: ascii(value)[:24] if isinstance(value, str) else "",
)
def test_what_a_hostile_file_holds_is_refused(text: str, rules: list[str]) -> None:
    """Controls, depth, indirection and doubled keys are findings, each by its name."""
    _, found = read_text(text)
    assert found == rules


def test_a_number_with_many_digits_is_read_quickly() -> None:
    """A number that Python itself would refuse to read is text."""
    data, _ = read_text("a: " + "9" * 100_000)
    assert data == {"a": "9" * 100_000}
