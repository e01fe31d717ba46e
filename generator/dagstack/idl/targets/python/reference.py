"""What Python has to say on the reference pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Code
from dagstack.idl.targets.python.errors import KINDS
from dagstack.idl.targets.python.index import index
from dagstack.idl.targets.python.interfaces import head, parts
from dagstack.idl.targets.python.names import (
    accessor_name,
    member_name,
    resource_name,
    type_name,
)
from dagstack.idl.targets.python.types import READ, Place, annotation, erased

if TYPE_CHECKING:
    from dagstack.idl.model import Error, Inline, Interface, Method, Package, Property, Spec
    from dagstack.idl.targets.python.options import Options


class Reference:
    """Declarations as the protocols have them, with plain names for what a member would hide."""

    fence = "python"

    def __init__(self, package: Package, options: Options) -> None:
        self._index = index(package)
        self._module = options.module

    def resource(self, spec: Spec) -> str:
        """Import the accessor and call it."""
        name = accessor_name(spec)
        return f"from {self._module} import {name}\n\n{resource_name(spec)} = {name}(ctx.resources)"

    def property(self, interface: Interface, declared: Property) -> str:  # noqa: ARG002
        """A read-only property."""
        kind, _ = annotation(declared.type, READ)
        return f"@property\ndef {member_name(declared)}(self) -> {kind}: ..."

    def method(self, interface: Interface, declared: Method) -> str:  # noqa: ARG002
        """The signature."""
        gone = erased(declared)
        where = Place(erased=gone) if gone else READ
        return head(declared, parts(declared, where, self._index), "", ": ...")

    def error(self, declared: Error) -> Inline:
        """The class, and the built-in one."""
        name = Code(text=type_name(declared.named))
        kinds = [KINDS[kind] for kind in (declared.kind, *self._index.kinds(declared))]
        also = next((kind for kind in kinds if kind), "")
        return (name, ", also a ", Code(text=also)) if also else (name,)
