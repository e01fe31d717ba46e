"""The same seed gives the same stream in every language, for as long as anyone draws."""

from __future__ import annotations

import functools
import os
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dagstack.resources import DeterministicRng
from tests.streams.oracle import DRAWS, SAFE, SEEDS, WIDE, seeds, whole

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
GO = "go test -count=1 -v -run ^TestStreamsOfCPython$ ./src/go/resources"
TYPESCRIPT = "vitest run --root src/typescript/resources tests/rng/streams.test.ts"


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[range], Path]:
    """Give what writes down what CPython draws, fresh, once for each bounds of integers."""
    folder = tmp_path_factory.mktemp("streams")

    @functools.cache
    def written(bounds: range) -> Path:
        path = folder / f"{bounds.stop}.txt"
        path.write_text("\n".join(whole(bounds)) + "\n", encoding="ascii")
        return path

    return written


def drawn(rng: DeterministicRng, line: str) -> str:
    """The line as our own source has it."""
    kind, *words = line.split()
    if kind == "f":
        return f"f {struct.pack('>d', rng.next_float()).hex()}"
    if kind == "i":
        low, high = int(words[0]), int(words[1])
        return f"i {low} {high} {rng.next_int(low, high)}"
    if kind == "c":
        return f"c {words[0]} {rng.choice(range(int(words[0])))}"
    return f"u {rng.uuid4()}"


def test_there_are_seeds_of_all_sizes() -> None:
    """No seed twice, and both ends among them."""
    assert (len(set(seeds())), min(seeds()), max(seeds())) == (SEEDS, 0, 2**64 - 1)


@pytest.mark.parametrize("bounds", [SAFE, WIDE], ids=["53 bits", "64 bits"])
def test_python_draws_what_cpython_draws(bounds: range, write: Callable[[range], Path]) -> None:
    """Line by line."""
    rng = DeterministicRng(seed=0)
    count = 0
    for line in write(bounds).read_text(encoding="ascii").splitlines():
        if line.startswith("seed "):
            rng = DeterministicRng(seed=int(line[5:]))
            continue
        count += 1
        if drawn(rng, line) != line:
            pytest.fail(f"draw {count}: {drawn(rng, line)}, but CPython: {line}")
    assert count == SEEDS * DRAWS


@pytest.mark.parametrize(
    ("command", "bounds"),
    [
        pytest.param(GO, SAFE, id="go, 53 bits"),
        pytest.param(GO, WIDE, id="go, 64 bits"),
        pytest.param(TYPESCRIPT, SAFE, id="typescript, 53 bits"),
    ],
)
def test_other_languages_draw_what_cpython_draws(
    command: str, bounds: range, write: Callable[[range], Path]
) -> None:
    """Their own tests read the file; they must have read all of it."""
    done = subprocess.run(
        command.split(),
        cwd=ROOT,
        env={**os.environ, "DAGSTACK_RNG_STREAMS": str(write(bounds))},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f"{SEEDS * DRAWS} draws" in said
