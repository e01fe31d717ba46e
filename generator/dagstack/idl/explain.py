"""The pages of the rules: one, the list of them, and all as Markdown."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import RULES

if TYPE_CHECKING:
    from dagstack.idl.check.rule import Rule

__all__ = ["listing", "page", "rules_page", "unknown"]

_HEAD = """\
# Rules

What `dagstack-idl check` finds. `dagstack-idl explain <rule>` shows one of these pages.

A rule that can be allowed is silenced by an `allow` entry, with the reason why, at the node in
question or above it:

```yaml
params:
  lambda:
    type: string
    allow: {reserved-word: The users of this library know it by this name.}
```

An entry that silences nothing is reported itself.
"""


def page(rule: str) -> str | None:
    """A rule's page; nothing for a rule that does not exist."""
    found = RULES.get(rule)
    return f"{found.id} ({_kind(found)})\n\n{found.page}" if found else None


def unknown(rule: str) -> str:
    """What to say of a rule that does not exist, with those that may be meant."""
    near = difflib.get_close_matches(rule, sorted(RULES), n=3, cutoff=0.5)
    parts = set(re.split(r"[^a-z0-9]+", rule.lower())) - {""}
    near += [known for known in sorted(RULES) if parts & {*known.split("-")} and known not in near]
    hint = f"near: {', '.join(near[:5])}" if near else "`dagstack-idl explain` lists the rules"
    return f"no rule is called `{rule}`; {hint}"


def listing() -> str:
    """Every rule with the fact that it demands, one a line."""
    width = max(map(len, RULES))
    return "\n".join(f"{rule.id:<{width}}  {rule.level:<7}  {_fact(rule)}" for rule in _in_order())


def rules_page() -> str:
    """All rules as one page of Markdown."""
    table = ["| rule | level | what it demands |", "| --- | --- | --- |"]
    table += [
        f"| [`{rule.id}`](#{rule.id}) | {_kind(rule)} | {_fact(rule).replace('|', chr(92) + '|')} |"
        for rule in _in_order()
    ]
    pages = [f"## {rule.id}\n\n*{_kind(rule)}*\n\n{rule.page}" for rule in _in_order()]
    return "\n\n".join([_HEAD + "\n" + "\n".join(table), *pages]) + "\n"


def _in_order() -> list[Rule]:
    return sorted(RULES.values(), key=lambda rule: rule.id)


def _kind(rule: Rule) -> str:
    return f"{rule.level}, can be allowed" if rule.suppressible else rule.level


def _fact(rule: Rule) -> str:
    return " ".join(rule.page.partition("\n\n")[0].split())
