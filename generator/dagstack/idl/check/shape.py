"""What a file may say at all: the violations of its JSON Schema, one finding each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At, Part

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


@rule("error")
def malformed_text(at: At, text: str, wanted: str, example: str, part: Part) -> Finding:
    """What other tools read, such as the name of a package, is what they take.

    It is printed as it is written, into files in which anything else could say something else.

    Bad:
    ```yaml
    targets: {python: {out: generated, module: acme-contracts}}
    ```

    Good:
    ```yaml
    targets: {python: {out: generated, module: acme.contracts}}
    ```
    """
    hint = f"write it like `{example}`" if example else ""
    return found(malformed_text, at, f"`{text}` is not {wanted}", help=hint, part=part)


def violations(
    schema: dict[str, Any],
    document: Any,  # noqa: ANN401  (YAML can hold anything)
    at: At,
) -> Iterator[Finding]:
    """Every violation of ``schema`` in ``document``, which stands at ``at``."""
    import jsonschema  # noqa: PLC0415  (slow to import, and only wanted when something is wrong)

    validator = jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(document):
        yield from _findings(error, at)


def _findings(error: Any, root: At) -> Iterator[Finding]:  # noqa: ANN401
    at = (*root, *error.absolute_path)
    keyword, wanted = error.validator, error.validator_value
    known = tuple(error.schema.get("properties", ()))
    if keyword == "additionalProperties":
        yield from (unknown_key(at, key, known) for key in error.instance if key not in known)
    elif keyword == "required":
        # A misspelt key is not a missing one as well.
        meant = {did_you_mean(key, known) for key in error.instance if key not in known}
        key = next(key for key in wanted if error.message.startswith(f"{key!r} "))
        if did_you_mean(key, (key,)) not in meant:
            yield missing_key(at, key)
    elif keyword == "type":
        yield wrong_kind_of_value(at, error.instance, (wanted,))
    elif keyword == "enum":
        yield unknown_word(at, error.instance, tuple(map(str, wanted)))
    elif keyword == "const":
        yield unknown_word(at, error.instance, (str(wanted),))
    elif keyword == "pattern":
        yield _malformed(error, at)
    elif keyword == "oneOf":
        yield from _of_the_branch_meant(error, root)
    else:
        yield found(wrong_kind_of_value, at, error.message)


def _malformed(error: Any, at: At) -> Finding:  # noqa: ANN401
    wanted = error.schema.get("title", f"text like {error.validator_value}")
    example = next(iter(error.schema.get("examples", ())), "")
    if "propertyNames" in error.absolute_schema_path:
        return malformed_text((*at, error.instance), error.instance, wanted, example, "key")
    return malformed_text(at, error.instance, wanted, example, "value")


def _of_the_branch_meant(error: Any, root: At) -> Iterator[Finding]:  # noqa: ANN401
    """Of a choice between kinds of value, the troubles of the kind that was written."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    kinds: list[str] = []
    for inners in branches.values():
        mismatch = [e.validator_value for e in inners if e.validator == "type" and not e.path]
        if not mismatch:
            for inner in inners:
                yield from _findings(inner, root)
            return
        kinds += mismatch
    yield wrong_kind_of_value((*root, *error.absolute_path), error.instance, tuple(kinds))


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
