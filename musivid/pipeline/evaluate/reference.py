"""Files against a folder of reference: Fréchet distances of features, given or made here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Reporter, Silent
from musivid.media.audio import load_track
from musivid.media.containers import open_media
from musivid.media.frames import probe_video, read_frames
from musivid.metrics.chance import Measure
from musivid.metrics.distribution import load_features, measure_distance
from musivid.nets.protocols import Perceptor
from musivid.pipeline.evaluate.meaning import (
    FrameKeeper,
    choose_perceptor,
    embed_frames,
    embed_sound,
)
from musivid.weights.session import Session

__all__ = ["measure_reference", "media_features"]

Array = NDArray[np.float32]
Features = dict[str, NDArray[np.float32]]

_READ_PX = 256  # short side of decoded frames; perceptors look at squares of up to 224 pixels


def measure_reference(
    inputs: Sequence[Path],
    reference: Path,
    *,
    session: Session,
    perceptor: str = "auto",
    trials: int = 100,
    seed: int = 0,
    reporter: Reporter | None = None,
) -> dict[str, Measure]:
    """Return how far files lie from those of a reference folder.

    Folders of .npy features are compared as they are: `frechet`, `frechet_infinity`. Media are
    looked at and listened to by a perceptor: the same two of pictures (`picture_frechet`) and of
    sounds (`sound_frechet`), each where both sides have them.

    Args:
        inputs: media files and folders, or one folder of .npy.
        reference: a folder of the same kind.
        session: loads the perceptor, if one is needed.
        perceptor: its name, see `choose_perceptor`.
        trials: random splits behind the chance level.
        seed: of the splits.
        reporter: told what is done.

    Raises:
        InputError: nothing to compare, or features of different width.
        UsageError: features on one side and media on the other.
    """
    reporter = reporter or Silent()
    if not reference.is_dir():
        raise InputError(f"{reference} is not a folder", hint="Give a folder to compare with.")
    kinds = [_has_features(path) for path in (*inputs, reference)]
    if all(kinds):
        own = [load_features(path) for path in inputs]
        there = load_features(reference)
        return measure_distance(np.concatenate(own), there, trials=trials, seed=seed)
    if any(kinds):
        raise UsageError(
            "features on one side and media on the other cannot be compared",
            hint="Give folders of .npy on both sides, or media on both.",
        )
    given = _media_files([*inputs, reference])
    reporter.stage("compare with the reference", len(given))
    mine = media_features(_media_files(inputs), session, perceptor, reporter)
    there_features = media_features(_media_files([reference]), session, perceptor, reporter)
    found: dict[str, Measure] = {}
    for kind in mine.keys() & there_features.keys():
        measured = measure_distance(mine[kind], there_features[kind], trials=trials, seed=seed)
        found |= {f"{kind}_{name}": measure for name, measure in measured.items()}
    if not found:
        raise InputError(f"{reference} has neither pictures nor sounds to compare with")
    return dict(sorted(found.items()))


def media_features(
    files: Sequence[Path], session: Session, perceptor: str, reporter: Reporter
) -> Features:
    """Return embeddings of all files; what no file has is left out, and so are other files.

    Returns:
        `picture`: [n, dim], one a second; `sound`: [m, dim], one for every four seconds.
    """
    network, _ = choose_perceptor(session, perceptor)
    pictures: list[Array] = []
    sounds: list[Array] = []
    for path in files:
        try:
            has_picture, has_sound = _streams(path)
            seen = _look(path, network, session) if has_picture else None
            heard = _listen(path, network, session) if has_sound else None
        except InputError as error:
            reporter.warn(f"left out: {error.problem}")
            continue
        finally:
            reporter.advance()
        pictures += [] if seen is None else [seen]
        sounds += [] if heard is None else [heard]
    found = {"picture": pictures, "sound": sounds}
    return {kind: np.concatenate(rows) for kind, rows in found.items() if rows}


def _look(path: Path, network: Perceptor, session: Session) -> Array:
    keeper = FrameKeeper(network.image_px)
    width, height = probe_video(path).size
    scale = min(1.0, _READ_PX / min(width, height))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    for time_s, frame in read_frames(path, size):
        keeper.see(time_s, frame)
    return embed_frames(network, keeper.frames, session.device)


def _listen(path: Path, network: Perceptor, session: Session) -> Array:
    samples = load_track(path).mono(network.rate_hz)
    return embed_sound(network, samples, session.device)[0]


def _media_files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [p for p in inside if p.is_file() and not p.name.startswith(".")]
    return files


def _has_features(path: Path) -> bool:
    return path.is_dir() and next(path.rglob("*.npy"), None) is not None


def _streams(path: Path) -> tuple[bool, bool]:
    """Return whether a file has a moving picture (a cover does not move), and a sound."""
    with open_media(path, "media") as container:
        covers = [bool(s.disposition & s.disposition.attached_pic) for s in container.streams.video]
        return not all(covers), bool(container.streams.audio)
