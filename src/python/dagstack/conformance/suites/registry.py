"""What comes with the runner for registries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.threads import in_threads

if TYPE_CHECKING:
    from dagstack.conformance.stage import ByHand

_CALLERS: Final = 8


class Journal:
    """What happened, in order. Safe for threads."""

    def __init__(self) -> None:
        self._entries: list[str] = []

    def write(self, entry: str) -> None:
        """Write down what happened."""
        self._entries.append(entry)

    def entries(self) -> list[str]:
        """List the entries so far."""
        return list(self._entries)


class Probe:
    """An object that writes its label to the journal when it is closed, each time."""

    def __init__(self, label: str, journal: Journal | None, *, fails: bool = False) -> None:
        self.label = label
        self._journal = journal
        self._fails = fails

    def close(self) -> None:
        """Write the label.

        Raises:
            RuntimeError: the probe was made to fail.
        """
        if self._journal is not None:
            self._journal.write(self.label)
        if self._fails:
            raise RuntimeError(f"{self.label} failed")


class Wrap:
    """What a decorator makes of a probe; it has nothing to close."""

    def __init__(self, label: str, inner: Probe | Wrap) -> None:
        self.label: str = f"{label}({inner.label})"


async def one_of_many_takes_a_name(case: ByHand) -> None:
    """Eight threads register one object under one name."""
    registry, probe = case["registry"], case["probe"]
    taken = case.error("AlreadyExists")

    async def register() -> bool:
        try:
            await case.act("Registry", "register", registry, name="pool", resource=probe)
        except taken:
            return False
        return True

    got = sum(await in_threads([register] * _CALLERS))
    case.expect(got == 1, f"{got} of {_CALLERS} took the name")


SURROUNDINGS: Final = Surroundings(
    subjects={"Journal": Journal, "Probe": Probe},
    by_hand={"one_of_many_takes_a_name": one_of_many_takes_a_name},
)
