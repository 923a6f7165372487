"""From MIDI files, piano rolls and data sets to a prepared corpus; a reason for each one left out.

A corpus is prepared once for the same files and settings, and found again in the cache.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.core.paths import cache_folder, expanded
from musivid.core.pipes import is_pipe
from musivid.core.progress import Reporter
from musivid.media.kinds import NOTES
from musivid.pipeline.train import bmt, cmt
from musivid.score.bmt.dataset import recording_of
from musivid.score.bmt.vocabulary import Vocabulary
from musivid.score.corpus import Corpus, CorpusWriter, Dropped, Song
from musivid.score.corpus_tokens import BmtTokens, CmtTokens, Tokens
from musivid.score.pianoroll import is_pianoroll
from musivid.settings.train import CorpusPreset, TokenFamily

__all__ = ["Source", "count_reasons", "find_sources", "prepare"]

_DATA_SET = ".npz"
_NO_DATA = "_data_idx.npz"  # which clips of BMT's arrays are of which mood
_READING = 2  # rises when the same files give other tokens
_NO_GENRES = ("lpd_5", "lpd_17")  # folders of the Lakh Pianoroll Dataset
_HINT = "Give MIDI files, a folder of them, a data set or piano rolls (.npz), or a prepared corpus."


@dataclass(frozen=True, slots=True)
class Source:
    """One file to take songs from, and the genre that its folder says it is."""

    path: Path
    genre: str = ""


def find_sources(data: Sequence[str]) -> list[Source]:
    """Return the files that are meant, each once: files, and all in folders at any depth.

    A file in a folder within a folder that was given is of that folder's genre: `songs/jazz/a.mid`
    is jazz when `songs` was given. Folders of a single letter, and LPD's own, are no genres.

    Raises:
        InputError: a name that is nothing, or nothing to learn from.
    """
    found: dict[Path, Source] = {}
    for text in data:
        root = expanded(text).absolute()
        if not root.exists():
            raise InputError(f"there is no file or folder {text!r}", hint=_HINT)
        if is_pipe(root):
            raise InputError(f"{root} is a pipe", hint="Write it to a file first.")
        files = sorted(root.rglob("*")) if root.is_dir() else [root]
        usable = [f for f in files if _is_usable(f)]
        if not usable:
            raise InputError(f"nothing to learn from in {text!r}", hint=_HINT)
        for path in usable:
            folders = path.relative_to(root).parts[:-1] if root.is_dir() else ()
            found.setdefault(path, Source(path, _genre(folders)))
    return list(found.values())


def _genre(folders: tuple[str, ...]) -> str:
    """What the outermost folder says; those of data sets sort songs by letters and say nothing."""
    name = folders[0].lower() if folders else ""
    return "" if len(name) == 1 or name.startswith(_NO_GENRES) else name


def _is_usable(path: Path) -> bool:
    known = path.suffix.lower() in (*NOTES.suffixes, _DATA_SET) and not path.name.endswith(_NO_DATA)
    return known and path.is_file()


def prepare(
    data: Sequence[str],
    preset: CorpusPreset,
    reporter: Reporter,
    *,
    family: TokenFamily = "cmt",
    vocabulary: Vocabulary | None = None,
) -> Corpus:
    """Return the corpus of MIDI files, piano rolls and data sets; made now, or found in the cache.

    Args:
        data: files and folders; a single folder that is a prepared corpus is taken as it is.
        preset: which songs are taken.
        reporter: told how far it is.
        family: whose tokens the songs become.
        vocabulary: of BMT tokens, where it is settled; None: as the preset says.

    Raises:
        InputError: nothing to learn from, a damaged data set, or no song that can be taken.
    """
    if len(data) == 1 and Corpus.is_one(expanded(data[0])):
        return _prepared(expanded(data[0]).absolute(), family, vocabulary)
    sources = find_sources(data)
    tokens: Tokens = CmtTokens()
    if family == "bmt":
        arrays = [s.path for s in sources if _is_data_set(s.path)]
        notes = [s.path for s in sources if s.path not in set(arrays)]
        tokens = BmtTokens(
            vocabulary or bmt.choose_vocabulary(preset.vocabulary, notes, arrays, reporter)
        )
    name = _identity(sources, preset, tokens)
    folder = cache_folder() / "bgm-train" / name
    if not (Corpus.is_one(folder) and Corpus(folder).source == name):
        reporter.stage("preparing", total=len(sources), unit="files")
        with CorpusWriter(folder, name, preset.validation, tokens) as writer:
            for source in sources:
                for found in _songs(source, preset, tokens, reporter):
                    _take_in(writer, found, preset, tokens)
                reporter.advance()
    corpus = Corpus(folder)
    if not corpus.part(validation=False):
        reasons = "; ".join(f"{why} ({n})" for why, n in count_reasons(corpus.dropped))
        raise InputError(
            f"no song of {', '.join(data)} can be learnt from: {reasons or 'all are kept out'}",
            hint="corpus.least_bars, least_notes and validation decide what is taken.",
        )
    return corpus


def _prepared(folder: Path, family: TokenFamily, vocabulary: Vocabulary | None) -> Corpus:
    """A corpus that was given itself, if its tokens are those that are to be learnt."""
    corpus = Corpus(folder)
    if corpus.tokens.family != family:
        raise InputError(
            f"{folder} holds {corpus.tokens.family.upper()} tokens, not {family.upper()}'s",
            hint=f"Use a preset of that family, such as --preset {corpus.tokens.family}.",
        )
    if vocabulary and corpus.tokens.to_json() != BmtTokens(vocabulary).to_json():
        raise InputError(
            f"the tokens of {folder} are of another vocabulary than the weights to begin with",
            hint="Give the MIDI files or arrays instead.",
        )
    return corpus


def count_reasons(dropped: Sequence[Dropped]) -> list[tuple[str, int]]:
    """Return why songs were left out and how many for each reason, most first."""
    return Counter(drop.why.split(":")[0] for drop in dropped).most_common()


def _identity(sources: Sequence[Source], preset: CorpusPreset, tokens: Tokens) -> str:
    """A name for what a corpus is made of: files by name, size and time, tokens and settings."""
    facts = [(str(s.path), s.genre, *_stamp(s.path)) for s in sources]
    if tokens.family == "bmt":
        facts += [("", "", *_stamp(r)) for s in sources if (r := recording_of(s.path))]
    text = json.dumps([_READING, facts, preset.model_dump(mode="json"), tokens.to_json()])
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _is_data_set(path: Path) -> bool:
    """Whether a file holds many songs as tokens."""
    return path.suffix.lower() == _DATA_SET and not is_pianoroll(path)


def _stamp(path: Path) -> tuple[int, int]:
    return path.stat().st_size, path.stat().st_mtime_ns


def _songs(
    source: Source, preset: CorpusPreset, tokens: Tokens, reporter: Reporter
) -> Iterator[Song | Dropped]:
    """The songs of a file as tokens, or why there are none."""
    is_data_set = _is_data_set(source.path)
    if isinstance(tokens, BmtTokens):
        if is_data_set:
            return bmt.songs_of_arrays(source.path, tokens)
        return bmt.songs_of_notes(source.path, tokens, preset.least_notes)
    if is_data_set:
        return cmt.songs_of_data_set(source.path)
    return cmt.songs_of_notes(source.path, source.genre, preset.least_notes, reporter)


def _take_in(
    writer: CorpusWriter, found: Song | Dropped, preset: CorpusPreset, tokens: Tokens
) -> None:
    """Take a song in if it is long enough; note what is left out."""
    if isinstance(found, Dropped):
        writer.drop(found.name, found.why)
        return
    bars = tokens.bars(found.rows)
    if len(bars) < preset.least_bars:
        writer.drop(found.name, f"too short: {len(bars)} bars")
    else:
        rows = _ended(found.rows, bars, preset.most_words)
        writer.add(found.name, rows, found.genre, found.key)


def _ended(rows: NDArray[Any], bars: NDArray[np.int64], most: int) -> NDArray[Any]:
    """Rows up to the last bar line within `most` tokens; a song that goes on has no end token."""
    if len(rows) <= most:
        return rows
    fitting = bars[(bars > 1) & (bars <= most)]
    return rows[: int(fitting[-1]) if len(fitting) else most]
