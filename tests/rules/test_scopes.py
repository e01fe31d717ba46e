"""Names of the targets: clashes and reserved words, each told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check import check_scopes
from dagstack.idl.targets.target import Declared, Scope

if TYPE_CHECKING:
    from dagstack.idl.source import At

SHOP: At = ("shop.yaml", "interfaces", "Shop")
BUY: At = (*SHOP, "methods", "buy")
SELL: At = (*SHOP, "methods", "sell")


def scope(*names: Declared, label: str = "interface Shop") -> Scope:
    """A scope with some names."""
    return Scope(label=label, names=names)


def test_names_that_differ() -> None:
    """Nothing is found, and what two scopes share is no clash."""
    one = scope(Declared(name="Buy", origin="method `buy`", at=BUY))
    other = scope(Declared(name="Buy", origin="method `sell`", at=SELL))

    assert [*check_scopes([("Go", [one, other])])] == []


def test_a_clash() -> None:
    """The finding names the target, the scope and both origins, and points at both."""
    names = (
        Declared(name="Buy", origin="method `buy`", at=BUY),
        Declared(name="Buy", origin="method `sell`", at=SELL),
    )

    (finding,) = check_scopes([("Go", [scope(*names)])])

    assert finding.rule == "clashing-names"
    assert finding.at == SELL
    assert finding.related == ((BUY, "method `buy`"),)
    assert finding.message == (
        "method `sell` and method `buy` are both called `Buy` in interface Shop (Go)"
    )


def test_a_clash_in_several_targets() -> None:
    """One pair of origins is one finding."""
    go = scope(
        Declared(name="Buy", origin="method `buy`", at=BUY),
        Declared(name="Buy", origin="method `sell`", at=SELL),
    )
    python = scope(
        Declared(name="buy", origin="method `buy`", at=BUY),
        Declared(name="buy", origin="method `sell`", at=SELL),
        label="class Shop",
    )

    two = [*check_scopes([("Go", [go]), ("Python", [python])])]
    many = [*check_scopes([("Go", [go, go, go]), ("Python", [python])])]

    assert [finding.message for finding in (*two, *many)] == [
        (
            "method `sell` and method `buy` are both called "
            "`Buy` in interface Shop (Go) and `buy` in class Shop (Python)"
        ),
        "method `sell` and method `buy` are both called `Buy` in interface Shop (Go) and 3 more",
    ]


def test_files_that_differ_in_case_alone() -> None:
    """Paths are compared as careless file systems do; identifiers are not."""
    files = scope(
        Declared(name="shop.go", origin="file of `shop`", at=("shop.yaml",)),
        Declared(name="Shop.go", origin="file of `other`", at=("other.yaml",)),
        label="files",
    )
    names = scope(
        Declared(name="buy", origin="method `buy`", at=BUY),
        Declared(name="Buy", origin="method `sell`", at=SELL),
    )

    assert [finding.at for finding in check_scopes([("Go", [files, names])])] == [("other.yaml",)]


def test_a_reserved_word_of_several_targets() -> None:
    """One place is one finding that names all targets, however many scopes repeat it."""
    place: At = (*BUY, "params", "delete")
    go = Declared(name="delete_", origin="param `delete`", at=place, escaped="delete")
    plain = Declared(name="delete", origin="param `delete`", at=place)
    other = Declared(name="delete$", origin="param `delete`", at=place, escaped="delete")

    (finding,) = check_scopes(
        [
            ("Go", [scope(go), scope(go)]),
            ("Python", [scope(plain)]),
            ("TypeScript", [scope(other)]),
            ("Rust", [scope(go)]),
        ]
    )

    assert (finding.rule, finding.level, finding.at) == ("reserved-word", "warning", place)
    assert finding.message == (
        "param `delete`: `delete` is reserved in Go and Rust and becomes `delete_`; "
        "`delete` is reserved in TypeScript and becomes `delete$`"
    )
