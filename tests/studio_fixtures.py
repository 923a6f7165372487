"""A studio for tests: its application without a network; its workers only note who was woken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from media_fixtures import click_song
from starlette.testclient import TestClient

from musivid.studies.manifest import Manifest
from musivid.web.app import make_app
from musivid.web.jobs import Role, State
from musivid.web.studio import StudioState, open_studio
from musivid.web.tables import open_rows

__all__ = ["CHOICES", "ORIGIN", "Visitor", "declared", "open_visitor", "planned", "song", "visitor"]

ORIGIN = "http://127.0.0.1"

CHOICES = {
    "scenes": {
        "sea": {"looks": ["moon", "sunset"], "shots": ["wide", "low"], 
                "figures": ["walker", "boat"],
                "words": {"moon": "moon on the water", "sunset": "the sun goes down"}},
        "aurora": {"looks": ["teal"], "shots": ["lake", "sky"], "figures": [],
                   "words": {"teal": "green light"}},
    },
    "poses": {"walker": ["walks", "stands"], "boat": []},
    "actions": ["fall", "sink"],
    "cuts": ["cut", "iris"],
}  # fmt: skip


@dataclass
class NotedWorkers:
    """Workers that nobody starts."""

    woken: list[Role] = field(default_factory=list)

    def wake(self, role: Role) -> None:
        self.woken.append(role)

    def keep(self, roles: set[Role]) -> None:
        """Start nobody."""

    def close(self) -> None:
        """Let nobody go."""


@dataclass
class Visitor:
    """Somebody with a browser, and the studio that is visited."""

    client: TestClient
    studio: StudioState
    workers: NotedWorkers

    def bring(self, kind: str, path: Path | bytes, name: str = "") -> Any:
        """Bring a file; the answer."""
        data = path if isinstance(path, bytes) else path.read_bytes()
        name = name or (path.name if isinstance(path, Path) else "file")
        return self.client.post("/api/inputs", params={"kind": kind, "name": name}, content=data)

    def brought(self, kind: str, path: Path | bytes, name: str = "") -> str:
        """Bring a file that is welcome; its name."""
        answer = self.bring(kind, path, name)
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["id"]
        return found


def open_visitor(
    folder: Path, *, host: str = "127.0.0.1", token: str | None = None, most_bytes: int = 5_000_000
) -> Visitor:
    """A visitor of a studio in a folder."""
    database = open_rows(folder)
    workers = NotedWorkers()
    studio = open_studio(folder, database, workers, most_bytes=most_bytes, version="test")
    app = make_app(studio, host=host, token=token)
    client = TestClient(app, base_url=f"http://{host}", headers={"origin": f"http://{host}"})
    return Visitor(client, studio, workers)


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return click_song(tmp_path_factory.mktemp("song") / "My song.wav", 2.0)


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    found = open_visitor(tmp_path / "data")
    with found.client:
        yield found


def declared(visitor: Visitor, state: State = "done", **told: Any) -> str:
    """A study whose stimuli are said to be there, or not; its name."""
    manifest = Manifest(
        title="Which fits?", consent={"en": "I agree."}, systems={"a": "a", "b": "b"}
    )
    spec = {"films": [], "settings": {"title": manifest.title}, "consent": manifest.consent}
    study = visitor.studio.studies.add(manifest, [], spec)
    job = visitor.studio.jobs.add("stimuli", study.title, {"study": study.id})
    if state != "waiting":
        visitor.studio.jobs.take("film")
    if state in ("done", "failed"):
        facts = {"clips": 2, "systems": ["a", "b", "other-clip"], "trials": 18, "session_s": 40.0,
                 "ratings_each": 9.0, "half_width": 0.3, "doubts": ["Clips are long."]}  # fmt: skip
        visitor.studio.jobs.end(job.id, state, result={"facts": facts}, **told)
    return study.id


def planned(visitor: Visitor, song: str, **wish: Any) -> str:
    """A sheet of three rows, as a worker would fill it; its name."""
    asked = {"song": song, "preset": "living", **wish}
    answer = visitor.client.post("/api/plans", json=asked)
    assert answer.status_code == 201, answer.text
    sheet: str = answer.json()["id"]
    row = {"scene": "sea", "look": "moon", "shot": "wide", "figure": "", "action": "",
           "cut": "cut", "line": ""}  # fmt: skip
    rows = [
        {**row, "start_s": 0.0},
        {**row, "start_s": 4.0, "figure": "walker walks", "line": "Somebody is <b>here</b>"},
        {**row, "start_s": 8.0, "scene": "aurora", "look": "teal", "shot": "sky"},
    ]
    facts = {"duration_s": 12.0, "editable": True, "beats_s": [0.5 * k for k in range(24)],
             "size": "640x360", "frames": 300, "fps": "25", "tempo_bpm": 120.0, "keys": 0,
             "estimate_s": 9.0, "disk_mb": 4.0, "warnings": [], "cues": []}  # fmt: skip
    visitor.studio.sheets.keep_choices(CHOICES)
    visitor.studio.sheets.fill(sheet, facts, rows)
    job = visitor.studio.jobs.take("desk")
    assert job is not None
    visitor.studio.jobs.end(job.id, "done", result={"facts": {"rows": 3}})
    return sheet
