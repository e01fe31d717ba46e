"""Types: what they may be made of, and type parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.literals import spelled
from dagstack.idl.check.rule import found, rule
from dagstack.idl.model import UNKNOWN, ListOf, MapOf, Maybe, Named, Scalar, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Method, Record, Type

_KEYS = frozenset({"string", "int", "int64"})


@rule("error")
def map_key_type(survey: Survey) -> Iterator[Finding]:
    """The key of a map is a `string`, an `int`, an `int64` or an enum.

    Other keys have no equality that all languages share.

    Bad:
    ```yaml
    records:
      Page:
        fields:
          scores: map<float, string>
    ```

    Good:
    ```yaml
    records:
      Page:
        fields:
          scores: map<string, float>
    ```
    """
    wrong: dict[Type, list[MapOf]] = {}
    for kind, at in survey.typed():
        if type(kind) is Scalar or type(kind) is Named:
            continue
        if kind not in wrong:
            wrong[kind] = [m for m in _within(kind) if isinstance(m, MapOf) and not _is_key(m.key)]
        for each in wrong[kind]:
            yield found(
                map_key_type,
                (*at, "type"),
                f"`{spelled(each.key)}` cannot be the key of a map",
                help="use a string, an int, an int64 or an enum",
                word=spelled(each.key),
            )


@rule("error")
def record_field_cannot_be(survey: Survey) -> Iterator[Finding]:
    """A field of a record or error holds plain data, not an interface.

    Records are copied, compared, logged and sent; an object with methods can be none of it.

    Bad:
    ```yaml
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
    records:
      Plan:
        fields:
          clock: Clock
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        methods:
          now: {effect: instant, returns: datetime}
    records:
      Plan:
        fields:
          start: datetime
    ```
    """
    for field in survey.fields:
        if type(field.type) is Scalar:
            continue
        for kind in _within(field.type):
            if isinstance(kind, Named) and kind.kind == "interface":
                yield found(
                    record_field_cannot_be,
                    (*field.at, "type"),
                    f"the field `{field.name}` holds the interface `{kind.name}`, "
                    "which is not plain data",
                    help="pass the object as a param of the method that needs it",
                    word=kind.name,
                )


@rule("error")
def record_contains_itself(survey: Survey) -> Iterator[Finding]:
    """A record does not hold itself, unless in a list, in a map or as an optional field.

    No value of such a record could ever be finished.

    Bad:
    ```yaml
    records:
      Folder:
        fields:
          parent: Folder
    ```

    Good:
    ```yaml
    records:
      Folder:
        fields:
          parent: Folder?
    ```
    """
    held = {record.name: _held(record) for record in survey.records}
    if not any(held.values()):
        return
    for record in survey.records:
        for field in record.fields:
            kind = field.type
            if (
                isinstance(kind, Named)
                and kind.name in held
                and record.name in _reachable(kind.name, held)
            ):
                yield found(
                    record_contains_itself,
                    (*field.at, "type"),
                    f"the record `{record.name}` holds itself in its field `{field.name}`",
                    help=f"make the type `{kind.name}?` or `list<{kind.name}>`",
                    word=kind.name,
                )


@rule("error")
def unused_type_parameter(survey: Survey) -> Iterator[Finding]:
    """A type parameter is used by a param, an option or the result.

    Bad:
    ```yaml
    interfaces:
      Rng:
        methods:
          choice:
            effect: instant
            types: [T, U]
            params: {items: list<T>}
            returns: T
    ```

    Good:
    ```yaml
    interfaces:
      Rng:
        methods:
          choice:
            effect: instant
            types: [T]
            params: {items: list<T>}
            returns: T
    ```
    """
    for method in survey.methods:
        if method.types:
            taken, given = _variables(method)
            for index, name in enumerate(method.types):
                if name not in taken and name not in given:
                    yield found(
                        unused_type_parameter,
                        (*method.at, "types", index),
                        f"the type parameter `{name}` is not used",
                        help="leave it out",
                    )


@rule("error")
def type_parameter_only_in_result(survey: Survey) -> Iterator[Finding]:
    """A type parameter of a result is one of a param or option, too.

    Only from what it is given can a compiler tell what a call returns.

    Bad:
    ```yaml
    interfaces:
      Cache:
        methods:
          read:
            effect: instant
            types: [T]
            params: {key: string}
            returns: T
    ```

    Good:
    ```yaml
    interfaces:
      Cache:
        methods:
          read:
            effect: instant
            types: [T]
            params: {key: string, fallback: T}
            returns: T
    ```
    """
    for method in survey.methods:
        if method.types:
            taken, given = _variables(method)
            for index, name in enumerate(method.types):
                if name in given and name not in taken:
                    yield found(
                        type_parameter_only_in_result,
                        (*method.at, "types", index),
                        f"nothing that `{method.name}` takes tells what `{name}` is",
                        help=f"use `{name}` in a param, or let the method return `any`",
                    )


@rule("error")
def type_parameter_hides_a_type(survey: Survey) -> Iterator[Finding]:
    """A type parameter is not called like a type of the package.

    In the method it would stand for both, and each language would choose for itself.

    Bad:
    ```yaml
    records:
      Item: {fields: {size: int}}
    interfaces:
      Rng:
        methods:
          choice:
            effect: instant
            types: [Item]
            params: {items: list<Item>}
            returns: Item
    ```

    Good:
    ```yaml
    records:
      Item: {fields: {size: int}}
    interfaces:
      Rng:
        methods:
          choice:
            effect: instant
            types: [T]
            params: {items: list<T>}
            returns: T
    ```
    """
    generic = [method for method in survey.methods if method.types]
    if not generic:
        return
    declared = {each.name: each.at for each in survey.declarations()}
    for spec in survey.specs:
        declared |= {named.name: spec.at for named in spec.imports if named.package}
    for method in generic:
        for index, name in enumerate(method.types):
            if name in declared:
                yield found(
                    type_parameter_hides_a_type,
                    (*method.at, "types", index),
                    f"the type parameter `{name}` is called like a type",
                    help="choose another name: one letter is usual",
                    related=((declared[name], f"`{name}` comes from here"),),
                )


def _within(kind: Type) -> Iterator[Type]:
    """A type and all that it is made of."""
    yield kind
    match kind:
        case ListOf(item=inner) | Maybe(inner=inner):
            yield from _within(inner)
        case MapOf(key=key, value=value):
            yield from _within(key)
            yield from _within(value)
        case _:
            return


def _is_key(kind: Type) -> bool:
    if isinstance(kind, Named):
        return kind.kind == "enum"
    return kind is UNKNOWN or (isinstance(kind, Scalar) and kind.name in _KEYS)


def _variables(method: Method) -> tuple[set[str], set[str]]:
    """The type parameters in what a method takes, and those in what it gives."""
    taken = _variables_in(value.type for value in (*method.params, *method.options))
    return taken, _variables_in([method.returns.type] if method.returns else ())


def _variables_in(kinds: Iterable[Type]) -> set[str]:
    return {part.name for kind in kinds for part in _within(kind) if isinstance(part, Variable)}


def _held(record: Record) -> list[str]:
    """The records that a value of this one cannot be made without."""
    return [
        field.type.name
        for field in record.fields
        if type(field.type) is Named and field.type.kind == "record" and not field.type.package
    ]


def _reachable(start: str, held: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(held.get(name, ()))
    return seen
