"""Where a case happens: its subjects are made here, and closed in the end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagstack.conformance.failures import told
from dagstack.conformance.harness import Action
from dagstack.conformance.live import CaseFailed, Live, filled, plain, settled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from dagstack.conformance.documents import Suite
    from dagstack.conformance.harness import Harness, Surroundings
    from dagstack.conformance.started import Started


class Stage:
    """Makes the subjects of one row of a case.

    Args:
        suite: The suite that the case belongs to.
        harness: The implementation under test.
        surroundings: What comes with the runner.
    """

    def __init__(self, suite: Suite, harness: Harness, surroundings: Surroundings) -> None:
        self.suite = suite
        self.harness = harness
        self.started: list[Started] = []
        self._surroundings = surroundings
        self._made: list[Live] = []

    async def make(self, subject: str, options: Mapping[str, object]) -> Live:
        """Make a subject from its options; those that are left out have their defaults."""
        about = self.suite.subjects[subject]
        factory = self.harness.subjects.get(subject) or self._surroundings.subjects[subject]
        made = await settled(factory(**filled(about["options"], options, self.suite)))
        if made is None:
            raise CaseFailed(f"the factory of {subject} returned None")
        own = subject in self.harness.subjects
        actions = self.harness.actions if own else dict[str, Action]()
        live = Live(made, self.suite, subject, tuple(about["is"]), actions)
        self._made.append(live)
        return live

    async def clear(self) -> None:
        """End all calls that still run, and close all that was made, the last one first.

        Raises:
            CaseFailed: something of the harness's own could not be closed.
        """
        for started in self.started:
            await started.end()
        problems: list[str] = []
        for live in reversed(self._made):
            try:
                await live.close()
            except Exception as error:  # noqa: BLE001 - all are closed, whatever some raise
                if live.subject in self.harness.subjects:
                    problems.append(f"closing {live.subject} in the end failed with {told(error)}")
        if problems:
            raise CaseFailed("\n".join(problems))


class ByHand:
    """What the body of a case that is done by hand gets to work with."""

    def __init__(self, stage: Stage, given: Mapping[str, Live], folders: ExitStack) -> None:
        self._stage = stage
        self._folders = folders
        self.harness = stage.harness
        self.objects = {name: live.object for name, live in given.items()}
        """The objects that the case is given, by name."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any object
        """Return what the case is given under a name."""
        return self.objects[name]

    async def make(self, subject: str, **options: object) -> Any:  # noqa: ANN401 - any object
        """Make another subject, which is closed in the end."""
        return (await self._stage.make(subject, options)).object

    async def close(self, subject: str, target: object) -> None:
        """Close an object as the harness closes that subject."""
        await Live(target, self._stage.suite, subject, (), self.harness.actions).close()

    async def act(self, subject: str, action: str, target: object, **arguments: object) -> Any:  # noqa: ANN401
        """Do one of the subject's actions with an object."""
        interfaces = tuple(self._stage.suite.subjects[subject]["is"])
        live = Live(target, self._stage.suite, subject, interfaces, self.harness.actions)
        return plain(await live.call(action, arguments))

    def error(self, name: str) -> type[Exception]:
        """Return the class of an error by its name in the specification."""
        return self._stage.suite.type_of("errors", name)

    def folder(self) -> Path:
        """Make an empty folder, which is removed in the end."""
        made = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        return Path(self._folders.enter_context(made)).resolve()

    def expect(self, holds: object, otherwise: str) -> None:
        """Fail the case, with these words, unless something holds.

        Raises:
            CaseFailed: it does not.
        """
        if not holds:
            raise CaseFailed(otherwise)
