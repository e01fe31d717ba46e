"""msgspec, which decides, and jsonschema, which explains, agree on what is well shaped."""

from __future__ import annotations

import copy
import random
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from dagstack.idl.case_syntax import Suite
from dagstack.idl.check.shape import violations
from dagstack.idl.config_syntax import Config
from dagstack.idl.schemas import schema
from dagstack.idl.syntax import Spec
from tests.golden.cases import CASES
from tests.projects import ROOT

MUTATIONS = 3000
FORMS: dict[str, Any] = {"idl": Spec, "config": Config, "conformance": Suite}
OTHERS: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.5, "", "text", "async", "1.0.0", [], ["T"], {}),
    *({"type": "int"}, {"key": "text"}, {"since": "1.0.0"}, [[]], [1], {"a": {"b": 1}}),
]


def documents(name: str) -> list[Any]:
    """Real documents of a schema."""
    if name == "config":
        files = [ROOT / "dagstack-idl.yaml", *(c.folder / "dagstack-idl.yaml" for c in CASES)]
    elif name == "conformance":
        # Not the real ones, which are a hundred times as long.
        files = [s for case in CASES for s in (case.folder / "spec/conformance").glob("*.yaml")]
    else:
        files = [*(ROOT / "spec/resources").glob("*.yaml")]
        files += [spec for case in CASES for spec in (case.folder / "spec").glob("*.yaml")]
    found = []
    for file in sorted(files):
        try:
            found.append(yaml.safe_load(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, yaml.YAMLError):
            continue
    return [document for document in found if isinstance(document, dict)]


def keys(name: str) -> list[str]:
    """Every key that a schema knows, and one that it does not."""
    parts = [schema(name), *schema(name).get("$defs", {}).values()]
    return sorted({"zzz", *(key for part in parts for key in part["properties"])})


def shaped(document: Any, name: str) -> bool:  # noqa: ANN401  (any document)
    """What msgspec says."""
    try:
        msgspec.convert(document, FORMS[name])
    except msgspec.ValidationError:
        return False
    return True


def places(document: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401
    """Every container and key in a document."""
    found: list[tuple[Any, Any]] = []
    rest = [document]
    while rest:
        node = rest.pop()
        keys = node if isinstance(node, dict) else range(len(node))
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], dict | list):
                rest.append(node[key])
    return found


def mutate(document: Any, known: list[str], chance: random.Random) -> Any:  # noqa: ANN401
    """A copy with something else, something more or something less in it."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 2])):
        container, key = chance.choice(places(made))
        choice = chance.randrange(4)
        if choice == 0:
            del container[key]
        elif choice == 1 and isinstance(container, dict):
            container[chance.choice(known)] = container[key]
        elif choice == 2 and isinstance(container[key], dict):
            container[key][chance.choice(known)] = copy.deepcopy(chance.choice(OTHERS))
        else:
            container[key] = copy.deepcopy(chance.choice(OTHERS))
        if not made:
            break
    return made


@pytest.mark.parametrize("name", [*FORMS])
def test_both_agree_on_mutated_documents(name: str) -> None:
    """A document that one accepts, the other accepts; one that is refused has findings."""
    chance = random.Random(20261123)  # noqa: S311  (reproducible)
    validator = jsonschema.Draft202012Validator(schema(name))
    real = [document for document in documents(name) if shaped(document, name)]
    known = keys(name)
    refused = 0
    for _ in range(MUTATIONS):
        document = mutate(chance.choice(real), known, chance)
        by_msgspec = shaped(document, name)
        assert by_msgspec is validator.is_valid(document), document
        if not by_msgspec:
            refused += 1
            assert [*violations(schema(name), document, ("spec.yaml",))] != [], document
    assert MUTATIONS // 4 < refused < MUTATIONS


@pytest.mark.parametrize(("name", "at_least"), [("idl", 60), ("config", 5), ("conformance", 4)])
def test_both_agree_on_real_documents(name: str, at_least: int) -> None:
    """Every file of this repository is judged alike, and enough of them are well shaped."""
    validator = jsonschema.Draft202012Validator(schema(name))
    judged = [(shaped(each, name), validator.is_valid(each)) for each in documents(name)]
    assert [both for both in judged if both[0] is not both[1]] == []
    assert judged.count((True, True)) > at_least
