"""What TypeScript has to say on the reference pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Code
from dagstack.idl.naming import camel
from dagstack.idl.targets.typescript import layout, literals, names, types
from dagstack.idl.targets.typescript.errors import Tree
from dagstack.idl.targets.typescript.interfaces import Signature, declaration, options_reference

if TYPE_CHECKING:
    from dagstack.idl.model import Error, Inline, Interface, Method, Package, Property, Spec
    from dagstack.idl.targets.typescript.options import Options


class Reference:
    """Declarations as the interfaces have them, with their options."""

    fence = "ts"

    def __init__(self, package: Package, options: Options) -> None:
        self._tree = Tree(package)
        self._package = options.package

    def resource(self, spec: Spec) -> str:
        """Import the accessor and call it."""
        name = names.accessor(spec.name)
        origin = literals.string(self._package)
        local = names.param(camel(spec.name)).text
        return f"import {{ {name} }} from {origin};\n\nconst {local} = {name}(ctx.resources);"

    def property(self, interface: Interface, declared: Property) -> str:  # noqa: ARG002
        """A read-only field."""
        name = names.member(declared.name, declared.renames).text
        return layout.annotated(f"readonly {name}", types.written(declared.type, frozen=True), ";")

    def method(self, interface: Interface, declared: Method) -> str:
        """The method and its options."""
        name = names.named(interface.named)
        made = Signature(declared, name)
        text = layout.signature(made.called, made.slots, made.params, made.result, ";")
        if not declared.options:
            return text
        fields = "".join(f"{declaration(option)}\n" for option in declared.options)
        return f"{text}\n\ninterface {options_reference(declared, name).text} {{\n{fields}}}"

    def error(self, declared: Error) -> Inline:
        """The class and its code."""
        name = Code(text=names.named(declared.named))
        code = Code(text=literals.string(names.code(declared.name)))
        also = (", also a ", Code(text="RangeError")) if declared.name in self._tree.ranges else ()
        return (name, ", code ", code, *also)
