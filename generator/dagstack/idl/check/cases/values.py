"""Values and expectations: what fits where, and what the operators are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At, Part


@rule("error")
def case_value_does_not_fit(
    at: At, problem: str, hint: str = "", *, part: Part = "value", word: str = ""
) -> Finding:
    """A value in a case, given or expected, fits the type of its place.

    `{$wrong_type: ...}` is one that does not on purpose.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: two}}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: 2}}]
    ```
    """
    return found(case_value_does_not_fit, at, problem, help=hint, part=part, word=word)


@rule("error")
def unknown_operator(at: At, name: str, known: Collection[str]) -> Finding:
    """A key that begins with `$` is an operator.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$lessthan: 1}}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$less_than: 1}}]
    ```
    """
    hint = did_you_mean(name, known) or "a mapping as it is: {$literal: ...}"
    return found(unknown_operator, at, f"no operator is called `{name}`", help=hint, part="key")


@rule("error")
def misplaced_operator(at: At, problem: str, hint: str = "") -> Finding:
    """An operator stands where it can: expectations in `returns`, `raises` and `is` alone.

    Each is for some types, and what makes a value stands alone.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$starts_with: a}}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$at_most: 0}}]
    ```
    """
    return found(misplaced_operator, at, problem, help=hint, part="key")


@rule("error")
def malformed_operand(at: At, operator: str, wanted: str) -> Finding:
    """An operator is given what it takes.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$between: 0}}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: {$between: [0, 1]}}]
    ```
    """
    return found(malformed_operand, at, f"`{operator}` takes {wanted}", part="key")


@rule("error")
def malformed_placeholder(at: At, text: str) -> Finding:
    """`${` begins a name, `${store}`, or a property, `${store.name}`.

    Bad:
    ```yaml
    cases:
      it_is_missing:
        steps: [{call: store.get, args: {key: "${a b}"}, raises: NotFound}]
    ```

    Good:
    ```yaml
    cases:
      it_is_missing:
        steps: [{call: store.get, args: {key: "$${a b}"}, raises: NotFound}]
    ```
    """
    return found(
        malformed_placeholder,
        at,
        f"`{text}` is not a name in braces",
        help="write `${name}` or `${name.property}`; `$${` is a literal `${`",
        word=text,
    )


@rule("error")
def expression_is_not_portable(at: At, problem: str, hint: str = "") -> Finding:
    r"""A regular expression is one that Python, Go and JavaScript read alike.

    That is: literals, `\` before what else has a meaning, `\n`, `\r`, `\t`, `\x1f`, classes,
    groups, alternatives, and `* + ? {n,m}`; `.` is any character but a line feed. It matches as a
    whole, without anchors. `\d`, `\w` and `\s` differ: write a class.

    Bad:
    ```yaml
    cases:
      it_has_a_name:
        steps: [{read: store.name, returns: {$matches: '\w+'}}]
    ```

    Good:
    ```yaml
    cases:
      it_has_a_name:
        steps: [{read: store.name, returns: {$matches: '[a-z_]+'}}]
    ```
    """
    return found(expression_is_not_portable, at, problem, help=hint)
