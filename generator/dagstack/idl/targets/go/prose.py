"""Prose as godoc has it: references are links, and no text turns into markup."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dagstack.idl import prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.model import Code, Inline, Named, Ref
    from dagstack.idl.targets.go.names import Names

LINE = 97
"""The width of a comment's text, as far as words allow."""

_NOT_AT_START = re.compile(r"(?:[-+*•#]|\d+[.)])$|Deprecated:|[A-Z]{2,}\(")
_ODD = re.compile(r"''|``|\+build|\]: ")
_LINK_DEFINITION = re.compile(r"(\[[^\]]*\]:) (?=\s*[a-z]+://)")
_BARE = re.compile(
    r"-?[0-9][0-9.,_]*|\w*[A-Z_0-9][\w-]*|[\w.]+\(.*\)|.* [<>=!+*/&|-]{1,2} .*|.*\".*"
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|may|might|must|shall|should|"
    r"will|would|holds|needs|cause[sd]?|refuses|fails|took|takes|comes|exists|ends|lacks|runs)\b"
)
_COMPARISON = re.compile(r"\S+ [<>=!]=? \S+")
_ASIDE = re.compile(
    r"[,;:(]|"
    r"\b(?:that|which|who|whose|where|when|while|if|as|after|before|until|how|why|what|whether)\b"
)
_SECOND_VERB = re.compile(
    r"\b(and|or|then) (return|give|remove|delete|create|store|replace|report|close|wait|tell|"
    r"send|keep|leave)(?= )"
)
_PLURAL = re.compile(r"(?:The|All) (?:[a-z]+[^s\W]s)\b")
_FUNCTION_WORDS = frozenset((
    "A", "All", "An", "Any", "At", "Each", "Every", "For", "How", "If", "In", "It", "No", "Nobody",
    "Nothing", "On", "One", "Some", "Something", "The", "This", "Two", "What", "When", "Where",
    "Whether", "Which", "Who", "Why",
))  # fmt: skip
_ODD_START = frozenset("-+*\u2022#0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Writer:
    """Writes prose for one package."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def text(self, inline: Inline, params: Mapping[str, str]) -> str:
        """A run of text, safe anywhere but at the start of a line.

        ``params`` are the names of the params in sight by those in the spec.
        """
        if len(inline) == 1 and isinstance(inline[0], str):
            return safe(inline[0])
        parts: list[str] = []
        for index, part in enumerate(inline):
            if isinstance(part, str):
                parts.append(part)
            elif part.ref is not None and part.ref.kind == "param":
                parts.append(params.get(part.ref.name, part.text))
            else:
                parts.append(self._code(part, params, linked=not _touches(inline, index)))
        return safe("".join(parts))

    def _code(self, code: Code, params: Mapping[str, str], *, linked: bool) -> str:
        ref = code.ref
        if ref is None:
            return code.text if _BARE.fullmatch(code.text) else f'"{code.text}"'
        if ref.kind == "literal":
            return "nil" if ref.name == "null" else ref.name
        if ref.kind == "option":
            return params.get(ref.name) or "opts." + self.names.exported(ref.name, ref.renames)
        name = self._declared(ref)
        return f"[{name}]" if linked else name

    def _declared(self, ref: Ref) -> str:
        names, owner = self.names, ref.owner
        if owner is None:
            return names.exported(ref.name, ref.renames)
        package = self._qualifier(owner)
        if ref.kind == "type":
            if owner.kind == "error":
                return self.error(owner)
            return package + names.bare_type_name(owner)
        if ref.kind == "value":
            given = next((name for target, name in ref.renames if target == "go"), "")
            return package + (given or names.bare_type_name(owner) + names.exported(ref.name))
        if owner.kind == "error":
            field = names.error_field(ref, owner.package)
            return f"{package}{names.error_base(owner)}Error.{field}"
        if ref.kind == "field":
            member = names.exported(ref.name, ref.renames, owner.package)
        else:
            member = names.method(ref, owner.package)
        return f"{package}{names.bare_type_name(owner)}.{member}"

    def error(self, error: Named) -> str:
        """The sentinel of an error as doc links name it."""
        return f"{self._qualifier(error)}Err{self.names.error_base(error)}"

    def _qualifier(self, named: Named) -> str:
        """A package that has no Go output is passed over: a mention must not stop the output."""
        imported = self.names.imported.get(named.package)
        return imported.name + "." if imported else ""


def safe(text: str) -> str:
    """``text`` without what would break a line, hide, or be rewritten by gofmt."""
    if not text.isprintable():
        text = "".join(map(_visible, text))
    if _ODD.search(text):
        text = text.replace("''", '"').replace("``", '"').replace("+build", "+ build")
        text = _LINK_DEFINITION.sub(r"\1", text)
    return text


def _visible(character: str) -> str:
    if character.isprintable() or character in "\u200c\u200d":
        return character
    return " " if character.isspace() else f"U+{ord(character):04X}"


def wrapped(text: str, width: int = LINE) -> list[str]:
    """Lines of a paragraph or list item, of which none turns into a list, heading or note."""
    if text[0] in _ODD_START:
        word, space, rest = text.partition(" ")
        if _NOT_AT_START.match(word):
            text = f'"{word}"{space}{rest}'
    if len(text) <= width:
        return [text]
    return prose.wrap(text, width, unbreakable=_NOT_AT_START)


def sentence(text: str) -> str:
    """``text`` with a full stop, which also keeps a short line from being taken for a heading."""
    if not text or text[-1] in ".!?:":
        return text
    return text + "."


def lowered(text: str) -> str:
    """``text`` to go on in a sentence: without its capital, unless that is a name's."""
    if text[:1].islower():
        return text
    first = text.partition(" ")[0].rstrip(".,;:")
    if first in _FUNCTION_WORDS or (first.isalpha() and first[1:].islower()):
        return text[0].lower() + text[1:]
    return text


@lru_cache(maxsize=4096)
def is_clause(text: str) -> bool:
    """Whether ``text`` says something ("the key is taken"), not names it ("a key that is taken").

    Only what comes before an aside or a relative clause counts.
    """
    head = _ASIDE.split(text, maxsplit=1)[0]
    return _FINITE.search(head) is not None or _COMPARISON.match(head) is not None


def named(name: str, text: str) -> str:
    """A sentence about the thing called ``name``, from what its summary or doc says."""
    if not text:
        return ""
    first, _, rest = text.partition(" ")
    if first in {"Whether", "whether"}:
        return sentence(f"{name} says whether {rest}")
    if first in {"Must", "Cannot", "Can", "May", "Is", "Has"}:
        return sentence(f"{name} {first.lower()} {rest}")
    if is_clause(text):
        return sentence(f"{name}: {lowered(text)}")
    verb = "are" if text.startswith(("The ", "All ")) and _PLURAL.match(text) else "is"
    return sentence(f"{name} {verb} {lowered(text)}")


def article(name: str) -> str:
    """``name`` after "a" or "an", as it is spoken: an HTTPClient, a UUID, a Clock."""
    spelled_out = name[1:2].isupper() or len(name) == 1
    vowel = name[:1] in "AEFHILMNORSX" if spelled_out else name[:1] in "AEIO"
    return f"{'an' if vowel else 'a'} [{name}]"


def meaning(name: str, text: str) -> str:
    """A sentence about what an enum's value called ``name`` means."""
    return sentence(f"{name} means {'that ' if is_clause(text) else ''}{lowered(text)}")


def returning(name: str, text: str) -> str:
    """A sentence about what a getter called ``name`` returns."""
    if not text:
        return f"{name} is a property."
    first, _, rest = text.partition(" ")
    if first in {"Whether", "whether"}:
        return sentence(f"{name} reports whether {rest}")
    return sentence(f"{name} returns {lowered(text)}")


def doing(name: str, text: str) -> str:
    """A sentence about what a method called ``name`` does, from an imperative."""
    if not text:
        return f"{name} is a method."
    for verb in ("Return whether ", "Tell whether ", "Say whether ", "Report whether "):
        if text.startswith(verb):
            return sentence(f"{name} reports whether {text[len(verb) :]}")
    verb = prose.third_person(text)
    if " and " in verb or " or " in verb or " then " in verb:
        verb = _SECOND_VERB.sub(lambda found: f"{found[1]} {prose.third_person(found[2])}", verb)
    return sentence(f"{name} {verb if verb != text else lowered(text)}")


def _touches(inline: Inline, index: int) -> bool:
    """Whether a code span meets a letter or digit, where brackets would be no link."""
    before = inline[index - 1] if index else ""
    after = inline[index + 1] if index + 1 < len(inline) else ""
    return (isinstance(before, str) and before[-1:].isalnum()) or (
        isinstance(after, str) and after[:1].isalnum()
    )
