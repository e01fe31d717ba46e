"""Keys that try to leave the root of a store in files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from typing import TYPE_CHECKING

from dagstack.contracts import BackendFailed, BlobNotFound, InvalidBlobKey
from dagstack.resources import FilesystemBlobStore
from tests.resources.blobs.samples import APART, ATTACKS, REFUSED
from tests.resources.blobs.test_filesystem import plant, tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

INPUTS = sorted({*ATTACKS, *REFUSED, *APART}, key=lambda key: key.encode(errors="surrogatepass"))
OURS = re.compile(r"[a-z0-9_%+-]+")


def watch(monkeypatch: pytest.MonkeyPatch, root: Path) -> list[object]:
    """Note what a call names to the system, other than one plain name in an open folder."""
    strange: list[object] = []

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def checked(name: object, *args: object, **options: object) -> object:
            if {"dir_fd", "src_dir_fd", "dst_dir_fd"} & set(options):
                names = [text for text in (name, *args[:1]) if isinstance(text, str)]
                strange.extend(text for text in names if not OURS.fullmatch(text))
            elif name != str(root) and not isinstance(name, int):
                strange.append(name)
            return call(name, *args, **options)

        return checked

    for name in ("open", "rename", "unlink", "mkdir", "rmdir", "stat", "scandir"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    return strange


def test_no_key_leaves_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the key, nothing outside the root is read or changed, and links are not followed."""
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    (outside / "sentinel").write_bytes(b"untouched")
    (tmp_path / "sentinel").write_bytes(b"untouched")
    plant(outside, "sentinel", b"secret")
    store = FilesystemBlobStore(root)
    for name, target in {"link%f": "sentinel", "link%d": "", "folder%d": "", "..%d": ""}.items():
        (root / name).symlink_to(outside / target)
    os.mkfifo(root / "pipe%f")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    before = {path: data for path, data in before.items() if not path.is_relative_to(root)}
    links = tree(root)
    strange = watch(monkeypatch, root)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # the disk is not the subject
    outcomes: dict[str, int] = {}

    async def attack(key: str) -> str:
        try:
            for call in (store.get, store.exists, store.delete):
                with contextlib.suppress(BlobNotFound):
                    assert await call(key) in {None, False}
            await store.put(key, b"ours")
            assert await store.get(key) == b"ours"
            assert key in await store.list(key)
            await store.delete(key)
        except InvalidBlobKey:
            return "refused"
        except BackendFailed:
            return "failed"
        return "kept"

    async def scenario() -> None:
        for key in INPUTS:
            outcome = await attack(key)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1

    asyncio.run(scenario())
    monkeypatch.undo()
    assert strange == []
    assert all(path.read_bytes() == data for path, data in before.items())
    assert tree(outside) == {"sentinel", "sentinel%f"}
    assert {path.name for path in tmp_path.iterdir()} == {"outside", "root", "sentinel"}
    assert tree(root) - links == {"%tmp"}
    assert len(INPUTS) >= 200
    # Three keys have a link to a folder on their way: `link/…` and `folder/sentinel`.
    assert outcomes["failed"] == len(
        [key for key in INPUTS if key.startswith(("link/", "folder/"))]
    )
    assert sum(outcomes.values()) == len(INPUTS)
    print(f"{len(INPUTS)} keys: {outcomes}")  # noqa: T201 - figures for docs/reliability
