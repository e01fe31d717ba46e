"""Services that speak S3, to be run by tests, and a proxy that spoils what they say.

``python -m tests.resources.blobs.s3_servers`` builds the gateway for the tests of other languages.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dagstack.resources import S3BlobStore

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[3]
ACCESS_KEY, SECRET_KEY = "AKIDTESTTESTTEST", "a-secret-that-nobody-may-see"
BUCKET = "bucket"


def open_store(  # noqa: PLR0913 - as many settings as tests vary
    port: int,
    *,
    bucket: str = BUCKET,
    prefix: str = "",
    timeout: float = 10.0,
    max_retries: int = 0,
    retry_timeout: float = 60.0,
    secret: str = SECRET_KEY,
) -> S3BlobStore:
    """Open a store on a service at this machine."""
    return S3BlobStore(
        bucket,
        endpoint=f"http://127.0.0.1:{port}",
        region="us-east-1",
        access_key_id=ACCESS_KEY,
        secret_access_key=secret,
        prefix=prefix,
        timeout=timeout,
        max_retries=max_retries,
        retry_timeout=retry_timeout,
    )


class FaultyProxy(ThreadingHTTPServer):
    """Hands requests on to a service, except for as many as it is told to spoil, in order.

    A fault is a status to answer at once (`503`), `slow` (no answer for a while), `reset` (none at
    all), `lost` (handed on, but the answer is not) or `half` (an answer that ends too early).
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = port
        self.patience = 3.0
        """Seconds that a slow answer takes."""
        self.faults: list[str] = []
        self.seen: list[str] = []
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def next_fault(self, line: str) -> str:
        """Say how to spoil the next request."""
        with self._lock:
            fault = self.faults.pop(0) if self.faults else ""
            self.seen.append(f"{line} {fault}".strip())
            return fault

    def handle_error(self, request: object, client_address: object) -> None:
        """Expect clients to go away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = cast("FaultyProxy", self.server)
        fault = proxy.next_fault(self.command)
        if fault == "slow":
            proxy.stopping.wait(proxy.patience)
        if fault in {"slow", "reset"}:
            self._hang_up()
        elif fault.isdigit():
            answer = b"<Error><Code>SlowDown</Code><Message>for your eyes only</Message></Error>"
            self._answer(int(fault), {}, answer)
        else:
            upstream = http.client.HTTPConnection("127.0.0.1", proxy.upstream, timeout=10)
            with contextlib.closing(upstream):
                upstream.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body)
                response = upstream.getresponse()
                answer = response.read()
            if fault == "lost":
                self._hang_up()
            else:
                self._answer(response.status, dict(response.getheaders()), answer, fault == "half")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - http.server's names

    def _answer(
        self,
        status: int,
        headers: dict[str, str],
        body: bytes,
        half: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if half else body)
        if half:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextlib.contextmanager
def faulty_proxy(port: int) -> Iterator[FaultyProxy]:
    """Run a proxy before a service."""
    with FaultyProxy(port) as proxy:
        thread = threading.Thread(target=lambda: proxy.serve_forever(0.02))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.stopping.set()
            proxy.shutdown()
            thread.join()


def built_gateway() -> Path:
    """Build the pinned gateway unless it is built already; it is kept beside the other tools."""
    module = CHECKOUT / "tools" / "versitygw"
    program = CHECKOUT / ".venv" / "bin" / "versitygw"
    stamp = program.with_suffix(".go.mod")
    pinned = (module / "go.mod").read_text(encoding="utf-8")
    if not (program.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == pinned):
        go = shutil.which("go")
        if go is None:
            raise FileNotFoundError("go, which `make setup` looks for or installs")
        environment = {**os.environ, "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
        environment.pop("GOPROXY", None)  # the tests' own, which forbids downloads
        made = program.with_suffix(f".{os.getpid()}")  # others may be building it too
        subprocess.run(
            [go, "build", "-o", str(made), "github.com/versity/versitygw/cmd/versitygw"],
            cwd=module,
            env=environment,
            check=True,
            timeout=900,
        )
        made.replace(program)
        stamp.write_text(pinned, encoding="utf-8")
    return program


class Gateway:
    """A gateway over a folder, which can be killed and started again at the same port."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        (folder / "data" / BUCKET).mkdir(parents=True)
        (folder / "meta").mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(str(self._program), "--port", f"127.0.0.1:{self.port}", "--quiet"),
                    *("--access", ACCESS_KEY, "--secret", SECRET_KEY),
                    *("posix", "--sidecar", str(self._folder / "meta"), str(self._folder / "data")),
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise RuntimeError((self._folder / "log").read_text())

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


if __name__ == "__main__":
    built_gateway()
