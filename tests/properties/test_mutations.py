"""Broken specs give diagnostics, quickly, and never a traceback."""

from __future__ import annotations

import random
import re
import tempfile
import time
from pathlib import Path

import pytest

from dagstack.idl.diagnostics import Report
from dagstack.idl.printers import PRINTERS
from tests.golden.cases import CASES, CONFIG, output
from tests.projects import ROOT

SEED = 20261123
SECONDS = 5.0
"""A hundred times what a small spec takes: only what grows out of hand is slower."""

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
INSERTS = [
    *("[", "]", "{", "}", ":", ",", "- ", "? ", "&a ", "*a", "!!str ", "!x ", "|", ">", "'", '"'),
    *(
        "#",
        "%",
        "@",
        "`",
        "\n",
        "\t",
        "  ",
        "\0",
        "\r",
        "\u2028",
        "\ufeff",
        "é",
        "\U0001d518",
        "<<: ",
    ),
    *("null", "true", "no", "1", "-1", "1.5", ".nan", "1e999", "9" * 400, "---\n", "...\n"),
    *("list<", "map<", ">", "?", "T", "Clock", "ResourceError", "self", "class", "__proto__"),
    *(
        "type: ",
        "names: ",
        "extends: ",
        "default: ",
        "allow: {missing-doc: x}",
        "imports: {a: [B]}",
    ),
]


def specs() -> list[tuple[str, str]]:
    """Name and text of small specs, which between them have every construct."""
    files = [spec for case in CASES for spec in (case.folder / "spec").glob("*.yaml")]
    files += (ROOT / "spec/resources").glob("*.yaml")
    return [
        (file.stem, file.read_text(encoding="utf-8"))
        for file in sorted(files)
        if 0 < file.stat().st_size < 6000
    ]


def by_bytes(text: str, chance: random.Random) -> bytes:
    """Change, drop, double or swap a few bytes."""
    data = bytearray(text.encode())
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        at = chance.randrange(len(data))
        until = min(len(data), at + chance.choice([1, 1, 3, 20]))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at:until]
            case 2:
                data[at:at] = data[at:until]
            case _:
                data[at:until] = data[at:until][::-1]
        if not data:
            return b""
    return bytes(data)


def by_tokens(text: str, chance: random.Random) -> bytes:
    """Drop, double, exchange or put in a few words and signs."""
    tokens = TOKEN.findall(text)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        at, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(5):
            case 0:
                tokens[at] = tokens[other]
            case 1:
                tokens[at] = ""
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens.insert(at, chance.choice(INSERTS))
            case _:
                tokens[at] = chance.choice(INSERTS)
    return "".join(tokens).encode()


def outcome(folder: Path, name: str, data: bytes) -> str:
    """What came of a spec: ``refused`` or ``made``."""
    (folder / "spec" / f"{name}.yaml").write_bytes(data)
    report = Report()
    made = output(folder, report)
    diagnostics = report.diagnostics()
    for form in PRINTERS:
        PRINTERS[form](diagnostics, report.sources)
    for each in diagnostics:
        assert each.span.line >= 1
        assert each.span.column >= 1
    assert bool(made) is not report.failed
    return "made" if made else "refused"


def try_mutations(count: int, seed: int) -> dict[str, int]:
    """How often mutated specs were refused, and how often they made something."""
    chance = random.Random(seed)  # noqa: S311  (reproducible)
    originals = specs()
    outcomes = {"refused": 0, "made": 0}
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        (folder / "spec").mkdir()
        config = CONFIG.format(snake="mutated", kebab="mutated")
        (folder / "dagstack-idl.yaml").write_text(config, encoding="utf-8")
        for number in range(count):
            name, text = chance.choice(originals)
            data = chance.choice([by_bytes, by_tokens])(text, chance)
            start = time.perf_counter()
            try:
                outcomes[outcome(folder, name, data)] += 1
            except Exception as error:
                message = f"mutation {number} of {name} (seed {seed}) ended with {error!r}:"
                raise AssertionError(f"{message}\n{data.decode(errors='replace')}") from error
            taken = time.perf_counter() - start
            assert taken < SECONDS, data
            (folder / "spec" / f"{name}.yaml").unlink()
    return outcomes


def test_mutated_specs_are_refused_or_make_something() -> None:
    """Some hundred mutations, always the same: a finding or output, never an exception."""
    outcomes = try_mutations(400, SEED)
    assert min(outcomes.values()) > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_thousands_of_mutated_specs(seed: int) -> None:
    """Ten thousand more."""
    assert sum(try_mutations(1000, seed).values()) == 1000
