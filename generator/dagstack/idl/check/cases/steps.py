"""Steps: what is called, with what, and what may come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At, Part


@rule("error")
def step_needs_one_verb(at: At, verbs: tuple[str, ...], known: tuple[str, ...]) -> Finding:
    """A step does one thing.

    Bad:
    ```yaml
    cases:
      it_counts:
        steps: [{args: {count: 1}}]
    ```

    Good:
    ```yaml
    cases:
      it_counts:
        steps: [{call: store.fill, args: {count: 1}}]
    ```
    """
    said = " and ".join(f"`{verb}`" for verb in verbs)
    return found(
        step_needs_one_verb,
        (*at, verbs[1]) if verbs else at,
        f"a step has one verb, this one has {said}" if verbs else "the step has no verb",
        help="make a step of each" if verbs else f"one of: {', '.join(known)}",
        part="key" if verbs else "value",
    )


@rule("error")
def misplaced_step_key(at: At, key: str, verb: str) -> Finding:
    """A step has the keys that go with its verb.

    Bad:
    ```yaml
    cases:
      it_has_a_name:
        steps: [{read: store.name, args: {count: 1}}]
    ```

    Good:
    ```yaml
    cases:
      it_has_a_name:
        steps: [{read: store.name, returns: store}]
    ```
    """
    return found(misplaced_step_key, (*at, key), f"`{key}` does not go with `{verb}`", part="key")


@rule("error")
def incomplete_step(at: At, key: str, verb: str) -> Finding:
    """A step has all that its verb cannot do without.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{start: store.fill, args: {count: 1}}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps:
          - {start: store.fill, args: {count: 1}, as: filling}
          - {wait: filling}
    ```
    """
    return found(incomplete_step, (*at, verb), f"`{verb}` cannot do without `{key}`", part="key")


@rule("error")
def unknown_name_in_case(
    at: At, name: str, known: Iterable[str], what: str, *, word: str = ""
) -> Finding:
    """A name in a step is one that the case was given or that an earlier step made.

    What is made in `for`, `together` or `branches` lasts until the end of that block.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: stor.size, returns: 0}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: 0}]
    ```
    """
    names = [*known]
    return found(
        unknown_name_in_case,
        at,
        f"nothing {what} `{name}` here",
        help=did_you_mean(name, names) or (f"known: {', '.join(names)}" if names else ""),
        word=word or name,
    )


@rule("error")
def name_made_twice(at: At, name: str, first: At, part: Part = "value") -> Finding:
    """A name stands for one thing as long as it lasts.

    Bad:
    ```yaml
    cases:
      it_counts:
        steps:
          - {call: store.size, as: size}
          - {call: store.size, as: size}
          - {check: "${size}", is: 0}
    ```

    Good:
    ```yaml
    cases:
      it_counts:
        steps:
          - {call: store.size, as: before}
          - {call: store.size, as: after}
          - {check: "${after}", is: "${before}"}
    ```
    """
    return found(
        name_made_twice,
        at,
        f"`{name}` already stands for something",
        help="choose another name",
        part=part,
        related=((first, f"`{name}` is made here"),),
    )


@rule("error")
def unknown_member(  # noqa: PLR0913  (a finding has that many parts)
    at: At,
    problem: str,
    known: Collection[str],
    name: str,
    *,
    word: str = "",
    part: Part = "value",
) -> Finding:
    """A step calls a method or action, or reads a property, that its subject or object has.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.sizes, returns: 0}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        steps: [{call: store.size, returns: 0}]
    ```
    """
    hint = did_you_mean(name, known) or (f"known: {', '.join(sorted(known))}" if known else "")
    return found(unknown_member, at, problem, help=hint, word=word, part=part)


@rule("error")
def unknown_argument(at: At, owner: str, name: str, known: Collection[str]) -> Finding:
    """A call gives the params and options that there are, by name; so does who makes a subject.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {cuont: 1, count: 1}}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: 1}}]
    ```
    """
    return found(
        unknown_argument,
        at,
        f"`{owner}` takes no `{name}`",
        help=did_you_mean(name, known) or (f"it takes: {', '.join(known)}" if known else ""),
        part="key",
    )


@rule("error")
def missing_argument(at: At, owner: str, name: str) -> Finding:
    """A call gives every param that has no default; so does who makes a subject.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: 1}}]
    ```
    """
    return found(missing_argument, at, f"`{owner}` cannot do without `{name}`", part="key")


@rule("error")
def nothing_is_returned(at: At, problem: str) -> Finding:
    """`returns` and `as` stand where something is returned.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: 1}, returns: null}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps: [{call: store.fill, args: {count: 1}}]
    ```
    """
    return found(nothing_is_returned, at, problem, help="leave it out", part="key")


@rule("error")
def unlisted_error(at: At, owner: str, name: str, listed: Collection[str], part: Part) -> Finding:
    """The error of a call is one that the method or action lists, or in one line with it.

    `Cancelled` and `Failures` belong to no spec and need not be listed.

    Bad:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: InvalidKey}]
    ```

    Good:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: NotFound}]
    ```
    """
    return found(
        unlisted_error,
        at,
        f"`{owner}` does not list the error `{name}`",
        help=did_you_mean(name, listed)
        or (f"it lists: {', '.join(listed)}" if listed else "it lists none"),
        part=part,
    )


@rule("error")
def one_error_is_raised(at: At) -> Finding:
    """`raises` names one error.

    Bad:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: {NotFound: {}, InvalidKey: {}}}]
    ```

    Good:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: {NotFound: {key: a}}}]
    ```
    """
    hint = "write the error's name, or `{Error: {field: value}}`"
    return found(one_error_is_raised, at, "one error belongs here", help=hint, part="key")


@rule("error")
def unknown_error_field(at: At, error: str, name: str, known: Collection[str]) -> Finding:
    """What is expected of an error is a field that it has, or its `message`.

    Bad:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: {NotFound: {name: a}}}]
    ```

    Good:
    ```yaml
    cases:
      nothing_is_there:
        steps: [{call: store.get, args: {key: a}, raises: {NotFound: {key: a}}}]
    ```
    """
    return found(
        unknown_error_field,
        at,
        f"`{error}` has no field `{name}`",
        help=did_you_mean(name, known) or (f"it has: {', '.join(known)}" if known else ""),
        part="key",
    )


@rule("error")
def task_left_alone(at: At, name: str) -> Finding:
    """A call that was started is waited for, cancelled or listed.

    What nobody looks at can fail unseen.

    Bad:
    ```yaml
    cases:
      it_fills:
        steps: [{start: store.fill, args: {count: 1}, as: filling}]
    ```

    Good:
    ```yaml
    cases:
      it_fills:
        steps:
          - {start: store.fill, args: {count: 1}, as: filling}
          - {wait: filling}
    ```
    """
    return found(
        task_left_alone,
        at,
        f"nobody asks what became of `{name}`",
        help=f"add a step `wait: {name}`",
    )


@rule("error")
def malformed_range(at: At, problem: str) -> Finding:
    """`in` is a list, a name that stands for one, or `{from: 1, to: 9}` with integers.

    Bad:
    ```yaml
    cases:
      it_counts:
        steps: [{for: n, in: {from: 1}, do: [{call: store.fill, args: {count: "${n}"}}]}]
    ```

    Good:
    ```yaml
    cases:
      it_counts:
        steps: [{for: n, in: {from: 1, to: 9}, do: [{call: store.fill, args: {count: "${n}"}}]}]
    ```
    """
    return found(malformed_range, at, problem, help="write a list, or `{from: 1, to: 9}`")
