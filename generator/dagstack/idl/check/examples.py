"""Examples: calls that must be possible as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.literals import misfits
from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.literals import Misfit
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Example, Method
    from dagstack.idl.source import At


@rule("error")
def example_does_not_fit(survey: Survey) -> Iterator[Finding]:
    """An example is a call that fits the method: its arguments, and its result or error.

    Docs show examples in every language. `bytes` are text, or `{base64: ...}`; a `datetime` is
    written like "2026-01-31T12:00:00Z", a `duration` like "PT1.5S".

    Bad:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          exists:
            effect: async
            params: {key: string}
            returns: bool
            examples:
              - {title: A key that is there., args: {key: a}, returns: "yes"}
    ```

    Good:
    ```yaml
    interfaces:
      BlobStore:
        methods:
          exists:
            effect: async
            params: {key: string}
            returns: bool
            examples:
              - {title: A key that is there., args: {key: a}, returns: true}
    ```
    """
    for method in survey.methods:
        for index, example in enumerate(method.examples):
            at = (*method.at, "examples", index)
            yield from _arguments(method, example, at, survey)
            yield from _outcome(method, example, at, survey)


def _arguments(method: Method, example: Example, at: At, survey: Survey) -> Iterator[Finding]:
    values = {value.name: value for value in (*method.params, *method.options)}
    given = dict(example.args)
    for name, literal in given.items():
        if name in values:
            yield from _misfits(
                f"the argument `{name}`",
                (*at, "args", name),
                misfits(literal, values[name].type, survey),
            )
        else:
            yield found(
                example_does_not_fit,
                (*at, "args", name),
                f"`{method.name}` takes no `{name}`",
                help=did_you_mean(name, [*values]),
                part="key",
            )
    for param in method.params:
        if param.required and param.name not in given:
            yield found(
                example_does_not_fit,
                (*at, "args"),
                f"the example does not give the param `{param.name}`",
                help=f"add `{param.name}` to its `args`",
                part="key",
            )


def _outcome(method: Method, example: Example, at: At, survey: Survey) -> Iterator[Finding]:
    if example.has_result and example.raises is not None:
        yield found(
            example_does_not_fit,
            (*at, "raises"),
            "a call that raises an error returns nothing",
            help="leave out `returns` or `raises`",
            part="key",
        )
    elif example.has_result and method.returns is None:
        yield found(
            example_does_not_fit,
            (*at, "returns"),
            f"`{method.name}` returns nothing",
            help="leave out `returns`",
            part="key",
        )
    elif example.has_result and method.returns is not None:
        wrong = misfits(example.returns, method.returns.type, survey)
        yield from _misfits("the result", (*at, "returns"), wrong)
    if example.raises is not None and not _may_raise(method, example, survey):
        names = [entry.error.name for entry in (*method.raises, *method.rejects)]
        yield found(
            example_does_not_fit,
            (*at, "raises"),
            f"`{method.name}` does not list the error `{example.raises.name}`",
            help=did_you_mean(example.raises.name, names)
            or "list it under `raises` or `rejects` of the method",
        )


def _may_raise(method: Method, example: Example, survey: Survey) -> bool:
    """Whether the method lists the example's error, or one that it extends."""
    if example.raises is None:
        return True
    listed = {entry.error.name for entry in (*method.raises, *method.rejects)}
    names = (example.raises.name, *(error.name for error in survey.lineage(example.raises)))
    return any(name in listed for name in names)


def _misfits(what: str, at: At, wrong: Iterator[Misfit]) -> Iterator[Finding]:
    for misfit in wrong:
        yield found(
            example_does_not_fit,
            (*at, *misfit.path),
            f"{what} does not fit: {misfit.problem}",
            help=misfit.help,
        )
