"""From MIDI files and published data sets to a prepared corpus; a reason for each one left out.

A corpus is prepared once for the same files and settings, and found again in the cache.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.errors import InputError
from musivid.nets.compound import CMT_SCHEMA
from musivid.places import cache_folder
from musivid.progress import Reporter
from musivid.schema_bgm_train import CorpusPreset
from musivid.score.corpus import Corpus, CorpusWriter, Dropped
from musivid.score.initial_words import key_class
from musivid.score.key_finding import key_of_classes
from musivid.score.midi import read_midi
from musivid.score.notes import Score
from musivid.score.npz_cmt import read_npz
from musivid.score.tokens_cmt import BAR, COLUMNS, encode

__all__ = ["Source", "count_reasons", "find_sources", "prepare"]

_MIDI = (".mid", ".midi")
_DATA_SET = ".npz"
_HINT = "Give MIDI files, a folder of them, a data set (.npz), or a prepared corpus."
_DRUMS, _OCTAVE = 1, 12
_BEAT, _PITCH, _DURATION, _INSTRUMENT = (
    COLUMNS.index(name) for name in ("beat", "pitch", "duration", "instrument")
)
_SURE = 0.3  # a key that is less likely than this is not said


@dataclass(frozen=True, slots=True)
class Source:
    """One file to take songs from, and the genre that its folder says it is."""

    path: Path
    genre: str = ""


def find_sources(data: Sequence[str]) -> list[Source]:
    """Return the files that are meant, each once: files, and all in folders at any depth.

    A MIDI file in a folder within a folder that was given is of that folder's genre:
    `songs/jazz/a.mid` is jazz when `songs` was given.

    Raises:
        InputError: a name that is nothing, or nothing to learn from.
    """
    found: dict[Path, Source] = {}
    for text in data:
        root = Path(text).expanduser().absolute()
        if not root.exists():
            raise InputError(f"there is no file or folder {text!r}", hint=_HINT)
        files = sorted(root.rglob("*")) if root.is_dir() else [root]
        usable = [f for f in files if f.suffix.lower() in (*_MIDI, _DATA_SET) and f.is_file()]
        if not usable:
            raise InputError(f"nothing to learn from in {text!r}", hint=_HINT)
        for path in usable:
            folders = path.relative_to(root).parts[:-1] if root.is_dir() else ()
            found.setdefault(path, Source(path, folders[0].lower() if folders else ""))
    return list(found.values())


def prepare(data: Sequence[str], preset: CorpusPreset, reporter: Reporter) -> Corpus:
    """Return the corpus of MIDI files and data sets; made now, or found in the cache.

    Args:
        data: files and folders; a single folder that is a prepared corpus is taken as it is.
        preset: which songs are taken.
        reporter: told how far it is.

    Raises:
        InputError: nothing to learn from, a damaged data set, or no song that can be taken.
    """
    if len(data) == 1 and Corpus.is_one(Path(data[0]).expanduser()):
        return Corpus(Path(data[0]).expanduser().absolute())
    sources = find_sources(data)
    name = _identity(sources, preset)
    folder = cache_folder() / "bgm-train" / name
    if not (Corpus.is_one(folder) and Corpus(folder).source == name):
        _write(folder, name, sources, preset, reporter)
    corpus = Corpus(folder)
    if not corpus.part(validation=False):
        reasons = "; ".join(f"{why} ({n})" for why, n in count_reasons(corpus.dropped))
        raise InputError(
            f"no song of {', '.join(data)} can be learnt from: {reasons or 'all are kept out'}",
            hint="What is taken is up to corpus.least_bars, least_notes and validation.",
        )
    return corpus


def count_reasons(dropped: Sequence[Dropped]) -> list[tuple[str, int]]:
    """Return why songs were left out and how many for each reason, most first."""
    return Counter(drop.why.split(":")[0] for drop in dropped).most_common()


def _identity(sources: Sequence[Source], preset: CorpusPreset) -> str:
    """A name for what a corpus is made of: files by name, size and time, and the settings."""
    facts = [
        (str(s.path), s.genre, s.path.stat().st_size, s.path.stat().st_mtime_ns) for s in sources
    ]
    text = json.dumps([facts, preset.model_dump(mode="json")])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _write(
    folder: Path, name: str, sources: Sequence[Source], preset: CorpusPreset, reporter: Reporter
) -> None:
    reporter.stage("preparing", total=len(sources), unit="files")
    with CorpusWriter(folder, name, preset.validation) as writer:
        for source in sources:
            if source.path.suffix.lower() == _DATA_SET:
                _add_data_set(writer, source.path, preset)
            else:
                _add_midi(writer, source, preset)
            reporter.advance()


def _add_midi(writer: CorpusWriter, source: Source, preset: CorpusPreset) -> None:
    name = str(source.path)
    try:
        score = read_midi(source.path)
        if (score.beats_per_bar, score.beat_unit) != (4, 4):
            writer.drop(name, f"not in 4/4: {score.beats_per_bar}/{score.beat_unit}")
            return
        score = _without_small_tracks(score, preset.least_notes)
        if not score.tracks:
            writer.drop(name, "too few notes")
            return
        rows = encode(score)
    except InputError as error:
        writer.drop(name, f"unreadable: {error.problem}")
        return
    # Key signatures are often missing, and often C major by default: the notes know better.
    known = key_class(score.key) if score.key and str(score.key) != "C major" else 0
    _add(writer, preset, name, rows, genre=source.genre, key=known)


def _add_data_set(writer: CorpusWriter, path: Path, preset: CorpusPreset) -> None:
    for song in read_npz(path):
        _add(writer, preset, f"{path}#{song.name}", song.rows, genre=song.genre.lower())


def _add(
    writer: CorpusWriter,
    preset: CorpusPreset,
    name: str,
    rows: NDArray[np.int64],
    *,
    genre: str,
    key: int = 0,
) -> None:
    """Take a song in if it is sound and long enough."""
    bars = np.flatnonzero(rows[:, _BEAT] == BAR)
    if len(bars) < preset.least_bars:
        writer.drop(name, f"too short: {len(bars)} bars")
    elif (fault := _fault(rows)) is not None:
        writer.drop(name, f"broken words: {fault}")
    else:
        writer.add(name, _ended(rows, bars, preset.most_words), genre, key or _found_key(rows))


def _ended(rows: NDArray[np.int64], bars: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Rows up to the last bar line within `most` words; a song that goes on has no end word."""
    if len(rows) <= most:
        return rows
    fitting = bars[(bars > 0) & (bars <= most)]
    return rows[: int(fitting[-1]) if len(fitting) else most]


def _fault(rows: NDArray[np.int64]) -> str | None:
    """What is wrong with words that came from elsewhere, if anything is."""
    for column, field in enumerate(CMT_SCHEMA.fields):
        values = rows[:, column]
        most = np.iinfo(np.int16).max if field.role == "position" else field.classes - 1
        if values.min() < 0 or values.max() > most:
            return f"{field.name} goes from {values.min()} to {values.max()}"
    return None if rows[0, _BEAT] == BAR else "they don't begin with a bar"


def _without_small_tracks(score: Score, least: int) -> Score:
    tracks = tuple(track for track in score.tracks if len(track.notes) >= least)
    return dataclasses.replace(score, tracks=tracks)


def _found_key(rows: NDArray[np.int64]) -> int:
    """The class of the key that the notes are in; 0 where that is not clear."""
    notes = rows[(rows[:, _PITCH] > 0) & (rows[:, _INSTRUMENT] != _DRUMS)]
    heard = np.zeros(_OCTAVE)
    np.add.at(heard, (notes[:, _PITCH] - 1) % _OCTAVE, np.maximum(notes[:, _DURATION] - 1, 0.5))
    key, chance = key_of_classes(heard)
    return key_class(key) if chance >= _SURE else 0
