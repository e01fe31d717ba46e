"""A plugin that reads what another one has stored, and writes nothing but temporary files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.contracts import blob_store_from, tmpdir_from

if TYPE_CHECKING:
    from dagstack.plugin_system import PluginContext

DAGSTACK_PLUGIN_MANIFEST = {
    "schema_version": "1",
    "name": "archive",
    "kind": "tool",
    "kind_api_version": "1",
    "core_version": ">=0.4",
    "runtime": "in_process",
    "entry_point": "archive:Archive",
    "depends_on": ["quotes"],
    "resources": {"required": ["blob_store", "tmpdir"]},
}


class Archive:
    """Puts all quotes into one file."""

    def setup(self, ctx: PluginContext) -> None:
        """Keep what the host gives."""
        self.blob_store = blob_store_from(ctx.resources)
        self.tmpdir = tmpdir_from(ctx.resources)

    async def execute(self, args: dict[str, str]) -> dict[str, str]:
        """Write every blob under ``args["prefix"]`` into a temporary file, a line each."""
        store = self.blob_store
        lines = [await store.get(key) for key in await store.list(args["prefix"])]
        path = self.tmpdir.create_file("quotes", suffix=".jsonl")
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return {"path": str(path), "text": path.read_text(encoding="utf-8")}
