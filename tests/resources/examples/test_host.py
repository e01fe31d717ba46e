"""The host of `docs/examples`, with the resources of production."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = Path(__file__).parents[3] / "docs/examples/host.py"


class Quotes(BaseHTTPRequestHandler):
    """A server with one page."""

    def do_GET(self) -> None:
        """Answer with three quotes."""
        body = json.dumps(["Less is more.", "Festina lente.", "Know thyself."]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Keep quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    """The page's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Quotes) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def _run(url: str, folder: Path) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-W", "error", HOST, url, folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_host_keeps_a_quote_each_run(url: str, tmp_path: Path) -> None:
    """The store is a folder, so the second run finds what the first one stored."""
    (first,) = _run(url, tmp_path)
    both = _run(url, tmp_path)
    assert first in both
    assert len({quote["id"] for quote in both}) == 2
    assert {quote["quote"] for quote in both} <= {
        *("Less is more.", "Festina lente.", "Know thyself.")
    }
