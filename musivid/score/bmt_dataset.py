"""A folder of MIDI as BMT's training data: alignment, chords, grid, events, words, arrays.

Six published scripts are one call, `prepare`. What a file yields is kept by the content of the
file, so a second run reads only what is new; what can't be used is dropped with the reason.
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
from musivid.errors import InputError, MusividError
from musivid.media.audio import load_track
from musivid.places import cache_folder
from musivid.progress import Reporter, Silent
from musivid.score.bmt_align import align
from musivid.score.bmt_events import events_of
from musivid.score.bmt_vocabulary import PUBLISHED_VOCABULARY, Event, Vocabulary
from musivid.score.midi import read_midi
from musivid.score.tokens_bmt import to_words
from musivid.storage import fingerprint, write_atomic

__all__ = ["BmtClip", "BmtData", "find_midi", "prepare"]

_CACHE_VERSION = 1
_RECORDINGS = (".mp3", ".wav", ".flac", ".ogg", ".m4a")
_EMOTION = re.compile(r"Q([1-4])")
_ANALYSIS_RATE_HZ = 22050


@dataclass(frozen=True, slots=True)
class BmtClip:
    """One piece of a data set.

    Attributes:
        name: of its file, without folder and ending.
        words: int64 [n, 11], the last one the end.
        emotion: 1..4, from a name that begins with Q1..Q4; 0 where it doesn't.
    """

    name: str
    words: NDArray[np.int64]
    emotion: int = 0


@dataclass(frozen=True, slots=True)
class BmtData:
    """What `prepare` found.

    Attributes:
        clips: in the order of their paths.
        vocabulary: that their words are numbers of.
        dropped: files that can't be used, and why.
        cached: how many files were known already.
    """

    clips: tuple[BmtClip, ...]
    vocabulary: Vocabulary
    dropped: tuple[tuple[Path, str], ...] = ()
    cached: int = 0


def prepare(
    folder: Path,
    *,
    vocabulary: Vocabulary | None = PUBLISHED_VOCABULARY,
    published: bool = False,
    cache: Path | None = None,
    reporter: Reporter | None = None,
) -> BmtData:
    """Every MIDI file below a folder as words.

    A recording of the same name beside a file (mp3, wav, flac, ogg, m4a) says where its beats are.

    Args:
        folder: searched with all that is in it.
        vocabulary: to number values with; None makes one of the values that occur, as published.
        published: keep the faults of the published scripts; see `bmt_events.events_of`.
        cache: where to keep what files yield; None for the user's cache.
        reporter: told of each file.

    Raises:
        InputError: no folder, no MIDI files in it, or none that can be used.
    """
    reporter = reporter or Silent()
    paths = find_midi(folder)
    kept = cache or cache_folder() / "bmt"
    found: list[tuple[Path, list[Event]]] = []
    dropped: list[tuple[Path, str]] = []
    known = 0
    reporter.stage("Preparing songs", len(paths), "songs")
    for path in paths:
        entry, was_kept = _entry(path, kept, published)
        known += was_kept
        if "dropped" in entry:
            dropped.append((path, str(entry["dropped"])))
        else:
            found.append((path, [Event(*values) for values in entry["events"]]))
        reporter.advance()
    if not found:
        raise InputError(
            f"none of the {len(paths)} MIDI files in {folder} can be used",
            hint=f"{dropped[0][0].name}: {dropped[0][1]}",
        )
    words = vocabulary or Vocabulary.of(event for _, events in found for event in events)
    clips = (BmtClip(p.stem, to_words(e, words), _emotion(p)) for p, e in found)
    return BmtData(tuple(clips), words, tuple(dropped), known)


def find_midi(folder: Path) -> list[Path]:
    """MIDI files below a folder, in the order of their paths.

    Raises:
        InputError: no folder, or no MIDI files in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="Give a folder of MIDI files.")
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".mid", ".midi"))
    if not paths:
        raise InputError(f"{folder} holds no MIDI files", hint="They end in .mid or .midi.")
    return paths


def _entry(path: Path, cache: Path, published: bool) -> tuple[dict[str, Any], bool]:
    """What a file yields, events or the reason why not, and whether it was known."""
    recording = _recording(path)
    digests = [fingerprint(file) for file in (path, recording) if file is not None]
    text = f"bmt {_CACHE_VERSION} {published} {_emotion(path)} {digests}"
    kept = cache / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    try:
        entry = json.loads(kept.read_text(encoding="utf-8"))
        if isinstance(entry, dict) and ("events" in entry or "dropped" in entry):
            return entry, True
    except (OSError, ValueError):
        pass  # not known yet, or damaged: made anew
    try:
        entry = {"events": _events(path, recording, published)}
    except MusividError as error:
        entry = {"dropped": error.problem}
    cache.mkdir(parents=True, exist_ok=True)
    write_atomic(kept, json.dumps(entry, separators=(",", ":")))
    return entry, False


def _events(path: Path, recording: Path | None, published: bool) -> list[Event]:
    score = read_midi(path)
    if recording is not None:
        heard = analyse(load_track(recording).mono(_ANALYSIS_RATE_HZ), _ANALYSIS_RATE_HZ)
        if len(heard.beats_s) > 1:
            score = align(score, heard.beats_s, heard.downbeats_s, published=published)
    return events_of(score, emotion=_emotion(path), published=published)


def _recording(path: Path) -> Path | None:
    beside = (path.with_suffix(suffix) for suffix in _RECORDINGS)
    return next((file for file in beside if file.is_file()), None)


def _emotion(path: Path) -> int:
    label = _EMOTION.match(path.name)
    return int(label[1]) if label else 0
