"""The lists of words with a meaning are those of the languages that are installed."""

from __future__ import annotations

import json
import subprocess
from itertools import chain

from dagstack.idl.naming import snake
from tests.golden import words

CANDIDATES = [
    *words.ECMASCRIPT_RESERVED,
    *words.ECMASCRIPT_RESTRICTED,
    *words.TYPESCRIPT_CONTEXTUAL,
    *words.JAVASCRIPT_MEMBERS,
    *words.go_reserved(),
    *words.python_reserved(),
    *words.javascript_globals(),
]


def test_the_case_holds_every_reserved_word() -> None:
    """A new version of a language with a new keyword makes the case out of date."""
    spec = (words.HERE / "keywords/spec/keywords.yaml").read_text(encoding="utf-8")
    missing = [word for word in words.reserved() if f'      "{word}": string' not in spec]
    assert missing == []


def test_the_case_holds_every_builtin_of_go_and_python() -> None:
    """What the languages predeclare is in one of the two cases."""
    specs = "".join(
        (words.HERE / name / "spec" / f"{name}.yaml").read_text(encoding="utf-8")
        for name in ("keywords", "every_builtin")
    )
    known = {*words.reserved(), *words.meaningful()}
    lower = chain(words.go_predeclared(), words.python_reserved(), words.go_reserved())
    missing = [name for name in lower if name.islower() and snake(name) not in known]
    assert [name for name in missing if name.isidentifier() and not name.startswith("_")] == []
    assert [word for word in known if f'      "{word}": string' not in specs] == []


def test_javascript_refuses_exactly_the_reserved_words() -> None:
    """Node.js itself says which words cannot be bound in a module."""
    script = """
        const refused = JSON.parse(process.argv[1]).filter((word) => {
          try {
            new Function("'use strict'; return async () => { let " + word + "; }");
            return false;
          } catch {
            return true;
          }
        });
        console.log(JSON.stringify(refused));
    """
    names = sorted({*CANDIDATES})
    done = subprocess.run(
        ["node", "-e", script, json.dumps(names)], capture_output=True, check=True, text=True
    )
    expected = {*words.ECMASCRIPT_RESERVED, *words.ECMASCRIPT_RESTRICTED}
    assert sorted(json.loads(done.stdout)) == sorted(expected)
