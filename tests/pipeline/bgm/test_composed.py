"""A clip and its music in memory: the notes are those of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from bgm_fixtures import CUTS_S, film
from media_fixtures import digest
from songs import write_song

import musivid as api
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.pipeline.bgm import BgmJob, check_bgm, compose_frames, make_bgm
from musivid.pipeline.bgm import mix as mix_room
from musivid.score.midi import read_midi

WISHES = {"candidates": 2, "control.key": "D minor"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture(scope="module")
def session() -> api.Session:
    return api.Session("cpu", "float32")


@pytest.fixture(scope="module")
def composed(clip: Path, session: api.Session) -> api.Composed:
    return api.compose(clip, preset="tiny", settings=WISHES, seed=4, session=session)


def counted(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[None]:
    """Grows by one with every call of a function of a room."""
    real, calls = getattr(room, name), list[None]()

    def call(*given: Any, **named: Any) -> Any:
        calls.append(None)
        return real(*given, **named)

    monkeypatch.setattr(room, name, call)
    return calls


def comment(path: Path) -> str:
    """The recipe in a film's tags."""
    with av.open(str(path)) as container:
        return str(container.metadata["comment"])


@pytest.mark.slow
def test_it_is_saved_as_the_program_saves_it(
    clip: Path,
    composed: api.Composed,
    session: api.Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    preset = api.load_preset("bgm_infer", "tiny", {**WISHES, "seed": 4})
    made = make_bgm(check_bgm(BgmJob(clip, tmp_path / "program.mp4", preset)), session)
    with monkeypatch.context() as patched:
        played = counted(patched, mix_room, "play")
        files = [composed.save(tmp_path / f"mine{kind}") for kind in (".mid", ".wav", ".mp4")]
        assert len(played) == 1  # however many files it is in
    for mine, its in zip(files[:2], (made.outputs.midi, made.outputs.sound), strict=True):
        assert mine.read_bytes() == its.read_bytes()
    assert digest(files[2]) == digest(clip)
    assert comment(files[2]) == comment(made.outputs.video)
    assert composed.ranking == made.ranking and len(composed.scores) == 2
    assert sorted(path.name for path in tmp_path.glob("mine*")) == [
        "mine.mid", "mine.mp4", "mine.wav",
    ]  # fmt: skip
    sound, rate = soundfile.read(files[1])
    assert np.array_equal(soundfile.read(composed.save(tmp_path / "mine.flac"))[0], sound)
    assert rate == 44_100 and composed.sound().shape == (2, len(sound))


def test_what_is_there_is_kept_and_other_endings_are_refused(
    composed: api.Composed, tmp_path: Path
) -> None:
    (tmp_path / "mine.mid").write_bytes(b"the user's own")
    with pytest.raises(api.MusividError, match="exists already"):
        composed.save(tmp_path / "mine.mid")
    assert composed.save(tmp_path / "mine.mid", force=True).stat().st_size > 100
    with pytest.raises(api.MusividError, match="does not end in"):
        composed.save(tmp_path / "mine.ogg")


@pytest.mark.slow
def test_pictures_in_memory(clip: Path, session: api.Session, tmp_path: Path) -> None:
    frames = np.stack([frame for _, frame in read_frames(clip)])
    preset = api.load_preset("bgm_infer", "tiny", {"candidates": 1})
    held = api.Clip(frames, 25)
    composed = api.compose(held, preset=preset, hit_points=(3.3,), session=session)
    assert list(composed.plan.motion.cuts_s) == list(CUTS_S)
    score = composed.score
    ends = [score.time_s(note.end) for track in score.tracks for note in track.notes]
    assert max(ends) == pytest.approx(5.0, abs=0.04)
    assert min(abs(score.time_s(480 * beat) - 3.3) for beat in range(30)) < 0.04
    out = composed.save(tmp_path / "scored.mp4")
    assert probe_video(out).size == (64, 48) and sum(1 for _ in read_frames(out)) == 125
    assert probe_audio(out).duration_s == pytest.approx(5.0, abs=0.04)
    assert '"seed": 0' in comment(out)
    (best,) = compose_frames(frames, 25, preset=preset, session=session)
    assert best.tempo_bpm == pytest.approx(api.compose(held, preset=preset, session=session)
                                           .score.tempo_bpm)  # fmt: skip
    with pytest.raises(api.MusividError, match="not within the clip"):
        api.compose(held, preset=preset, hit_points=[6.0], session=session)
    with pytest.raises(api.MusividError, match=r"1 frame\)"):
        api.compose(api.Clip(frames[:1]), preset=preset, session=session)
    with pytest.raises(api.MusividError, match="frame 1 of the clip is float64"):
        api.Clip([frames[0], frames[1] / 255])
    with pytest.raises(api.MusividError, match="no sound to keep"):
        api.compose(held, preset=preset, settings={"sound.keep_audio": True}, session=session)


def test_a_film_that_was_never_saved_gets_music(session: api.Session, tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 1.2)
    filmed = api.film(song, preset="tiny", session=session)
    composed = api.compose(filmed, preset="tiny", session=session)
    assert composed.plan.duration_s == pytest.approx(1.2)
    assert read_midi(composed.save(tmp_path / "new.mid")).duration_s > 1
