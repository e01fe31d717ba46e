"""What names must lead to, found while they are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At, Part


_CALLED_ELSEWHERE = {
    "array": "list",
    "binary": "bytes",
    "boolean": "bool",
    "date": "datetime",
    "dict": "map",
    "double": "float",
    "integer": "int",
    "long": "int64",
    "number": "float",
    "object": "json",
    "record": "map",
    "sequence": "list",
    "str": "string",
    "text": "string",
    "timedelta": "duration",
    "timestamp": "datetime",
    "uuid": "string",
}
"""What other languages call our built-in types."""


@rule("error")
def unknown_type(at: At, name: str, known: Iterable[str], elsewhere: str = "") -> Finding:
    """A type is built in, declared in the file, or imported by it.

    Bad:
    ```yaml
    params: {size: integer}
    ```

    Good:
    ```yaml
    params: {size: int}
    ```
    """
    hint = f"import it: `{elsewhere}: [{name}]`" if elsewhere else did_you_mean(name, [*known])
    if name.lower() in _CALLED_ELSEWHERE:
        hint = f"did you mean `{_CALLED_ELSEWHERE[name.lower()]}`?"
    return found(unknown_type, at, f"no type is called `{name}`", help=hint, word=name)


@rule("error")
def malformed_type(at: At, text: str, problem: str) -> Finding:
    """A type expression is a name, `list<T>` or `map<K, V>`, with `?` after what is optional.

    Bad:
    ```yaml
    params: {keys: "list<string"}
    ```

    Good:
    ```yaml
    params: {keys: list<string>}
    ```
    """
    return found(
        malformed_type,
        at,
        f"`{text}` is not a type: {problem}",
        help="write a name, `list<T>` or `map<K, V>`, and `?` after what is optional",
    )


@rule("error")
def unknown_error(at: At, name: str, known: Iterable[str], elsewhere: str = "") -> Finding:
    """An error that is raised, rejected or extended is declared in the file or imported by it.

    Bad:
    ```yaml
    raises: {BlobNotFnd: no blob has `key`}
    ```

    Good:
    ```yaml
    raises: {BlobNotFound: no blob has `key`}
    ```
    """
    hint = f"import it: `{elsewhere}: [{name}]`" if elsewhere else did_you_mean(name, [*known])
    # Under `raises` with conditions the name is a key, in a list or under `extends` it is a value.
    part: Part = "key" if at[-1] == name else "value"
    message = f"no error is called `{name}`"
    return found(unknown_error, at, message, help=hint, word=name, part=part)


@rule("error")
def unknown_import(at: At, message: str, hint: str, word: str = "") -> Finding:
    """An import names a spec file of the project or of an imported package, and names that it has.

    Bad:
    ```yaml
    # clock.yaml
    imports: {shaeps: [Point]}
    ```
    ```yaml
    # shapes.yaml
    records:
      Point: {fields: {x: int}}
    ```

    Good:
    ```yaml
    # clock.yaml
    imports: {shapes: [Point]}
    records:
      Line: {fields: {start: Point, end: Point}}
    ```
    ```yaml
    # shapes.yaml
    records:
      Point: {fields: {x: int}}
    ```
    """
    return found(unknown_import, at, message, help=hint, word=word, part="key")


@rule("error")
def import_cycle(at: At, files: tuple[str, ...]) -> Finding:
    """Files do not import each other in a circle.

    A module that needs itself to be loaded first cannot be loaded, in Python for one.

    Bad:
    ```yaml
    # lines.yaml
    imports: {points: [Point]}
    records:
      Line: {fields: {start: Point, end: Point}}
    ```
    ```yaml
    # points.yaml
    imports: {lines: [Line]}
    records:
      Point: {fields: {near: list<Line>}}
    ```

    Good:
    ```yaml
    # shapes.yaml
    records:
      Line: {fields: {start: Point, end: Point}}
      Point: {fields: {near: list<Line>}}
    ```
    """
    circle = " imports ".join(f"`{file}`" for file in files)
    return found(
        import_cycle,
        at,
        f"imports go round in a circle: {circle}",
        help="move what both need to a library that both import",
        part="key",
    )


@rule("error")
def duplicate_name(at: At, name: str, first: At) -> Finding:
    """A name is declared once in a package.

    All files of a package share one namespace in the languages that have no modules.

    Bad:
    ```yaml
    # calls.yaml
    records:
      Limit: {fields: {calls: int}}
    ```
    ```yaml
    # sizes.yaml
    records:
      Limit: {fields: {bytes: int}}
    ```

    Good:
    ```yaml
    # calls.yaml
    records:
      CallLimit: {fields: {calls: int}}
    ```
    ```yaml
    # sizes.yaml
    records:
      SizeLimit: {fields: {bytes: int}}
    ```
    """
    return found(
        duplicate_name,
        at,
        f"`{name}` is already declared",
        help="choose another name, or import the one that is there",
        part="key",
        related=((first, f"`{name}` is declared here"),),
    )


@rule("error")
def built_in_name(at: At, name: str) -> Finding:
    """A declaration does not take the name of a built-in type.

    Bad:
    ```yaml
    records:
      list: {fields: {size: int}}
    ```

    Good:
    ```yaml
    records:
      Page: {fields: {size: int}}
    ```
    """
    return found(built_in_name, at, f"`{name}` is a built-in type", part="key")


@rule("error")
def error_extends_itself(at: At, name: str) -> Finding:
    """Errors form a tree.

    Bad:
    ```yaml
    errors:
      Lost: {extends: Gone}
      Gone: {extends: Lost}
    ```

    Good:
    ```yaml
    errors:
      Lost: {}
      Gone: {extends: Lost}
    ```
    """
    return found(error_extends_itself, at, f"`{name}` is, in the end, its own parent", word=name)


@rule("error")
def unknown_message_field(at: At, name: str, known: tuple[str, ...]) -> Finding:
    """A message shows fields that the error has, its own or inherited.

    Bad:
    ```yaml
    message: "no blob is stored under {kee}"
    fields: {key: string}
    ```

    Good:
    ```yaml
    message: "no blob is stored under {key}"
    fields: {key: string}
    ```
    """
    return found(
        unknown_message_field,
        at,
        f"the error has no field `{name}`",
        help=did_you_mean(name, known),
        word="{" + name + "}",
    )


@rule("error")
def not_usable_here(at: At, name: str, what: str, where: str) -> Finding:
    """A name stands where its kind belongs: an error is not a param's type, nor a type an error.

    Bad:
    ```yaml
    params: {cause: ResourceError}
    ```

    Good:
    ```yaml
    raises: [ResourceError]
    ```
    """
    return found(not_usable_here, at, f"`{name}` is {what} and cannot be {where}", word=name)


@rule("error")
def resource_or_library(at: At, message: str) -> Finding:
    """A file says what it is: one `resource`, or a `library` of what several share.

    Bad:
    ```yaml
    idl: 1
    version: "1.0.0"
    summary: Shapes.
    ```

    Good:
    ```yaml
    idl: 1
    library: shapes
    version: "1.0.0"
    summary: Shapes.
    ```
    """
    return found(
        resource_or_library,
        at,
        message,
        help="write `resource: <name>`, or `library: <name>` if it declares no resource",
    )
