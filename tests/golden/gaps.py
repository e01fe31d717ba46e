"""What a target cannot do yet: the cases that its own tools do not accept, with the reason.

A case that passes although it stands here fails the test: then its line is out of date.
"""

from __future__ import annotations

GAPS: dict[tuple[str, str], str] = {
    ("ruff format", "long_names"): "assignments of names of 64 characters are not broken in two",
    ("prettier", "long_names"): "assignments of names of 64 characters are not broken in two",
}
"""The reason by tool and case: ``{("mypy", "generics"): "..."}``."""
