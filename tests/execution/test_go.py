"""What the generated Go does when it runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def test_a_consumer_in_go_finds_what_it_expects(workshop: Path, tmp_path: Path) -> None:
    """The tests written in Go pass, under the race detector where there is a C compiler."""
    consumer = tmp_path / "consumer"
    shutil.copytree(HERE / "go", consumer)
    (consumer / "go.mod").write_text("module example.com/consumer\n\ngo 1.24\n", encoding="utf-8")
    uses = f"go 1.24\n\nuse (\n\t./consumer\n\t{workshop / 'go'}\n)\n"
    (tmp_path / "go.work").write_text(uses, encoding="utf-8")
    race = ["-race"] if shutil.which("gcc") or shutil.which("cc") else []
    done = subprocess.run(
        ["go", "test", *race, "-count=1", "-v", "./..."],
        cwd=consumer,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = (consumer / "consumer_test.go").read_text(encoding="utf-8").count("\nfunc Test")
    assert done.stdout.count("--- PASS") == written > 10
