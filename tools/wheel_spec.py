"""A build hook: the wheel carries the specs, an editable install reads them in the checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelSpec(BuildHookInterface[Any]):
    """Put the specs, which lie outside every package, into `dagstack.idl` of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them, except to an editable install, where a copy would grow stale."""
        if version == "standard":
            build_data["force_include"] |= {
                "spec/config.schema.json": "dagstack/idl/_spec/spec/config.schema.json",
                "spec/conformance.schema.json": ("dagstack/idl/_spec/spec/conformance.schema.json"),
                "spec/idl.schema.json": "dagstack/idl/_spec/spec/idl.schema.json",
                "spec/resources": "dagstack/idl/_spec/spec/resources",
                "dagstack-idl.yaml": "dagstack/idl/_spec/dagstack-idl.yaml",
            }
