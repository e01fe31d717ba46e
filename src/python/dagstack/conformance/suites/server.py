"""The subject ``Server``: answers requests in turn as a case told it, on a real connection."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedReader

    Answer: TypeAlias = Mapping[str, Any]

_NO_ANSWER: Final[dict[str, Any]] = {"status": 599, "text": "no answer is left"}
_BODILESS: Final = frozenset({204, 304})


class Server:
    """A server on loopback.

    Args:
        answers: What it answers to the first request, to the second one, and so on; the suite says
            what an answer may hold.
    """

    def __init__(self, answers: list[Answer]) -> None:
        self._answers = list(answers)
        self._requests: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._closed = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        host, port = self._socket.getsockname()
        self.address = f"{host}:{port}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self._accept, name="conformance-server", daemon=True).start()

    def requests(self) -> list[dict[str, Any]]:
        """List the requests so far."""
        with self._lock:
            return [dict(each) for each in self._requests]

    def close(self) -> None:
        """Stop, and cut all connections."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), name="conformance-server", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            with connection, connection.makefile("rb") as reader:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(OSError, ValueError):
                    while (request := _read_request(reader)) is not None:
                        with self._lock:
                            self._requests.append(request)
                            answer = self._answers.pop(0) if self._answers else _NO_ANSWER
                        if not self._answer(connection, answer, request["target"]):
                            return
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, connection: socket.socket, answer: Answer, target: str) -> bool:
        """Send an answer; say whether the connection goes on."""
        if answer.get("hang"):
            self._closed.wait()
            return False
        if answer.get("reset"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if "raw" in answer:
            connection.sendall(answer["raw"].replace("{url}", self.url).encode("latin-1"))
            connection.shutdown(socket.SHUT_WR)
            return False
        head, body = self._response(answer, target)
        if "cut" in answer:
            connection.sendall(head + body[: answer["cut"]])
            return False
        if "stall" in answer:
            connection.sendall(head + body[: answer["stall"]])
            self._closed.wait()
            return False
        connection.sendall(head + body)
        return True

    def _response(self, answer: Answer, target: str) -> tuple[bytes, bytes]:
        status = int(answer.get("status", 200))
        headers = {
            str(name): str(value).replace("{url}", self.url).replace("{target}", target)
            for name, value in answer.get("headers", {}).items()
        }
        given = {name.lower() for name in headers}
        body = _body(answer)
        if answer.get("gzip"):
            body = gzip.compress(body, mtime=0)
            headers["content-encoding"] = "gzip"
        if "chunks" in answer:
            headers["transfer-encoding"] = "chunked"
            pieces = [body] if answer.get("gzip") else [each.encode() for each in answer["chunks"]]
            body = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces if each)
            body += b"0\r\n\r\n"
        elif "content-length" not in given and not (status in _BODILESS and not body):
            headers["content-length"] = str(len(body))
        lines = [f"HTTP/1.1 {status} Answer", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1"), body


def _body(answer: Answer) -> bytes:
    if "hex" in answer:
        return bytes.fromhex(answer["hex"])
    if "repeat" in answer:
        text, times = answer["repeat"]
        return str(text).encode() * int(times)
    if "chunks" in answer:
        return "".join(answer["chunks"]).encode()
    return str(answer.get("text", "")).encode()


def _read_request(reader: BufferedReader) -> dict[str, Any] | None:
    """Read one request; nothing if the client has gone."""
    first = reader.readline()
    if not first.strip():
        return None
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while line := reader.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        name = name.strip().lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int(reader.readline().split(b";")[0], 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    else:
        body = reader.read(int(headers.get("content-length", "0")))
    text = body.decode("utf-8", "replace")
    return {"method": method, "target": target, "headers": headers, "body": text}
