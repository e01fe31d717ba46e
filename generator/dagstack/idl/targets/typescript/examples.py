"""Examples of calls, as they stand in doc comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.typescript import literals, names
from dagstack.idl.targets.typescript.docs import VERBATIM

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.docs import Writer


def example(given: model.Example, method: model.Method, callee: str, writer: Writer) -> str:
    """The ``@example`` block of one call; ``callee`` is all of it before the bracket."""
    written = dict(given.args)
    records = writer.records
    args = [
        literals.value(written[param.name], param.type, records)
        if param.name in written
        else "undefined"
        for param in method.params
    ]
    chosen = [
        f"{names.member(option.name, option.renames).text}: "
        f"{literals.value(written[option.name], option.type, records)}"
        for option in method.options
        if option.name in written
    ]
    if chosen:
        args.append(f"{{ {', '.join(chosen)} }}")
    while args and args[-1] == "undefined":
        args.pop()
    call = f"{callee}({', '.join(args)});"
    if given.raises:
        call += f" // throws {names.named(given.raises)}"
    elif given.has_result and method.returns:
        call += f" // {literals.value(given.returns, method.returns.type, records)}"
    title = writer.inline(given.title, options=bool(method.options))
    code = f"```ts\n{call}\n```".replace("\n", f"\n{VERBATIM}")
    return f"@example {title}\n{VERBATIM}{code}"
