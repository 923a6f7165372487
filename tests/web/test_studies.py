"""Listening studies in the studio: declared with faults at fields, made, opened, reported."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from studio_fixtures import Visitor
from study_fixtures import SYSTEMS, take_part, write_films

from musivid.core.progress import Silent
from musivid.studies.manifest import read_manifest
from musivid.web.declaring import form_of_study
from musivid.web.holding import keep_studies
from musivid.web.openings import Openings
from musivid.web.surveying import prepare_stimuli, report_answers
from musivid.web.works import Bench


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("films")
    write_films(found, clips=2)
    return found


@pytest.fixture
def wish(visitor: Visitor, folder: Path) -> dict[str, Any]:
    """A study of two systems and two clips, as the page sends it."""
    films = [
        {"source": visitor.brought("clip", path), "system": path.parent.name, "clip": path.stem}
        for path in sorted(folder.glob("*/*.mp4"))
    ]
    checks = {f"checks.{name}": 0 for name in ("training", "instructed", "gold", "repeat")}
    settings = {"title": "Which fits?", "design": "compare", "trials": 2, **checks}
    return {"films": films, "settings": settings, "consent": {"en": "I agree."}}


def bench(visitor: Visitor) -> Bench:
    studio = visitor.studio
    return Bench(studio.data, studio.jobs, studio.inputs, studio.sheets, None, {})  # type: ignore[arg-type]


def made(visitor: Visitor, wish: dict[str, Any]) -> str:
    """A study whose stimuli are there; its name."""
    answer = visitor.client.post("/api/studies", json=wish)
    assert answer.status_code == 201, answer.text
    job = visitor.studio.jobs.take("film")
    assert job is not None and job.kind == "stimuli"
    result = dict(prepare_stimuli(bench(visitor), job, Silent()))  # type: ignore[arg-type]
    visitor.studio.jobs.end(job.id, "done", result=result)
    found: str = answer.json()["id"]
    return found


def test_faults_are_told_at_their_fields(visitor: Visitor, wish: dict[str, Any]) -> None:
    told = {"title": "", "trials": 500, "languages": ["en", "zh"], "baseline": "nobody"}
    bad = {"films": wish["films"][:3], "settings": told, "consent": {"en": "I agree."}}
    answer = visitor.client.post("/api/studies", json=bad)
    faults = {fault["key"]: fault["message"] for fault in answer.json()["faults"]}
    assert answer.status_code == 422
    assert set(faults) == {"films", "title", "trials", "consent.zh"}
    assert faults["films"] == f"{sorted(SYSTEMS)[1]} has no film of clip1"
    for key, value in (("baseline", "nobody"), ("reference", SYSTEMS[0]), ("questions", "[{")):
        settings = {**wish["settings"], key: value}
        answer = visitor.client.post("/api/studies", json={**wish, "settings": settings})
        assert [fault["key"] for fault in answer.json()["faults"]] == [key]
    create: dict[str, Any] = {"title": "Which?", "design": "create"}
    for more, key in (({}, "systems"), ({"systems": ["song"]}, "films"),
                      ({"systems": ["tiny"], "anchor": False}, "systems")):  # fmt: skip
        wished: dict[str, Any] = {"films": [], "settings": create | more, "consent": {"en": "Yes."}}
        answer = visitor.client.post("/api/studies", json=wished)
        assert key in [fault["key"] for fault in answer.json()["faults"]], answer.text
    known = {field.key for group in form_of_study() for field in group.fields}
    assert {"checks.gold", "exclusion.fastest", "completion.url", "anchor"} <= known
    assert not visitor.studio.studies.listed() and not visitor.studio.jobs.listed(("stimuli",))


def test_a_study_is_as_commands_have_it(visitor: Visitor, wish: dict[str, Any]) -> None:
    study = made(visitor, wish)
    path = visitor.studio.studies.manifest(study)
    manifest = read_manifest(path)
    assert (manifest.design, manifest.trials, tuple(manifest.systems)) == (
        "compare", 2, tuple(sorted(SYSTEMS))
    )  # fmt: skip
    shown = visitor.client.get(f"/api/studies/{study}").json()
    assert shown["state"] == "ready" and shown["facts"]["clips"] == 2
    assert shown["progress"]["began"] == 0
    page = visitor.client.get(f"/studies/{study}/edit")
    assert page.status_code == 200 and "Which fits?" in page.text
    other = {**wish, "settings": {**wish["settings"], "title": "Another"}}
    changed = visitor.client.put(f"/api/studies/{study}", json=other).json()
    assert (changed["id"], changed["title"], changed["state"]) == (study, "Another", "preparing")
    assert visitor.client.delete(f"/api/studies/{study}").status_code == 200
    assert not path.parent.exists() and not visitor.studio.jobs.listed(("stimuli",))


def until_open(visitor: Visitor, study: str) -> dict[str, Any]:
    ends = time.monotonic() + 30
    while True:
        shown: dict[str, Any] = visitor.client.get(f"/api/studies/{study}").json()
        if shown["state"] != "starting":
            return shown
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_from_making_to_report(visitor: Visitor, wish: dict[str, Any]) -> None:
    """Opened in a process of its own, taken part in, open again after a kill, closed, reported."""
    study = made(visitor, wish)
    path = f"/api/studies/{study}"
    assert visitor.client.post(f"{path}/report").status_code == 409
    bad = visitor.client.post(f"{path}/open", json={"url": "ftp://x/"})
    assert [fault["key"] for fault in bad.json()["faults"]] == ["url"]
    assert visitor.client.post(f"{path}/open", json={}).json()["state"] in ("starting", "open")
    shown = until_open(visitor, study)
    assert shown["state"] == "open" and shown["link"].startswith("http://127.0.0.1:")
    take_part(shown["link"])
    assert visitor.client.get(path).json()["progress"]["finished"] == 1
    assert visitor.client.put(path, json=wish).status_code == 409
    assert visitor.client.delete(path).status_code == 409
    # Whoever opens the studio after it was killed finds the study open at the same address.
    visitor.studio.openings.close_all()
    visitor.studio.openings = Openings()
    keep_studies(visitor.studio)
    assert until_open(visitor, study)["link"] == shown["link"]
    assert visitor.client.post(f"{path}/close").json()["state"] == "closed"
    with pytest.raises(OSError, match="refused"):
        urlopen(shown["link"])
    packed = []
    for _ in range(2):  # the same answers give the same bytes
        job = visitor.client.post(f"{path}/report").json()["id"]
        taken = visitor.studio.jobs.take("desk")
        assert taken is not None and taken.id == job
        result = dict(report_answers(bench(visitor), taken, Silent()))  # type: ignore[arg-type]
        visitor.studio.jobs.end(job, "done", result=result)
        report = visitor.client.get(f"/files/{job}/report")
        assert (
            "Which fits?" in report.text and "sandbox" in report.headers["content-security-policy"]
        )
        archive = visitor.client.get(f"/files/{job}/export").content
        packed.append(archive)
    assert packed[0] == packed[1]
    (target := visitor.studio.data / "export.zip").write_bytes(packed[0])
    names = zipfile.ZipFile(target).namelist()
    assert {"votes.csv", "participants.csv", "report.html", "methods.md", "SHA256SUMS"} <= {*names}
    visitor.studio.openings.close_all()
