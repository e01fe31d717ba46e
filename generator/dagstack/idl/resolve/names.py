"""Following names from inside one file: in types, among errors, in prose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check import references as rules
from dagstack.idl.model import UNKNOWN, Deprecation, Life, Ref, Variable
from dagstack.idl.prose import clause, parse_inline, parse_prose
from dagstack.idl.resolve.table import renames
from dagstack.idl.type_syntax import SCALARS, MalformedTypeError, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.load import Loaded
    from dagstack.idl.model import Inline, Named, Prose, Type
    from dagstack.idl.resolve.table import Table
    from dagstack.idl.source import At
    from dagstack.idl.syntax import Deprecation as WrittenDeprecation

LITERALS = {name: Ref(kind="literal", name=name) for name in ("null", "true", "false")}
_WHAT = {"interface": "an interface", "record": "a record", "enum": "an enum", "error": "an error"}


class Names:
    """The names that a file can see, and all that is done with them."""

    def __init__(self, table: Table, loaded: Loaded) -> None:
        self.table = table
        self.report = table.report
        self.visible = table.visible(loaded)
        self.trusted = table.trusted(loaded)
        self._members = _members(table, loaded)
        self._types: dict[str, Type] = dict(SCALARS)

    def type_of(self, text: str, at: At, variables: tuple[str, ...] = ()) -> Type:
        """The type that ``text`` names; ``any`` after a finding."""
        if text in self._types:
            return self._types[text]
        before = len(self.report.findings)

        def named(name: str) -> Type:
            if name in variables:
                return Variable(name=name)
            return self._declared_type(name, at)

        try:
            found = parse_type(text, named)
        except MalformedTypeError as error:
            if len(self.report.findings) == before:
                self.report.add(rules.malformed_type(at, text, str(error)))
            return UNKNOWN
        if not variables and len(self.report.findings) == before:
            self._types[text] = found
        return found

    def error_of(self, name: str, at: At) -> Named | None:
        """The error called ``name``, or nothing after a finding."""
        named = self.visible.get(name)
        if named is None and name in self.trusted:
            return None
        if named is None:
            known = (n for n, found in self.visible.items() if found.kind == "error")
            self.report.add(rules.unknown_error(at, name, known, self.table.elsewhere(name)))
            return None
        if named.kind != "error":
            what = _WHAT[named.kind]
            self.report.add(rules.not_usable_here(at, name, what, "raised or extended"))
            return None
        return named

    def interface_of(self, name: str, at: At) -> Named | None:
        """The interface called ``name``, or nothing after a finding."""
        named = self.visible.get(name)
        if named is not None and named.kind == "interface":
            return named
        if named is not None or name in SCALARS:
            what = _WHAT[named.kind] if named else "a scalar"
            self.report.add(rules.not_usable_here(at, name, what, "provided or implemented"))
        elif name not in self.trusted:
            known = (n for n, found in self.visible.items() if found.kind == "interface")
            self.report.add(rules.unknown_type(at, name, known, self.table.elsewhere(name)))
        return None

    def error_summary(self, error: Named) -> Inline:
        """What an error means, as the condition where a method gives none of its own."""
        imported = self.table.imported_error(error)
        if imported is not None:
            return imported.summary
        return self.inline(clause(self.table.summaries.get(error.name, "")))

    def inline(self, text: str, near: Mapping[str, Ref] | None = None) -> Inline:
        """One run of prose, its code spans followed."""
        return parse_inline(text, lambda span: self._find(span, near or {}))

    def prose(self, text: str, near: Mapping[str, Ref] | None = None) -> Prose:
        """Prose, its code spans followed; ``near`` are the names of the construct around it."""
        return parse_prose(text, lambda span: self._find(span, near or {})) if text else ()

    def life(self, written: object, near: Mapping[str, Ref] | None = None) -> Life:
        """The age that any construct may have."""
        since: str = getattr(written, "since", "")
        unstable: bool = getattr(written, "unstable", False)
        given: WrittenDeprecation | None = getattr(written, "deprecated", None) or None
        if not (since or unstable or given):
            return _NO_LIFE
        deprecated = None
        if given is not None:
            use = self.inline(given.use, near)
            deprecated = Deprecation(since=given.since, use=use, remove_in=given.remove_in)
        return Life(since=since, deprecated=deprecated, unstable=unstable)

    def _declared_type(self, name: str, at: At) -> Type:
        named = self.visible.get(name)
        if named is None and name in self.trusted:
            return UNKNOWN
        if named is None:
            known = {n for n, found in self.visible.items() if found.kind != "error"} | {
                *SCALARS,
                "list",
                "map",
            }
            elsewhere = self.table.elsewhere(name)
            self.report.add(rules.unknown_type(at, name, sorted(known), elsewhere))
            return UNKNOWN
        if named.kind == "error":
            self.report.add(rules.not_usable_here(at, name, _WHAT["error"], "a type"))
            return UNKNOWN
        return named

    def _find(self, span: str, near: Mapping[str, Ref]) -> Ref | None:
        name = span.removesuffix("()")
        if name in LITERALS:
            return LITERALS[name]
        if name in near:
            return near[name]
        if name in self._members:
            return self._members[name]
        named = self.visible.get(name) or self.table.names.get(name)
        return Ref(kind="type", name=name, owner=named, renames=named.renames) if named else None


_NO_LIFE = Life()


def _members(table: Table, loaded: Loaded) -> dict[str, Ref]:
    """The members of a file's declarations as ``Owner.member``."""
    members: dict[str, Ref] = {}
    spec = loaded.spec
    groups: tuple[tuple[Mapping[str, Any], str, Any], ...] = (
        (spec.interfaces, "methods", "method"),
        (spec.interfaces, "properties", "property"),
        (spec.records, "fields", "field"),
        (spec.errors, "fields", "field"),
        (spec.enums, "values", "value"),
    )
    for group, part, kind in groups:
        for owner_name, declaration in group.items():
            owner = table.names.get(owner_name)
            for name, written in getattr(declaration, part).items():
                given = renames(written.names) if not isinstance(written, str) else ()
                members[f"{owner_name}.{name}"] = Ref(
                    kind=kind,
                    name=name,
                    owner=owner,
                    renames=given,
                )
    return members
