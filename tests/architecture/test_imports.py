"""Imports point one way, and each place is the only one that knows what it knows."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from dagstack.idl.targets import BUILT_IN

ROOT = Path(__file__).parents[2] / "generator/dagstack/idl"
PACKAGE = "dagstack.idl"

# From the bottom up; a module imports from its own layer or one below. What is not listed is a
# command, which stands right below the command line.
LAYERS = (
    ("node",),
    ("source", "schemas", "syntax", "config_syntax", "case_syntax"),
    ("model", "case_model", "diagnostics"),
    ("naming", "prose", "type_syntax"),
    ("check.rule",),
    ("check.yaml", "check.shape", "check.references", "check.project", "check.drift", "check.text"),
    ("check.cases",),
    ("targets.target", "check.survey", "check.literals"),
    ("check",),
    ("reader",),
    ("load",),
    ("resolve",),
    ("targets.languages", "targets.data_text"),
    ("targets.suites",),
    # The reference pages show every language, as its own target writes it.
    ("targets", "targets.docs"),
    ("config",),
    ("render", "write"),
    ("pipeline",),
    ("commands",),
    ("cli",),
    ("__main__", "__init__"),
)


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the generator, by name below the package."""
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imported(name: str, *, when_running: bool = False) -> set[str]:
    """The modules of the generator that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    if when_running:
        return found
    return {resolved for each in found if (resolved := _module(each)) and resolved != name}


def _module(name: str) -> str:
    below = name.removeprefix(f"{PACKAGE}.")
    if below == name:
        return ""
    return below if below in modules() else below.rpartition(".")[0]


def layer(name: str) -> int:
    """How far up a module stands."""
    if re.match(r"targets\.(?!target$|docs\b)\w+", name):
        name = "targets.languages"
    best, length = len(LAYERS) - 3, 0
    for index, names in enumerate(LAYERS):
        for each in names:
            if (name == each or name.startswith(f"{each}.")) and len(each) > length:
                best, length = index, len(each)
    return best


@pytest.mark.parametrize("name", [name for name in modules() if name])
def test_a_module_imports_from_below(name: str) -> None:
    """No module knows of one in a layer above its own."""
    above = {each for each in imported(name) if layer(each) > layer(name)}
    assert above == set()


def test_no_modules_import_each_other() -> None:
    """There is no circle of imports, wherever in a module they stand."""
    graph = {name: imported(name) for name in modules()}
    graph["model"].remove("case_model")  # `docs/architecture.md` says why: for type checkers alone
    done: set[str] = set()
    for start, first in graph.items():
        stack = [(start, iter(sorted(first)))]
        trail = [start]
        while stack:
            following = next(stack[-1][1], None)
            if following is None:
                stack.pop()
                done.add(trail.pop())
            elif following in trail:
                pytest.fail(" imports ".join([*trail[trail.index(following) :], following]))
            elif following not in done and following in graph:
                trail.append(following)
                stack.append((following, iter(sorted(graph[following]))))


@pytest.mark.parametrize(
    ("library", "knowers"),
    [
        ("jinja2", {"render"}),
        ("argparse", {"cli"}),
        ("jsonschema", {"check.shape"}),
        ("yaml", {"source", "reader", "check.text"}),
    ],
)
def test_a_library_is_known_in_one_place(library: str, knowers: set[str]) -> None:
    """Who wants to exchange a library has one place to look at."""
    users = {
        name
        for name in modules()
        for each in imported(name, when_running=True)
        if each.split(".")[0] == library
    }
    assert users <= knowers
    assert users != set()


LANGUAGES = [name for name in BUILT_IN if name != "docs"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_has_its_four_parts(language: str) -> None:
    """Names, view, lowering and templates are where a reader looks for them."""
    folder = ROOT / "targets" / language
    parts = {part: (folder / f"{part}.py").exists() for part in ("names", "view", "lower")}
    assert parts == {"names": True, "view": True, "lower": True}
    assert [*(folder / "templates").glob("*.j2")] != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_knows_no_other_target(language: str) -> None:
    """A language can be taken out, or read, by itself."""
    own = [name for name in modules() if name.startswith(f"targets.{language}")]
    foreign = {
        each
        for name in own
        for each in imported(name)
        if re.match(rf"targets\.(?!(target|suites|data_text)$|{language}\b)\w+", each)
    }
    assert (own != [], foreign) == (True, set())


def test_targets_read_the_model_alone() -> None:
    """No target sees what was written, only what it means."""
    written = {
        "syntax",
        "config_syntax",
        "case_syntax",
        "reader",
        "load",
        "config",
        "pipeline",
        "write",
        "render",
    }
    users = {
        name: imported(name) & written
        for name in modules()
        if re.match(r"targets\.(?!target$)\w+", name)
    }
    assert {name: found for name, found in users.items() if found} == {}


def test_only_one_place_lists_the_languages() -> None:
    """No stage asks which language it works for."""
    stages = {
        name: tree
        for name, tree in modules().items()
        if not name.startswith("targets") and name not in {"", "cli"}
    }
    asking = [
        name
        for name, tree in stages.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.MatchValue)
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and constant.value in {"python", "go", "typescript"}
    ]
    assert asking == []


def test_templates_decide_nothing() -> None:
    """A template has no filters, comparisons or calls but of macros: every string is final."""
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(ROOT.rglob("*.j2"))}
    macros = {name for text in texts.values() for name in re.findall(r"macro (\w+)\(", text)}
    calls = rf"\b(?!(?:{'|'.join(macros)})\()\w+\("
    decides = re.compile(rf"==|!=|[<>]=?|\||{calls}")
    deciding = [
        f"{template.relative_to(ROOT)}: {tag}"
        for template, text in texts.items()
        for tag in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
        if decides.search(re.sub(r'"[^"]*"', '""', tag))
    ]
    assert deciding == []


def test_templates_fit_a_screen() -> None:
    """A template can be read at one glance."""
    long = {
        str(template.relative_to(ROOT)): lines
        for template in ROOT.rglob("*.j2")
        if (lines := len(template.read_text(encoding="utf-8").splitlines())) > 100
    }
    assert long == {}


def test_modules_are_of_readable_length() -> None:
    """No module is longer than 400 lines, but those that a tool makes from the schema."""
    made = {"syntax", "config_syntax", "case_syntax"}
    long = {
        str(file.relative_to(ROOT)): lines
        for file in ROOT.rglob("*.py")
        if file.stem not in made
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
