"""Values as they are written, without operators and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import values as rules
from dagstack.idl.check.literals import shown, spelled
from dagstack.idl.check.rule import did_you_mean
from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable
from dagstack.idl.resolve.suites.kinds import ANY, EXPRESSION, STRING, family
from dagstack.idl.resolve.suites.literals import EXACT, number, scalar, scalar_misfit
from dagstack.idl.resolve.suites.placeholders import has_placeholder
from dagstack.idl.resolve.suites.regular import Unportable, portable

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.source import At


def plain(context: Context, raw: Any, kind: Type, at: At, *, expected: bool) -> Compiled:  # noqa: ANN401, PLR0911  (one per kind)
    """A value by the type of its place; in its parts there may be operators and names again."""
    match kind:
        case Maybe(inner=inner):
            return None if raw is None else plain(context, raw, inner, at, expected=expected)
        case Variable() | Scalar(name="any" | "json"):
            return _by_shape(context, raw, kind, at, expected=expected)
        case Scalar():
            return _scalar(context, raw, kind, at)
        case ListOf(item=item) if isinstance(raw, list):
            return [
                context.value(each, item, (*at, i), expected=expected) for i, each in enumerate(raw)
            ]
        case MapOf() if isinstance(raw, dict):
            return _map(context, raw, kind, at, expected=expected)
        case Named(kind="enum"):
            return _enum(context, raw, kind, at)
        case Named() if kind == EXPRESSION:
            return _expression(context, raw, at)
        case Named(kind="record") if isinstance(raw, dict):
            return _record(context, raw, kind, at, expected=expected)
        case Named(kind="interface" | "subject"):
            how = "as `${name}`, or expected with `$has`" if expected else "as `${name}`"
            problem = f"{shown(raw)} is not of type `{kind.name}`"
            context.misfit(at, problem, f"an object is given {how}")
        case _:
            context.misfit(at, f"{shown(raw)} is not of type `{spelled(kind)}`")
    return None


def literal(context: Context, raw: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    """A mapping in which nothing is an operator or a name."""
    if family(kind) not in {"", "map"}:
        problem = f"`$literal` is for a mapping, not for a value of `{spelled(kind)}`"
        context.report.add(rules.misplaced_operator(at, problem))
        return None
    if not isinstance(raw, dict):
        context.report.add(rules.malformed_operand(at, "$literal", "a mapping"))
        return None
    inner = kind.value if isinstance(kind, MapOf) else ANY
    made = {key: _as_it_is(context, each, inner, (*at, key)) for key, each in raw.items()}
    return {"$object": made} if any(key.startswith("$") for key in made) else made


def _as_it_is(context: Context, raw: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    if isinstance(raw, list):
        inner = kind.item if isinstance(kind, ListOf) else ANY
        return [_as_it_is(context, each, inner, (*at, i)) for i, each in enumerate(raw)]
    if isinstance(raw, dict):
        return literal(context, raw, kind, at)
    return plain(context, raw, kind, at, expected=False)


def _scalar(context: Context, raw: Any, kind: Scalar, at: At) -> Compiled:  # noqa: ANN401
    misfit = scalar_misfit(raw, kind, context.survey)
    if misfit is not None:
        context.misfit(at, misfit.problem, misfit.help)
        return None
    if kind.name == "int" and abs(raw) > EXACT:
        context.needs.add("int64")
    return scalar(raw, kind)


def _by_shape(context: Context, raw: Any, kind: Type, at: At, *, expected: bool) -> Compiled:  # noqa: ANN401
    if isinstance(raw, list):
        return [
            context.value(each, kind, (*at, i), expected=expected) for i, each in enumerate(raw)
        ]
    if isinstance(raw, dict):
        return _map(context, raw, MapOf(key=STRING, value=kind), at, expected=expected)
    return number(raw) if type(raw) in {int, float} else raw


def _map(context: Context, raw: dict[str, Any], kind: MapOf, at: At, *, expected: bool) -> Compiled:
    made: dict[str, Compiled] = {}
    for key, each in raw.items():
        problem = hint = ""
        if has_placeholder(key):
            problem = f"the key `{key}` cannot hold a name"
            hint = "name the whole map: give it a column, or a `let`"
        elif not _key_fits(context, key, kind.key):
            problem = f"the key `{key}` is not of type `{spelled(kind.key)}`"
        if problem:
            finding = rules.case_value_does_not_fit((*at, key), problem, hint, part="key")
            context.report.add(finding)
        made[key] = context.value(each, kind.value, (*at, key), expected=expected)
    return made


def _key_fits(context: Context, key: str, kind: Type) -> bool:
    if isinstance(kind, Named) and kind.name in context.reach.enums:
        return key in {value.name for value in context.reach.enums[kind.name].values}
    if family(kind) in {"int", "int64"}:
        return key.removeprefix("-").isdecimal()
    return True


def _enum(context: Context, raw: Any, kind: Named, at: At) -> Compiled:  # noqa: ANN401
    enum = context.reach.enums.get(kind.name)
    known = [value.name for value in enum.values] if enum else []
    if isinstance(raw, str) and raw in known:
        return {"$enum": [kind.name, raw]}
    hint = did_you_mean(raw, known) if isinstance(raw, str) else ""
    problem = f"`{kind.name}` has no value {shown(raw)}"
    context.misfit(at, problem, hint or f"one of: {', '.join(known)}")
    return None


def _record(
    context: Context, raw: dict[str, Any], kind: Named, at: At, *, expected: bool
) -> Compiled:
    record = context.reach.records.get(kind.name)
    fields = {field.name: field for field in record.fields} if record else {}
    made: dict[str, Compiled] = {}
    for name, each in raw.items():
        if name in fields:
            made[name] = context.value(each, fields[name].type, (*at, name), expected=expected)
        else:
            problem = f"`{kind.name}` has no field `{name}`"
            hint = did_you_mean(name, fields)
            finding = rules.case_value_does_not_fit((*at, name), problem, hint, part="key")
            context.report.add(finding)
    for name, field in fields.items():
        if field.required and name not in raw and not isinstance(field.type, Maybe):
            hint = "expect a part of it with `$has`" if expected else ""
            context.misfit(at, f"the field `{name}` of `{kind.name}` is missing", hint)
    return {"$record": [kind.name, made]}


def _expression(context: Context, raw: object, at: At) -> Compiled:
    if not isinstance(raw, str):
        context.misfit(at, f"{shown(raw)} is not a regular expression")
        return None
    made = portable(raw)
    if isinstance(made, Unportable):
        context.report.add(rules.expression_is_not_portable(at, made.problem, made.help))
        return None
    return made
