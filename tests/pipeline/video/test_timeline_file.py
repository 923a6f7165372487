"""`video --timeline`: the film as a timeline, which has its cuts, its song and its lines."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from programs import Program
from songs import write_song

from musivid.core.errors import UsageError
from musivid.core.progress import Silent
from musivid.interchange.reading import MediaClock, Wish, read_marks
from musivid.living.plan import Place
from musivid.media.audio import Track
from musivid.media.frames import probe_video
from musivid.pipeline.video.filmed import film as film_song
from musivid.pipeline.video.job import VideoJob, check_job
from musivid.pipeline.video.listen import listen_to
from musivid.pipeline.video.timeline_file import check_timeline, write_timeline
from musivid.settings.presets import load_preset


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_song(tmp_path / "söng.wav", 4.0)
    (tmp_path / "words.lrc").write_text("[00:00.50]sea & é\n[00:02.00]愛\n", encoding="utf-8")
    return tmp_path


def film(musivid: Program, folder: Path, *more: str) -> tuple[int, str, str]:
    return musivid("video", "söng.wav", "--size", "32x32", "--fps", "10", "-o", "film.mp4", *more)


PLACES = [Place(0.0, 1.64, "rain", "dusk"), Place(1.64, 4.0, "sea", "sunset")]


@pytest.mark.parametrize("form", ["otio", "edl", "fcpxml", "xml"])
def test_the_film_is_cut_at_its_scenes(folder: Path, form: str) -> None:
    pytest.importorskip("opentimelineio")
    preset = load_preset("video", "living", ["output.fps=25", "output.size=64x36"])
    song, out, path = folder / "söng.wav", folder / "film.mp4", folder / f"cut.{form}"
    job = VideoJob(song, out, preset, folder / "words.lrc", timeline=path)
    checked = check_job(job, offline=True)
    check_timeline(job)
    _, facts, plan = listen_to(checked, Silent())
    write_timeline(checked, facts, plan, PLACES, Silent())
    clock = MediaClock("film", 4.0, Fraction(25))
    found = read_marks(path, clock, Wish("cuts"))
    assert [mark.time * 25 for mark in found.marks] == [41]
    names = [mark.name for mark in read_marks(path, clock, Wish("markers")).marks]
    assert "part 1" in names and "bar 1" in names
    lines = read_marks(folder / "cut.srt", clock).marks
    assert [(float(m.time), m.name) for m in lines] == [(0.5, "sea & é"), (2.0, "愛")]
    if form != "otio":
        return
    pictures, sound = json.loads(path.read_text())["tracks"]["children"]
    lengths = [clip["source_range"]["duration"]["value"] for clip in pictures["children"]]
    assert lengths == [41, 59]
    links = {clip["media_references"]["DEFAULT_MEDIA"]["target_url"]
             for track in (pictures, sound) for clip in track["children"]}  # fmt: skip
    assert {unquote(link) for link in links} == {"film.mp4", "söng.wav"}


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["tiny", "living"])
def test_a_film_comes_with_its_timeline(folder: Path, musivid: Program, preset: str) -> None:
    code, _, err = film(musivid, folder, "--preset", preset, "--timeline", "new/cut.xml")
    assert code == 0, err
    clips = ElementTree.parse(folder / "new" / "cut.xml").findall(".//video/track/clipitem")
    assert clips[-1].findtext("end") == str(probe_video(folder / "film.mp4").frames) == "40"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("--timeline", "a.txt"), "timelines cannot be written as '.txt'"),
        (("--timeline", "words.edl", "--preview"), "--timeline would have no effect"),
        (("--timeline", "here.edl"), "exists"),
        (("--timeline", "song.xml", "--lyrics", "song.srt"), "would overwrite the lyrics"),
    ],
)
def test_timelines_that_cannot_be_are_refused(
    folder: Path, musivid: Program, line: tuple[str, ...], says: str
) -> None:
    (folder / "here.edl").write_text("x")
    (folder / "song.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nx\n")
    code, _, err = film(musivid, folder, *line)
    assert code == 2 and says in err.replace("\n", " "), err
    assert not (folder / "film.mp4").exists()


def test_a_film_in_python_comes_with_its_timeline(folder: Path) -> None:
    small = {"living.scene": "cover/bars", "output.fps": "10"}
    made = film_song(folder / "söng.wav", settings=small, size=(32, 32), end_s=1.0)
    made.save("film.mp4", timeline="cut.edl")
    assert "FROM CLIP NAME: film.mp4" in (folder / "cut.edl").read_text()
    with pytest.raises(UsageError, match="in memory"):
        film_song(Track(made.track.samples, made.track.rate_hz), settings=small).save(
            "b.mp4", timeline="b.edl"
        )
