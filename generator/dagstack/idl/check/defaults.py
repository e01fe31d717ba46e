"""Defaults: what is used where a caller gives nothing."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from dagstack.idl.check.literals import Misfit, misfits, shown, spelled
from dagstack.idl.check.rule import found, rule
from dagstack.idl.model import UNKNOWN, ListOf, MapOf, Maybe, Member, Named, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Constant, Type, Value

_SURE: dict[type, str] = {str: "string", bool: "bool"}
_HOLD_NULL: tuple[Type, ...] = (Scalar(name="json"), Scalar(name="any"))
_BYTES: Type = Scalar(name="bytes")
_DATETIME: Type = Scalar(name="datetime")
_ZEROS: dict[str, tuple[object, ...]] = {
    "bool": (False,),
    "int": (0,),
    "int64": (0,),
    "float": (0, 0.0),
    "string": ("",),
    "bytes": ("",),
    "path": ("",),
    "duration": ("PT0S",),
    "json": (None,),
    "any": (None,),
}


@rule("error")
def default_does_not_fit(survey: Survey) -> Iterator[Finding]:
    """A default is a value of its type.

    `null` fits only an optional type, `T?`; a list or map can only be empty by default, as what
    callers would share must not be changed by one of them.

    Bad:
    ```yaml
    records:
      Retry:
        fields:
          attempts: {type: int, default: three}
    ```

    Good:
    ```yaml
    records:
      Retry:
        fields:
          attempts: {type: int, default: 3}
    ```
    """
    for value in chain(survey.params, survey.options, survey.fields):
        if value.required or _fits(value.type, value.default):
            continue
        for misfit in _misfits(value, survey):
            yield found(
                default_does_not_fit,
                (*value.at, "default", *misfit.path),
                f"the default of `{value.name}` does not fit: {misfit.problem}",
                help=misfit.help,
            )


@rule("error")
def positional_default_is_not_zero(survey: Survey) -> Iterator[Finding]:
    """The default of a positional param is its type's zero value.

    Go has no default arguments: its callers pass the zero value (`""`, `0`, `false`, `null`, an
    empty list or map) to say "the default". Any other default belongs to an option.

    Bad:
    ```yaml
    interfaces:
      Queue:
        methods:
          take:
            effect: async
            params:
              count: {type: int, default: 10}
    ```

    Good:
    ```yaml
    interfaces:
      Queue:
        methods:
          take:
            effect: async
            options:
              count: {type: int, default: 10}
    ```
    """
    for param in survey.params:
        if param.required or _is_zero(param.type, param.default):
            continue
        if next(_misfits(param, survey), None) is None:
            default = param.default
            text = default.name if isinstance(default, Member) else shown(default)
            yield found(
                positional_default_is_not_zero,
                (*param.at, "default"),
                f"the default of the positional param `{param.name}` is {text}, "
                f"not the zero value of `{spelled(param.type)}`",
                help=f"move `{param.name}` to `options`",
            )


@rule("error")
def option_without_default(survey: Survey) -> Iterator[Finding]:
    """An option has a default.

    What a caller must give is a param; an option is what may be left out.

    Bad:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          put:
            effect: async
            options:
              content_type: string?
    ```

    Good:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          put:
            effect: async
            options:
              content_type: {type: string?, default: null}
    ```
    """
    for option in survey.options:
        if option.required:
            default = _usual_default(option.type)
            yield found(
                option_without_default,
                option.at,
                f"the option `{option.name}` has no default",
                help=f"add `default: {default}`, or make it a param"
                if default
                else "add a `default`, or make it a param",
                part="key",
            )


@rule("error")
def required_after_optional(survey: Survey) -> Iterator[Finding]:
    """A param without a default does not follow one with a default.

    Nobody could leave out the first and give the second.

    Bad:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          copy:
            effect: async
            params:
              source: {type: string, default: ""}
              target: string
    ```

    Good:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          copy:
            effect: async
            params:
              target: string
              source: {type: string, default: ""}
    ```
    """
    for method in survey.methods:
        optional = None
        for param in method.params:
            if not param.required:
                optional = optional or param
            elif optional is not None:
                yield found(
                    required_after_optional,
                    param.at,
                    f"the param `{param.name}` has no default, but follows `{optional.name}`, "
                    "which has one",
                    help=f"put `{param.name}` before `{optional.name}`",
                    part="key",
                    related=((optional.at, f"`{optional.name}` may be left out"),),
                )


def _fits(kind: Type, default: Constant) -> bool:
    """The quick answer for nearly all that is sound."""
    if default is None:
        return isinstance(kind, Maybe)
    return isinstance(kind, Scalar) and kind.name == _SURE.get(type(default))


def _misfits(value: Value, survey: Survey) -> Iterator[Misfit]:
    """What is wrong with a default: more than with an example, as every call would share it."""
    kind = value.type
    default: object = value.default
    if isinstance(default, Member):
        default = default.name
    inner = kind.inner if isinstance(kind, Maybe) else kind
    if default is None and not isinstance(kind, Maybe):
        if kind not in _HOLD_NULL:
            hint = f"make the type `{spelled(kind)}?`, or choose another default"
            yield Misfit(path=(), problem=f"null is no `{spelled(kind)}`", help=hint)
    elif default is not None and _has_no_constant(inner):
        problem = f"a `{spelled(inner)}` cannot be written as a default"
        yield Misfit(
            path=(), problem=problem, help=f"make the type `{spelled(inner)}?` and the default null"
        )
    elif inner == _BYTES and isinstance(default, dict):
        yield Misfit(path=(), problem="bytes by default are text", help="""write `default: ""`""")
    elif isinstance(default, dict | list) and default:
        problem = "a default that is a list or a mapping can only be empty"
        empty = "{}" if isinstance(default, dict) else "[]"
        yield Misfit(path=(), problem=problem, help=f"write `default: {empty}`")
    else:
        yield from misfits(default, kind, survey)


def _has_no_constant(kind: Type) -> bool:
    return kind == _DATETIME or (isinstance(kind, Named) and kind.kind != "enum")


def _is_zero(kind: Type, default: Constant) -> bool:
    if isinstance(kind, Maybe):
        return default is None or kind.inner is UNKNOWN
    if isinstance(kind, ListOf | MapOf):
        return not default
    if kind is UNKNOWN:
        return True
    return isinstance(kind, Scalar) and default in _ZEROS.get(kind.name, ())


def _usual_default(kind: Type) -> str:
    match kind:
        case Maybe():
            return "null"
        case ListOf():
            return "[]"
        case MapOf():
            return "{}"
        case Scalar(name="bool"):
            return "false"
        case _:
            return ""
