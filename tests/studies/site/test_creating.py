"""Clips that participants bring: taken in, scored by every system, rated blind, forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from media_fixtures import write_video
from pydantic import ValidationError
from starlette.testclient import TestClient
from study_fixtures import begin, reply, study

from musivid.core.errors import InputError
from musivid.core.progress import Silent
from musivid.studies.checking import check_study
from musivid.studies.composing import FILM, Commission, compose, sound_name
from musivid.studies.findings import StimulusFacts, find
from musivid.studies.manifest import ANCHOR, Manifest
from musivid.studies.site import creating
from musivid.studies.site.app import Site, make_site
from musivid.studies.site.creating import Creations, created_facts, shared_clips
from musivid.studies.site.serve import open_answers
from musivid.studies.site.taking import Taking
from musivid.studies.stimuli import find_sources, make_stimuli

SYSTEMS = {"zebra-net": "song", "quokka-net": "tiny"}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("creating")
    (folder / "others").mkdir()
    write_video(folder / "others" / "other.mp4", 30)
    write_video(folder / "mine.mp4", 50)
    return folder


def creation(folder: Path, **changed: Any) -> Manifest:
    """A study to which participants bring clips."""
    told = study(folder, trials=2).model_dump(exclude={"checks"})
    told |= {"design": "create", "perspective": "creator", "systems": SYSTEMS, "clips": "others"}
    return Manifest.model_validate({**told, **changed})


def written(work: Any, folder: Path, commission: Commission, *, reporter: Any) -> Any:
    """What `compose` leaves, without music."""
    if commission.controls.get("tempo.bpm") == 33:
        raise InputError(f"{commission.clip} has no music at 33")
    (folder / FILM).write_bytes(b"film " * 200)
    names = [*commission.systems, *([ANCHOR] if commission.other else [])]
    for name in names:
        (folder / sound_name(name)).write_bytes(b"sound" * 200)
    return tuple(StimulusFacts(commission.name, name, "0" * 64, 0.0, 2.0) for name in names)


@pytest.fixture
def visit(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, Site, Manifest]]:
    monkeypatch.setattr(creating, "apart", written)
    manifest = creation(clips)
    sources = find_sources(manifest, clips)
    stimuli = make_stimuli(tmp_path / "stimuli", manifest, sources, Silent())
    store, database = open_answers(manifest, tmp_path, stimuli.clips())
    with Creations(tmp_path / "creations", database, manifest, sources.shared) as creations:
        site = Site(Taking(manifest, stimuli, creations), store, b"salt", creations=creations)
        yield TestClient(make_site(site), follow_redirects=False), site, manifest
    database.close()


def brought(visitor: TestClient, code: str, clip: Path, **asked: Any) -> Any:
    position = visitor.get(f"/p/{code}/now").json()["trial"]["position"]
    query = {"position": position, **asked}
    return visitor.post(f"/p/{code}/clip", params=query, content=clip.read_bytes())


def until(visitor: TestClient, code: str, *states: str) -> dict[str, Any]:
    ends = time.monotonic() + 20
    while True:
        trial: dict[str, Any] = visitor.get(f"/p/{code}/now").json()["trial"]
        if trial["state"] in states:
            return trial
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_clip_is_scored_and_rated_blind(
    visit: tuple[TestClient, Site, Manifest], clips: Path
) -> None:
    visitor, site, manifest = visit
    code, creations = begin(visitor), site.creations
    assert creations is not None
    first = visitor.get(f"/p/{code}/now").json()["trial"]
    assert first["state"] == "" and "calm" in first["emotions"] and "jazz" in first["genres"]
    sent = []
    for share in ("yes", ""):
        controls = {"emotion": "calm", "genre": "jazz", "bpm": "90", "threshold": "0.2"}
        answer = brought(visitor, code, clips / "mine.mp4", share=share, **controls)
        assert answer.status_code == 201, answer.text
        trial = until(visitor, code, "done")
        assert len(trial["sounds"]) == 3 and len(trial["questions"]) == 6
        for address in (*trial["films"], *trial["sounds"]):
            media = visitor.get(f"/p/{code}/{address}")
            assert media.status_code == 200
            sent += [media.content, str(media.headers).encode()]
        assert brought(visitor, code, clips / "mine.mp4").status_code == 409
        assert visitor.post(f"/p/{code}/answer", json=reply(manifest, trial)).status_code == 200
    assert visitor.get(f"/p/{code}/now").json()["trial"] is None
    for data in sent:
        assert not any(name.encode() in data for name in (*SYSTEMS, ANCHOR))
    shared, own = creations.listed()
    assert shared.controls == {"tempo.bpm": 90, "control.beat_threshold": 0.2,
                               "control.emotion": "calm", "control.genre": "jazz"}  # fmt: skip
    seen = shared_clips(creations._folder.parent, creations._database)
    assert [path.name for path in seen] == [shared.clip] and seen[0].is_dir()
    assert not creations.file(own.clip, None).exists()  # who did not agree has only been heard
    answers = site.store.answers()
    assert len(answers.ratings) == 2 * 3 * 6
    assert {row.clip for row in answers.ratings} == {shared.clip, own.clip}
    found = find(manifest, created_facts(creations._database), answers)
    assert found.clips == 2 and {mean.system for mean in found.everybody.means} == {
        *SYSTEMS, ANCHOR
    }  # fmt: skip
    visitor.post(f"/p/{code}/withdraw")
    assert not creations.listed() and not list(creations._folder.glob("brought-*"))


def test_what_cannot_be_scored_is_brought_again(
    visit: tuple[TestClient, Site, Manifest], clips: Path, tmp_path: Path
) -> None:
    visitor, site, _ = visit
    code = begin(visitor)
    text = tmp_path / "clip.mp4"
    text.write_text("<html>")
    answer = brought(visitor, code, text)
    assert answer.status_code == 415 and str(tmp_path) not in answer.text
    for wrong in ({"emotion": "<b>"}, {"bpm": "5"}, {"bpm": "nan"}, {"threshold": "x"},
                  {"genre": "../x"}):  # fmt: skip
        assert brought(visitor, code, clips / "mine.mp4", **wrong).status_code == 422
    assert brought(visitor, code, clips / "mine.mp4", position=1).status_code == 409
    assert visitor.post("/p/nobody/clip", content=b"x").status_code == 404
    assert site.creations is not None and not site.creations.listed()
    assert not list(site.creations._folder.iterdir())
    assert brought(visitor, code, clips / "mine.mp4", bpm="33").status_code == 201
    trial = until(visitor, code, "failed")
    assert trial["problem"] == "this film has no music at 33"
    assert brought(visitor, code, clips / "mine.mp4").status_code == 201
    until(visitor, code, "done")


def test_manifests_of_creations(clips: Path) -> None:
    found = check_study(creation(clips), clips)
    assert found.systems == (*SYSTEMS, ANCHOR) and found.trials == 2 and not found.doubts
    for wrong, message in (
        ({"clips": ""}, "needs clips"),
        ({"vary": "picture"}, "not pictures"),
        ({"checks": {"gold": 1}}, "no trials that check"),
    ):
        with pytest.raises(ValidationError, match=message):
            creation(clips, **wrong)
    with pytest.raises(Exception, match="nothing"):
        check_study(creation(clips, systems={"ours": "nothing"}), clips)


@pytest.mark.slow
def test_systems_write_for_a_clip(clips: Path, tmp_path: Path) -> None:
    """Each system's sound as long as the clip; a control that one lacks is left to the other."""
    controls = {"control.emotion": "calm", "tempo.bpm": 100, "control.beat_threshold": 0.2}
    commission = Commission(clips / "mine.mp4", "brought", SYSTEMS, clips / "others" / "other.mp4",
                            "song", controls, 3)  # fmt: skip
    facts = compose(tmp_path, commission, reporter=Silent())
    assert [fact.system for fact in facts] == [*SYSTEMS, ANCHOR]
    assert all(fact.duration_s == pytest.approx(2.0, abs=0.1) for fact in facts)
    assert len({fact.sha256 for fact in facts}) == 3
    assert {path.name for path in tmp_path.iterdir()} == {
        FILM, *(sound_name(fact.system) for fact in facts)
    }  # fmt: skip
