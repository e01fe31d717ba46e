"""``python -m tests.bench``: the generator beside Apache Thrift, the resources beside peers."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import report, resources
from tests.bench.catalogue import MANY_FILES, ONE_FILE, TARGETS, write_specs, write_thrift
from tests.bench.measure import Contender, MeasureError, interleave, run, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
LANGUAGES = {"python": "py", "go": "go", "typescript": "js:ts"}
"""What Thrift calls each target; its TypeScript is JavaScript with declarations."""

SIZES = (1, 100, 1000)
REPETITIONS = {1: 9, 100: 7, 1000: 5}
MEMORY = Path("/dev/shm")  # noqa: S108  (a folder with a name of its own is made in it)
"""Used where there is one: a disk's file system can make a new file twenty times as dear as another
one, not least when many were removed a moment ago, as between repetitions."""
QUICK_SIZES = (1, 100)
QUICK_REPETITIONS = 3
SECONDS = 90.0
"""How long a table may take before the repetition in progress is its last."""

WITHOUT_THRIFT = (
    "no Thrift found, so there are no ratios to it; "
    "for those, install its compiler (Debian: apt-get install thrift-compiler)"
)
FRESH, UNCHANGED, CHECK = "generate, fresh", "generate, unchanged", "check"
ONE, MANY, AGAIN = "thrift, one file", "thrift, a file each", "thrift, again"
IMPORTS = "import jinja2, yaml, msgspec"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables. The exit code is 0 if every command worked."""
    options = _parser().parse_args(arguments)
    sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    thrift = shutil.which("thrift")
    home = MEMORY if MEMORY.is_dir() else None
    for line in (*report.machine(_version(thrift)), f"- load average before: {report.load()}"):
        _print(line)
    _print(f"- files are on {'a file system in memory' if home else 'the disk'}")
    try:
        with tempfile.TemporaryDirectory(prefix="dagstack-idl-bench-", dir=home) as folder:
            _standard(Path(folder) / "standard", _repetitions(options, 1), thrift)
            for size in sizes:
                _catalogue(Path(folder) / str(size), size, _repetitions(options, size), thrift)
                shutil.rmtree(Path(folder) / str(size))
    except MeasureError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for line in resources.table():
        _print(line)
    _print(f"\n- load average after: {report.load()}")
    _print(f"- a peak of {report.own_peak()} MiB or less is that of the bench itself")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small catalogues, few repetitions")
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="interfaces")
    parser.add_argument("--repetitions", type=int, metavar="N", help="of every command")
    return parser


def _repetitions(options: argparse.Namespace, size: int) -> int:
    if options.repetitions:
        return int(options.repetitions)
    return QUICK_REPETITIONS if options.quick else REPETITIONS.get(size, min(REPETITIONS.values()))


def _version(thrift: str | None) -> str:
    if thrift is None:
        return WITHOUT_THRIFT
    done = subprocess.run([thrift, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _standard(folder: Path, repetitions: int, thrift: str | None) -> None:
    """The five resources of this repository: what a person waits for."""
    project = folder / "project"
    project.mkdir(parents=True)
    shutil.copy(ROOT / "dagstack-idl.yaml", project)
    shutil.copytree(ROOT / "spec", project / "spec")
    contenders = [
        Contender("python -c pass", [sys.executable, "-c", "pass"], folder),
        Contender(IMPORTS, [sys.executable, "-c", IMPORTS], folder),
        *_whole(project),
    ]
    if thrift:
        source = Path(__file__).parent / "resources.thrift"
        contenders.append(_thrift(ONE, thrift, source, folder / "thrift", *LANGUAGES.values()))
    for contender in contenders:  # Once for nothing: the interpreter compiles what it imports.
        run(contender)
    samples = interleave(contenders, repetitions, SECONDS)
    ours: tuple[str, ...] = (FRESH, UNCHANGED, CHECK)
    baselines: dict[str, dict[str, str]] = {f"x {IMPORTS}": dict.fromkeys(ours, IMPORTS)}
    if thrift:
        baselines["x thrift"] = dict.fromkeys(ours, ONE)
    _print(f"\n## The standard resources, {len(samples[FRESH])} repetitions\n")
    _print(report.costs(samples, baselines))
    _print_sizes(contenders, samples)


def _catalogue(folder: Path, size: int, repetitions: int, thrift: str | None) -> None:
    """A catalogue: what grows with the number of interfaces."""
    contenders: list[Contender] = []
    project = folder / "project"
    write_specs(project, size)
    contenders += _whole(project)
    for target in TARGETS:
        alone = folder / target
        write_specs(alone, size)
        contenders.append(_generate(f"generate, {target} alone", alone, "--target", target))
    against: dict[str, str] = {}
    if thrift:
        specs = folder / "thrift"
        write_thrift(specs, size)
        languages = LANGUAGES.values()
        one = _thrift(ONE, thrift, specs / ONE_FILE, folder / "one", *languages)
        contenders += [
            one,
            Contender(AGAIN, one.command, folder),
            _thrift(MANY, thrift, specs / MANY_FILES, folder / "many", *languages),
        ]
        against = {FRESH: ONE, UNCHANGED: AGAIN, CHECK: AGAIN}
        for target, language in LANGUAGES.items():
            name = f"thrift, {language} alone"
            output = folder / f"thrift-{target}"
            contenders.append(_thrift(name, thrift, specs / ONE_FILE, output, language))
            against[f"generate, {target} alone"] = name
    samples = interleave(contenders, repetitions, SECONDS)
    baselines = {"x thrift": against, "x thrift, a file each": {FRESH: MANY}} if thrift else {}
    interfaces = "interface" if size == 1 else "interfaces"
    _print(f"\n## A catalogue of {size} {interfaces}, {len(samples[FRESH])} repetitions\n")
    _print(report.costs(samples, baselines))
    _print_sizes(contenders, samples)


def _whole(project: Path) -> Iterator[Contender]:
    """The two commands on all targets. The first makes what the others compare with."""
    yield _generate(FRESH, project)
    yield Contender(UNCHANGED, _command("generate", project), project)
    yield Contender(CHECK, _command("check", project), project)


def _generate(name: str, project: Path, *arguments: str) -> Contender:
    output = project / "generated"
    command = _command("generate", project, *arguments)
    return Contender(name, command, project, output, partial(_empty, output))


def _command(name: str, project: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "dagstack.idl", name, "--project", str(project), *arguments]


def _thrift(name: str, thrift: str, source: Path, output: Path, *languages: str) -> Contender:
    command = [thrift, "-r", "-o", str(output)]
    for language in languages:
        command += ["--gen", language]
    return Contender(name, [*command, str(source)], output.parent, output, partial(_empty, output))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _print_sizes(contenders: Sequence[Contender], samples: report.Samples) -> None:
    sizes = {each.name: written(each.output) for each in contenders if each.output}
    _print(f"\n{report.sizes(sizes, samples)}")


if __name__ == "__main__":
    sys.exit(main())
