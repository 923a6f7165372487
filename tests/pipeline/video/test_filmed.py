"""A song and its film in memory: the frames are those of the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_fixtures import digest
from songs import RATE_HZ, make_song, write_song

import musivid as api
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.pipeline.render.film import Film
from musivid.pipeline.video import VideoJob, check_job, film_samples, make_video
from musivid.pipeline.video import painted as painted_film
from musivid.pipeline.video.places import plan_text

Call = Callable[..., tuple[int, str, str]]
WORDS = (api.Cue(0.2, None, "a red sea"), api.Cue(1.0, None, "snow"))
PAINTED = {"painting.mode": "every_frame", "painting.steps_per_s": 6}


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 2.0)


@pytest.fixture(scope="module")
def session() -> api.Session:
    return api.Session("cpu", "float32")


@pytest.mark.parametrize("settings", [{}, PAINTED], ids=["keys", "every frame"])
def test_frames_are_those_that_are_encoded(
    song: Path,
    session: api.Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, object],
) -> None:
    filmed = api.film(song, preset="tiny", settings=settings, seed=3, size="48x32", session=session)
    frames = list(filmed)
    assert len(frames) == len(filmed) == 50 and frames[0].shape == (32, 48, 3)
    assert all(np.array_equal(*two) for two in zip(filmed.frames(30), frames[30:], strict=True))
    given: list[np.ndarray] = []
    real = painted_film.make_film

    def watched(*args: object, **options: object) -> Film:
        made = real(*args, **options)  # type: ignore[arg-type]
        frames_of = made.frames

        def seen(first: int = 0) -> Any:  # type: ignore[no-untyped-def]
            for frame in frames_of(first):
                given.append(frame.copy())
                yield frame

        made.frames = seen  # type: ignore[method-assign]
        return made

    monkeypatch.setattr(painted_film, "make_film", watched)
    preset = api.load_preset("video", "tiny", {**settings, "seed": 3, "output.size": "48x32"})
    make_video(check_job(VideoJob(song, tmp_path / "clip.mp4", preset)), session)
    assert all(np.array_equal(*two) for two in zip(given, frames, strict=True))


def test_it_is_saved_as_the_program_saves_it(
    musivid: Call, song: Path, session: api.Session, tmp_path: Path
) -> None:
    lyrics = tmp_path / "words.csv"
    lyrics.write_text("timestamp,text\n00:00.2,a red sea\n00:01,snow\n")
    program, file, cues = (tmp_path / f"{name}.mp4" for name in ("program", "file", "cues"))
    options = ("--preset", "tiny", "--seed", "5", "--size", "128x96", "--burn-lyrics")
    code, _, err = musivid("video", song, "-o", program, *options, "--lyrics", lyrics)
    assert code == 0, err
    wanted = {"preset": "tiny", "seed": 5, "size": (128, 96), "burn_lyrics": True}
    filmed = api.film(str(song), lyrics, **wanted, session=session)
    next(iter(filmed))  # painted before it is saved
    assert filmed.save(file).path == file
    api.film(song, WORDS, **wanted, session=session).save(str(cues))
    assert digest(program) == digest(file) == digest(cues)
    assert (tmp_path / "file.musivid" / "keys" / "0000.jpg").is_file()
    with pytest.raises(api.MusividError, match="exists already"):
        filmed.save(file)
    assert filmed.save(file, force=True).frames == 50


def test_a_part_is_the_part_of_the_track(song: Path, session: api.Session) -> None:
    track = api.load_track(song, start_s=0.5, end_s=1.3)
    of_track = list(api.film(track, WORDS, preset="tiny", session=session))
    of_file = api.film(song, WORDS, preset="tiny", start_s=0.5, end_s=1.3, session=session)
    assert len(of_track) == 20
    assert all(np.array_equal(*two) for two in zip(of_track, of_file, strict=True))
    with pytest.raises(api.MusividError, match="cut already"):
        api.film(track, preset="tiny", start_s=0.5, session=session)


def test_sound_that_is_nowhere_on_disk(session: api.Session, tmp_path: Path) -> None:
    samples = np.ascontiguousarray(make_song(1.0).T)
    preset = api.load_preset("video", "tiny")
    frames = list(film_samples(samples, RATE_HZ, WORDS, preset=preset, session=session))
    filmed = api.film(api.Track(samples, RATE_HZ), WORDS, preset=preset, session=session)
    assert all(np.array_equal(*two) for two in zip(frames, filmed, strict=True))
    out = filmed.save(tmp_path / "clip.mp4").path
    assert probe_audio(out).duration_s == pytest.approx(1.0, abs=0.04)
    assert sum(1 for _ in read_frames(out)) == 25 and probe_video(out).size == (64, 64)
    with pytest.raises(api.MusividError, match="too little"):
        api.film(api.Track(samples[:, :100], RATE_HZ), preset="tiny", session=session)
    with pytest.raises(api.MusividError, match="float64"):
        api.Track(samples.astype(float), RATE_HZ)  # type: ignore[arg-type]


def test_a_saved_film_goes_where_the_film_in_memory_goes(tmp_path: Path) -> None:
    """A sound in memory is written to a file of its own before it is filmed on disk."""
    samples = np.ascontiguousarray(make_song(9.0).T)
    small = {"output.size": "32x32", "output.fps": "2"}
    session = api.Session("cpu", "float32", offline=True)
    filmed = api.film(api.Track(samples, RATE_HZ), preset="living", settings=small, session=session)
    frames = list(filmed)
    out = filmed.save(tmp_path / "clip.mp4")
    assert plan_text(filmed._drawn.film._places) == (out.folder / "plan.yaml").read_text("utf-8")
    assert len(frames) == out.frames


def test_an_interpolation_is_one(session: api.Session, song: Path) -> None:
    preset = api.load_preset("interpolate", "tiny", {"period_s": 1})
    filmed = api.film(song, WORDS, preset=preset, session=session)
    assert filmed.checked.job.command == "interpolate"
    plain = api.film(song, WORDS, preset="tiny", session=session)
    assert len(filmed) == len(plain)
    assert not np.array_equal(list(filmed)[40], list(plain)[40])
