"""MIDI files and piano rolls as BMT's training data: alignment, chords, grid, events.

Published as scripts, here one call a file, `prepare`. What a file yields is kept by the content of
the file, so a second run reads only what is new; what can't be used is dropped with the reason.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import analyse
from musivid.core.errors import MusividError
from musivid.core.paths import cache_folder
from musivid.core.plain_json import parse_json
from musivid.core.storage import fingerprint, write_atomic
from musivid.media.audio import load_track
from musivid.media.kinds import SONG, file_beside
from musivid.score.bmt.align import align
from musivid.score.bmt.events import events_of
from musivid.score.bmt.grammar import EMOTIONS
from musivid.score.bmt.vocabulary import Event
from musivid.score.pianoroll import read_score

__all__ = ["Clip", "Song", "emotion_of", "prepare", "recording_of"]

_CACHE_VERSION = 3  # rises when the same file gives other events
_EMOTION = re.compile(r"Q([1-4])")
_ANALYSIS_RATE_HZ = 22050  # of recordings, as published


@dataclass(frozen=True, slots=True)
class Clip:
    """One piece of a data set.

    Attributes:
        name: of its file, without folder and ending.
        tokens: int64 [n, 11], the last one the end.
        emotion: 1..4, from a name that begins with Q1..Q4; 0 where it doesn't.
    """

    name: str
    tokens: NDArray[np.int64]
    emotion: int = 0


@dataclass(frozen=True, slots=True)
class Song:
    """What came of one file.

    Attributes:
        path: of the file.
        events: all tokens as values; empty where the file can't be used.
        emotion: 1..4 by name or folder, 0 unknown.
        dropped: why the file can't be used; empty where it can.
        cached: whether this was known already.
    """

    path: Path
    events: tuple[Event, ...]
    emotion: int
    dropped: str = ""
    cached: bool = False


def prepare(path: Path, *, published: bool = False, cache: Path | None = None) -> Song:
    """A MIDI file or piano roll through all stages: alignment, chords, grid, events.

    A recording of the same name beside the file (mp3, wav, flac, ogg, m4a) says where its beats
    are. The mood is said by a name that begins with Q1..Q4, or by the folder: Q1..Q4 or its name.

    Args:
        path: of the file; damaged and unusual ones are told of in the result.
        published: keep the faults of the published scripts; see `bmt_events.events_of`.
        cache: where to keep what files yield; None for the user's cache.
    """
    kept = cache or cache_folder() / "bmt"
    entry, was_kept = _entry(path, kept, published)
    events = tuple(Event(*values) for values in entry.get("events", ()))
    return Song(path, events, emotion_of(path), str(entry.get("dropped", "")), was_kept)


def recording_of(path: Path) -> Path | None:
    """The recording of a MIDI file, beside it; None where there is none."""
    return file_beside(path, SONG.suffixes)


def emotion_of(path: Path) -> int:
    """The quadrant 1..4 that a file is of, by its name or its folder's; 0 where neither says."""
    folder = path.parent.name.lower()
    label = _EMOTION.match(path.name) or _EMOTION.fullmatch(path.parent.name)
    return int(label[1]) if label else EMOTIONS.get(folder, 0)


def _entry(path: Path, cache: Path, published: bool) -> tuple[dict[str, Any], bool]:
    """What a file yields, events or the reason why not, and whether it was known."""
    recording = recording_of(path)
    digests = [fingerprint(file) for file in (path, recording) if file is not None]
    text = f"bmt {_CACHE_VERSION} {published} {emotion_of(path)} {digests}"
    kept = cache / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    try:
        entry = parse_json(kept.read_text(encoding="utf-8"))
        if isinstance(entry, dict) and ("events" in entry or "dropped" in entry):
            return entry, True
    except (OSError, ValueError):
        pass  # not known yet, or damaged: made anew
    try:
        entry = {"events": _events(path, recording, published)}
    except MusividError as error:
        # Kept by content: the file may have another name next time.
        entry = {"dropped": error.problem.replace(str(path), "the file").removeprefix("the file ")}
    cache.mkdir(parents=True, exist_ok=True)
    write_atomic(kept, json.dumps(entry, separators=(",", ":")))
    return entry, False


def _events(path: Path, recording: Path | None, published: bool) -> list[Event]:
    score = read_score(path)
    if recording is not None:
        heard = analyse(load_track(recording).mono(_ANALYSIS_RATE_HZ), _ANALYSIS_RATE_HZ)
        if len(heard.beats_s) > 1:
            score = align(score, heard.beats_s, heard.downbeats_s, published=published)
    return events_of(score, emotion=emotion_of(path), published=published)
