"""moto's S3, which answers one request at a time.

By itself it does not stand many who write one key: it closes a blob that is replaced while another
request reads it, and answers that with status 500.

``python -m tests.resources.blobs.moto_service`` runs it for the tests of other languages, says
where it is, and ends with its input.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class _InTurn:
    """An application that many may call, before one that only one may call at a time."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            return list(self._inner(environ, start_response))


@contextmanager
def moto_service() -> Generator[int]:
    """Run it in a thread, with no more known of AWS than what tests say; give its port."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
    application = _InTurn(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler
    )
    thread = threading.Thread(target=server.serve_forever, name="moto")
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        os.environ.update(hidden)


def moto_backend() -> Any:  # noqa: ANN401 - moto's own, without types
    """Return the memory behind the service, which is that of the process."""
    return get_backend("s3")["123456789012"]["aws"]


if __name__ == "__main__":
    with moto_service() as port:
        print(f"http://127.0.0.1:{port}", flush=True)  # noqa: T201 - whoever starts it reads this
        sys.stdin.read()
