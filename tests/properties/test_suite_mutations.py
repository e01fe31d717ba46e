"""Broken conformance suites give diagnostics, and never a traceback."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagstack.idl.diagnostics import Report
from dagstack.idl.reader import read
from dagstack.idl.source import Source
from tests.golden.cases import HERE, output
from tests.properties.test_mutations import by_bytes, by_tokens

SEED = 20261123
FORMS = "suite_of_every_form"
OTHERS = ("rules_of_suites", "rules_of_steps", "rules_of_case_values", "rules_of_tables")
JUNK: list[Any] = [
    *(None, True, 0, -1, 1.5, float("nan"), 2**63, 10**300, "", "a", "${", "$${", "${a.b.c}"),
    *("${store}", "${store.name}", "${data}", "${limit}", "store.size", "store.", ".", "Store"),
    *("PT" + "9" * 5000 + "S", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+01:00"),
    *([], [[]], {}, {"": ""}, {"$": 1}, {"$has": {"size": 1}}, {"$each": {"$each": 1}}),
    *({"$literal": {"$a": 1}}, {"$wrong_type": {"$hex": "0"}}, {"$matches": "(" * 500}),
    *({"$repeat": {"value": 1, "times": "${a}"}}, {"$matches": "[a-"}, {"$same_as": "${nap}"}),
    *({"from": 1, "to": "${n}"}, {"call": "store.size"}, {"wait": "nap"}, {"let": {"n": "${n}"}}),
    *({"start": "store.get", "as": "nap"}, {"for": "n", "in": "${n}", "do": []}),
]


def places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to all parts of a document but the whole."""
    found: list[tuple[str | int, ...]] = [path] if path else []
    if isinstance(node, dict | list):
        for key, part in node.items() if isinstance(node, dict) else enumerate(node):
            found += places(part, (*path, key))
    return found


def by_parts(text: str, chance: random.Random) -> bytes:
    """Take parts of a document out, or put others in their places."""
    document: Any = read(Source("suite", text), Report())
    for _ in range(chance.choice([1, 1, 2, 5])):
        paths = places(document)
        *way, last = chance.choice(paths)
        parent = document
        for key in way:
            parent = parent[key]
        if chance.randrange(4) == 0:
            del parent[last]
        elif chance.randrange(2):
            parent[last] = chance.choice(JUNK)
        else:
            other = document
            for key in chance.choice(paths):
                other = other[key]
            parent[last] = yaml.safe_load(yaml.safe_dump(other))
        if not places(document):
            break
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()


def try_mutations(count: int, seed: int) -> dict[str, int]:
    """How often mutated suites were refused, and how often they made something."""
    chance = random.Random(seed)  # noqa: S311  (reproducible)
    suites = [HERE / name / "spec/conformance/store.yaml" for name in (FORMS, *OTHERS)]
    texts = [suite.read_text(encoding="utf-8") for suite in suites]
    outcomes = {"refused": 0, "made": 0}
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        shutil.copytree(HERE / FORMS / "spec", folder / "spec")
        shutil.copy(HERE / FORMS / "dagstack-idl.yaml", folder)
        for number in range(count):
            text = chance.choice([*texts[:1] * 12, *texts])
            data = chance.choice([by_bytes, by_tokens, by_parts, by_parts])(text, chance)
            (folder / "spec/conformance/store.yaml").write_bytes(data)
            report = Report()
            try:
                made = output(folder, report)
                report.diagnostics()
            except Exception as error:
                message = f"mutation {number} (seed {seed}) ended with {error!r}:"
                raise AssertionError(f"{message}\n{data.decode(errors='replace')}") from error
            assert bool(made) is not report.failed
            outcomes["made" if made else "refused"] += 1
    return outcomes


def test_mutated_suites_are_refused_or_make_something() -> None:
    """Some mutations, always the same: a finding or output, never an exception."""
    outcomes = try_mutations(120, SEED)
    assert min(outcomes.values()) > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_thousands_of_mutated_suites(seed: int) -> None:
    """Some thousand more."""
    assert sum(try_mutations(500, seed).values()) == 500
