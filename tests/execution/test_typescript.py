"""What the generated TypeScript does when it runs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.projects import ROOT

HERE = Path(__file__).parent
SETTINGS = {
    "compilerOptions": {
        "target": "ES2022",
        "lib": ["ES2022"],
        "types": ["node"],
        "module": "NodeNext",
        "rootDir": ".",
        "outDir": "dist",
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "noImplicitOverride": True,
        "verbatimModuleSyntax": True,
    },
    "include": ["*.ts"],
}


def run(*command: str, cwd: Path) -> str:
    """What a command printed; it must succeed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_consumer_in_typescript_finds_what_it_expects(workshop: Path, tmp_path: Path) -> None:
    """The tests written in TypeScript compile against the built package, and pass."""
    package = tmp_path / "node_modules/@workshop/contracts"
    shutil.copytree(workshop / "typescript", package)
    run("tsc", "-p", ".", cwd=package)
    consumer = tmp_path / "consumer"
    shutil.copytree(HERE / "typescript", consumer)
    (tmp_path / "node_modules/@types").symlink_to(ROOT / "node_modules/@types")
    (consumer / "package.json").write_text('{"type": "module"}\n', encoding="utf-8")
    (consumer / "tsconfig.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    run("tsc", "-p", ".", cwd=consumer)
    printed = run("node", "--test", "--test-reporter", "tap", "dist/", cwd=consumer)
    assert "# fail 0" in printed
    assert printed.count("\n    ok ") + printed.count("\nok ") >= 40
