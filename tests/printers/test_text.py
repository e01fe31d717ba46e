"""Text for people: frames that line up, and nothing that could harm a terminal."""

from __future__ import annotations

from dagstack.idl.printers.terminal import width
from dagstack.idl.printers.text import print_text
from tests.printers.sample import BUCKET, SOURCES, SPEC, WARNING, diagnostic, span


def lines(*diagnostics: object, **options: object) -> list[str]:
    """What is printed, line by line."""
    return print_text(diagnostics, SOURCES, **options).split("\n")  # type: ignore[arg-type]


def test_no_findings() -> None:
    """Nothing is printed."""
    assert print_text([], SOURCES) == ""


def test_a_finding_with_all_parts() -> None:
    """Place, cause, line, carets, the related place with its own, help and a count."""
    assert lines(BUCKET) == [
        f"{SPEC}:2:14: error[unknown-type]: no type is called `Buket`",
        " 2 |     key: {type: Buket, doc: 日本語 e\u0301x}",
        "   |                 ^^^^^",
        "   note: common.yaml:2:3: `Bucket` is declared here",
        " 2 |   Bucket:",
        "   |   ^^^^^^",
        "   help: did you mean `Bucket`?",
        "",
        "1 error in 1 file",
        "",
    ]


def test_lines_of_messages_and_help_stay_lines() -> None:
    """A diff in a help text keeps its shape."""
    assert lines(WARNING)[-5:] == [
        "   help: line one",
        "         line two",
        "",
        "1 warning in 1 file",
        "",
    ]


def test_the_count() -> None:
    """Errors first, then warnings, and the files in which something was found."""
    other = diagnostic(span(1, 1, 2, "common.yaml"))

    assert lines(BUCKET, other, WARNING)[-2] == "2 errors, 1 warning in 2 files"


def test_carets_below_wide_and_combining_characters() -> None:
    """The carets stand below what is marked, whatever stands before it."""
    line, carets = lines(diagnostic(span(2, 30, 32)))[1:3]

    assert carets.count("^") == 1
    assert width(line[: line.index("e\u0301")]) == carets.index("^")


def test_carets_below_wide_characters_are_as_wide() -> None:
    """Two columns for a character that takes two."""
    assert lines(diagnostic(span(2, 26, 29)))[2].count("^") == 6


def test_what_a_terminal_would_obey() -> None:
    """Escape sequences and marks of direction are spelled out, in lines, messages and paths."""
    text = print_text([diagnostic(span(3, 7, 8), "what \x1b[0m is \u202e this?")], SOURCES)

    assert text.replace("\n", "").isprintable()
    assert "what <U+001B>[0m is <U+202E> this?" in text
    assert "evil: <U+001B>[31m<U+202E> nothing" in text


def test_a_long_line_is_cut_around_the_mark() -> None:
    """The mark and some of what is around it can be seen."""
    _, line, carets, *_ = lines(diagnostic(span(4, 151, 155)))

    assert len(line) < 120
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"
    assert line.startswith(" 4 | …xxx")
    assert line.endswith("yyy…")


def test_a_mark_near_the_beginning_of_a_long_line() -> None:
    """The line is shown from its beginning."""
    assert lines(diagnostic(span(4, 61, 66)))[1].startswith(" 4 | xxx")


def test_a_mark_that_is_longer_than_a_line() -> None:
    """It ends where the line is cut."""
    _, line, carets, *_ = lines(diagnostic(span(4, 2, 300)))

    assert line.startswith(" 4 | xxx")
    assert len(carets) < len(line) < 120


def test_a_mark_over_several_lines() -> None:
    """The first of them is shown and marked to its end."""
    _, line, carets, *_ = lines(diagnostic(span(1, 4, 2, end_line=3)))

    assert (line, carets) == (" 1 | idl: 1", "   |    ^^^")


def test_places_that_are_not_there() -> None:
    """A file that was not read, or has no such line, is named without a frame."""
    for at in (span(1, 1, 2, "missing.py"), span(99, 1, 2), span(1, 99, 100)):
        assert print_text([diagnostic(at)], SOURCES).startswith(f"{at.file}:{at.line}:")


def test_colour() -> None:
    """Colours are added to the same text."""
    coloured = print_text([BUCKET, WARNING], SOURCES, colour=True)
    codes = ["1;31", "1;33", "1;36", "1;32", "1;34", "0"]
    for code in codes:
        assert f"\x1b[{code}m" in coloured
        coloured = coloured.replace(f"\x1b[{code}m", "")

    assert coloured == print_text([BUCKET, WARNING], SOURCES)


def test_a_project_in_another_folder() -> None:
    """Paths are as they are seen from where the command runs."""
    assert lines(BUCKET, folder="../shop/.")[0].startswith(f"../shop/{SPEC}:2:14: ")
