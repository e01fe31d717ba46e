"""Steps -> what runners execute: each by its verb, with the names that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dagstack.idl.check.cases import steps as rules
from dagstack.idl.check.cases import values as value_rules
from dagstack.idl.model import ListOf, Named
from dagstack.idl.resolve.suites.arguments import arguments, subject_made
from dagstack.idl.resolve.suites.following import bind, callable_at, property_at, task_at, tasks_at
from dagstack.idl.resolve.suites.kinds import ANY, BYTES, INT
from dagstack.idl.resolve.suites.members import Callable
from dagstack.idl.resolve.suites.outcomes import outcome
from dagstack.idl.resolve.suites.placeholders import only_placeholder
from dagstack.idl.resolve.suites.scope import Binding, Scope

if TYPE_CHECKING:
    from collections.abc import Callable as Function

    from dagstack.idl.case_model import Compiled
    from dagstack.idl.case_syntax import Step
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.values import Values
    from dagstack.idl.source import At, Source

_OUTCOME = ("returns", "raises", "as")
VERBS: dict[str, tuple[str, ...]] = {
    "call": ("args", *_OUTCOME),
    "read": _OUTCOME,
    "make": _OUTCOME,
    "start": ("args", "as"),
    "wait": _OUTCOME,
    "cancel": (),
    "pending": (),
    "ended": (),
    "let": (),
    "overwrite": (),
    "check": ("is",),
    "for": ("in", "do"),
    "together": ("in", "do"),
    "branches": (),
}
"""Each verb, and the keys that go with it."""
_NEEDED = {"start": ("as",), "check": ("is",), "for": ("in", "do"), "together": ("in", "do")}
_FIELDS = {"for": "for_", "as": "as_", "is": "is_", "in": "in_"}
_KEYS = ("args", "returns", "raises", "as", "is", "in", "do")


class Steps:
    """Compiles the steps of one case."""

    def __init__(self, values: Values, source: Source) -> None:
        self.values = values
        self.report = values.report
        self.source = source
        self.called: set[str] = set()
        """The capabilities that the actions need that are called."""

    def block(self, steps: list[Step], at: At, *made: Binding) -> list[Compiled]:
        """Steps with names of their own, which last until their end."""
        scope = Scope(self.values.scope)
        settled: list[Function[[], None]] = []
        with self.values.inside(scope):
            for binding in made:
                bind(self.values, binding)
            compiled = [
                each
                for index, step in enumerate(steps)
                if (each := self._step(step, (*at, index), settled)) is not None
            ]
        for settle in reversed(settled):
            settle()
        for binding in scope.made:
            if binding.what == "task" and not binding.used:
                self.report.add(rules.task_left_alone(binding.at, binding.name))
        return compiled

    def _step(self, step: Step, at: At, settled: list[Function[[], None]]) -> Compiled | None:
        verbs = tuple(verb for verb in VERBS if _of(step, verb) is not UNSET)
        if len(verbs) != 1:
            self.report.add(rules.step_needs_one_verb(at, verbs, tuple(VERBS)))
            return None
        verb = verbs[0]
        for key in _KEYS:
            if _of(step, key) is not UNSET and key not in VERBS[verb]:
                self.report.add(rules.misplaced_step_key(at, key, verb))
        missing = [key for key in _NEEDED.get(verb, ()) if _of(step, key) is UNSET]
        for key in missing:
            self.report.add(rules.incomplete_step(at, key, verb))
        if missing:
            return None
        made = {"line": self.source.span(at[1:]).line}
        if verb == "let":
            return made | {"let": self._let(step.let, at, settled)}
        compiled: dict[str, Compiled] = getattr(self, f"_{verb}")(step, at)
        return made | compiled

    # --- calls ---------------------------------------------------------------------------------

    def _call(self, step: Step, at: At) -> dict[str, Compiled]:
        found = callable_at(self.values, step.call, (*at, "call"))
        if found is None:
            self._keep(step, at, ANY)
            return {}
        pair, member = found
        return {
            "call": pair,
            **self._arguments(step, pair[1], member, at),
            **self._outcome(step, member, at),
        }

    def _start(self, step: Step, at: At) -> dict[str, Compiled]:
        found = callable_at(self.values, step.start, (*at, "start"))
        pair, member = found or (["", ""], Callable(name="", returns=ANY))
        made = {"start": pair}
        if found is not None:
            made |= self._arguments(step, pair[1], member, at)
        name = str(step.as_)
        binding = Binding(name, (*at, "as"), what="task", call=member)
        bind(self.values, binding)
        return made | {"as": name}

    def _wait(self, step: Step, at: At) -> dict[str, Compiled]:
        binding = task_at(self.values, step.wait, (*at, "wait"))
        member = (binding.call if binding else None) or Callable(name="", returns=ANY)
        return {
            "wait": step.wait,
            **self._outcome(step, member, at),
        }

    def _cancel(self, step: Step, at: At) -> dict[str, Compiled]:
        self.values.needs.add("cancellation")
        task_at(self.values, step.cancel, (*at, "cancel"))
        return {"cancel": step.cancel}

    def _pending(self, step: Step, at: At) -> dict[str, Compiled]:
        return {"pending": tasks_at(self.values, step.pending, (*at, "pending"))}

    def _ended(self, step: Step, at: At) -> dict[str, Compiled]:
        return {"ended": tasks_at(self.values, step.ended, (*at, "ended"))}

    def _read(self, step: Step, at: At) -> dict[str, Compiled]:
        found = property_at(self.values, step.read, (*at, "read"))
        if found is None:
            self._keep(step, at, ANY)
            return {}
        pair, kind = found
        return {"read": pair, **self._outcome(step, Callable(name=pair[1], returns=kind), at)}

    def _make(self, step: Step, at: At) -> dict[str, Compiled]:
        written: Any = step.make
        name, options = subject_made(self.values, written, (*at, "make"))
        kind: Type = _subject(name) if name else ANY
        return {
            "make": {"subject": name, "options": options},
            **self._outcome(step, Callable(name=name, returns=kind), at),
        }

    # --- values --------------------------------------------------------------------------------

    def _let(
        self,
        written: Any,  # noqa: ANN401
        at: At,
        settled: list[Function[[], None]],
    ) -> Compiled:
        pairs: list[list[Compiled]] = []
        for name, raw in written.items():
            place = (*at, "let", name)
            kind = self.values.type_of(raw)
            pair = [name, self.values.value(raw, kind, place) if kind is not None else None]
            seen = self.values.scope.as_it_is()
            binding = Binding(name, place, type=kind)
            bind(self.values, binding, "key")
            pairs.append(pair)
            if kind is None:
                settled.append(self._later(pair, raw, binding, seen, place))
        return pairs

    def _later(
        self,
        pair: list[Compiled],
        raw: Any,  # noqa: ANN401
        binding: Binding,
        seen: Scope,
        at: At,
    ) -> Function[[], None]:
        """Compile a value when all places of its name are known."""

        def settle() -> None:
            kind, expected = binding.settle(self.report)
            with self.values.inside(seen):
                pair[1] = self.values.value(raw, kind, at, expected=expected)

        return settle

    def _overwrite(self, step: Step, at: At) -> dict[str, Compiled]:
        place = (*at, "overwrite")
        if only_placeholder(step.overwrite) is None:
            problem = "what is overwritten is a name"
            self.report.add(value_rules.case_value_does_not_fit(place, problem, "write `${name}`"))
            return {}
        return {"overwrite": self.values.value(step.overwrite, BYTES, place)}

    def _check(self, step: Step, at: At) -> dict[str, Compiled]:
        kind = self.values.type_of(step.check) or ANY
        return {
            "check": self.values.value(step.check, kind, (*at, "check")),
            "is": self.values.value(step.is_, kind, (*at, "is"), expected=True),
        }

    # --- blocks --------------------------------------------------------------------------------

    def _for(self, step: Step, at: At) -> dict[str, Compiled]:
        return self._repeated(step, "for", str(step.for_), at)

    def _together(self, step: Step, at: At) -> dict[str, Compiled]:
        return self._repeated(step, "together", str(step.together), at)

    def _repeated(self, step: Step, verb: str, name: str, at: At) -> dict[str, Compiled]:
        place, items = (*at, "in"), step.in_
        binding = Binding(name, (*at, verb))
        do: Any = step.do
        if isinstance(items, dict):
            binding.type = INT
            compiled = self._range(items, place)
            return {verb: name, "in": compiled, "do": self.block(do, (*at, "do"), binding)}
        listed = self.values.type_of(items)
        if isinstance(listed, ListOf):
            binding.type = listed.item
        elif not isinstance(items, list) and only_placeholder(items) is None:
            self.report.add(rules.malformed_range(place, "there is nothing to go through"))
            items = []
        done = self.block(do, (*at, "do"), binding)
        kind, expected = (binding.type, False) if binding.type else binding.settle(self.report)
        made = self.values.value(items, ListOf(item=kind), place, expected=expected)
        return {verb: name, "in": made, "do": done}

    def _range(self, written: dict[str, Any], at: At) -> Compiled:
        if written.keys() != {"from", "to"}:
            self.report.add(rules.malformed_range(at, "a range has a `from` and a `to`"))
            return None
        return {end: self.values.value(written[end], INT, (*at, end)) for end in ("from", "to")}

    def _branches(self, step: Step, at: At) -> dict[str, Compiled]:
        branches: Any = step.branches
        return {
            "branches": [
                self.block(branch, (*at, "branches", index))
                for index, branch in enumerate(branches)
            ]
        }

    # --- names ---------------------------------------------------------------------------------

    def _arguments(self, step: Step, owner: str, member: Callable, at: At) -> dict[str, Compiled]:
        given: Any = {} if step.args is UNSET else step.args
        self.called.update(member.needs)
        place = at if step.args is UNSET else (*at, "args")
        made = arguments(self.values, owner, member.slots, given, place)
        return {} if step.args is UNSET else {"args": made}

    def _outcome(self, step: Step, member: Callable, at: At) -> dict[str, Compiled]:
        made = outcome(self.values, step, member, at)
        if step.as_ is not UNSET:
            self._keep(step, at, member.returns or ANY)
            made["as"] = step.as_
        return made

    def _keep(self, step: Step, at: At, kind: Type) -> None:
        if isinstance(step.as_, str):
            bind(self.values, Binding(step.as_, (*at, "as"), type=kind))


def _of(step: Step, key: str) -> Any:  # noqa: ANN401
    return getattr(step, _FIELDS.get(key, key))


def _subject(name: str) -> Named:
    return Named(name=name, kind="subject", spec="")
