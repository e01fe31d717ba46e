"""Tables, and names without a type of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule

if TYPE_CHECKING:
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At


@rule("error")
def rows_differ(at: At, missing: tuple[str, ...], more: tuple[str, ...]) -> Finding:
    """The rows of a table have the same columns.

    Bad:
    ```yaml
    cases:
      it_fills:
        table: [{count: 1, size: 1}, {count: 2}]
        steps:
          - {call: store.fill, args: {count: "${count}"}}
          - {call: store.size, returns: "${size}"}
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        table: [{count: 1, size: 1}, {count: 2, size: 2}]
        steps:
          - {call: store.fill, args: {count: "${count}"}}
          - {call: store.size, returns: "${size}"}
    ```
    """
    lacks = [f"lacks `{name}`" for name in missing]
    has = [f"has `{name}`" for name in more]
    message = f"the row {' and '.join([*lacks, *has])}, unlike the first one"
    return found(rows_differ, at, message)


@rule("error")
def unused_column(at: At, name: str) -> Finding:
    """Every column of a table is used.

    Bad:
    ```yaml
    cases:
      it_fills:
        table: [{count: 1, size: 1}]
        steps: [{call: store.fill, args: {count: "${count}"}}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        table: [{count: 1}]
        steps: [{call: store.fill, args: {count: "${count}"}}]
    ```
    """
    hint = f"write `${{{name}}}` where it belongs, or leave the column out"
    return found(unused_column, at, f"nothing uses the column `{name}`", help=hint, part="key")


@rule("error")
def uses_disagree(at: At, name: str, types: tuple[str, str], first: At) -> Finding:
    """A column, an item of `for` or a name of `let` is of one type wherever it is used.

    It has none of its own: what its value means, such as text or bytes, comes from the place.

    Bad:
    ```yaml
    cases:
      it_keeps:
        table: [{key: a}]
        steps:
          - {call: store.put, args: {key: "${key}", data: "${key}"}}
    ```

    Good:
    ```yaml
    cases:
      it_keeps:
        table: [{key: a, data: a}]
        steps:
          - {call: store.put, args: {key: "${key}", data: "${data}"}}
    ```
    """
    return found(
        uses_disagree,
        at,
        f"`{name}` stands for a value of `{types[1]}` here and of `{types[0]}` elsewhere",
        help="use a name for each",
        related=((first, f"a `{types[0]}` is wanted here"),),
    )
