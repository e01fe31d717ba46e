"""What the generated Python does when it runs."""

from __future__ import annotations

import asyncio
import copy
import importlib
import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias, get_type_hints

import pytest

from tests.execution.conftest import imported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Made: TypeAlias = Any
"""Something that is made at run time, so that no type checker knows it."""

MEMBERS = ["label", "max_weight", "add", "check", "fetch", "list", "save", "tidy", "pick", "turn"]
CALLS: dict[str, tuple[Made, ...]] = {
    "add": (1,),
    "check": (1,),
    "fetch": ("a",),
    "list": (),
    "save": ("page",),
    "tidy": (),
    "pick": ([1],),
    "turn": ([1],),
}


@pytest.fixture(scope="module")
def contracts(workshop: Path) -> Iterator[Made]:
    """The generated package, imported."""
    with imported(workshop / "python", "workshop.contracts") as package:
        yield package


@pytest.fixture
def testing(contracts: Made) -> Made:
    """The package of test doubles."""
    return importlib.import_module(f"{contracts.__name__}.testing")


def call(owner: Made, name: str, *arguments: Made) -> Made:
    """Call a member, whatever it is."""
    member = getattr(owner, name)
    result = member(*arguments)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def test_a_stub_records_calls_with_their_arguments(testing: Made) -> None:
    """Each call is a value with the arguments by name, defaults filled in."""
    stub = testing.StubToolbox(add=lambda call: (call.first + call.second) * call.scale)
    assert stub.add(1) == 1
    assert stub.add(1, 2, scale=10, note="x") == 30
    assert stub.calls == [
        testing.ToolboxAdd(first=1),
        testing.ToolboxAdd(1, 2, scale=10, note="x"),
    ]


def test_a_stub_of_async_methods_awaits_its_handlers(contracts: Made, testing: Made) -> None:
    """A handler of an async method is async, too."""

    async def fetch(call: Made) -> Made:
        await asyncio.sleep(0)
        return contracts.Page(number=1, title=f"{call.key} in {call.colour}")

    stub = testing.StubToolbox(fetch=fetch)
    page = asyncio.run(stub.fetch("a", colour=contracts.Colour.RED))
    assert page == contracts.Page(number=1, title="a in red")
    assert stub.calls == [testing.ToolboxFetch("a", colour=contracts.Colour.RED)]


@pytest.mark.parametrize("name", CALLS)
def test_an_unset_handler_fails_by_its_name(testing: Made, name: str) -> None:
    """A stub that was told nothing of a method records the call, and says which it is."""
    stub = testing.StubToolbox()
    with pytest.raises(NotImplementedError, match=rf"^StubToolbox: no handler for {name}$"):
        call(stub, name, *CALLS[name])
    assert len(stub.calls) == 1


@pytest.mark.parametrize("name", ["label", "max_weight"])
def test_an_unset_property_fails_by_its_name(testing: Made, name: str) -> None:
    """A stub that was given no value for a property says so."""
    with pytest.raises(NotImplementedError, match=name):
        getattr(testing.StubToolbox(), name)


def test_a_property_that_is_none_is_set(testing: Made) -> None:
    """`None` is a value like any other."""
    assert testing.StubToolbox(max_weight=None, label="a").max_weight is None


def test_a_handler_may_raise(contracts: Made, testing: Made) -> None:
    """What a handler raises reaches the caller as it is."""

    def check(_: Made) -> bool:
        raise contracts.Taken

    with pytest.raises(contracts.Taken):
        testing.StubToolbox(check=check).check(1)


@pytest.mark.parametrize("name", MEMBERS)
def test_a_forwarding_base_forwards_every_member(contracts: Made, name: str) -> None:
    """Each method and property of the inner object answers, with the arguments given."""

    class Inner(contracts.UnimplementedToolbox):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Made:
            if name not in CALLS:
                return f"the {name}" if name in MEMBERS else super().__getattribute__(name)
            if inspect.iscoroutinefunction(getattr(contracts.UnimplementedToolbox, name)):

                async def answer(*args: Made, **more: Made) -> Made:
                    return name, args, more

                return answer
            return lambda *args, **more: (name, args, more)

    outer = contracts.ForwardingToolbox(Inner())
    if name not in CALLS:
        assert getattr(outer, name) == f"the {name}"
        return
    result = call(outer, name, *CALLS[name])
    if name in {"save", "tidy"}:
        assert result is None
    else:
        assert (result[0], result[1][: len(CALLS[name])]) == (name, CALLS[name])


def test_a_decorator_overrides_what_it_changes(contracts: Made, testing: Made) -> None:
    """A subclass of the forwarding base changes one method and leaves the others."""

    class Doubling(contracts.ForwardingToolbox):  # type: ignore[misc]
        def add(self, first: int, second: int = 0, **more: Made) -> int:
            return int(super().add(first * 2, second * 2, **more))

    stub = testing.StubToolbox(add=lambda call: call.first + call.second, check=lambda _: True)
    outer = Doubling(stub)
    assert (outer.add(1, 2), outer.check(1)) == (6, True)


@pytest.mark.parametrize("name", MEMBERS)
def test_an_unimplemented_base_fails_by_name(contracts: Made, name: str) -> None:
    """A member that a subclass lacks says which it is, and of which class."""

    class Mine(contracts.UnimplementedToolbox):  # type: ignore[misc]
        pass

    with pytest.raises(NotImplementedError, match=rf"^Mine\.{name}$"):
        call(Mine(), name, *CALLS.get(name, ()))


@pytest.mark.parametrize("kind", ["UnimplementedToolbox", "ForwardingToolbox"])
def test_bases_satisfy_their_protocol(contracts: Made, kind: str) -> None:
    """Every base has every member, so `isinstance` accepts it."""
    made = getattr(contracts, kind)
    missing = [name for name in MEMBERS if not hasattr(made, name)]
    assert missing == []


def test_a_stub_satisfies_its_protocol(contracts: Made, testing: Made) -> None:
    """A stub is what it stands for, also at run time."""
    assert isinstance(testing.StubToolbox(label="a", max_weight=1), contracts.Toolbox)
    assert not isinstance(object(), contracts.Toolbox)


class Source:
    """What a plugin sees of its host's resources."""

    def __init__(self, **resources: object) -> None:
        """Have each of ``resources`` as an attribute."""
        vars(self).update(resources)


def test_an_accessor_gives_what_is_there(contracts: Made, testing: Made) -> None:
    """A resource that fits is given as it is."""
    stub = testing.StubLamp(shine=lambda _: None)
    assert contracts.lamp_from(Source(lamp=stub)) is stub


def test_an_accessor_refuses_a_wrong_object(contracts: Made) -> None:
    """What does not fit is refused, with everything that it lacks."""

    class Half:
        label = "half"
        add = 7

        def check(self) -> None:
            """Do nothing."""

    with pytest.raises(TypeError) as caught:
        contracts.toolbox_from(Source(toolbox=Half()))
    said = str(caught.value)
    assert [name for name in MEMBERS if name in said] == [
        name for name in MEMBERS if name not in {"label", "check"}
    ]
    assert ("toolbox" in said, "Toolbox" in said, "Half" in said) == (True, True, True)


def test_an_accessor_refuses_what_is_missing(contracts: Made) -> None:
    """A resource that is not there, or is `None`, is another error."""
    for source in (Source(), Source(lamp=None)):
        with pytest.raises(LookupError, match="lamp"):
            contracts.lamp_from(source)


def test_errors_are_a_tree(contracts: Made) -> None:
    """Each error is also its parent, and the error of Python's own that its kind names."""
    bases = {
        "Failed": (Exception,),
        "Missing": (contracts.Failed, KeyError),
        "Gone": (contracts.Missing, contracts.Failed, KeyError),
        "Refused": (contracts.Failed, ValueError),
        "Taken": (contracts.Failed, FileExistsError),
        "Late": (contracts.Failed, TimeoutError),
        "CutOff": (contracts.Failed, ConnectionError),
    }
    wrong = [
        (name, base)
        for name, expected in bases.items()
        for base in expected
        if not issubclass(getattr(contracts, name), base)
    ]
    assert wrong == []
    assert not issubclass(contracts.Refused, KeyError)


def errors(contracts: Made) -> list[Made]:
    """One error of each kind."""
    return [
        contracts.Failed(),
        contracts.Missing("a"),
        contracts.Gone("a", 3, why="it was eaten"),
        contracts.Refused("size", "too large"),
        contracts.Taken(),
        contracts.Late(),
        contracts.CutOff(),
    ]


def test_messages_show_fields(contracts: Made) -> None:
    """A message is made from the fields, also where Python would quote it."""
    assert [str(error) for error in errors(contracts)] == [
        "it failed",
        "there is no a",
        "a is gone, after 3 uses: it was eaten",
        "size: too large",
        "a refusal of what is taken",
        "a failure to wait longer",
        "a loss of the line",
    ]


def test_fields_have_their_values(contracts: Made) -> None:
    """Own and inherited fields are attributes; a default is used where nothing is given."""
    error = contracts.Gone("a", 3)
    assert (error.key, error.uses, error.why) == ("a", 3, "nobody knows")


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_pickling(contracts: Made, index: int, protocol: int) -> None:
    """An error that crosses to another process is the same there."""
    error = errors(contracts)[index]
    again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301  (our own bytes)
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("index", range(7))
def test_errors_can_be_copied(contracts: Made, index: int) -> None:
    """A copy has the same message and fields."""
    error = errors(contracts)[index]
    for again in (copy.copy(error), copy.deepcopy(error)):
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_an_error_keeps_its_cause(contracts: Made) -> None:
    """`raise ... from` works as with any exception."""
    cause = OSError("the disk")
    with pytest.raises(contracts.Missing) as caught:
        raise contracts.Missing("a") from cause
    assert caught.value.__cause__ is cause


def test_records_are_values(contracts: Made) -> None:
    """A record is compared by its fields, cannot be changed, and has its defaults."""
    page = contracts.Page(number=1)
    assert page == contracts.Page(number=1, title="untitled", tags=(), next_page=None)
    assert page != contracts.Page(number=2)
    with pytest.raises(AttributeError):
        page.number = 2


def test_enums_are_strings(contracts: Made) -> None:
    """The value of an enum is its name in the spec, on the wire and in text."""
    assert contracts.Colour("dark_blue") is contracts.Colour.DARK_BLUE
    assert f"{contracts.Colour.DARK_BLUE}" == "dark_blue"


def test_generic_methods_are_generic(testing: Made) -> None:
    """A generic method takes and gives items of any type."""

    async def turn(call: Made) -> Made:
        return [*call.items][::-1]

    stub = testing.StubToolbox(pick=lambda call: call.items[0], turn=turn)
    assert stub.pick(["a", "b"]) == "a"
    assert asyncio.run(stub.turn([1, 2])) == [2, 1]


def test_calls_from_many_threads_are_all_recorded(testing: Made) -> None:
    """A stub can be shared by threads."""
    stub = testing.StubToolbox(check=lambda _: True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(stub.check, range(1000)))
    assert sorted(call.size for call in stub.calls) == list(range(1000))


def test_type_hints_can_be_resolved(contracts: Made) -> None:
    """Tools that read annotations at run time can read these."""
    for name in contracts.__all__:
        if inspect.isclass(getattr(contracts, name)):
            get_type_hints(getattr(contracts, name))
    hints = get_type_hints(contracts.Toolbox.fetch)
    assert (hints["key"], hints["return"]) == (str, contracts.Page)
