"""Views -> text: the only place that knows Jinja."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2.bccache import Bucket

    from dagstack.idl.targets.target import Page, Target

_SYNTAX: dict[str, Any] = {
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
"""How a template is read, and so what is compiled from it."""


class RenderError(Exception):
    """A template or a view has a bug: this is never a user's mistake."""


class _Compiled(jinja2.BytecodeCache):
    """Templates as Python code, where Python keeps compiled modules: in ``__pycache__``.

    Compiling them anew would be a quarter of the time that a handful of specs takes.
    """

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return cache_from_source(f"{filename or name}.py")

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(f"{_SYNTAX}{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), Path(bucket.key).open("rb") as stream:
            bucket.load_bytecode(stream)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        temporary = Path(f"{bucket.key}.{os.getpid()}")
        with suppress(OSError):
            temporary.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(bucket.bytecode_to_string())
            temporary.replace(bucket.key)


@cache
def _environment(folder: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        bytecode_cache=_Compiled(),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  (the output is code: lowering escapes for each place)
        auto_reload=False,
        cache_size=-1,
        **_SYNTAX,
    )


def render(target: Target, pages: Iterable[Page]) -> Iterator[tuple[str, str]]:
    """The path and text of each page."""
    environment = _environment(str(target.templates))
    for page in pages:
        try:
            template: Any = environment.get_template(page.template)
            yield page.path, template.render(page=page.view)
        except jinja2.TemplateError as error:
            place = f"{page.template}, line {getattr(error, 'lineno', '?')}"
            message = f"rendering {page.path} for {target.name} ({place}): {error}"
            raise RenderError(message) from error
