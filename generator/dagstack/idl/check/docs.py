"""What must be said in words, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule
from dagstack.idl.model import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Inline
    from dagstack.idl.source import At

_ENDS = (".", "!", "?")
_NEXT_SENTENCE = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bvs)[.!?]\s+(?=[A-Z]|$)")
_THIRD_PERSON = {
    "adds": "add",
    "allows": "allow",
    "applies": "apply",
    "checks": "check",
    "closes": "close",
    "computes": "compute",
    "creates": "create",
    "deletes": "delete",
    "fetches": "fetch",
    "finds": "find",
    "gets": "get",
    "gives": "give",
    "moves": "move",
    "opens": "open",
    "reads": "read",
    "removes": "remove",
    "returns": "return",
    "sends": "send",
    "sets": "set",
    "tells": "tell",
    "updates": "update",
    "waits": "wait",
    "writes": "write",
}
"""Verbs that can hardly be anything else at the beginning of a summary."""


@rule("warning", suppressible=True)
def missing_doc(survey: Survey) -> Iterator[Finding]:
    """Everything that a reader meets has a summary or a doc.

    The generated interfaces are read in an editor, far from the spec; what is not said here is
    not said anywhere. A type alone, `size: int`, says nothing of units, limits and special values.

    Bad:
    ```yaml
    records:
      Measure:
        summary: A measure of a file.
        fields:
          size: int
    ```

    Good:
    ```yaml
    records:
      Measure:
        summary: A measure of a file.
        fields:
          size: {type: int, doc: Its length in bytes.}
    ```
    """
    yield from _without_summary(survey)
    for method in survey.methods:
        if method.returns is not None and not method.returns.doc:
            yield found(
                missing_doc,
                (*method.at, "returns"),
                f"the result of `{method.name}` has no doc",
                help="write `returns: {type: ..., doc: ...}`",
                part="key",
            )
    for word, member in survey.documented_members():
        if not member.doc:
            form = "{doc: ...}" if word == "enum value" else "{type: ..., doc: ...}"
            yield found(
                missing_doc,
                member.at,
                f"the {word} `{member.name}` has no doc",
                help=f"write `{member.name}: {form}`",
                part="key",
            )


@rule("warning", suppressible=True)
def summary_is_not_one_sentence(survey: Survey) -> Iterator[Finding]:
    """A summary is one sentence, from its capital to its full stop.

    It stands alone in tables, in lists of completions and as the first line of doc comments.
    What more there is to say goes to `doc`.

    Bad:
    ```yaml
    interfaces:
      Clock:
        summary: A clock. It may be frozen.
        methods:
          now: {effect: instant, returns: datetime}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        summary: A clock.
        doc: It may be frozen.
        methods:
          now: {effect: instant, returns: datetime}
    ```
    """
    for summary, at in _summaries(survey):
        last = summary[-1]
        help_ = ""
        if isinstance(last, Code) or not last.endswith(_ENDS):
            help_ = "end it with a full stop"
        elif isinstance(summary[0], str) and summary[0][0].islower():
            help_ = "begin it with a capital letter"
        elif _goes_on(summary):
            help_ = "leave the first sentence and move the rest to `doc`"
        if help_:
            yield found(
                summary_is_not_one_sentence,
                (*at, "summary"),
                "the summary is not one sentence",
                help=help_,
            )


@rule("warning", suppressible=True)
def summary_is_not_imperative(survey: Survey) -> Iterator[Finding]:
    """A method's summary tells what to do: "Return the time." and not what the method does.

    Each language has a habit of its own here, and the generator can make the others from the
    imperative: "Now returns the time" in Go.

    Bad:
    ```yaml
    interfaces:
      Clock:
        methods:
          now: {effect: instant, summary: Returns the time.}
    ```

    Good:
    ```yaml
    interfaces:
      Clock:
        methods:
          now: {effect: instant, summary: Return the time.}
    ```
    """
    for method in survey.methods:
        if method.summary and isinstance(method.summary[0], str):
            verb = method.summary[0].partition(" ")[0]
            if verb.lower() in _THIRD_PERSON:
                yield found(
                    summary_is_not_imperative,
                    (*method.at, "summary"),
                    f"the summary of `{method.name}` does not begin with an imperative",
                    help=f"write `{_THIRD_PERSON[verb.lower()].capitalize()} ...`",
                    word=verb,
                )


def _without_summary(survey: Survey) -> Iterator[Finding]:
    bare = [("file", spec.name, spec.at) for spec in survey.specs if not spec.summary]
    bare += [
        (each.named.kind, each.name, each.at) for each in survey.declarations() if not each.summary
    ]
    bare += [("method", each.name, each.at) for each in survey.methods if not each.summary]
    for spec in survey.specs:
        for each in spec.implementations:
            if not each.summary:
                bare.append(("implementation", each.name, each.at))
    for what, name, at in bare:
        yield found(missing_doc, at, f"the {what} `{name}` has no summary", part="key")


def _summaries(survey: Survey) -> Iterator[tuple[Inline, At]]:
    for spec in survey.specs:
        if spec.summary:
            yield spec.summary, spec.at
        for implementation in spec.implementations:
            if implementation.summary:
                yield implementation.summary, implementation.at
    for declaration in survey.declarations():
        if declaration.summary:
            yield declaration.summary, declaration.at
    for method in survey.methods:
        if method.summary:
            yield method.summary, method.at


def _goes_on(summary: Inline) -> bool:
    """Whether another sentence follows the first, wherever in the summary that ends."""
    for index, part in enumerate(summary):
        if isinstance(part, Code):
            continue
        match = _NEXT_SENTENCE.search(part)
        if match and (match.end() < len(part) or index + 1 < len(summary)):
            return True
    return False
