"""Songs whose rate or channels change on the way are heard in films as they are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_fixtures import click_song, click_times_s, convert, write_video

from musivid.media import steady
from musivid.media.audio import load_track, probe_audio
from musivid.media.links import is_one_song
from musivid.media.sink import join_parts
from musivid.media.soundtrack import Sound, plan_sound
from musivid.media.steady import SteadyCopy, sound_forms

FORMS: dict[str, tuple[str, int, int, int, int]] = {
    "fewer channels": (".mp3", 2, 44_100, 1, 44_100),
    "more channels": (".mp3", 1, 44_100, 2, 44_100),
    "a higher rate": (".mp3", 1, 22_050, 2, 48_000),
    "AAC of fewer channels": (".aac", 2, 44_100, 1, 44_100),
}


def _changing(folder: Path, what: str) -> Path:
    """Three seconds in one form, and then in another."""
    suffix, *form = FORMS[what]
    song = folder / f"song{suffix}"
    pieces = []
    for number, (channels, rate) in enumerate((form[:2], form[2:])):
        wav = click_song(folder / f"{number}.wav", 3.0, rate, ac=str(channels))
        pieces.append(convert(wav, folder / f"{number}{suffix}"))
    song.write_bytes(b"".join(piece.read_bytes() for piece in pieces))
    return song


@pytest.mark.parametrize(
    "what",
    [pytest.param(w, marks=[] if w == "a higher rate" else pytest.mark.slow) for w in FORMS],
)
def test_nothing_of_them_is_lost(tmp_path: Path, what: str) -> None:
    song = _changing(tmp_path, what)
    frames = round(25 * load_track(song).duration_s)
    lasts_s = frames / 25
    assert lasts_s > 5.9 and len(sound_forms(song)) > 1
    film = write_video(tmp_path / "film.mp4", frames, sound=Sound(song, 0.0, lasts_s))
    expected_s = click_times_s(song)
    assert expected_s[-1] > 5 and len(expected_s) == 4
    assert click_times_s(film) == pytest.approx(expected_s, abs=0.005)
    found = probe_audio(film)
    _, first, first_hz, second, second_hz = FORMS[what]
    assert (len(found.channels), found.rate_hz) == (max(first, second), max(first_hz, second_hz))
    # a film that was written so by somebody else, joined with its own sound
    other = convert(song, tmp_path / "other.mkv", c="copy")
    joined = tmp_path / "joined.mp4"
    sounds = [Sound(other, 0.0, lasts_s / 2, by_clock=True)] * 2
    part = write_video(tmp_path / "part.mp4", frames)
    join_parts([part], joined, fps=Fraction(25), sound=sounds)
    expected_s = click_times_s(other)
    half = expected_s[expected_s < lasts_s / 2 - 0.1]
    assert click_times_s(joined)[: len(half)] == pytest.approx(half, abs=0.01)


def test_an_mp3_that_changes_is_not_copied(tmp_path: Path) -> None:
    song = convert(_changing(tmp_path, "fewer channels"), tmp_path / "told.mp3", c="copy")
    info = probe_audio(song)
    assert info.exact and info.duration_s
    film = tmp_path / "film.mp4"
    write_video(film, round(25 * info.duration_s), sound=Sound(song, 0.0, info.duration_s))
    assert probe_audio(film).codec == "aac"
    plain = convert(tmp_path / "0.mp3", tmp_path / "plain.mp3", c="copy")
    length_s = probe_audio(plain).duration_s or 0.0
    film = write_video(tmp_path / "same.mp4", round(25 * length_s), sound=Sound(plain, 0, length_s))
    assert probe_audio(film).codec == "mp3"


def test_songs_in_one_file_are_heard_in_a_film_one_after_the_other(tmp_path: Path) -> None:
    first = click_song(tmp_path / "first.opus", 2.5, 48_000)
    second = click_song(tmp_path / "second.ogg", 3.0)
    song = tmp_path / "both.ogg"
    song.write_bytes(first.read_bytes() + second.read_bytes())
    assert not is_one_song(song) and is_one_song(first)
    film = write_video(tmp_path / "film.mp4", 105, sound=Sound(song, 0.5, 4.2, by_clock=True))
    assert click_times_s(film) == pytest.approx([0.5, 3.0, 4.0], abs=0.005)
    song.write_bytes(first.read_bytes()[-9000:] + second.read_bytes())  # recorded from within
    film = write_video(tmp_path / "film.mp4", 70, sound=Sound(song, 0.0, 2.8))
    assert click_times_s(film) == pytest.approx([1.0, 2.0], abs=0.005)


def test_a_copy_goes_with_its_plan(tmp_path: Path) -> None:
    from musivid.media.codecs import AAC_SOUND

    plan = plan_sound(Sound(_changing(tmp_path, "more channels"), 1.0, 4.0), AAC_SOUND)
    (copy,) = plan.copies
    where = copy.path
    assert where.is_file() and load_track(where).duration_s == pytest.approx(5.0, abs=0.03)
    del plan, copy
    assert not where.parent.exists()


def _frames(*times_s: float | None) -> Iterator[av.AudioFrame]:
    """Frames of half a second each, at the times that a clock says."""
    for number, time_s in enumerate(times_s):
        frame = av.AudioFrame.from_ndarray(
            np.full((1, 4000), number + 1, np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.time_base = 8000, Fraction(1, 8000)
        frame.pts = None if time_s is None else round(time_s * 8000)
        yield frame


def test_the_clock_says_where_samples_lie() -> None:
    def placed(*times_s: float | None, until_s: float = 60.0) -> list[tuple[float, float]]:
        found = steady._placed(_frames(*times_s), 10.0, until_s)
        return [(float(f.to_ndarray()[0, 0]), f.samples / 8000) for f in found]

    assert placed(10.0, 10.5, None) == [(1, 0.5), (2, 0.5), (3, 0.5)]
    assert placed(10.0, 12.5) == [(1, 0.5), (0, 1.0), (0, 1.0), (2, 0.5)]
    assert placed(10.0, 10.2, 10.5) == [(1, 0.5), (3, 0.5)]
    assert placed(10.05, 10.45) == [(1, 0.5), (2, 0.5)]
    assert sum(length for _, length in placed(10.0, 1e12)) < 62


def test_more_channels_than_a_film_holds_become_two(tmp_path: Path) -> None:
    wide = click_song(tmp_path / "wide.wav", 1.0, ac="8")
    assert len(load_track(SteadyCopy(wide, 0.5, by_clock=False).path).samples) == 2
