"""Imports: what a file takes from others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule
from dagstack.idl.model import Named
from dagstack.idl.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Spec


@rule("warning")
def unused_import(survey: Survey) -> Iterator[Finding]:
    """What a file imports, it uses: in a type, among errors, or as a `code` span of its docs.

    Bad:
    ```yaml
    # clock.yaml
    library: clock
    imports: {shapes: [Point]}
    ```
    ```yaml
    # shapes.yaml
    library: shapes
    records:
      Point: {fields: {x: int}}
    ```

    Good:
    ```yaml
    # clock.yaml
    library: clock
    imports: {shapes: [Point]}
    records:
      Line: {fields: {start: Point, end: Point}}
    ```
    ```yaml
    # shapes.yaml
    library: shapes
    records:
      Point: {fields: {x: int}}
    ```
    """
    for spec in survey.specs:
        if not spec.imports:
            continue
        unused = {named.name: named for named in spec.imports}
        _strike(unused, spec)
        for named in unused.values():
            origin = f"{named.package}/{named.spec}" if named.package else named.spec
            yield found(
                unused_import,
                (*spec.at, "imports", origin, named.name),
                f"`{named.name}` is imported but not used",
                help="leave it out",
            )


def _strike(unused: dict[str, Named], spec: Spec) -> None:
    """Take out of ``unused`` all that the file names. Ends as soon as nothing is left."""
    ahead: list[object] = [
        spec.interfaces,
        spec.records,
        spec.enums,
        spec.errors,
        spec.implementations,
        spec.provides,
        spec.doc,
        spec.summary,
        spec.life,
    ]
    while ahead and unused:
        value = ahead.pop()
        if isinstance(value, Named):
            unused.pop(value.name, None)
        elif isinstance(value, tuple):
            ahead.extend(part for part in value if not isinstance(part, str))
        elif isinstance(value, Node):
            ahead.extend(getattr(value, name) for name in value.__struct_fields__)
