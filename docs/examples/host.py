"""A host with two plugins: ``python host.py URL FOLDER``.

It needs ``pip install 'dagstack-resources[http]' 'dagstack-plugin-system[mcp]'``.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING

from dagstack.plugin_system import PluginContext

import archive
import quotes
from dagstack.resources import standard_resources
from dagstack.resources.decorators import ReadOnlyBlobStore
from dagstack.resources.plugin_host import ScopedPluginRegistry

if TYPE_CHECKING:
    from dagstack.resources import ResourceRegistry


async def run(resources: ResourceRegistry, url: str) -> str:
    """Set the plugins up, use them, and tear them down, whatever happens."""
    resources.decorate("blob_store", ReadOnlyBlobStore, plugin="archive")
    plugins = ScopedPluginRegistry(resources)
    plugins.register_module(quotes)
    plugins.register_module(archive)
    context = PluginContext(config={}, logger=logging.getLogger("host"), registry=plugins)
    try:
        await plugins.setup_all(context)
        await plugins.get_plugin("tool", "quotes").execute({"url": url})
        archived = await plugins.get_plugin("tool", "archive").execute({"prefix": "quotes/"})
        return str(archived["text"])
    finally:
        await plugins.teardown_all()


async def main(url: str, folder: str) -> None:
    """Run once with the resources of a production host."""
    async with standard_resources(blob_store=folder) as resources:
        sys.stdout.write(await run(resources, url))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
