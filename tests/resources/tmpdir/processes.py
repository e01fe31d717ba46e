"""Other processes that use temporary directories."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

NOBODY = 65534


def run(script: str, *arguments: str | Path) -> str:
    """Run a script to its end, with warnings as errors; return what it says."""
    command = [sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()


@contextmanager
def running(script: str, *arguments: str | Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start a script and wait for its first line; kill it in the end."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


HOLD = """
import signal, sys
from dagstack.resources import SystemTempDir
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which `nohup` has its children ignore
folder = SystemTempDir(sys.argv[1])
folder.create_subdir("a").joinpath("b").write_text("left")
print(folder.path, flush=True)
sys.stdin.read()
"""
"""Makes a folder with something in it, says where, and holds it until its input ends."""


AS_NOBODY = f"""
import os, stat
from pathlib import Path
from dagstack.resources import SystemTempDir
from tempfile import mkdtemp
parent = Path(mkdtemp())  # not in a folder of pytest's, which only root may enter
SystemTempDir(parent).close()  # imports all that it needs
if os.geteuid() == 0:
    os.chown(parent, {NOBODY}, {NOBODY})
    os.setgid({NOBODY}), os.setuid({NOBODY})
def mode(path):
    return oct(stat.S_IMODE(os.lstat(path).st_mode))
"""
"""The beginning of a script to which permissions mean something; at its end it removes `parent`."""


def folders(parent: Path) -> list[str]:
    """What is in a folder."""
    return sorted(os.listdir(parent))  # noqa: PTH208 - names are enough


def open_files() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are enough
