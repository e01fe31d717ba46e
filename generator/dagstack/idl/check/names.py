"""How names are written, so that every language can make its own of them."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule
from dagstack.idl.naming import pascal, snake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Spec
    from dagstack.idl.source import At, Part

MAX_LENGTH = 64

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_INITIALISM = re.compile(r"[A-Z]{3}|[A-Z]{2}(?![a-z])")


@rule("error")
def name_is_not_snake_case(survey: Survey) -> Iterator[Finding]:
    """A package, file, method, property, param, option, field or enum value is in snake_case.

    Each language's own spelling is made from the words, and only underscores tell where a word
    ends.

    Bad:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          getBlob: {effect: async}
    ```

    Good:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          get_blob: {effect: async}
    ```
    """
    bad = {name for name in survey.member_names() if name.isascii() and not _SNAKE.fullmatch(name)}
    files = (
        (word, name, at)
        for word, name, at in _package_and_files(survey)
        if name.isascii() and not _SNAKE.fullmatch(name)
    )
    for word, name, at in chain(files, survey.members_called(bad)):
        yield found(
            name_is_not_snake_case,
            at,
            f"the {word} name `{name}` is not in snake_case",
            help=_suggestion(snake(name), _SNAKE),
            part=_part(at),
        )


@rule("error")
def name_is_not_pascal_case(survey: Survey) -> Iterator[Finding]:
    """A type, error, type parameter or implementation has a name in PascalCase.

    An abbreviation is a word like any other, `HttpClient`: where a language writes it in capitals,
    as Go does with `HTTPClient`, the generator does so by itself.

    Bad:
    ```yaml
    interfaces:
      HTTPClient:
        methods:
          get: {effect: async}
    ```

    Good:
    ```yaml
    interfaces:
      HttpClient:
        methods:
          get: {effect: async}
    ```
    """
    for word, name, at in survey.types_declared():
        if not name.isascii() or (_PASCAL.fullmatch(name) and not _INITIALISM.search(name)):
            continue
        yield found(
            name_is_not_pascal_case,
            at,
            f"the {word} name `{name}` is not in PascalCase",
            help=_suggestion(pascal(name), _PASCAL),
            part=_part(at),
        )


@rule("error")
def name_is_not_ascii(survey: Survey) -> Iterator[Finding]:
    """A name is made of the letters a to z, digits and underscores.

    Not every language takes others, and letters that look alike (such as the Cyrillic a, or
    accents that stand apart) would make two names of what a reader takes for one.

    Bad:
    ```yaml
    records:
      Measure: {fields: {größe: int}}
    ```

    Good:
    ```yaml
    records:
      Measure: {fields: {size: int}}
    ```
    """
    for word, name, at in _called(survey, lambda name: not name.isascii()):
        odd = next(character for character in name if not character.isascii())
        if unicodedata.normalize("NFC", name) != name:
            message = f"the {word} name `{name}` holds a letter that is written in several parts"
        else:
            called = unicodedata.name(odd, "a character").lower()
            message = f"the {word} name `{name}` holds {called} (U+{ord(odd):04X})"
        yield found(
            name_is_not_ascii,
            at,
            message,
            help="use the letters a to z, digits and underscores",
            part=_part(at),
        )


@rule("error")
def name_too_long(survey: Survey) -> Iterator[Finding]:
    """A name has at most 64 characters.

    The names that are made from several, such as that of a method's options, stay legible, and
    names of files stay within what file systems take.

    Bad:
    ```yaml
    records:
      Measure:
        fields:
          the_number_of_bytes_that_were_written_to_the_file_before_it_was_closed: int
    ```

    Good:
    ```yaml
    records:
      Measure: {fields: {bytes_written: int}}
    ```
    """
    for word, name, at in _called(survey, lambda name: len(name) > MAX_LENGTH):
        yield found(
            name_too_long,
            at,
            f"the {word} name has {len(name)} characters, more than {MAX_LENGTH}",
            help="choose a shorter one, and say the rest in its doc",
            part=_part(at),
        )


@rule("error")
def file_name_differs(survey: Survey) -> Iterator[Finding]:
    """A spec file is called after the resource or library that it declares.

    Other files import it by that name, and generated files are called after it.

    Bad:
    ```yaml
    # watch.yaml
    library: clock
    ```

    Good:
    ```yaml
    # clock.yaml
    library: clock
    ```
    """
    for spec in survey.specs:
        stem = PurePosixPath(spec.file).stem
        if stem not in (spec.name, snake(spec.name)):
            kind = _kind(spec)
            yield found(
                file_name_differs,
                (*spec.at, kind),
                f"the {kind} `{spec.name}` is in a file called `{stem}`",
                help=f"call the file `{spec.name}.yaml`",
            )


def _called(survey: Survey, wrong: Callable[[str], bool]) -> Iterator[tuple[str, str, At]]:
    """Everything whose name is ``wrong``; each distinct name of a member is looked at once."""
    for word, name, at in chain(_package_and_files(survey), survey.types_declared()):
        if wrong(name):
            yield word, name, at
    yield from survey.members_called({name for name in survey.member_names() if wrong(name)})


def _package_and_files(survey: Survey) -> Iterator[tuple[str, str, At]]:
    yield "package", survey.package.name, (*survey.package.at, "package")
    for spec in survey.specs:
        yield _kind(spec), spec.name, (*spec.at, _kind(spec))


def _kind(spec: Spec) -> str:
    return "resource" if spec.is_resource else "library"


def _part(at: At) -> Part:
    """Names are keys, but for a file's own and those that stand in a list."""
    return "value" if isinstance(at[-1], int) or len(at) <= 2 else "key"  # noqa: PLR2004


def _suggestion(name: str, well_formed: re.Pattern[str]) -> str:
    return f"write `{name}`" if well_formed.fullmatch(name) else ""
