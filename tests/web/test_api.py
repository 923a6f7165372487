"""What scripts of the pages ask for: films, music, lyrics, runs; and what happens meanwhile."""

from __future__ import annotations

import html
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from studio_fixtures import Visitor, open_visitor, planned

from musivid.core.run import Run
from musivid.pipeline.video.stages import open_run
from musivid.web.events import _changes
from musivid.web.inputs import safe_title
from musivid.web.studio import StudioState
from musivid.web.works import Bench, _checked

LRC = b"[00:00.50]First line\n[00:01.00]Second line\n"


def ask_film(visitor: Visitor, song: str, wish: dict[str, Any] | None = None) -> Any:
    return visitor.client.post("/api/films", json={"song": song, "preset": "living"} | (wish or {}))


def finished(visitor: Visitor, files: dict[str, bytes]) -> str:
    """A film that is done, with these files."""
    job = visitor.studio.jobs.take("film")
    assert job is not None
    folder = visitor.studio.data / "jobs" / job.id
    folder.mkdir(parents=True)
    for role, data in files.items():
        (folder / f"{role}.mp4").write_bytes(data)
    names = {role: f"{role}.mp4" for role in files}
    visitor.studio.jobs.end(job.id, "done", result={"files": names, "facts": {"duration_s": 2.0}})
    return job.id


def test_a_file_is_kept_once(visitor: Visitor, song: Path) -> None:
    one, two = visitor.bring("song", song).json(), visitor.bring("song", song, "b.wav").json()
    assert one["id"] != two["id"]
    assert (one["title"], two["title"]) == ("My song.wav", "b.wav")
    assert one["facts"]["duration_s"] == pytest.approx(2.0, abs=0.01)
    assert len([p for p in (visitor.studio.data / "inputs").rglob("*") if p.is_file()]) == 1
    heard = visitor.client.get(f"/inputs/{two['id']}/file", headers={"range": "bytes=0-3"})
    assert (heard.status_code, heard.content) == (206, b"RIFF")
    assert heard.headers["content-type"] == "audio/wav"


def test_lyrics_with_times_and_without(visitor: Visitor) -> None:
    timed = visitor.bring("lyrics", LRC, "a.lrc").json()
    assert (timed["kind"], timed["facts"]["lines"]) == ("lyrics", 2)
    words = visitor.bring("lyrics", b"First line\n\n Second  line \n", "a.txt").json()
    assert (words["kind"], words["facts"]["text"]) == ("words", "First line\nSecond line")


def test_lyrics_that_were_tapped(visitor: Visitor) -> None:
    cues = [
        {"start_s": 1.5, "text": "Second 行", "words": [[1.5, "Second"], [1.8, "行"]]},
        {"start_s": 0.25, "text": "First <i>line</i>"},
    ]
    kept = visitor.client.post("/api/lyrics", json={"title": "Öde.json", "cues": cues}).json()
    assert (kept["kind"], kept["title"]) == ("lyrics", "Öde.json")
    lrc = visitor.client.get(f"/inputs/{kept['id']}/lyrics.lrc")
    words = "[00:01.50]<00:01.50>Second <00:01.80>行"
    assert lrc.text == f"[00:00.25]First <i>line</i>\n{words}\n"
    assert "attachment" in lrc.headers["content-disposition"]
    again = visitor.client.get(f"/inputs/{kept['id']}/lyrics.json").json()
    assert again[1]["words"][1] == {"start_s": 1.8, "word": "行"}
    for form in ("srt", "vtt"):
        assert "First" in visitor.client.get(f"/inputs/{kept['id']}/lyrics.{form}").text
    assert visitor.client.get(f"/inputs/{kept['id']}/lyrics.exe").status_code == 404


def test_a_film_is_asked_for(visitor: Visitor, song: Path) -> None:
    name, lyrics = visitor.brought("song", song), visitor.brought("lyrics", LRC, "a.lrc")
    wish = {"lyrics": lyrics, "settings": {"seed": 3}, "start": "0:00.5", "end": 1.5}
    made = ask_film(visitor, name, wish).json()
    assert made["state"] == "waiting" and visitor.workers.woken == ["desk", "film"]
    job = visitor.studio.jobs.get(made["id"])
    assert job.spec == {"song": name, "lyrics": lyrics, "preset": "living",
                        "settings": {"seed": 3}, "start_s": 0.5, "end_s": 1.5,
                        "subtitles": False}  # fmt: skip
    page = visitor.client.get(f"/runs/{made['id']}").text
    line = ("musivid video 'My song.wav' --lyrics a.lrc --preset living --from 0:00.50 "
            "--to 0:01.50 --set seed=3 -o film.mp4")  # fmt: skip
    assert json.dumps(line)[1:-1] in page


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ({"song": "nothing"}, "song"),
        ({"lyrics": "nothing"}, "lyrics"),
        ({"start": "soon"}, "start"),
        ({"start": "5", "end": "5"}, "end"),
        ({"preset": "/etc/passwd"}, "preset"),
        ({"settings": {"seed": -1}}, "seed"),
        ({"settings": {"models.painter": "/tmp/x.pt"}}, "models.painter"),
    ],
)
def test_faults_of_a_film(visitor: Visitor, song: Path, wish: dict[str, Any], key: str) -> None:
    answer = ask_film(visitor, visitor.brought("song", song), wish)
    assert answer.status_code == 422
    assert [fault["key"] for fault in answer.json()["faults"]] == [key]
    assert not visitor.studio.jobs.listed(("video",))


def test_strangers_words_are_refused(visitor: Visitor) -> None:
    body: Any
    for body in ({}, {"song": "a"}, {"song": 5, "preset": "living"}, [], "x",
                 {"song": "a", "preset": "living", "plan": "/etc/passwd"}):  # fmt: skip
        assert visitor.client.post("/api/films", json=body).status_code == 422
    assert visitor.client.post("/api/films", content=b"{").status_code == 422


def test_what_comes_of_a_film(visitor: Visitor, song: Path) -> None:
    ask_film(visitor, visitor.brought("song", song))
    job = finished(visitor, {"film": b"0123456789"})
    film = visitor.client.get(f"/files/{job}/film", headers={"range": "bytes=2-4"})
    assert (film.status_code, film.content) == (206, b"234")
    assert film.headers["content-type"] == "video/mp4"
    assert film.headers["content-disposition"].startswith("inline")
    kept = visitor.client.get(f"/files/{job}/film?download=true")
    assert "attachment; filename*=utf-8''My%20song.mp4" in kept.headers["content-disposition"]
    again = visitor.client.post(f"/api/jobs/{job}/again", json={"seed": 9}).json()
    assert again["settings"] == {"seed": 9} and again["id"] != job
    assert visitor.client.post(f"/api/jobs/{job}/go-on").status_code == 409
    assert visitor.client.delete(f"/api/jobs/{job}").json() == {"removed": True}
    assert not (visitor.studio.data / "jobs" / job).exists()
    assert visitor.client.get(f"/files/{job}/film").status_code == 404


def test_a_run_at_work_is_not_removed(visitor: Visitor, song: Path) -> None:
    made = ask_film(visitor, visitor.brought("song", song)).json()["id"]
    visitor.studio.jobs.take("film")
    assert visitor.client.delete(f"/api/jobs/{made}").status_code == 409
    assert visitor.client.post(f"/api/jobs/{made}/stop").json()["asked"] == "stop"


def test_music_is_asked_for(visitor: Visitor, clip: Path) -> None:
    name = visitor.brought("clip", clip)
    wish = {"clip": name, "preset": "song", "settings": {"control.emotion": "happy"}}
    made = visitor.client.post("/api/music", json=wish).json()
    assert (made["kind"], made["title"]) == ("music", "clip")
    faults = visitor.client.post("/api/music", json=wish | {"clip": made["id"]}).json()["faults"]
    assert faults[0]["key"] == "clip"


def test_pieces_are_chosen_and_varied(visitor: Visitor, clip: Path) -> None:
    wish = {"clip": visitor.brought("clip", clip), "preset": "song", "settings": {"seed": 2}}
    run = visitor.client.post("/api/music", json=wish).json()["id"]
    visitor.studio.jobs.take("film")
    facts = {"genre": "jazz", "emotion": "calm", "tempo_bpm": 91.4, "chosen": 1,
             "pieces": [{"key": "C major"}, {"key": "Eb major"}]}  # fmt: skip
    visitor.studio.jobs.end(run, "done", result={"files": {}, "facts": facts})
    chosen = visitor.client.post(f"/api/jobs/{run}/choose", json={"rank": 2})
    assert chosen.status_code == 201
    (job,) = visitor.studio.jobs.listed(("choose",))
    assert job.spec == {"run": run, "rank": 2} and job.role == "desk"
    more = visitor.client.post(f"/api/jobs/{run}/more", json={}).json()
    assert more["kind"] == "music" and more["settings"].keys() == {"seed"}
    like = visitor.client.post(f"/api/jobs/{run}/more", json={"like": 2}).json()["settings"]
    assert like.pop("seed") != 2
    assert like == {"control.genre": "jazz", "control.emotion": "calm",
                    "control.key": "Eb major", "tempo.bpm": 91}  # fmt: skip
    visitor.studio.jobs.amend(run, {"files": {}, "facts": {**facts, "chosen": 2}})
    assert visitor.client.get(f"/api/jobs/{run}").json()["facts"]["chosen"] == 2


def test_films_are_to_be_measured(visitor: Visitor, song: Path, clip: Path) -> None:
    ask_film(visitor, visitor.brought("song", song))
    run, brought = finished(visitor, {"film": b"film"}), visitor.brought("clip", clip)
    wish = {"films": [brought, run], "song": visitor.brought("song", song)}
    made = visitor.client.post("/api/evaluations", json=wish).json()
    assert (made["kind"], made["title"]) == ("evaluate", "clip / My song")
    line = visitor.client.get(f"/runs/{made['id']}").text
    assert "musivid evaluate --compare clip.mp4 film.mp4 --audio 'My song.wav'" in html.unescape(
        line
    )
    for films, key in (([], "films"), (["nothing"], "films"), ([wish["song"]], "films")):
        answer = visitor.client.post("/api/evaluations", json={"films": films})
        assert answer.status_code == 422 and answer.json()["faults"][0]["key"] == key
    wrong = visitor.client.post("/api/evaluations", json={"films": [run], "notes": wish["song"]})
    assert wrong.json()["faults"][0]["key"] == "notes"
    assert visitor.client.post("/api/evaluations", json={"films": [run] * 9}).status_code == 422


def test_reports_are_framed_by_us_alone(visitor: Visitor, song: Path) -> None:
    ask_film(visitor, visitor.brought("song", song))
    run = finished(visitor, {"report": b"<script>alert(1)</script>"})
    sent = visitor.client.get(f"/files/{run}/report").headers
    policy = sent["content-security-policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert sent["x-frame-options"] == "SAMEORIGIN"
    assert visitor.client.get("/runs").headers["x-frame-options"] == "DENY"


def test_runs_are_found(visitor: Visitor, song: Path) -> None:
    name = visitor.brought("song", song)
    planned(visitor, name)
    ask_film(visitor, name)
    ask_film(visitor, visitor.brought("song", song, "Other.wav"))
    found = visitor.client.get("/api/jobs").json()
    assert [job["title"] for job in found] == ["Other", "My song"]
    assert len(visitor.client.get("/api/jobs?words=other&state=waiting").json()) == 1
    assert visitor.client.get("/api/jobs?state=done").json() == []


def test_a_song_is_heard_once(visitor: Visitor, song: Path) -> None:
    name = visitor.brought("song", song)
    one, two = (visitor.client.post("/api/hear", json={"song": name}).json() for _ in range(2))
    assert one["id"] == two["id"]
    assert visitor.client.post("/api/hear", json={"song": "x"}).status_code == 404


def test_changes_are_told_as_they_happen(visitor: Visitor, song: Path) -> None:
    seen = visitor.studio.jobs.latest_change()
    ask_film(visitor, visitor.brought("song", song))

    async def listen() -> list[str]:
        told = []
        async for line in _changes(visitor.studio, seen):
            told.append(line)
            if len(told) == 2:
                visitor.studio.jobs.take("film")
            if len(told) == 3:
                visitor.studio.closing = True
        return told

    told = anyio.run(listen)
    assert told[0].startswith("retry:")
    states = [json.loads(line.split("data: ")[1])["state"] for line in told[1:]]
    assert states == ["waiting", "running"]
    assert told[2].startswith(f"id: {seen + 2}\nevent: job\n")


def test_titles() -> None:
    assert safe_title("Ärger & Freude.MP3") == "Ärger Freude.MP3"
    assert safe_title("歌曲.flac") == "歌曲.flac"
    assert safe_title("...", "song") == "song"
    assert len(safe_title("x" * 300 + ".mp3")) == 60


def test_a_half_done_film_goes_on_where_the_data_folder_is_moved(
    visitor: Visitor, song: Path, tmp_path: Path
) -> None:
    """Its plan lies elsewhere then, and is the same."""
    sheet = planned(visitor, visitor.brought("song", song))
    held = visitor.studio.sheets.get(sheet)
    assert held is not None
    visitor.studio.sheets.fill(sheet, held.facts, held.rows[:1])  # the song is of two seconds
    job = visitor.client.post(f"/api/plans/{sheet}/film", json={}).json()["id"]

    def run(studio: StudioState) -> Run:
        quiet = SimpleNamespace(offline=True)
        bench = Bench(studio.data, studio.jobs, studio.inputs, studio.sheets, quiet, {})  # type: ignore[arg-type]
        found = studio.jobs.get(job)
        assert found is not None and found.spec["plan"]
        checked = _checked(bench, found.spec, studio.data / "jobs" / job / "film.mp4")
        return open_run(checked, {}, offline=True, force=True)

    with run(visitor.studio) as begun:
        begun.finish_stage("paint")
    visitor.studio.database.close()
    moved = open_visitor(visitor.studio.data.rename(tmp_path / "moved"))
    with run(moved.studio) as going_on:
        assert going_on.done("paint") and going_on.folder.is_relative_to(tmp_path / "moved")
