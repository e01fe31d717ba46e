"""What a project may say about its reference pages."""

from __future__ import annotations

from typing import Literal

from dagstack.idl.node import Node


class Options(Node):
    """The keys under ``targets.docs`` of ``dagstack-idl.yaml``."""

    out: str
    """The folder to fill."""
    style: Literal["docusaurus", "material"] = "docusaurus"
    """Whose tabs the pages have: those of Docusaurus, or of MkDocs with Material."""
