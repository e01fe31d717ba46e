"""Objects of a case: how their methods, properties and actions are called."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dagstack.conformance.result_types import misfit, shown
from dagstack.conformance.values import Names, fitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.conformance.documents import Json, Suite, Type
    from dagstack.conformance.harness import Action


class CaseFailed(AssertionError):  # noqa: N818 - named as the specs name errors
    """What a case expected did not come about; the text says what came instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """An object under a name: a subject, or a result that has an interface."""

    object: Any
    suite: Suite
    subject: str | None
    """Nothing for a result that is only known by its interfaces."""
    interfaces: tuple[str, ...]
    actions: Mapping[str, Action]
    """What the harness does in place of the object's own members, by ``Subject.member``."""

    def read(self, name: str) -> Any:  # noqa: ANN401 - any value
        """Read a property, and check its type."""
        kind, value = self._property(name)
        _check(value, kind, self.suite, f"{name}: ")
        return self.bound(value, kind)

    def _property(self, name: str) -> tuple[Type, object]:
        if (known := self._declared("properties", name)) is not None:
            action = self.actions.get(f"{self.subject}.{name}")
            value = action(self.object) if action else getattr(self.object, name)
            return known["type"], value
        for interface in self.interfaces:
            if known := self.suite.interfaces[interface]["properties"].get(name):
                return known["type"], getattr(self.object, known["name"])
        raise LookupError(f"{self.subject or self.interfaces} has no property {name}")

    async def call(self, name: str, arguments: Mapping[str, object]) -> Any:  # noqa: ANN401 - any value
        """Call a method or an action, wait for its end, and check what it returns."""
        if name == "close":
            if not await self.close():
                raise CaseFailed(
                    f"{type(self.object).__name__} has neither aclose nor close: give the harness "
                    f"an action {self.subject}.close"
                )
            return None
        if (known := self._declared("actions", name)) is not None:
            kind: Type | None = known["returns"]
            value = await self._act(name, known, arguments)
        else:
            method = self._method(name)
            kind = method["returns"]
            value = await self._invoke(method, arguments)
        _check(value, kind, self.suite, "")
        return self.bound(value, kind)

    async def close(self) -> bool:
        """Close the object as the harness says, or by ``aclose`` or ``close``, if it can be."""
        action = self.actions.get(f"{self.subject}.close")
        if action is not None:
            await settled(action(self.object))
            return True
        for name in ("aclose", "close"):
            method = getattr(self.object, name, None)
            if callable(method):
                await settled(method())
                return True
        return False

    def bound(self, value: object, kind: Type | None) -> Any:  # noqa: ANN401 - any value
        """Keep the interfaces of a result, so that the case can call it in turn."""
        if value is None or kind is None or isinstance(kind, str):
            return value
        ((form, inner),) = kind.items()
        if form == "maybe":
            return self.bound(value, inner)
        if form == "interface":
            return Live(value, self.suite, None, (inner,), self.actions)
        if form == "subject":
            interfaces = tuple(self.suite.subjects[inner]["is"])
            return Live(value, self.suite, inner, interfaces, self.actions)
        return value

    def _declared(self, table: str, name: str) -> Json | None:
        return self.suite.subjects[self.subject][table].get(name) if self.subject else None

    def _method(self, name: str) -> Mapping[str, Json]:
        for interface in self.interfaces:
            methods: Mapping[str, Mapping[str, Json]] = self.suite.interfaces[interface]["methods"]
            if name in methods:
                return methods[name]
        raise LookupError(f"{self.subject or self.interfaces} has no method {name}")

    async def _act(
        self, name: str, known: Mapping[str, Json], arguments: Mapping[str, object]
    ) -> object:
        given = filled(known["params"], arguments, self.suite)
        action = self.actions.get(f"{self.subject}.{name}")
        if action is not None:
            return await settled(action(self.object, **given))
        return await settled(getattr(self.object, name)(**given))

    async def _invoke(self, method: Mapping[str, Json], arguments: Mapping[str, object]) -> object:
        positional: list[object] = []
        skipped: list[Mapping[str, Json]] = []
        for param in method["params"]:
            if param["name"] not in arguments:  # the implementation's own default counts
                skipped.append(param)
                continue
            positional += [Names(self.suite).evaluate(each["default"]) for each in skipped]
            skipped = []
            positional.append(plain(fitted(arguments[param["name"]], param["type"])))
        options = {
            option["field"]: plain(fitted(arguments[option["name"]], option["type"]))
            for option in method["options"]
            if option["name"] in arguments
        }
        result = getattr(self.object, method["name"])(*positional, **options)
        if inspect.isawaitable(result) is not (method["effect"] == "async"):
            if inspect.iscoroutine(result):
                result.close()
            raise CaseFailed(
                f"{method['name']} has the effect {method['effect']}, and returned {shown(result)}"
            )
        return await settled(result)


def filled(
    slots: Mapping[str, Json], arguments: Mapping[str, object], suite: Suite
) -> dict[str, object]:
    """Complete the arguments of an action, or the options of a subject, with their defaults."""
    none = Names(suite)
    return {
        name: plain(
            fitted(
                arguments[name] if name in arguments else none.evaluate(slot["default"]),
                slot["type"],
            )
        )
        for name, slot in slots.items()
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - any value
    """Take the runner's wrapping off, at any depth, before an implementation sees a value.

    A list or map without any stays the same object, so that a case notices who changes it.
    """
    if isinstance(value, Live):
        return value.object
    if type(value) is list:
        items = cast("list[object]", value)
        bare = [plain(each) for each in items]
        same = all(one is two for one, two in zip(items, bare, strict=True))
        return items if same else bare
    if type(value) is dict:
        entries = cast("dict[object, object]", value)
        mapped = {key: plain(each) for key, each in entries.items()}
        return entries if all(mapped[key] is entries[key] for key in entries) else mapped
    return value


async def settled(value: Any) -> Any:  # noqa: ANN401 - any value
    """Wait for what is awaitable."""
    return await value if inspect.isawaitable(value) else value


def _check(value: object, kind: Type | None, suite: Suite, lead: str) -> None:
    if said := misfit(value, kind, suite):
        raise CaseFailed(f"{lead}the result has the wrong type: {said}")
