"""What the specs call shipped is there, what is there is listed, and each fits its interface."""

from __future__ import annotations

from dagstack.contracts import RESOURCES
from dagstack.resources import InMemoryBlobStore, SystemClock
from tools import implementations
from tools.implementations import Listed


def test_the_specs_and_the_package_agree() -> None:
    """Nothing that is called shipped is missing, and nothing is there that no spec lists."""
    problems = implementations.findings(implementations.listed(), implementations.present())
    assert problems == []


def test_the_proof_is_fresh() -> None:
    """It has a line for each implementation, which the type checkers hold to its interface."""
    fresh = implementations.proof(implementations.listed(), implementations.present())
    assert fresh == (implementations.ROOT / implementations.PROOF).read_text()


def test_each_implementation_has_its_interfaces_members() -> None:
    """At run time, too: ``isinstance`` with the protocol asks no more."""
    package = implementations.present()
    protocols = {protocol.__name__: protocol for protocol in RESOURCES.values()}
    for each in implementations.listed():
        if each.name in package:
            assert issubclass(type(package[each.name]), type)
            assert implementations._has(package[each.name], protocols[each.interface])  # noqa: SLF001


def test_a_shipped_class_that_is_missing_is_found() -> None:
    """Its other names as well."""
    shipped = Listed("SolarClock", "Clock", shipped=True, aliases=("Sundial",))
    assert implementations.findings([shipped], {}) == [
        "SolarClock is shipped for python in the spec, but dagstack.resources lacks SolarClock",
        "SolarClock is shipped for python in the spec, but dagstack.resources lacks Sundial",
    ]


def test_a_planned_class_may_be_missing() -> None:
    """That is what planned means."""
    assert implementations.findings([Listed("SolarClock", "Clock", shipped=False)], {}) == []


def test_a_class_that_no_spec_lists_is_found() -> None:
    """Else nobody would hold it to its interface."""
    assert implementations.findings([], {"SystemClock": SystemClock}) == [
        "dagstack.resources has SystemClock, which no spec lists among its implementations"
    ]


def test_an_alias_that_is_another_class_is_found() -> None:
    """Two names of one thing must stay one."""
    store = Listed("InMemoryBlobStore", "BlobStore", shipped=True, aliases=("MemoryBlobStore",))
    package = {"InMemoryBlobStore": InMemoryBlobStore, "MemoryBlobStore": SystemClock}
    assert implementations.findings([store], package) == [
        "MemoryBlobStore is listed as another name of InMemoryBlobStore, but is another class"
    ]
