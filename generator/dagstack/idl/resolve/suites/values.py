"""Values, given and expected -> what runners read, each held against the type of its place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import steps as step_rules
from dagstack.idl.check.cases import values as rules
from dagstack.idl.check.literals import shown, spelled
from dagstack.idl.check.rule import did_you_mean
from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Type, Variable
from dagstack.idl.resolve.suites.literals import EXACT, number, scalar, scalar_misfit
from dagstack.idl.resolve.suites.members import members_of
from dagstack.idl.resolve.suites.operators import expression, family, operators, wrong_family
from dagstack.idl.resolve.suites.placeholders import (
    MalformedPlaceholderError,
    Placeholder,
    has_placeholder,
    split_text,
)
from dagstack.idl.resolve.suites.scope import ANY, EXPRESSION, Binding, Scope, Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl.case_model import Compiled, Subject
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.resolve.suites.members import Members
    from dagstack.idl.resolve.suites.reach import Reach
    from dagstack.idl.source import At

_TEXTS = frozenset({"string", "path", "int", "int64", ""})
"""What can be put in as text; the empty one is what is not known."""
_NUMBERS = frozenset({"int", "int64", "float"})


class Values:
    """Compiles the values of one case, in the scope of the step at hand."""

    def __init__(self, reach: Reach, subjects: Mapping[str, Subject], survey: Survey) -> None:
        self.reach = reach
        self.subjects = subjects
        self.survey = survey
        self.report = reach.report
        self.scope = Scope()
        self.needs: set[str] = set()
        """The capabilities of languages that values were found to need."""

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """See the names of another scope for a while."""
        outer, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = outer

    def value(self, raw: Any, kind: Type, at: At, *, expected: bool = False) -> Compiled:  # noqa: ANN401
        """A value for a place of type ``kind``; if ``expected``, expectations may stand in it."""
        if isinstance(raw, dict) and any(key.startswith("$") for key in raw):
            return operators(self, raw, kind, at, expected=expected)
        if isinstance(raw, str) and has_placeholder(raw):
            return self._text(raw, kind, at, expected=expected)
        return self._plain(raw, kind, at, expected=expected)

    def literal(self, raw: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
        """A value in which nothing is an operator or a name."""
        if family(kind) not in {"", "map"}:
            problem = f"`$literal` is for a mapping, not for a value of `{spelled(kind)}`"
            self.report.add(rules.misplaced_operator(at, problem))
            return None
        inner = kind.value if isinstance(kind, MapOf) else ANY
        if isinstance(raw, dict):
            made = {key: self._as_it_is(each, inner, (*at, key)) for key, each in raw.items()}
            return {"$object": made} if any(key.startswith("$") for key in made) else made
        self.report.add(rules.malformed_operand(at, "$literal", "a mapping"))
        return None

    def has(self, members: dict[str, Any], kind: Type, at: At) -> Compiled:
        """Expectations of an object's members: what can be had of it without arguments."""
        name = kind.name if isinstance(kind, Named) else ""
        types = self._readable(kind)
        if types is None:
            problem = f"what a value of `{spelled(kind)}` has is not known here"
            self.report.add(rules.misplaced_operator(at, problem))
            return None
        made: dict[str, Compiled] = {}
        for member, expectation in members.items():
            if member in types:
                made[member] = self.value(expectation, types[member], (*at, member), expected=True)
            else:
                problem = f"`{name}` has no property or method without arguments `{member}`"
                self.report.add(
                    step_rules.unknown_member((*at, member), problem, types, member, member)
                )
        return {"type": name, "members": made}

    def demand(self, name: str, kind: Type, families: tuple[str, ...], at: At) -> None:
        """Report an operator that is not for a type."""
        problem = wrong_family(name, kind, families)
        if problem:
            self.report.add(rules.misplaced_operator(at, problem))

    def demand_texts(self, name: str, kind: Type, at: At) -> None:
        """Report a list of something else than texts."""
        if isinstance(kind, ListOf):
            self.demand(name, kind.item, ("string", "path"), at)

    def is_reference(self, text: str) -> bool:
        """Whether a text is nothing but a name."""
        try:
            parts = split_text(text)
        except MalformedPlaceholderError:
            return False
        return len(parts) == 1 and isinstance(parts[0], Placeholder)

    def type_of(self, raw: Any) -> Type | None:  # noqa: ANN401
        """The type of a value that is a name, if it has one; no finding is made."""
        if not isinstance(raw, str) or not self.is_reference(raw):
            return None
        part = split_text(raw)[0]
        if not isinstance(part, Placeholder):
            return None
        binding = self.scope.names.get(part.path[0])
        if binding is None or binding.what != "value" or binding.type is None:
            return None
        if len(part.path) == 1:
            return binding.type
        members = self.members(binding.type)
        return members.properties.get(part.path[1]) if members else None

    def members(self, kind: Type) -> Members | None:
        """What an object has."""
        return members_of(kind, self.reach, self.subjects)

    def _readable(self, kind: Type) -> dict[str, Type] | None:
        if isinstance(kind, Named) and kind.name in self.reach.records:
            return {field.name: field.type for field in self.reach.records[kind.name].fields}
        members = self.members(kind)
        if members is None:
            return None
        return members.properties | {
            name: each.returns
            for name, each in members.callables.items()
            if each.returns is not None and not any(slot.required for slot in each.slots)
        }

    # --- texts with names in them ------------------------------------------------------------

    def _text(self, raw: str, kind: Type, at: At, *, expected: bool) -> Compiled:
        try:
            parts = split_text(raw)
        except MalformedPlaceholderError as error:
            self.report.add(rules.malformed_placeholder(at, str(error)))
            return None
        if len(parts) == 1:
            only = parts[0]
            if isinstance(only, str):
                return self._plain(only, kind, at, expected=expected)
            return self._reference(only, kind, at, expected=expected)
        if family(kind) not in {"", "string", "path", "bytes"}:
            problem = f"a `{spelled(kind)}` is not put together of texts"
            self.report.add(rules.case_value_does_not_fit(at, problem))
        text = [part if isinstance(part, str) else self._as_text(part, at) for part in parts]
        return _of_family({"$text": text}, family(kind))

    def _as_text(self, part: Placeholder, at: At) -> Compiled:
        binding = self._binding(part, at)
        if binding is not None:
            kind = self._type_at(part, binding, at)
            if kind is not None and family(kind) not in _TEXTS:
                problem = f"`{part.text}` is a `{spelled(kind)}`, which is not put into a text"
                self.report.add(rules.case_value_does_not_fit(at, problem, word=part.text))
        return {"$ref": list(part.path)}

    def _reference(self, part: Placeholder, kind: Type, at: At, *, expected: bool) -> Compiled:
        made = {"$ref": list(part.path)}
        binding = self._binding(part, at)
        if binding is None:
            return made
        own = self._type_at(part, binding, at)
        if own is None:
            if len(part.path) == 1:
                binding.uses.append(Use(kind, expected, at))
            return made
        if self._fits(own, kind, expected=expected):
            return made
        given, wanted = family(own), family(kind)
        if {given, wanted} == {"string", "path"}:
            return _of_family({"$text": [made]}, wanted)
        problem = f"`{part.text}` is a `{spelled(own)}`, where a `{spelled(kind)}` belongs"
        hint = ""
        if wanted == "string" and given in _TEXTS:
            hint = "a text is made of it within a longer text"
        self.report.add(rules.case_value_does_not_fit(at, problem, hint, word=part.text))
        return made

    def _binding(self, part: Placeholder, at: At) -> Binding | None:
        name = part.path[0]
        binding = self.scope.names.get(name)
        if binding is None:
            known = [each.name for each in self.scope.names.values() if each.what == "value"]
            self.report.add(
                step_rules.unknown_name_in_case(at, name, known, "is called", word=part.text)
            )
            return None
        if binding.what == "task":
            problem = f"`{name}` is a call that was started, not a value"
            hint = f"`{{wait: {name}, as: ...}}` names what it returns"
            self.report.add(rules.case_value_does_not_fit(at, problem, hint, word=part.text))
            return None
        binding.used = True
        return binding

    def _type_at(self, part: Placeholder, binding: Binding, at: At) -> Type | None:
        """The type of a name or of a property of it; nothing if it has none of its own."""
        if len(part.path) == 1:
            return binding.type
        members = self.members(binding.type) if binding.type is not None else None
        name = part.path[1]
        if members is None or name not in members.properties:
            known = members.properties if members else {}
            owner = members.called if members else part.path[0]
            problem = f"`{owner}` has no property `{name}`"
            self.report.add(step_rules.unknown_member(at, problem, known, name, part.text))
            return ANY
        return members.properties[name]

    def _fits(self, own: Type, kind: Type, *, expected: bool) -> bool:
        own = own.inner if isinstance(own, Maybe) else own
        kind = kind.inner if isinstance(kind, Maybe) else kind
        given, wanted = family(own), family(kind)
        if not given or not wanted:
            return True
        if isinstance(own, ListOf) and isinstance(kind, ListOf):
            return self._fits(own.item, kind.item, expected=expected)
        if isinstance(own, MapOf) and isinstance(kind, MapOf):
            return self._fits(own.value, kind.value, expected=expected)
        if isinstance(own, Named) and isinstance(kind, Named):
            return own.name == kind.name or self._is_a(own, kind)
        if given == wanted or (given, wanted) == ("int", "float"):
            return True
        return expected and {given, wanted} <= _NUMBERS

    def _is_a(self, own: Named, kind: Named) -> bool:
        if own.kind != "subject" or own.name not in self.subjects:
            return False
        return kind.name in {each.name for each in self.subjects[own.name].interfaces}

    # --- values as they are written ----------------------------------------------------------

    def _plain(self, raw: Any, kind: Type, at: At, *, expected: bool) -> Compiled:  # noqa: ANN401, C901, PLR0911, PLR0912  (one per kind)
        match kind:
            case Maybe(inner=inner):
                return None if raw is None else self._plain(raw, inner, at, expected=expected)
            case Variable() | Scalar(name="any" | "json"):
                return self._by_shape(raw, kind, at, expected=expected)
            case Scalar():
                misfit = scalar_misfit(raw, kind, self.survey)
                if misfit is not None:
                    self._misfit(at, misfit.problem, misfit.help)
                    return None
                if kind.name == "int" and abs(raw) > EXACT:
                    self.needs.add("int64")
                return scalar(raw, kind)
            case ListOf(item=item):
                if isinstance(raw, list):
                    return [
                        self.value(each, item, (*at, i), expected=expected)
                        for i, each in enumerate(raw)
                    ]
            case MapOf():
                if isinstance(raw, dict):
                    return self._map(raw, kind, at, expected=expected)
            case Named(kind="enum"):
                return self._enum(raw, kind, at)
            case Named() if kind == EXPRESSION:
                return expression(self, raw, at)
            case Named(kind="record"):
                if isinstance(raw, dict):
                    return self._record(raw, kind, at, expected=expected)
            case Named():
                how = "as `${name}`, or expected with `$has`" if expected else "as `${name}`"
                problem = f"{shown(raw)} is not a `{kind.name}`"
                self._misfit(at, problem, f"an object is given {how}")
                return None
        self._misfit(at, f"{shown(raw)} is not a `{spelled(kind)}`")
        return None

    def _by_shape(self, raw: Any, kind: Type, at: At, *, expected: bool) -> Compiled:  # noqa: ANN401
        if isinstance(raw, list):
            return [
                self.value(each, kind, (*at, i), expected=expected) for i, each in enumerate(raw)
            ]
        if isinstance(raw, dict):
            mapped = MapOf(key=Scalar(name="string"), value=kind)
            return self._map(raw, mapped, at, expected=expected)
        return number(raw) if type(raw) in {int, float} else raw

    def _as_it_is(self, raw: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
        if isinstance(raw, list):
            inner = kind.item if isinstance(kind, ListOf) else ANY
            return [self._as_it_is(each, inner, (*at, i)) for i, each in enumerate(raw)]
        if isinstance(raw, dict):
            return self.literal(raw, kind, at)
        return self._plain(raw, kind, at, expected=False)

    def _map(self, raw: dict[str, Any], kind: MapOf, at: At, *, expected: bool) -> Compiled:
        made: dict[str, Compiled] = {}
        for key, each in raw.items():
            if has_placeholder(key):
                hint = "name the whole map: give it a column, or a `let`"
                problem = f"the key `{key}` cannot hold a name"
                self.report.add(
                    rules.case_value_does_not_fit((*at, key), problem, hint, part="key")
                )
            elif not self._key_fits(key, kind.key):
                problem = f"the key `{key}` is not a `{spelled(kind.key)}`"
                self.report.add(rules.case_value_does_not_fit((*at, key), problem, part="key"))
            made[key] = self.value(each, kind.value, (*at, key), expected=expected)
        return made

    def _key_fits(self, key: str, kind: Type) -> bool:
        if isinstance(kind, Named) and kind.name in self.reach.enums:
            return key in {value.name for value in self.reach.enums[kind.name].values}
        if family(kind) in {"int", "int64"}:
            return key.removeprefix("-").isdecimal()
        return True

    def _enum(self, raw: Any, kind: Named, at: At) -> Compiled:  # noqa: ANN401
        enum = self.reach.enums.get(kind.name)
        known = [value.name for value in enum.values] if enum else []
        if isinstance(raw, str) and raw in known:
            return {"$enum": [kind.name, raw]}
        hint = (did_you_mean(raw, known) if isinstance(raw, str) else "") or (
            f"one of: {', '.join(known)}"
        )
        self._misfit(at, f"`{kind.name}` has no value {shown(raw)}", hint)
        return None

    def _record(self, raw: dict[str, Any], kind: Named, at: At, *, expected: bool) -> Compiled:
        record = self.reach.records.get(kind.name)
        fields = {field.name: field for field in record.fields} if record else {}
        made: dict[str, Compiled] = {}
        for name, each in raw.items():
            if name in fields:
                made[name] = self.value(each, fields[name].type, (*at, name), expected=expected)
            else:
                hint = did_you_mean(name, fields)
                problem = f"`{kind.name}` has no field `{name}`"
                self.report.add(
                    rules.case_value_does_not_fit((*at, name), problem, hint, part="key")
                )
        for name, field in fields.items():
            if field.required and name not in raw and not isinstance(field.type, Maybe):
                hint = "expect a part of it with `$has`" if expected else ""
                self._misfit(at, f"the field `{name}` of `{kind.name}` is missing", hint)
        return {"$record": [kind.name, made]}

    def _misfit(self, at: At, problem: str, hint: str = "") -> None:
        self.report.add(rules.case_value_does_not_fit(at, problem, hint))


def _of_family(text: Compiled, wanted: str) -> Compiled:
    """A text that is put together, as the type of its place has it."""
    match wanted:
        case "bytes":
            return {"$utf8": text}
        case "path":
            return {"$path": text}
        case _:
            return text
