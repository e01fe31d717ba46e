"""The rules: each is a function, by subject; what runs when is here."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from dagstack.idl.check import (
    defaults,
    docs,
    drift,
    errors,
    examples,
    imports,
    life,
    names,
    project,
    references,
    resources,
    shape,
    suppressions,
    targets,
    text,
    types,
    yaml,
)
from dagstack.idl.check.cases import steps, suites, tables, values
from dagstack.idl.check.suppressions import suppress
from dagstack.idl.check.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.model import Package
    from dagstack.idl.source import Source
    from dagstack.idl.targets.target import Scope

__all__ = ["check_package", "check_scopes", "check_sources", "suppress"]

FOUND_ON_THE_WAY = (
    *(yaml, shape, references, project, drift, suppressions),
    *(suites, steps, values, tables),
)
"""Modules of rules that other stages apply; they are imported for `RULES` to be complete."""

PACKAGE_RULES: tuple[Callable[[Survey], Iterator[Finding]], ...] = (
    names.file_name_differs,
    names.name_is_not_ascii,
    names.name_is_not_snake_case,
    names.name_is_not_pascal_case,
    names.name_too_long,
    resources.resource_without_interface,
    resources.empty_interface,
    resources.empty_enum,
    resources.method_and_property_of_one_name,
    resources.param_and_option_of_one_name,
    types.map_key_type,
    types.record_field_cannot_be,
    types.record_contains_itself,
    types.unused_type_parameter,
    types.type_parameter_only_in_result,
    types.type_parameter_hides_a_type,
    defaults.default_does_not_fit,
    defaults.positional_default_is_not_zero,
    defaults.option_without_default,
    defaults.required_after_optional,
    errors.rejects_needs_precondition,
    errors.raises_a_precondition,
    errors.error_listed_twice,
    errors.field_is_inherited,
    errors.unused_error,
    imports.unused_import,
    life.bad_version,
    life.version_out_of_order,
    life.removal_is_overdue,
    life.deprecated_without_use,
    docs.missing_doc,
    docs.summary_is_not_one_sentence,
    docs.summary_is_not_imperative,
    examples.example_does_not_fit,
    targets.name_for_unknown_target,
    targets.rename_is_not_an_identifier,
)
"""In this order; the order of the report is that of the files."""


def check_sources(sources: Iterable[Source]) -> Iterator[Finding]:
    """Apply the rules about text as such."""
    return chain.from_iterable(text.invisible_character(source) for source in sources)


def check_package(
    package: Package, known_targets: Iterable[str] | None = None
) -> Iterator[Finding]:
    """Apply all rules about what a package declares.

    ``known_targets`` are the names of targets that a spec may speak of; any, if that is not given.
    """
    known = None if known_targets is None else frozenset(known_targets)
    survey = Survey(package, known)
    return chain.from_iterable(each(survey) for each in PACKAGE_RULES)


def check_scopes(target_scopes: Iterable[tuple[str, Iterable[Scope]]]) -> Iterator[Finding]:
    """Apply the rules about the names in each target's output."""
    scopes = [(title, list(each)) for title, each in target_scopes]
    yield from targets.clashing_names(scopes)
    yield from targets.reserved_word(scopes)
