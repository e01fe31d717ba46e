"""The programs, built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.shared_folder.programs import built

if TYPE_CHECKING:
    from tests.shared_folder.programs import Commands


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """How each language's program is started."""
    return built(tmp_path_factory.mktemp("programs"))
