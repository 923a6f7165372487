"""Who comes in and who does not: what is refused, with which status, and nothing is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_fixtures import ORIGIN, Visitor, open_visitor

from musivid.serving.doors import COOKIE, is_loopback

TOKEN = "a token that nobody guesses"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.9", "", "[::"]
)
def test_foreign_hosts(visitor: Visitor, host: str) -> None:
    assert visitor.client.get("/video", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8741", "localhost:99", "[::1]:8741"])
def test_our_hosts(visitor: Visitor, host: str) -> None:
    assert visitor.client.get("/video", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", f"{ORIGIN}.evil.example"])
def test_foreign_origins(visitor: Visitor, method: str, origin: str) -> None:
    headers = {"origin": origin}
    answer = visitor.client.request(method, "/api/plans", headers=headers, json={})
    assert answer.status_code == 403


def test_no_origin(visitor: Visitor) -> None:
    del visitor.client.headers["origin"]
    assert visitor.client.post("/api/hear", json={"song": "x"}).status_code == 403


def test_too_large_uploads(tmp_path: Path) -> None:
    visitor = open_visitor(tmp_path, most_bytes=10_000)
    place = "/api/inputs?kind=song&name=a.mp3"
    told = visitor.client.post(place, content=b"x" * 10_001)
    assert told.status_code == 413

    def endless() -> Iterator[bytes]:
        yield from (b"x" * 1000 for _ in range(20))

    streamed = visitor.client.post(place, content=endless())
    assert streamed.status_code == 413
    lying = visitor.client.post(place, content=b"x", headers={"content-length": "-5"})
    assert lying.status_code == 413
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".mp3"]


def test_too_large_talk(visitor: Visitor) -> None:
    answer = visitor.client.post("/api/plans", content=b"x" * 1_100_000)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "data", "name"),
    [
        ("song", b"<html><script>alert(1)</script></html>", "song.mp3"),
        ("song", b"", "song.mp3"),
        ("song", b"\xff\xf3" + bytes(500), "song.mp3"),
        ("song", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "list.m3u8"),
        ("song", b"ffconcat version 1.0\nfile /etc/passwd\n", "song.wav"),
        ("clip", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "clip.mp4"),
        ("picture", b"GIF89a" + bytes(20), "cover.png"),
        ("lyrics", bytes(range(256)), "lyrics.lrc"),
        ("lyrics", b"[00:01.00]x\n[1x:00]y", "lyrics.lrc"),
        ("lyrics", b"PK\x03\x04" + bytes(200), "lyrics.zip"),
    ],
)
def test_what_is_no_medium(visitor: Visitor, kind: str, data: bytes, name: str) -> None:
    answer = visitor.bring(kind, data, name)
    assert answer.status_code == 415, answer.text
    assert str(visitor.studio.data) not in answer.text
    assert not list((visitor.studio.data / "incoming").iterdir())


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x", "..\\..\\x.wav", "/etc/passwd", "a\0b.wav", "....//x", "con.wav",
     "x" * 5000, "<script>alert(1)</script>.wav", "$(reboot).wav", "", ".htaccess", "-rf"],
)  # fmt: skip
def test_hostile_names(visitor: Visitor, song: Path, name: str) -> None:
    answer = visitor.bring("song", song.read_bytes(), name)
    assert answer.status_code == 200
    title = answer.json()["title"]
    assert 0 < len(title) <= 60
    assert not set(title) & set("/\\<>\0:$()\"'")
    assert not title.startswith(".")
    (found,) = [path for path in (visitor.studio.data / "inputs").rglob("*") if path.is_file()]
    assert found.name == title
    assert not list(visitor.studio.data.parent.glob("*.wav"))


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
        "/files/../../etc/passwd", "/files/x/%2e%2e%2f%2e%2e%2fstudio.db",
        "/inputs/..%2fstudio.db/file", "/plans/x/pictures/..%2f..%2fstudio.db",
        "/inputs/x/lyrics.../../studio", "/api/jobs/' OR 1=1 --", "/runs/%00",
        "/language/en?back=//evil.example", "/docs", "/openapi.json",
    ],
)  # fmt: skip
def test_traversal(visitor: Visitor, path: str) -> None:
    answer = visitor.client.get(path, follow_redirects=False)
    if path.startswith("/language"):
        assert answer.headers["location"] == "/"
    else:
        assert answer.status_code == 404
    assert b"SQLite" not in answer.content and b"root:" not in answer.content


def test_files_of_a_job_never_lie_elsewhere(visitor: Visitor) -> None:
    jobs = visitor.studio.jobs
    jobs.add("video", "x", {"settings": {}, "preset": "living"})
    job = jobs.take("film")
    assert job is not None
    files = {"film": "../../studio.db", "plan": "/etc/passwd", "recipe": "nothing.json"}
    jobs.end(job.id, "done", result={"files": files})
    for role in (*files, "preview", "poster", ""):
        assert visitor.client.get(f"/files/{job.id}/{role}").status_code == 404


def test_answers_are_sealed(visitor: Visitor) -> None:
    for path in ("/video", "/api/jobs", "/static/studio.css", "/nothing"):
        headers = visitor.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


class TestToken:
    """Elsewhere than on this machine, who comes in must know a token."""

    @pytest.fixture
    def stranger(self, tmp_path: Path) -> Visitor:
        return open_visitor(tmp_path, host="192.168.1.7", token=TOKEN)

    @pytest.mark.parametrize("path", ["/", "/video", "/api/jobs", "/events", "/static/studio.js"])
    def test_without_it(self, stranger: Visitor, path: str) -> None:
        assert stranger.client.get(path, follow_redirects=False).status_code == 401

    def test_uploads_without_it(self, stranger: Visitor, song: Path) -> None:
        assert stranger.bring("song", song).status_code == 401
        assert not (stranger.studio.data / "inputs").exists()

    def test_with_it(self, stranger: Visitor) -> None:
        link = {"token": TOKEN, "song": "a b"}
        answer = stranger.client.get("/video", params=link, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/video?song=a+b"
        cookie = answer.headers["set-cookie"]
        assert COOKIE in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        assert stranger.client.get("/video").status_code == 200

    def test_a_wrong_one_is_slow(self, stranger: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("musivid.serving.doors._SLOW_S", 0.2)
        begun = time.monotonic()
        for guess in ("x", "y"):
            assert stranger.client.get("/video", params={"token": guess}).status_code == 401
        assert time.monotonic() - begun >= 0.4
        stranger.client.cookies.set(COOKIE, "guess")
        assert stranger.client.get("/video").status_code == 401

    def test_a_name_that_may_be_rebound(self, stranger: Visitor) -> None:
        answer = stranger.client.get("/video", headers={"host": "evil.example"})
        assert answer.status_code == 421


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("192.168.1.7", False), ("studio.example", False)],
)  # fmt: skip
def test_loopback(host: str, is_here: bool) -> None:
    assert is_loopback(host) == is_here
