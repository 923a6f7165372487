"""A hub on this machine that gives out one folder as a repository, with faults that are chosen."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

REPO, COMMIT = "owner/name", "c" * 40


class Hub(ThreadingHTTPServer):
    """One repository; each fault is used up by the next request for a large file."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.revisions = {"main", COMMIT}
        self.cut_after: list[int] = []  # bytes of an answer after which the line goes dead
        self.errors: list[int] = []  # statuses to fail with
        self.asked: list[str] = []  # paths of the files that were fetched

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if match := re.fullmatch(rf"/api/models/{REPO}(?:/revision/(.+))?", path):
            self._info(match[1] or "main")
        elif match := re.fullmatch(rf"/api/models/{REPO}/tree/(.+)", path):
            self._tree()
        elif match := re.fullmatch(rf"/{REPO}/resolve/([^/]+)/(.+)", path):
            self._file(match[1], match[2])
        else:
            self._refuse(404, "RepoNotFound")

    do_HEAD = do_GET

    def _info(self, revision: str) -> None:
        if revision not in self.server.revisions:
            self._refuse(404, "RevisionNotFound")
            return
        siblings = [{"rfilename": name, "size": len(whole)} for name, whole in self._files()]
        self._send(json.dumps({"id": REPO, "sha": COMMIT, "siblings": siblings}).encode())

    def _tree(self) -> None:
        rows = [
            {"type": "file", "path": name, "size": len(whole), "oid": _etag(name, whole)}
            for name, whole in self._files()
        ]
        self._send(json.dumps(rows).encode())

    def _files(self) -> list[tuple[str, bytes]]:
        files = [path for path in sorted(self.server.folder.rglob("*")) if path.is_file()]
        root = self.server.folder
        return [(path.relative_to(root).as_posix(), path.read_bytes()) for path in files]

    def _file(self, revision: str, name: str) -> None:
        path = self.server.folder / name
        if revision not in self.server.revisions or not path.is_file():
            self._refuse(404, "EntryNotFound")
            return
        large, whole = path.suffix == ".safetensors", path.read_bytes()
        if self.command == "GET" and large:
            self.server.asked.append(name)
            if self.server.errors:
                self._refuse(self.server.errors.pop(0), "")
                return
        start = int((self.headers.get("Range") or "bytes=0-")[6:].rstrip("-"))
        cut = self.server.cut_after.pop(0) if large and self._cuts() else None
        self._send(whole[start:], _etag(name, whole), start, cut)

    def _cuts(self) -> bool:
        return self.command == "GET" and bool(self.server.cut_after)

    def _send(self, body: bytes, etag: str = "", start: int = 0, cut: int | None = None) -> None:
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Repo-Commit", COMMIT)
        if etag:
            self.send_header("ETag", f'"{etag}"')
        if start:
            last = start + len(body) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:cut])
        self.close_connection = cut is not None

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: str | int) -> None:
        pass


def _etag(name: str, whole: bytes) -> str:
    """Large files have their SHA-256, small ones the 40 digits of git."""
    digest = hashlib.sha256(whole).hexdigest()
    return digest if name.endswith(".safetensors") else digest[:40]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """An empty repository; the hub's library looks for it and keeps what it fetches here."""
    import huggingface_hub.constants as constants

    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Hub(tmp_path / "repository")
    template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
