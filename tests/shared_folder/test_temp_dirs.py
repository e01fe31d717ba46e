"""What the temporary directories of three languages do to each other below one parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.shared_folder.programs import LANGUAGES, run, running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shared_folder.programs import Commands

pytestmark = pytest.mark.slow

SWEPT_BY: Final = {
    # Python and Go hold a lock on a folder of one kind of name; Node.js has no locks, and listens
    # on a socket in a folder of another kind.
    "python": {"python", "go"},
    "go": {"python", "go"},
    "typescript": {"typescript"},
}
"""By the language of what a killed process left: who removes it."""


@pytest.mark.parametrize("sweeper", LANGUAGES)
@pytest.mark.parametrize("killed", LANGUAGES)
def test_what_a_killed_process_left_is_removed_or_left_alone(
    commands: Commands, tmp_path: Path, killed: str, sweeper: str
) -> None:
    """By the languages that know its kind, and by those alone; it is whole until then."""
    with running(commands[killed], "hold", tmp_path) as left:
        run(commands[sweeper], "sweep", tmp_path)
        assert (left / "a/b").read_text() == "left"
    assert (left / "a/b").read_text() == "left"
    run(commands[sweeper], "sweep", tmp_path)
    assert left.exists() is (sweeper not in SWEPT_BY[killed])
    assert any(tmp_path.iterdir()) is (sweeper not in SWEPT_BY[killed])
    run(commands[killed], "sweep", tmp_path)
    assert not any(tmp_path.iterdir())


def test_folders_in_use_of_all_languages_stay(commands: Commands, tmp_path: Path) -> None:
    """Whoever sweeps, and however often."""
    with (
        running(commands["python"], "hold", tmp_path) as first,
        running(commands["go"], "hold", tmp_path) as second,
        running(commands["typescript"], "hold", tmp_path) as third,
    ):
        for _ in range(2):
            for sweeper in LANGUAGES:
                run(commands[sweeper], "sweep", tmp_path)
        assert [(each / "a/b").read_text() for each in (first, second, third)] == ["left"] * 3
    for sweeper in LANGUAGES:
        run(commands[sweeper], "sweep", tmp_path)
    assert not any(tmp_path.iterdir())
