"""What is measured from Python: a file, or pictures and sound that are in memory."""

from __future__ import annotations

import functools
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.media.audio import Track
from musivid.media.clip import Clip, Pictures
from musivid.media.sink import FrameSink
from musivid.pipeline.evaluate.found import Evaluated
from musivid.pipeline.evaluate.make import EvaluateJob, evaluate_file
from musivid.pipeline.guidance.beat_files import beat_file
from musivid.settings.evaluate import EvaluatePreset
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none
from musivid.weights.session import Session

__all__ = ["evaluate", "evaluate_frames"]

Given = Path | str | None


def evaluate(
    file: Pictures | Path | str,
    *,
    audio: Track | Given = None,
    lyrics: Given = None,
    midi: Given = None,
    rows: Given = None,
    beats: Given = None,
    preset: EvaluatePreset | str | Path = "pocket",
    settings: Overrides = (),
    seed: int | None = None,
    session: Session | None = None,
    reporter: Reporter | None = None,
) -> Evaluated:
    """Measure all that can be measured; every figure of timing beside what chance gives.

    Args:
        file: a film, a song, a MIDI file, the folder of a finished run; a `Clip`, or what `film`,
            `illustrate` or `combine` gave.
        audio: a song to measure the picture against; None: the film's own sound.
        lyrics: timed words.
        midi: the notes of the music.
        rows: what a film asked of the notes, as published for CMT.
        beats: a file of the song's beats, corrected; None: they are heard.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"surrogates": 500}.
        seed: of all chance levels; None: the preset's.
        session: device and models; None: one of its own, where a model is needed.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input, setting or model that cannot be used; the subclass says which.
    """
    reporter = reporter or Silent()
    chosen = load_preset("evaluate", preset) if isinstance(preset, str | Path) else preset
    chosen = change_preset(change_preset(chosen, settings), without_none({"seed": seed}))

    @functools.cache
    def opened() -> Session:
        return session or Session(reporter=reporter)

    with tempfile.TemporaryDirectory(prefix="musivid-") as name:
        folder = Path(name)
        song = _sound_file(audio, folder) if isinstance(audio, Track) else _path(audio)
        film = _path(file) if isinstance(file, str | Path) else _film_file(file, folder)
        assert film is not None  # a file was given
        job = EvaluateJob(
            film, song, _path(lyrics), _path(midi), _path(rows), beats=beat_file(beats)
        )
        return evaluate_file(job, chosen, opened, reporter)


def evaluate_frames(
    frames: NDArray[np.uint8],
    fps: float,
    samples: NDArray[np.float32] | None = None,
    rate_hz: int = 44_100,
    *,
    preset: EvaluatePreset,
    session: Session | None = None,
) -> Evaluated:
    """Measure moving pictures, and sound with them.

    Args:
        frames: uint8 [n, height, width, 3], RGB.
        fps: frames a second.
        samples: float32 [channels, n], -1..1; None: there is no sound.
        rate_hz: samples a second.
        preset: settings.
        session: device and models; None: one of its own, where a model is needed.
    """
    track = None if samples is None else Track(samples, rate_hz)
    return evaluate(Clip(frames, fps), audio=track, preset=preset, session=session)


def _path(given: Given) -> Path | None:
    return None if given is None else expanded(given)


def _sound_file(track: Track, folder: Path) -> Path:
    """The sound of a track as a file, exactly."""
    import soundfile

    path = folder / "track.wav"
    soundfile.write(path, track.samples.T, track.rate_hz, subtype="FLOAT")
    return path


def _film_file(pictures: Pictures, folder: Path) -> Path:
    """Pictures as a file, without loss but for the colours' half size, as every film has it."""
    path = folder / "film.mp4"
    fps = Fraction(pictures.fps).limit_denominator(1001)
    with FrameSink(path, size=pictures.size, fps=fps, crf=0, speed="ultrafast") as sink:
        for frame in pictures:
            sink.write(frame)
    return path
