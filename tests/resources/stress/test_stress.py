"""64 threads with a loop each share one instance of each resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto.backends import get_backend
from moto.server import ThreadedMotoServer

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
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        get_backend("s3")["123456789012"]["aws"].create_bucket(BUCKET, "us-east-1")
        port = server.get_host_and_port()[1]
        first, second = (
            # moto answers 500 now and then when many write one key; a production store tries again
            crowd(10, tmp_path / name, s3=open_store(port, prefix=name, timeout=60, max_retries=9))
            for name in ("first", "second")
        )
    finally:
        server.stop()
    assert min(*first.steps.values(), *second.steps.values()) >= 64
    assert second.tasks_left == 0
    assert second.after.files <= first.after.files
