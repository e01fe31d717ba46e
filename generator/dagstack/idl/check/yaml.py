"""What a spec file may not do with YAML, found while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule

if TYPE_CHECKING:
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import Span


_MOSTLY = {
    "mapping values are not allowed": "put text with `: ` in it in quotes; else look at the indent",
    "cannot start any token": (
        "indent with spaces, not tabs; put text that begins with a backtick, `@` or `%` in quotes"
    ),
    "tab character": "indent with spaces",
    "did not find expected ',' or": "close the bracket, or put the text in quotes",
    "unexpected end of stream": "close the quote",
}
"""What is mostly meant, by a part of what the parser says."""


@rule("error")
def file_cannot_be_read(span: Span, why: str) -> Finding:
    """A spec is a UTF-8 text file of at most 1 MiB.

    No resource needs more, and a bound keeps a hostile file from taking the machine's memory.

    Bad: a file of 10 MB, a file in UTF-16, a file that may not be opened.

    Good: the same text in UTF-8, in one file per resource.
    """
    return found(
        file_cannot_be_read,
        (span.file,),
        why,
        span=span,
        help="write a UTF-8 file of at most 1 MiB",
    )


@rule("error")
def yaml_syntax(span: Span, problem: str) -> Finding:
    """A spec is well-formed YAML.

    Nothing else in the file is checked until it is.

    Bad:
    ```yaml
    summary: "no closing quote
    ```

    Good:
    ```yaml
    summary: "a closing quote"
    ```
    """
    hint = next((hint for part, hint in _MOSTLY.items() if part in problem), "")
    return found(yaml_syntax, (span.file,), problem, span=span, help=hint)


@rule("error")
def yaml_duplicate_key(span: Span, key: str, first_line: int) -> Finding:
    """A key stands once in its mapping.

    YAML readers differ in what they make of the second one; most drop the first in silence.

    Bad:
    ```yaml
    methods:
      now: {effect: instant}
      now: {effect: async}
    ```

    Good:
    ```yaml
    methods:
      now: {effect: instant}
    ```
    """
    return found(
        yaml_duplicate_key,
        (span.file,),
        f"the key `{key}` is already given on line {first_line}",
        span=span,
        help="keep one of the two",
    )


@rule("error")
def yaml_indirection(span: Span, what: str) -> Finding:
    """A spec says everything where it stands: no anchors, aliases, merge keys, tags or directives.

    What an alias stands for is out of sight, a merge key hides what it overrides, nested aliases
    can blow a small file up to gigabytes, and a tag can ask a careless reader to construct objects.

    Bad:
    ```yaml
    params: &common {key: string}
    options: *common
    ```

    Good:
    ```yaml
    params: {key: string}
    ```
    """
    return found(
        yaml_indirection,
        (span.file,),
        f"{what} cannot be used in a spec",
        span=span,
        help="write out what it stands for",
    )


_OR_PLAIN = {
    "yes": ", or true",
    "on": ", or true",
    "no": ", or false",
    "off": ", or false",
}
"""What else may have been meant."""


@rule("error")
def yaml_word_reads_as_other(span: Span, word: str, other: str) -> Finding:
    """A word that some YAML readers take for something else is written in quotes.

    YAML 1.1 reads `no` and `on` as booleans and `010` as eight; YAML 1.2 does not. A quoted
    word means the same to every editor and tool.

    Bad:
    ```yaml
    default: no
    ```

    Good:
    ```yaml
    default: "no"
    ```
    """
    return found(
        yaml_word_reads_as_other,
        (span.file,),
        f"`{word}` reads as {other} in YAML 1.1 and as text in YAML 1.2",
        span=span,
        help=f'write "{word}" in quotes' + _OR_PLAIN.get(word.lower(), ""),
    )


@rule("error")
def yaml_key_is_not_text(span: Span, key: str) -> Finding:
    """A key is text.

    Bad:
    ```yaml
    params: {1: string}
    ```

    Good:
    ```yaml
    params: {first: string}
    ```
    """
    return found(
        yaml_key_is_not_text,
        (span.file,),
        f"the key `{key}` is not text",
        span=span,
        help=f'write "{key}" in quotes if it is meant as a name',
    )


@rule("error")
def yaml_too_deep(span: Span, limit: int) -> Finding:
    """Collections nest at most 32 deep.

    A spec needs ten levels. The bound stops hostile files early.

    Bad: `[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`

    Good: `[1]`
    """
    return found(
        yaml_too_deep, (span.file,), f"collections are nested more than {limit} deep", span=span
    )


@rule("error")
def yaml_several_documents(span: Span) -> Finding:
    """A file holds one YAML document.

    Bad:
    ```yaml
    idl: 1
    ---
    idl: 1
    ```

    Good: two files.
    """
    return found(
        yaml_several_documents,
        (span.file,),
        "a second YAML document begins here",
        span=span,
        help="move it to a file of its own",
    )
