"""Where a file is, seen from where the command runs."""

from __future__ import annotations

import posixpath


def shown_file(file: str, folder: str) -> str:
    """The path of a project's file; ``folder`` is where the project is."""
    return posixpath.normpath(posixpath.join(folder, file)) if folder else file
