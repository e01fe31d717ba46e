"""The command line: words in, exit code out, no logic of its own."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from dagstack.idl.diagnostics import Report
    from dagstack.idl.write import Change

FINE, FINDINGS, WRONG_USE = 0, 1, 2
FORMATS = ("text", "json", "sarif", "github")
STAGES = ("syntax", "model", "suites", "view")
MOST_NAMED = 20
"""How many files `generate` names before it counts the rest."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. The exit code is 0 if all is fine, 1 after findings, 2 after wrong use."""
    options = _parser().parse_args(arguments)
    gc.disable()  # A run makes data that lives until its end; there is nothing to collect.
    try:
        command: int = options.run(options)
    except ModuleNotFoundError as error:
        if error.name not in {"yaml", "jinja2", "jsonschema", "msgspec"}:
            raise
        message = f"dagstack-idl needs {error.name}: pip install 'dagstack-resources[idl]'"
        print(message, file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:
        # The reader, such as `head`, has gone: silence Python's own complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dagstack-idl",
        description="Resource interfaces in YAML, bindings in Python, Go and TypeScript.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    generate = add("generate", _generate, "Make the output files from the specs.")
    check = add("check", _check, "Apply every rule, and compare the output with what is on disk.")
    for command in (generate, check):
        _project_option(command)
        command.add_argument(
            "--target", action="append", metavar="NAME", help="this target alone (repeatable)"
        )
        command.add_argument("--format", choices=FORMATS, default="text", help="of the findings")
    generate.add_argument("--verbose", "-v", action="store_true", help="name every file")
    explain = add("explain", _explain, "Show the page of a rule; without one, list the rules.")
    explain.add_argument("rule", nargs="?", default="")
    peek = add("peek", _peek, "Show what a stage made, as JSON.")
    _project_option(peek)
    peek.add_argument("--stage", choices=STAGES, required=True)
    peek.add_argument("--only", metavar="NAME", default="", help="this declaration alone")
    peek.add_argument("--target", metavar="NAME", default="", help="whose view (--stage view)")
    return parser


class _Version(argparse.Action):
    """Prints the version; looked up only when asked for, as that takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"dagstack-idl {version('dagstack-resources')}")
        parser.exit()


def _project_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--project", type=Path, default=Path(), metavar="FOLDER", help="where dagstack-idl.yaml is"
    )


def _generate(options: argparse.Namespace) -> int:
    from dagstack.idl.pipeline import lower, understand
    from dagstack.idl.printers.progress import Progress
    from dagstack.idl.write import write

    report = _report()
    changes: list[Change] = []
    total = 0
    with Progress(sys.stderr) as progress:
        progress.step("reading the specs")
        understood = understand(options.project, report)
        if (
            understood is not None
            and understood[0].has_targets(options.target or (), report)
            and not report.failed
        ):
            progress.step("making the output")
            folders = list(lower(*understood, options.target))
            total = sum(len(folder.files) for folder in folders)
            progress.step("writing the output")
            changes = write(folders, report)
    _print(report, options)
    if report.failed:
        if not changes:
            print("nothing was written", file=sys.stderr)
        return FINDINGS
    lines = [f"{change.what} {_shown(options, change.file)}" for change in changes]
    if not options.verbose and len(lines) > MOST_NAMED:
        lines[MOST_NAMED:] = [f"... and {len(lines) - MOST_NAMED} more (--verbose names them)"]
    print("\n".join([*lines, _summary(changes, total)]), file=sys.stderr)
    return FINE


def _check(options: argparse.Namespace) -> int:
    from dagstack.idl.pipeline import lower, understand
    from dagstack.idl.printers.progress import Progress
    from dagstack.idl.write import compare

    report = _report()
    with Progress(sys.stderr) as progress:
        progress.step("reading the specs")
        understood = understand(options.project, report)
        if (
            understood is not None
            and understood[0].has_targets(options.target or (), report)
            and not report.failed
        ):
            progress.step("comparing the output")
            compare(lower(*understood, options.target), understood[1].command, report)
    _print(report, options)
    return FINDINGS if report.findings else FINE


def _explain(options: argparse.Namespace) -> int:
    from dagstack.idl import explain

    if not options.rule:
        print(explain.listing())
        return FINE
    page = explain.page(options.rule)
    if page is None:
        print(explain.unknown(options.rule), file=sys.stderr)
        return WRONG_USE
    print(page)
    return FINE


def _peek(options: argparse.Namespace) -> int:
    from dagstack.idl.peek import NOTHING, peek

    report = _report()
    text = peek(options.project, options.stage, options.only, options.target, report)
    if text is None or report.failed:
        options.format = "text"
        _print(report, options)
    if text is None:
        return FINDINGS
    if text == NOTHING:
        print(f"the {options.stage} has nothing called `{options.only}`", file=sys.stderr)
        return WRONG_USE
    print(text)
    return FINE


def _report() -> Report:
    from dagstack.idl.diagnostics import Report

    return Report()


def _print(report: Report, options: argparse.Namespace) -> None:
    from dagstack.idl.printers import PRINTERS

    diagnostics = report.diagnostics()
    stream = sys.stderr if options.format == "text" else sys.stdout
    text = PRINTERS[options.format](
        diagnostics, report.sources, colour=_colour(stream), folder=_folder(options)
    )
    if text:
        stream.write(text if text.endswith("\n") else text + "\n")


def _colour(stream: object) -> bool:
    """Colour on a terminal alone, unless NO_COLOR or FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or getattr(stream, "isatty", bool)()


def _folder(options: argparse.Namespace) -> str:
    """The project's folder as findings should show it: from where the command runs."""
    return "" if options.project == Path() else options.project.as_posix()


def _shown(options: argparse.Namespace, file: str) -> str:
    folder = _folder(options)
    return f"{folder}/{file}" if folder else file


def _summary(changes: list[Change], total: int) -> str:
    counts = dict.fromkeys(("added", "changed", "removed"), 0)
    for change in changes:
        counts[change.what] += 1
    said = [f"{count} {what}" for what, count in counts.items() if count]
    unchanged = total - counts["added"] - counts["changed"]
    return ", ".join([*said, f"{unchanged} unchanged"])


if __name__ == "__main__":
    sys.exit(main())
