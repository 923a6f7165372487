"""A server on this machine whose faults can be chosen, for tests of fetching."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from musivid.weights import downloading

CONTENT = bytes(range(256)) * 4096 * 3  # 3 MiB
SHA = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """A server whose faults can be chosen."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.tag = '"one"'
        self.ranges = True
        self.cut_after: list[
            int
        ] = []  # for each coming answer: bytes after which the line goes dead
        self.errors: list[int] = []  # for each coming answer: a status to fail with
        self.redirect: str | None = None
        self.chunked = False
        self.claims = 0  # bytes by which the next answer lies about its length
        self.before: bytes | None = None  # what the next answer holds instead
        self.asked: list[Any] = []  # (Range, If-Range) of each request

    @property
    def url(self) -> Any:
        return f"http://127.0.0.1:{self.server_port}/model.pt"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        server.asked.append((self.headers.get("Range"), self.headers.get("If-Range")))
        if server.errors:
            self.send_error(server.errors.pop(0))
            return
        if server.redirect:
            self.send_response(302)
            self.send_header("Location", server.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.answer()

    def answer(self) -> None:
        server, start = self.server, 0
        wanted, if_range = server.asked[-1]
        if wanted and server.ranges and if_range in (None, server.tag):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(server.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(server.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        body = server.content[start:]
        if server.before is not None:
            body, start, server.before = server.before, 0, None
        claimed, server.claims = len(body) + server.claims, 0
        self.send_response(206 if start else 200)
        if start:
            last = len(server.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
        if server.tag:
            self.send_header("ETag", server.tag)
        if server.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(claimed))
        self.end_headers()
        cut = server.cut_after.pop(0) if server.cut_after else None
        if server.chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body[:cut]), body[:cut]))
            if cut is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(body[:cut])
        if cut is not None or claimed != len(body):
            self.close_connection = True

    def log_message(self, *_: str | int) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(downloading.time, "sleep", lambda seconds: None)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
