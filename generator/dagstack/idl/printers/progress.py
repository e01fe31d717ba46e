"""A line on the terminal that says what a slow run is doing."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self, TextIO

_AFTER = 1.0
_EVERY = 0.2
_CLEAR = "\r\x1b[2K"


class Progress:
    """Shows the step and the seconds so far, once a run takes longer than one; on a terminal alone.

    Steps take what they take: nothing here pretends to know how much is left.
    """

    def __init__(self, stream: TextIO, after: float = _AFTER) -> None:
        self._stream = stream
        self._after = after
        self._step = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def step(self, text: str) -> None:
        """What the run is doing from now on."""
        self._step = text

    def __enter__(self) -> Self:
        """Begin to count."""
        if self._stream.isatty():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line as it was."""
        self._done.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _show(self) -> None:
        start = time.monotonic()
        wait = self._after
        while not self._done.wait(wait):
            wait = _EVERY
            self._stream.write(f"{_CLEAR}{self._step} ({time.monotonic() - start:.0f} s)")
            self._stream.flush()
        if wait == _EVERY:
            self._stream.write(_CLEAR)
            self._stream.flush()
