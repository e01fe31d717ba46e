"""What types have to do with each other, as cases see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.literals import spelled
from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.case_model import Subject
    from dagstack.idl.model import Type

ANY = Scalar(name="any")
STRING = Scalar(name="string")
INT = Scalar(name="int")
BYTES = Scalar(name="bytes")
EXPRESSION = Named(name="regular expression", kind="record", spec="")
"""The type of what stands after `$matches`: no spec can write it."""

TEXTS = ("string", "path")
_NUMBERS = frozenset({"int", "int64", "float"})


def bare(kind: Type) -> Type:
    """A type without the `?` after it."""
    return kind.inner if isinstance(kind, Maybe) else kind


def family(kind: Type) -> str:  # noqa: PLR0911  (one per kind)
    """What a type is to an operator or a place; empty if that is not known."""
    match kind:
        case Scalar(name="any" | "json") | Variable():
            return ""
        case Scalar(name=name):
            return name
        case ListOf():
            return "list"
        case MapOf():
            return "map"
        case Named(kind="enum"):
            return "enum"
        case Named():
            return "object"
        case Maybe(inner=inner):
            return family(inner)


def wrong_family(name: str, kind: Type, families: tuple[str, ...]) -> str:
    """Why an operator is not for a type; empty if it is. No families means all."""
    own = family(kind)
    if not families or not own or own in families:
        return ""
    return f"`{name}` is for {', '.join(families)}, not for a value of `{spelled(kind)}`"


def fits(own: Type, kind: Type, subjects: Mapping[str, Subject], *, expected: bool) -> bool:
    """Whether a value of one type may stand where another one belongs.

    What is not known fits. In an expectation numbers are compared by their values.
    """
    own, kind = bare(own), bare(kind)
    given, wanted = family(own), family(kind)
    if not given or not wanted:
        return True
    if isinstance(own, ListOf) and isinstance(kind, ListOf):
        return fits(own.item, kind.item, subjects, expected=expected)
    if isinstance(own, MapOf) and isinstance(kind, MapOf):
        return fits(own.value, kind.value, subjects, expected=expected)
    if isinstance(own, Named) and isinstance(kind, Named):
        return own.name == kind.name or _is_a(own, kind, subjects)
    if given == wanted or (given, wanted) == ("int", "float"):
        return True
    return expected and {given, wanted} <= _NUMBERS


def _is_a(own: Named, kind: Named, subjects: Mapping[str, Subject]) -> bool:
    if own.kind != "subject" or own.name not in subjects:
        return False
    return kind.name in {each.name for each in subjects[own.name].interfaces}
