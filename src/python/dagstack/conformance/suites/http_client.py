"""What comes with the runner for HTTP clients."""

from __future__ import annotations

from typing import Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.suites.server import Server

SURROUNDINGS: Final = Surroundings(subjects={"Server": Server})
