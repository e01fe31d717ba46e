"""The examples on the pages of rules about suites, made into whole projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tests.projects import CONFIG

if TYPE_CHECKING:
    from tests.projects import Project

SUITE = frozenset({"suite", "promises", "capabilities", "subjects", "cases"})
"""Keys by which a fragment is known as one of a suite."""

STORE = """\
idl: 1
library: store
version: "1.0.0"
summary: A store that cases are about.
interfaces:
  Store:
    summary: A store.
    properties:
      name: {type: string, doc: Its name.}
    methods:
      put:
        effect: async
        summary: Keep `data`.
        params:
          key: {type: string, doc: Its key.}
          data: {type: bytes, doc: The bytes.}
        rejects: {InvalidKey: "`key` is empty"}
      get:
        effect: async
        summary: Return what was kept.
        params: {key: {type: string, doc: Its key.}}
        returns: {type: bytes, doc: The bytes.}
        raises: {NotFound: nothing has `key`}
      size:
        effect: instant
        summary: Count what is kept.
        returns: {type: int, doc: The number of keys.}
errors:
  NotFound:
    summary: A failure to find a key.
    fields: {key: {type: string, doc: The key.}}
  InvalidKey: {summary: A refusal of a key., kind: precondition}
"""

SUBJECTS = """\
Store:
  summary: A store, empty at first.
  is: [Store]
  actions:
    fill: {summary: Keep something under many keys., params: {count: int}}
"""


def fill(project: Project, fragments: list[tuple[str, dict[str, Any]]]) -> None:
    """Write a project with a store, and the suites around the fragments."""
    project.fill({"store": STORE}, CONFIG + "conformance: conformance\n")
    for stem, fragment in fragments:
        suite = completed(fragment)
        text = yaml.safe_dump(suite, sort_keys=False, allow_unicode=True)
        project.write(f"conformance/{stem or suite['suite']}.yaml", text)


def completed(fragment: dict[str, Any]) -> dict[str, Any]:
    """A whole suite around a fragment."""
    suite: dict[str, Any] = {"idl": 1, "suite": "store", "of": ["store"], "summary": "A suite."}
    suite |= {"subjects": yaml.safe_load(SUBJECTS), "promises": {"works": "A store works."}}
    suite |= {"cases": {"it_works": {"steps": [{"call": "store.size"}]}}}
    suite |= fragment
    suite["cases"] = {
        name: {"summary": "It works.", "shows": ["works"], "given": {"store": "Store"}, **case}
        for name, case in suite["cases"].items()
    }
    return suite
