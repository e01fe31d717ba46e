"""A plugin that fetches quotes and keeps one: it takes time and chance from its host alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dagstack.contracts import blob_store_from, clock_from, http_client_from, rng_from

if TYPE_CHECKING:
    from dagstack.plugin_system import PluginContext

DAGSTACK_PLUGIN_MANIFEST = {
    "schema_version": "1",
    "name": "quotes",
    "kind": "tool",
    "kind_api_version": "1",
    "core_version": ">=0.4",
    "runtime": "in_process",
    "entry_point": "quotes:Quotes",
    "resources": {
        "required": ["clock", "rng", "http_client", "blob_store"],
        "optional": ["metrics"],
    },
}


class Quotes:
    """Keeps a quote of the day under ``quotes/<id>.json``."""

    def setup(self, ctx: PluginContext) -> None:
        """Keep what the host gives; nothing is opened here, so there is no teardown."""
        self.clock = clock_from(ctx.resources)
        self.rng = rng_from(ctx.resources)
        self.http_client = http_client_from(ctx.resources)
        self.blob_store = blob_store_from(ctx.resources)
        self.metrics: Any = getattr(ctx.resources, "metrics", None)

    async def execute(self, args: dict[str, str]) -> dict[str, str]:
        """Fetch the quotes at ``args["url"]``, choose one, and store it."""
        response = await self.http_client.get(args["url"])
        quotes = response.json()
        if response.status_code != 200 or not isinstance(quotes, list):
            raise ValueError(f"no quotes: status {response.status_code}")
        kept = {
            "id": self.rng.uuid4(),
            "at": self.clock.now().isoformat(),
            "quote": str(self.rng.choice(quotes)),
        }
        data = json.dumps(kept, sort_keys=True).encode()
        key = f"quotes/{kept['id']}.json"
        await self.blob_store.put(key, data, content_type="application/json")
        if self.metrics is not None:
            self.metrics.count("quotes")
        return kept
