"""One tab per language, in the words of the site generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.docs.markdown import fence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.idl.targets.docs.options import Options


def tabs(options: Options, samples: Sequence[tuple[str, str, str]]) -> str:
    """``samples`` are each a title, the language of the code block, and the code."""
    if options.style == "material":
        return "\n\n".join(_material(title, fence(name, code)) for title, name, code in samples)
    items = "\n".join(_item(title, fence(name, code)) for title, name, code in samples)
    return f'<Tabs groupId="language">\n{items}\n</Tabs>' if items else ""


def _item(title: str, block: str) -> str:
    return f'<TabItem value="{title.lower()}" label="{title}">\n\n{block}\n\n</TabItem>'


def _material(title: str, block: str) -> str:
    inside = "\n".join(f"    {line}" if line else "" for line in block.split("\n"))
    return f'=== "{title}"\n\n{inside}'
