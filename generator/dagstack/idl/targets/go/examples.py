"""Examples of calls, as code in a doc comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.go.data import shape
from dagstack.idl.targets.go.names import CONTEXT, options_struct
from dagstack.idl.targets.go.prose import LINE, safe

if TYPE_CHECKING:
    from dagstack.idl.model import Example, Interface, Method, Value
    from dagstack.idl.targets.go.language import Go


def examples(go: Go, interface: Interface, method: Method) -> list[str]:
    """The lines of all examples of a method."""
    lines: list[str] = []
    receiver = go.names.local(interface.name, ())
    for example in method.examples:
        if lines:
            lines.append("")
        title = go.docs.text(example.title, {})
        lines.append(f"// {title}")
        call = _call(go, interface, method, receiver, example)
        lines += _variables(go, method, example)
        outcome = _outcome(go, method, example)
        if outcome and len(call) + len(outcome) + 4 <= LINE:
            call += f" {outcome}"
            outcome = ""
        lines.append(call)
        if outcome:
            lines.append(outcome)
    return lines


def _call(go: Go, interface: Interface, method: Method, receiver: str, example: Example) -> str:
    given = dict(example.args)
    args = [CONTEXT] if method.effect == "async" else []
    args += [
        go.literals.expression(param.type, given.get(param.name, param.default))
        for param in method.params
    ]
    name = go.names.method(method)
    if method.options:
        struct = options_struct(go.names.exported(interface.name, interface.renames), name)
        fields = [
            f"{go.names.field(option)}: {_option(go, option, given[option.name])}"
            for option in method.options
            if option.name in given
        ]
        args.append(f"{struct}{{{', '.join(fields)}}}")
    return f"{receiver}.{name}({', '.join(args)})"


def _variables(go: Go, method: Method, example: Example) -> list[str]:
    """Variables for the options that are pointers: Go takes no address of a constant."""
    given = dict(example.args)
    return [
        f"var {go.names.local(option.name, ())} {_type(go, option)[1:]} = {text}"
        for option in method.options
        if option.name in given
        and _type(go, option).startswith("*")
        and (text := _bare(go, option, given[option.name])) != "nil"
    ]


def _option(go: Go, option: Value, value: object) -> str:
    text = _bare(go, option, value)
    if _type(go, option).startswith("*") and text != "nil":
        return f"&{go.names.local(option.name, ())}"
    return text


def _type(go: Go, option: Value) -> str:
    return shape(go, option, zero_is_absent=True).type


def _bare(go: Go, option: Value, value: object) -> str:
    return go.literals.expression(option.type, value).removeprefix("&")


def _outcome(go: Go, method: Method, example: Example) -> str:
    fallible = method.effect != "instant" or method.raises
    if example.raises is not None:
        return f"// {'returns' if fallible else 'panics with'} {go.docs.error(example.raises)}"
    if example.has_result and method.returns is not None:
        return safe(f"// returns {go.literals.expression(method.returns.type, example.returns)}")
    return ""
