"""What a suite declares: its promises, its capabilities, its subjects, its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.rule import did_you_mean, found, rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import At, Part


@rule("error")
def no_suite_files(at: At, folder: str) -> Finding:
    """The folder that `conformance` names has at least one suite.

    Bad: `conformance: conformance`, where that folder is empty or not there.

    Good: `conformance: spec/conformance`, with `spec/conformance/clock.yaml` in it.
    """
    return found(
        no_suite_files,
        at,
        f"there is no suite in `{folder}`",
        help="a suite ends in .yaml; leave `conformance` out if there are none",
    )


@rule("error")
def suite_name_differs(at: At, name: str, stem: str) -> Finding:
    """A suite's file is called after it.

    Bad:
    ```yaml
    # store.yaml
    suite: stores
    ```

    Good:
    ```yaml
    # store.yaml
    suite: store
    ```
    """
    return found(
        suite_name_differs,
        at,
        f"the suite is called `{name}`, its file `{stem}.yaml`",
        help=f"write `suite: {stem}`, or call the file `{name}.yaml`",
    )


@rule("error")
def malformed_name_in_suite(at: At, name: str, what: str, wanted: str, part: Part) -> Finding:
    """Names in a suite are in snake_case, those of subjects in PascalCase.

    A runner makes names of functions and of results from them in each language.

    Bad:
    ```yaml
    cases:
      PutReplaces:
        steps: [{call: store.size}]
    ```

    Good:
    ```yaml
    cases:
      put_replaces:
        steps: [{call: store.size}]
    ```
    """
    return found(
        malformed_name_in_suite,
        at,
        f"the {what} name `{name}` is not in {wanted}",
        help="write the words in lower case with `_` between them"
        if wanted == "snake_case"
        else "begin each word with a capital and leave `_` out",
        part=part,
    )


@rule("error")
def unknown_suite_spec(at: At, name: str, known: Collection[str]) -> Finding:
    """A suite is of spec files of its project, by their names.

    Bad:
    ```yaml
    suite: store
    of: [stor]
    ```

    Good:
    ```yaml
    suite: store
    of: [store]
    ```
    """
    return found(
        unknown_suite_spec,
        at,
        f"no spec file is called `{name}`",
        help=did_you_mean(name, known) or f"known: {', '.join(sorted(known))}",
    )


@rule("error")
def unknown_subject(at: At, name: str, known: Collection[str], part: Part = "value") -> Finding:
    """What a case is given, or makes, is one subject of the suite.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        given: {store: Stor}
        steps: [{call: store.size, returns: 0}]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        given: {store: Store}
        steps: [{call: store.size, returns: 0}]
    ```
    """
    message = f"the suite has no subject `{name}`" if name else "one subject belongs here"
    hint = did_you_mean(name, known) or f"known: {', '.join(sorted(known))}"
    return found(unknown_subject, at, message, help=hint if known else "", part=part)


@rule("error")
def subject_has_two_of_a_name(at: At, name: str, first: str) -> Finding:
    """A subject has one method, property or action of a name, its interfaces counted.

    `close` is an action of every subject.

    Bad:
    ```yaml
    subjects:
      Store:
        summary: A store.
        is: [Store]
        actions: {size: {summary: Count., returns: int}}
    ```

    Good:
    ```yaml
    subjects:
      Store:
        summary: A store.
        is: [Store]
        actions: {disk_size: {summary: Count., returns: int}}
    ```
    """
    return found(
        subject_has_two_of_a_name,
        at,
        f"`{name}` is already {first}",
        help="choose another name",
        part="value" if isinstance(at[-1], int) else "key",
    )


@rule("error")
def unknown_promise(at: At, name: str, known: Collection[str]) -> Finding:
    """What a case shows is a promise of its suite.

    Bad:
    ```yaml
    promises: {begins_empty: A new store is empty.}
    cases:
      it_begins_empty:
        shows: [begin_empty]
        steps: [{call: store.size, returns: 0}]
    ```

    Good:
    ```yaml
    promises: {begins_empty: A new store is empty.}
    cases:
      it_begins_empty:
        shows: [begins_empty]
        steps: [{call: store.size, returns: 0}]
    ```
    """
    return found(
        unknown_promise,
        at,
        f"the suite has no promise `{name}`",
        help=did_you_mean(name, known) or "add it to `promises`",
    )


@rule("error")
def promise_without_case(at: At, name: str) -> Finding:
    """Every promise of a suite is shown by a case.

    Bad:
    ```yaml
    promises:
      begins_empty: A new store is empty.
      replaces: A blob replaces another one.
    cases:
      it_begins_empty:
        shows: [begins_empty]
        steps: [{call: store.size, returns: 0}]
    ```

    Good:
    ```yaml
    promises: {begins_empty: A new store is empty.}
    cases:
      it_begins_empty:
        shows: [begins_empty]
        steps: [{call: store.size, returns: 0}]
    ```
    """
    return found(
        promise_without_case,
        at,
        f"no case shows the promise `{name}`",
        help=f"add a case with `shows: [{name}]`",
        part="key",
    )


@rule("error")
def case_without_promise(at: At, name: str) -> Finding:
    """Every case shows a promise, so that nothing is demanded that nobody promised.

    Bad:
    ```yaml
    promises: {}
    cases:
      it_begins_empty:
        shows: []
        steps: [{call: store.size, returns: 0}]
    ```

    Good:
    ```yaml
    promises: {begins_empty: A new store is empty.}
    cases:
      it_begins_empty:
        shows: [begins_empty]
        steps: [{call: store.size, returns: 0}]
    ```
    """
    return found(
        case_without_promise,
        at,
        f"`{name}` shows no promise",
        help="say under `shows` which promise it shows, and add that to `promises` if need be",
        part="key",
    )


@rule("error")
def unknown_capability(at: At, name: str, known: Collection[str]) -> Finding:
    """What a case or an action needs is a capability of the suite, or one of languages.

    Those of languages are `cancellation`, `dynamic_types`, `naive_datetimes`, `ordered_tasks`,
    `threads`, `forks` and `int64`.

    Bad:
    ```yaml
    cases:
      it_can_be_shared:
        needs: [thread]
        by_hand: Eight threads count.
    ```

    Good:
    ```yaml
    cases:
      it_can_be_shared:
        needs: [threads]
        by_hand: Eight threads count.
    ```
    """
    return found(
        unknown_capability,
        at,
        f"the suite has no capability `{name}`",
        help=did_you_mean(name, known) or "add it to `capabilities`",
    )


@rule("error")
def unused_capability(at: At, name: str) -> Finding:
    """A capability is one that a case or an action needs.

    Every implementation has to say whether it has it.

    Bad:
    ```yaml
    capabilities: {shared: Two stores hold the same blobs.}
    ```

    Good:
    ```yaml
    capabilities: {shared: Two stores hold the same blobs.}
    cases:
      two_are_one:
        needs: [shared]
        by_hand: Two stores hold the same.
    ```
    """
    return found(
        unused_capability,
        at,
        f"no case or action needs the capability `{name}`",
        help="leave it out, or add it to `needs` where it belongs",
        part="key",
    )


@rule("error")
def steps_or_by_hand(at: At, name: str, *, both: bool) -> Finding:
    """A case has steps, or says what is done by hand, and never both.

    Bad:
    ```yaml
    cases:
      it_begins_empty:
        shows: [works]
    ```

    Good:
    ```yaml
    cases:
      it_begins_empty:
        shows: [works]
        steps: [{call: store.size, returns: 0}]
    ```
    """
    return found(
        steps_or_by_hand,
        at,
        f"`{name}` has both `steps` and `by_hand`" if both else f"`{name}` does nothing",
        help="keep one of the two" if both else "give it `steps`, or say what is done `by_hand`",
        part="key",
    )
