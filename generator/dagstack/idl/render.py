"""Views -> text: the only place that knows Jinja."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.targets.target import Page, Target


class RenderError(Exception):
    """A template or a view has a bug: this is never a user's mistake."""


@cache
def _environment(folder: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  (the output is code: lowering escapes for each place)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
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
