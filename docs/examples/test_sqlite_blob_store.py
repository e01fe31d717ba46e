"""The store in SQLite before the conformance suite: this file is all that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import BlobStoreConformance
from sqlite_blob_store import SqliteBlobStore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dagstack.conformance import Factory


class TestSqliteBlobStore(BlobStoreConformance):
    """All stores of a case are in one database, and so hold the same blobs."""

    has: ClassVar[Collection[str]] = ("shared", "content_types")
    lacks: ClassVar[Mapping[str, str]] = {"kill": "this example brings no program to be killed"}

    @pytest.fixture
    def make(self, tmp_path: Path) -> Factory:
        """Open the database of the case."""
        return lambda: SqliteBlobStore(tmp_path / "blobs.sqlite")
