"""What Go has to say on the reference pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Code
from dagstack.idl.targets.go.data import shape
from dagstack.idl.targets.go.generics import make_function
from dagstack.idl.targets.go.interfaces import shape_of, shape_of_property
from dagstack.idl.targets.go.language import Go
from dagstack.idl.targets.go.layout import columns, signature
from dagstack.idl.targets.go.module import accessor_of
from dagstack.idl.targets.go.names import options_struct

if TYPE_CHECKING:
    from dagstack.idl.model import Error, Inline, Interface, Method, Package, Property, Spec, Value
    from dagstack.idl.targets.go.options import GoOptions


class Reference:
    """Declarations as the interfaces have them, with options structs and generic functions."""

    fence = "go"

    def __init__(self, package: Package, options: GoOptions) -> None:
        self._go = Go(package, options)
        self._module = options.module

    def resource(self, spec: Spec) -> str:
        """Import the package and call the accessor."""
        if spec.provides is None:
            return ""
        go = self._go
        last = self._module.rpartition("/")[2]
        alias = "" if go.package == last else f"{go.package} "
        local = go.names.local(spec.name, ("err", go.package))
        call = f"{go.package}.{accessor_of(go.names, spec, spec.provides)}(ctx.Resources)"
        return f'import {alias}"{self._module}"\n\n{local}, err := {call}'

    def property(self, interface: Interface, declared: Property) -> str:  # noqa: ARG002
        """A getter."""
        made = shape_of_property(self._go, declared)
        return signature(made.name, made.joined, made.params, made.results)

    def method(self, interface: Interface, declared: Method) -> str:
        """The method, its options, and the function that has its type parameters."""
        go = self._go
        name = go.names.exported(interface.name, interface.renames)
        made = shape_of(go, name, declared)
        blocks = [signature(made.name, made.joined, made.params, made.results)]
        if declared.types:
            function = make_function(go, interface, declared, made)
            blocks.append(function.signature.removesuffix(" {"))
        if declared.options:
            rows = columns([self._field(option) for option in declared.options])
            fields = "".join(f"\t{row}\n" for row in rows)
            blocks.append(f"type {options_struct(name, made.name)} struct {{\n{fields}}}")
        return "\n\n".join(blocks)

    def error(self, declared: Error) -> Inline:
        """The variable and the type."""
        names = self._go.names
        sentinel = Code(text=names.sentinel(declared.named))
        return (sentinel, ", ", Code(text="*" + names.error_type(declared.named)))

    def _field(self, option: Value) -> tuple[str, str]:
        found = shape(self._go, option, zero_is_absent=True)
        return self._go.names.field(option), found.type
