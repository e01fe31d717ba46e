"""What may lie in an output folder: what the specs make, all of it, and nothing else."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import found, rule
from dagstack.idl.source import Span

if TYPE_CHECKING:
    from dagstack.idl.diagnostics import Finding

_DIFF_LINES = 20


@rule("error")
def output_changed(file: str, old: str, new: str, command: str) -> Finding:
    """Generated files are what the specs make.

    An edit by hand is lost with the next run, and a spec that was not generated again is not what
    its users import.

    Bad: an edit in `generated/python`, or a spec that changed without `generate`.

    Good: a change in `spec`, then `dagstack-idl generate`.
    """
    if old.replace("\r\n", "\n") == new:
        message = "the file differs from what the specs make in its line ends alone"
        hint = f"run `{command}`, and tell git to keep LF: `* text=auto eol=lf`"
        return found(output_changed, (file,), message, span=_line(file, 1), help=hint)
    before, after = old.split("\n"), new.split("\n")
    first = next(
        (index for index, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1),
        min(len(before), len(after)) - 1,
    )
    import difflib  # noqa: PLC0415  (only on the way to an error)

    diff = list(difflib.unified_diff(before, after, "on disk", "from the specs", lineterm="", n=1))
    shown = diff[2 : _DIFF_LINES + 2]
    if len(diff) - 2 > len(shown):
        shown.append(f"... {len(diff) - 2 - len(shown)} more lines")
    return found(
        output_changed,
        (file,),
        "the file is not what the specs make",
        span=_line(file, first + 1),
        help="\n".join([f"run `{command}`", *shown]),
    )


@rule("error")
def output_missing(file: str, command: str, what: str = "file") -> Finding:
    """Every file that the specs make is there.

    Bad: a generated file that was deleted, or never committed.

    Good: the output of `dagstack-idl generate`, whole.
    """
    message = f"the {what} is missing"
    return found(output_missing, (file,), message, span=_line(file, 1), help=f"run `{command}`")


@rule("error")
def output_stale(file: str, command: str) -> Finding:
    """A file that the specs no longer make is gone.

    Bad: `generated/go/clock.go` after `clock.yaml` was removed.

    Good: `dagstack-idl generate`, which removes it.
    """
    message = "the specs no longer make this file"
    return found(output_stale, (file,), message, span=_line(file, 1), help=f"run `{command}`")


@rule("error")
def output_stray(file: str) -> Finding:
    """An output folder holds nothing that the generator did not make.

    Something written by hand there looks generated to its readers, and would be shipped.

    Bad: `generated/python/notes.py`.

    Good: the same file in `src/python`.
    """
    return found(
        output_stray,
        (file,),
        "the generator did not make this file",
        span=_line(file, 1),
        help=f"move it elsewhere, or run `rm {shlex.quote(file)}`",
    )


@rule("error")
def output_not_ours(file: str) -> Finding:
    """A file that the generator did not make is never written over.

    Bad: `out: src`, where a `README.md` of your own is.

    Good: `out: generated/python`, a folder of its own.
    """
    return found(
        output_not_ours,
        (file,),
        "a file stands here that the generator did not make",
        span=_line(file, 1),
        help="move it away, or choose another output folder",
    )


@rule("error")
def output_through_link(file: str) -> Finding:
    """Output is written to real folders, not through symbolic links.

    A link can lead out of the project.

    Bad: `generated/go` as a link to `/srv/go`.

    Good: a real folder.
    """
    return found(
        output_through_link,
        (file,),
        "this is a symbolic link: nothing is written through it",
        span=_line(file, 1),
        help="replace the link by a folder",
    )


@rule("error")
def output_out_of_reach(file: str, why: str) -> Finding:
    """Output folders can be read and written.

    Bad: a folder that is read-only or somebody else's, a full disk, a name that is too long.

    Good: a folder that you own.
    """
    return found(
        output_out_of_reach,
        (file,),
        f"this cannot be read or written: {why}",
        span=_line(file, 1),
        help="no file is half written: mend the cause and run the command again",
    )


def _line(file: str, line: int) -> Span:
    return Span(file=file, line=line, column=1, end_line=line, end_column=2)
