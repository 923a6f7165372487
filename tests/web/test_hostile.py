"""What no page sends: names of other things, the same twice, words where numbers belong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from studio_fixtures import Visitor, declared, planned

SCRIPT = """</script><script>alert(1)</script><img src=x onerror=alert(1)>'"--"""
FILM = {"source": "x", "system": "a", "clip": "b"}
STUDY = {"films": [FILM], "settings": {"title": "Fits?"}, "consent": {"en": "Yes."}}


@pytest.fixture
def names(visitor: Visitor, song: Path) -> dict[str, str]:
    """What there is: a song, a plan, a film that waits, and one that is done."""
    brought = visitor.brought("song", song)
    done = visitor.client.post("/api/films", json={"song": brought, "preset": "living"}).json()
    visitor.studio.jobs.take("film")
    visitor.studio.jobs.end(done["id"], "done", result={"files": {}, "facts": {}})
    wish = {"song": brought, "preset": "living", "settings": {"seed": 4}}
    waits = visitor.client.post("/api/films", json=wish).json()
    sheet = planned(visitor, brought)
    return {"song": brought, "done": done["id"], "waits": waits["id"], "sheet": sheet,
            "study": declared(visitor, "waiting")}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/runs/{sheet}", None, 404),
        ("GET", "/runs/{song}", None, 404),
        ("GET", "/plans/{done}", None, 404),
        ("GET", "/api/jobs/{sheet}", None, 404),
        ("GET", "/files/{sheet}/film", None, 404),
        ("GET", "/files/{done}/film", None, 404),
        ("GET", "/files/{done}/studio.db", None, 404),
        ("GET", "/inputs/{done}/file", None, 404),
        ("POST", "/api/jobs/{sheet}/stop", {}, 404),
        ("POST", "/api/jobs/{done}/go-on", {}, 409),
        ("POST", "/api/jobs/{done}/choose", {"rank": 1}, 422),
        ("POST", "/api/jobs/{done}/choose", {"rank": "1; DROP TABLE job"}, 422),
        ("POST", "/api/jobs/{done}/choose", {"rank": 1, "run": "{waits}"}, 422),
        ("POST", "/api/jobs/{waits}/choose", {"rank": 1}, 422),
        ("POST", "/api/jobs/{done}/more", {"like": 3}, 422),
        ("POST", "/api/jobs/{done}/again", {"seed": -1}, 422),
        ("POST", "/api/jobs/{done}/again", {"seed": SCRIPT}, 422),
        ("DELETE", "/api/jobs/{waits}", None, 409),
        ("DELETE", "/api/jobs/{sheet}", None, 404),
        ("PATCH", "/api/plans/{done}/rows/x", {"line": "x"}, 404),
        ("PATCH", "/api/plans/{sheet}/rows/x", {"line": "x"}, 422),
        ("PATCH", "/api/plans/{sheet}/rows/x", {"picture": "../studio.db"}, 422),
        ("POST", "/api/films", {"song": "{sheet}", "preset": "living"}, 422),
        ("POST", "/api/films", {"song": "{song}", "preset": "../living"}, 422),
        ("POST", "/api/films", {"song": "{song}", "preset": "living", "plan": "x"}, 422),
        ("POST", "/api/music", {"clip": "{song}", "preset": "song"}, 422),
        ("POST", "/api/plans/{done}/film", {}, 404),
        ("POST", "/api/hear", {"song": "{done}"}, 404),
        ("GET", "/studies/{done}", None, 404),
        ("GET", "/studies/{sheet}/edit", None, 404),
        ("GET", "/api/studies/..%2f..%2fstudio.db", None, 404),
        ("GET", "/files/{study}/report", None, 404),
        ("POST", "/api/studies", {"films": [], "path": "/etc"}, 422),
        ("POST", "/api/studies", {"films": [{"source": "{song}", "system": "a"}]}, 422),
        ("POST", "/api/studies", STUDY | {"films": [FILM | {"source": "../studio.db"}]}, 422),
        ("POST", "/api/studies", STUDY | {"films": [FILM | {"system": "../../a"}]}, 422),
        ("POST", "/api/studies", STUDY | {"films": [FILM | {"clip": SCRIPT}]}, 422),
        ("POST", "/api/studies", STUDY | {"settings": {"systems": {"a": "/etc"}}}, 422),
        ("POST", "/api/studies", STUDY | {"settings": {"clips": "/etc"}}, 422),
        ("PUT", "/api/studies/{done}", STUDY, 404),
        ("POST", "/api/studies/{done}/open", {}, 404),
        ("POST", "/api/studies/{study}/open", {}, 409),
        ("POST", "/api/studies/{study}/open", {"host": "0.0.0.0"}, 422),
        ("POST", "/api/studies/{study}/open", {"url": "javascript:alert(1)"}, 422),
        ("POST", "/api/studies/{study}/preview", {}, 409),
        ("POST", "/api/studies/{study}/report", {}, 409),
        ("POST", "/api/studies/{done}/close", {}, 404),
        ("DELETE", "/api/studies/{sheet}", None, 404),
    ],
)
def test_names_of_other_things(
    visitor: Visitor, names: dict[str, str], method: str, path: str, body: Any, status: int
) -> None:
    """Each is refused with its status, and no job comes of it."""
    sent = body
    if body is not None:
        fill = {key: value.format(**names) if value in ("{sheet}", "{song}", "{done}", "{waits}")
                else value for key, value in body.items() if isinstance(value, str)}  # fmt: skip
        sent = {**body, **fill}
    before = visitor.studio.jobs.latest_change()
    answer = visitor.client.request(method, path.format(**names), json=sent)
    assert answer.status_code == status, answer.text
    assert visitor.studio.jobs.latest_change() == before


def test_what_is_sent_twice_is_done_once(visitor: Visitor, names: dict[str, str]) -> None:
    wish = {"song": names["song"], "preset": "living", "settings": {"seed": 9}}
    made = [visitor.client.post("/api/films", json=wish).json()["id"] for _ in range(3)]
    assert len(set(made)) == 1
    assert visitor.client.post("/api/films", json={**wish, "end": 1.0}).json()["id"] not in made
    gone = [visitor.client.delete(f"/api/jobs/{names['done']}").status_code for _ in range(2)]
    assert gone == [200, 404]


@pytest.mark.parametrize("path", ["/video", "/music", "/words", "/runs", "/studies/new"])
def test_scripts_in_addresses_are_text(visitor: Visitor, path: str) -> None:
    asked = dict.fromkeys(("again", "song", "lyrics", "words", "clip", "back"), SCRIPT)
    answer = visitor.client.get(path, params=asked)
    assert answer.status_code in (200, 404)
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
