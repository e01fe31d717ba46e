"""64 threads with a loop each share one instance of each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.resources.blobs.moto_service import moto_backend, moto_service
from tests.resources.blobs.s3_servers import BUCKET, open_store
from tests.resources.stress.crowd import crowd

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seconds", [1.5, pytest.param(30, marks=pytest.mark.slow)])
def test_a_crowd_leaves_nothing_behind(seconds: float, tmp_path: Path) -> None:
    """No error, no torn value, no lost step, and no task, socket, file or thread afterwards.

    The workloads themselves check each value that they see.
    """
    outcome = crowd(seconds, tmp_path)
    assert min(outcome.steps.values()) >= 64
    assert outcome.tasks_left == 0
    assert outcome.before == outcome.after
    assert [path.name for path in tmp_path.iterdir()] == ["blobs"]


@pytest.mark.slow
def test_a_crowd_shares_a_store_in_s3(tmp_path: Path) -> None:
    """The same with S3, whose library keeps its threads and its connections for the next store.

    So it is the second crowd that leaves no more open than the first one.
    """
    with moto_service() as port:
        moto_backend().create_bucket(BUCKET, "us-east-1")
        first, second = (
            crowd(10, tmp_path / name, s3=open_store(port, prefix=name, timeout=60))
            for name in ("first", "second")
        )
    assert min(*first.steps.values(), *second.steps.values()) >= 64
    assert second.tasks_left == 0
    assert second.after.files <= first.after.files
