"""Hits of a film follow the stems of its song: drums that the mix hides, by their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import Program
from media_fixtures import write_wav
from odd_songs import tone, write_sound

import musivid
from musivid.core.errors import InputError
from musivid.living.moment import find_events
from musivid.pipeline.video.job import VideoJob, check_job, files_read
from musivid.settings.presets import change_preset, load_preset

RATE_HZ = 22_050
DRUMS_S, CLAPS_S = (0.5, 1.3, 2.9), (0.9, 2.1)


def _hits(path: Path, times_s: tuple[float, ...], lasts_s: float = 4.0) -> Path:
    samples = np.zeros(round(lasts_s * RATE_HZ))
    burst = np.random.default_rng(3).standard_normal(1200) * np.exp(-np.arange(1200) / 250)
    for time_s in times_s:
        at = round(time_s * RATE_HZ)
        samples[at : at + 1200] += 0.3 * burst
    return write_wav(path, np.clip(samples, -1, 1), RATE_HZ)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A tone without any hit."""
    return write_sound(tmp_path / "song.wav", tone(4.0, RATE_HZ), RATE_HZ, "pcm_s16le")


def _events(song: Path, *stems: tuple[Path, float], **span: float) -> list[tuple[float, float]]:
    settings = {"audio.stems": [{"path": str(path), "weight": weight} for path, weight in stems]}
    heard = musivid.film(song, preset="tiny", settings=settings, **span)
    return [(time, strength) for time, strength, _ in find_events(heard.facts).tolist()]


def test_events_are_where_the_drums_are(tmp_path: Path, song: Path) -> None:
    assert not _events(song)
    found = _events(song, (_hits(tmp_path / "drums.wav", DRUMS_S), 1.0))
    assert [time for time, _ in found] == pytest.approx(DRUMS_S, abs=0.04)


def test_weights_say_how_much_a_stem_counts(tmp_path: Path, song: Path) -> None:
    drums, claps = _hits(tmp_path / "d.wav", DRUMS_S), _hits(tmp_path / "c.wav", CLAPS_S)
    found = _events(song, (drums, 2.0), (claps, 1.0))
    strong = [time for time, strength in found if strength > 0.7]
    weak = [time for time, strength in found if 0.3 < strength <= 0.7]
    assert strong == pytest.approx(DRUMS_S, abs=0.04) and weak == pytest.approx(CLAPS_S, abs=0.04)
    assert not [e for e in _events(song, (drums, 0.0))]  # of no weight: the song's own again


def test_a_part_of_the_song_takes_that_part_of_the_stem(tmp_path: Path, song: Path) -> None:
    short = _hits(tmp_path / "short.wav", DRUMS_S[:2], 2.0)  # ends early: silent from there on
    assert [time for time, _ in _events(song, (short, 1.0), start_s=1.0)] == pytest.approx(
        [0.3], abs=0.04
    )


def test_only_hits_are_the_stems(tmp_path: Path, song: Path) -> None:
    bare, followed = (
        musivid.film(song, preset="tiny", settings={"audio.stems": stems}).facts
        for stems in ([], [{"path": str(_hits(tmp_path / "d.wav", DRUMS_S))}])
    )
    for name in ("loudness", "bass", "harmonic", "brightness"):
        assert np.array_equal(getattr(bare.curves, name), getattr(followed.curves, name))
    assert len(bare.curves.onset) == len(followed.curves.onset)
    assert followed.curves.percussive.max() > 0.9


def test_stems_are_inputs(tmp_path: Path, song: Path, musivid: Program) -> None:
    preset = load_preset("video", "tiny")
    gone = change_preset(preset, {"audio.stems": [{"path": str(tmp_path / "gone.wav")}]})
    with pytest.raises(InputError, match=r"gone\.wav"):
        check_job(VideoJob(song, tmp_path / "o.mp4", gone))
    drums = _hits(tmp_path / "drums.wav", DRUMS_S)
    kept = change_preset(preset, {"audio.stems": [{"path": str(drums)}]})
    assert files_read(VideoJob(song, None, kept))["stem 0"] == drums
    stems = f"audio.stems=[{{path: {drums}}}]"
    args = ("video", song, "--preset", "tiny", "--size", "64x64", "--set", stems)
    code, _, talk = musivid(*args, "-o", tmp_path / "o.mp4")
    assert code == 0, talk
    manifest = (tmp_path / "o.musivid" / "manifest.json").read_text()
    assert '"stem 0"' in manifest
