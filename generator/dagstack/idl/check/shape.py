"""What a file may say at all: the violations of its JSON Schema, one finding each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


@rule("error")
def unknown_key(at: At, key: str, known: tuple[str, ...]) -> Finding:
    """A key is one that the language has.

    A misspelt key that is passed over in silence is a promise that nobody keeps.

    Bad:
    ```yaml
    idl: 1
    library: shapes
    version: "1.0.0"
    summmary: Shapes.
    ```

    Good:
    ```yaml
    idl: 1
    library: shapes
    version: "1.0.0"
    summary: Shapes.
    ```
    """
    hint = did_you_mean(key, known) or f"known here: {', '.join(known)}"
    if key.endswith((">", ">?")):
        hint = 'inside { } a comma ends the value: write the type in quotes, "map<K, V>"'
    return found(unknown_key, (*at, key), f"unknown key `{key}`", help=hint, part="key")


@rule("error")
def missing_key(at: At, key: str) -> Finding:
    """Keys that a construct cannot do without are given.

    Bad:
    ```yaml
    methods:
      now: {returns: datetime}
    ```

    Good:
    ```yaml
    methods:
      now: {effect: instant, returns: datetime}
    ```
    """
    return found(missing_key, at, f"the key `{key}` is missing", part="key")


@rule("error")
def wrong_kind_of_value(at: At, value: object, wanted: tuple[str, ...]) -> Finding:
    """A value is of the kind that its key takes: text, a list, a mapping.

    YAML guesses: a version written as 1.0 is a number until it stands in quotes.

    Bad:
    ```yaml
    version: 1.0
    ```

    Good:
    ```yaml
    version: "1.0.0"
    ```
    """
    names = " or ".join(_WORDS[kind] for kind in wanted)
    scalar = isinstance(value, bool | int | float)
    quote = "string" in wanted and scalar
    return found(
        wrong_kind_of_value,
        at,
        f"this is {_kind(value)}, where {names} belongs",
        help="put it in quotes" if quote else "",
        part="value" if scalar or isinstance(value, str) else "key",
    )


@rule("error")
def unknown_word(at: At, value: object, known: tuple[str, ...]) -> Finding:
    """Where the language has a fixed set of words, one of them is used.

    Bad:
    ```yaml
    effect: asynchronous
    ```

    Good:
    ```yaml
    effect: async
    ```
    """
    hint = did_you_mean(value, known) if isinstance(value, str) else ""
    return found(
        unknown_word,
        at,
        f"`{value}` is not one of the words that can stand here",
        help=hint or f"one of: {', '.join(known)}",
    )


def violations(
    schema: dict[str, Any],
    document: Any,  # noqa: ANN401  (YAML can hold anything)
    file: str,
) -> Iterator[Finding]:
    """Every violation of ``schema`` in ``document``."""
    import jsonschema  # noqa: PLC0415  (slow to import, and only wanted when something is wrong)

    validator = jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(document):
        yield from _findings(error, file)


def _findings(error: Any, file: str) -> Iterator[Finding]:  # noqa: ANN401, C901
    at = (file, *error.absolute_path)
    keyword, wanted = error.validator, error.validator_value
    if keyword == "additionalProperties":
        known = tuple(error.schema.get("properties", ()))
        for key in error.instance:
            if key not in known:
                yield unknown_key(at, str(key), known)
    elif keyword == "required":
        for key in wanted:
            if key not in error.instance and error.message.startswith(repr(key)):
                yield missing_key(at, key)
    elif keyword == "type":
        yield wrong_kind_of_value(at, error.instance, (wanted,))
    elif keyword == "enum":
        yield unknown_word(at, error.instance, tuple(map(str, wanted)))
    elif keyword == "const":
        yield unknown_word(at, error.instance, (str(wanted),))
    elif keyword == "oneOf":
        yield from _of_the_branch_meant(error, file)
    else:
        yield found(wrong_kind_of_value, at, error.message)


def _of_the_branch_meant(error: Any, file: str) -> Iterator[Finding]:  # noqa: ANN401
    """Of a choice between kinds of value, the troubles of the kind that was written."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    kinds: list[str] = []
    for inners in branches.values():
        mismatch = [e.validator_value for e in inners if e.validator == "type" and not e.path]
        if not mismatch:
            for inner in inners:
                yield from _findings(inner, file)
            return
        kinds += mismatch
    yield wrong_kind_of_value((file, *error.absolute_path), error.instance, tuple(kinds))


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping"
