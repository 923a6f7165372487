"""There and back: a video from a song, music from that video, and what of the song comes back."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.core.progress import Reporter, Silent
from musivid.media.audio import load_track
from musivid.metrics.chance import Measure, against_chance, make_clocks, unmeasured
from musivid.metrics.sync.curves import rank_correlations
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

__all__ = ["compare_songs", "round_trip"]

Floats = NDArray[np.float64]

_STEP_S = 0.5  # of the curves that are compared
_LEAST_STEPS = 10  # fewer cannot be compared


def round_trip(
    song: Path,
    session: Session,
    *,
    video: tuple[str, Sequence[str]] = ("dream", ()),
    music: tuple[str, Sequence[str]] = ("pocket", ()),
    keep: Path | None = None,
    trials: int = 200,
    seed: int = 0,
    reporter: Reporter | None = None,
) -> dict[str, Measure]:
    """Return what `compare_songs` finds between a song and the music for its video.

    Args:
        song: any file with sound.
        session: device and models.
        video: preset of `video` and settings laid over it.
        music: preset of `bgm infer` and settings laid over it.
        keep: where `there.mp4` and `back.mp4` are left; None throws them away.
        trials: behind the chance level.
        seed: of the chance level.
        reporter: told of all stages.

    Raises:
        MusividError: the subclass says what is wrong.
    """
    from musivid.pipeline.bgm import BgmJob, check_bgm, check_settings, make_bgm
    from musivid.pipeline.video import VideoJob, check_job, make_video

    reporter = reporter or Silent()
    there = load_preset("video", *video)
    back = load_preset("bgm_infer", *music)
    check_settings(back, session.offline)  # now, not after the video was made
    with _folder(keep) as folder:
        job = VideoJob(song, folder / "there.mp4", there)
        seen = make_video(check_job(job, offline=session.offline), session, reporter=reporter)
        answer = BgmJob(seen.path, folder / "back.mp4", back)
        heard = make_bgm(check_bgm(answer, offline=session.offline), session, reporter=reporter)
        reporter.stage("compare with the song")
        return compare_songs(_hear(song), _hear(heard.outputs.sound), trials=trials, seed=seed)


def compare_songs(
    song: SoundFacts, music: SoundFacts, *, trials: int = 200, seed: int = 0
) -> dict[str, Measure]:
    """Return `busy_alike`, how well two pieces are busy and calm together, and both tempi.

    The figure is Spearman's rank correlation of the mean strength of onsets in each half second,
    -1 to 1. Chance is the same music begun at other moments and played by an uneven clock, so a
    high z says that the music follows this song and not just any.
    """
    count = int(min(song.duration_s, music.duration_s) / _STEP_S)
    tempi = {
        "tempo_song_bpm": _tempo(song, "the song has no pulse"),
        "tempo_music_bpm": _tempo(music, "the music has no pulse"),
    }
    if count < _LEAST_STEPS:
        return {"busy_alike": unmeasured(f"shorter than {_LEAST_STEPS * _STEP_S:g} s"), **tempi}
    a, b = _busy(song, count), _busy(music, count)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return {"busy_alike": unmeasured("one of the two never changes"), **tempi}
    clocks = make_clocks(trials, count * _STEP_S, seed)
    moved = np.stack([b, *(clock.move_curve(b) for clock in clocks)])
    value, *chances = rank_correlations(a, moved).tolist()
    params = {"step_s": _STEP_S, "seed": seed}
    return {"busy_alike": against_chance(value, chances, params=params), **tempi}


def _busy(facts: SoundFacts, count: int) -> Floats:
    """Return the mean onset strength of each step: float64 [count]."""
    onset = np.asarray(facts.curves.onset, np.float64)
    where = np.minimum(np.arange(len(onset)) * facts.curves.hop_s / _STEP_S, count).astype(int)
    sums = np.bincount(where, onset, count + 1)[:count]
    return sums / np.maximum(np.bincount(where, minlength=count + 1)[:count], 1)


def _hear(path: Path) -> SoundFacts:
    return analyse(load_track(path).mono(ANALYSIS_RATE_HZ), ANALYSIS_RATE_HZ)


def _tempo(facts: SoundFacts, reason: str) -> Measure:
    return Measure(float(facts.tempo_bpm)) if facts.tempo_bpm else unmeasured(reason)


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="musivid-") as name:
            yield Path(name)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
