"""No text of a spec is markup on a page."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.idl.targets.docs import markdown

ROOT = Path(__file__).parents[2]
HARMLESS = re.compile(r"\\[\\`*\[\]_]|&#\d+;|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
ANYTHING = st.text() | st.text(alphabet="\\`*_{}[]<>()#+-.!|&$~^@:='\"/ aA1\n\u202e", max_size=40)


@given(ANYTHING)
def test_prose_keeps_no_character_that_could_be_markup(raw: str) -> None:
    """What is left after references, escapes and words with underscores has no meaning."""
    rest = HARMLESS.sub("", markdown.text(raw))

    assert not set(rest) & set("\\`*_[]<>{}&|$~^@")


@given(ANYTHING)
def test_prose_reads_as_it_was_written(raw: str) -> None:
    """Escapes disappear when a page is shown; only what nobody can see is spelled out."""
    visible = "".join(character for character in raw if character.isprintable())

    shown = html.unescape(re.sub(r"\\([\\`*\[\]_])", r"\1", markdown.text(visible)))

    assert shown == visible


@given(ANYTHING)
def test_code_is_one_span_or_element(raw: str) -> None:
    """Nothing ends the span early, also in a table."""
    made = markdown.code(raw)

    assert re.fullmatch(r"`[^`|\n]+`|<code>(?:[A-Za-z0-9 ]|&#\d+;)*</code>", made)


@given(st.text(alphabet="`ab\n", max_size=30))
def test_nothing_closes_a_fence_early(body: str) -> None:
    """The fence is longer than any in the code."""
    opening, *inside, closing = markdown.fence("ts", body).split("\n")

    assert opening == f"{closing}ts"
    assert closing not in "\n".join(inside)


@given(st.lists(ANYTHING, min_size=1))
def test_no_line_of_a_header_leaves_its_comment(lines: list[str]) -> None:
    """Each comment ends where its line does, for HTML and for MDX."""
    for line in markdown.comment(lines).splitlines():
        assert line.startswith("<!-- ")
        assert line.index(">") == len(line) - 1
        assert "*/" not in line


@pytest.mark.parametrize(
    "block",
    ["- a", "+ a", "1. a", "1) a", "# a", "===", "!!! a", "??? a", ": a", "import a", "export a"],
)
def test_a_paragraph_does_not_begin_as_another_block(block: str) -> None:
    """The character that would make the difference is a reference."""
    opened = markdown.opened(block)

    assert opened != block
    assert html.unescape(opened) == block


@pytest.mark.slow
def test_prettier_leaves_all_pages_as_they_are() -> None:
    """So that a formatter in a repository does not fight the generator."""
    pages = ["docs/reference", *map(str, ROOT.glob("tests/golden/reference*/expected"))]

    done = subprocess.run(
        ["prettier", "--check", *pages], cwd=ROOT, capture_output=True, check=False, text=True
    )

    assert done.returncode == 0, done.stderr
