from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from media_fixtures import write_video
from study_raters import CLIPS, manifest, rated, voted

from musivid.core.errors import OutputError
from musivid.media.frames import probe_video
from musivid.pipeline.render.switched import write_even_sound, write_silent_film
from musivid.studies.composing import FILM, sound_name
from musivid.studies.export import export_study
from musivid.studies.findings import StimulusFacts, find
from musivid.studies.make import draft_manifest
from musivid.studies.manifest import ANCHOR, read_manifest
from musivid.studies.page import render_page
from musivid.studies.records import Answers

QUALITY = {"good": 4.0, "fair": 3.2, "weak": 2.5, ANCHOR: 1.8}
STIMULI = [
    StimulusFacts(clip, system, "0" * 64, -1.5, 20.0) for clip in CLIPS for system in QUALITY
]


def test_the_same_answers_give_the_same_bytes_and_true_checksums(tmp_path: Path) -> None:
    study = manifest(trials=12)
    answers = rated(study, QUALITY, 8)
    for name in ("one", "two"):
        export_study(tmp_path / name, study, STIMULI, answers)
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert one == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert "votes.csv" not in one and "events.jsonl" not in one
    for line in one.pop("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(one.pop(name)).hexdigest() == digest
    assert not one


def test_tables_hold_each_answer_once(tmp_path: Path) -> None:
    study = manifest(trials=12)
    answers = rated(study, QUALITY, 8)
    export_study(tmp_path, study, STIMULI, answers)
    with (tmp_path / "ratings.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(answers.ratings) == 8 * 12 * 3
    assert {(r["participant"], int(r["position"]), r["clip"], r["system"], r["question"],
             float(r["value"])) for r in rows} == {
        (r.participant, r.position, r.clip, r.system, r.question, r.value)
        for r in answers.ratings}  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["digest"] == study.freeze()
    assert read_manifest(tmp_path / "study.yaml").freeze() == study.freeze()
    assert report["with_exclusions"]["raters"] == 8
    assert any("usual least" in doubt for doubt in report["with_exclusions"]["doubts"])


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    study = manifest()
    (tmp_path / "methods.md").write_text("mine")
    with pytest.raises(OutputError, match=r"methods\.md"):
        export_study(tmp_path, study, STIMULI, rated(study, QUALITY, 2))
    assert [path.name for path in tmp_path.iterdir()] == ["methods.md"]


def test_the_page_shows_figures_and_trusts_no_name() -> None:
    study = manifest(title='<script>alert("x")</script>', trials=12)
    page = render_page(find(study, STIMULI, rated(study, QUALITY, 24)))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 3 * 4 and "Krippendorff" in page and "good less" in page


def test_votes_and_no_answers_have_pages_too() -> None:
    study = manifest(design="compare", trials=10)
    logs = {"good": 1.0, "fair": 0.2, "weak": -0.4, ANCHOR: -0.8}
    found = find(study, STIMULI, voted(study, logs, 12))
    page = render_page(found)
    assert "Bradley-Terry" in page and page.count("<svg") == 4
    empty = render_page(find(study, STIMULI, Answers()))
    assert "0 raters" in empty and "<svg" not in empty


def test_clips_that_may_be_seen_become_folders_for_viewers(tmp_path: Path) -> None:
    systems = {"b-net": "song", "a-net": "tiny"}
    study = manifest(design="create", perspective="creator", systems=systems, clips="others")
    clip = tmp_path / "creations" / "brought-1"
    clip.mkdir(parents=True)
    write_video(clip / "clip.mp4", 20)
    length_s = write_silent_film(clip / "clip.mp4", clip / FILM)
    for name in (*study.systems, ANCHOR):
        write_even_sound(None, length_s, clip / sound_name(name))
    target = tmp_path / "out"
    export_study(target, study, (), Answers(), clips=[clip])
    films = sorted((target / "clips").glob("*/*"))
    assert [film.relative_to(target).as_posix() for film in films] == [
        "clips/a-net/brought-1.mp4", "clips/b-net/brought-1.mp4"
    ]  # fmt: skip
    assert all(probe_video(film).has_sound for film in films)
    drafted = draft_manifest(target / "clips", tmp_path / "viewers.yaml")
    (tmp_path / "viewers.yaml").write_text(drafted, encoding="utf-8")
    assert set(read_manifest(tmp_path / "viewers.yaml").systems) == set(study.systems)
    with pytest.raises(OutputError, match="exists already"):
        export_study(target, study, (), Answers(), clips=[clip])
