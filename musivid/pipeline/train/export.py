"""`musivid bgm train --export`: prepared songs as the files that the published trainings read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import OutputError
from musivid.core.outputs import check_apart, check_output, check_room
from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.pipeline.train.begin import begin
from musivid.pipeline.train.facts import ExportResult
from musivid.pipeline.train.job import TrainJob
from musivid.pipeline.train.sources import count_reasons, find_sources, prepare
from musivid.score.bmt.arrays import ENDINGS, write_arrays
from musivid.score.bmt.dataset import Clip
from musivid.score.bmt.grammar import EMOTIONS
from musivid.score.bmt.vocabulary import DICTIONARY
from musivid.score.cmt import arrays as cmt_arrays
from musivid.score.corpus import Corpus
from musivid.score.corpus_tokens import BmtTokens
from musivid.settings.named import named_files

__all__ = ["check_export", "export_songs"]

# What a song takes in the published files, padded: int64 of x, y and masks.
_BYTES_A_SONG = {"cmt": 8 * 10_000 * (2 * 10 + 1), "bmt": 8 * 1024 * (2 * 11 + 1)}


def check_export(job: TrainJob, path: Path) -> dict[str, Path]:
    """What an export writes, by its role, once it is sure that it can be.

    Raises:
        OutputError: no .npz, a folder, there already, or something that is learnt from.
        InputError: there is nothing to learn from.
    """
    check_output(path, endings=(".npz",), force=True)
    written = {"data set": path}
    if job.preset.family == "bmt":
        name = path.stem.removesuffix(f"_{Path(ENDINGS[0]).stem}")
        written = {end: path.with_name(f"{name}_{end}") for end in ENDINGS}
        written[DICTIONARY] = path.with_name(DICTIONARY)
    for file in written.values():
        check_output(file, force=job.force, hint="Give --force to replace it, or another name.")
    read = {"data": [source.path for source in find_sources(job.data)], **named_files(job.preset)}
    check_apart(written, read)
    return written


def export_songs(job: TrainJob, path: Path, reporter: Reporter) -> ExportResult:
    """Write all songs that would be learnt from or kept out; nothing is trained.

    CMT's songs go into one data set. BMT's become `<name>_data_linear.npz` with the map of names
    and the rows of each mood beside it, and the `dictionary.pkl` that says what their numbers mean.

    Raises:
        OutputError: as `check_export`, or the disk has no room. InputError: as `prepare`.
    """
    written, preset = check_export(job, path), job.preset
    begun = begin(job)
    corpus = prepare(
        job.data,
        preset.corpus,
        reporter,
        family=preset.family,
        vocabulary=begun.vocabulary if begun else None,
    )
    check_room(path, _BYTES_A_SONG[preset.family] * len(corpus.entries))
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(corpus.tokens, BmtTokens):
        name = written[ENDINGS[0]].name.removesuffix(f"_{ENDINGS[0]}")
        clips = [Clip(s.name, s.rows, EMOTIONS.get(s.genre, 0)) for s in _songs(corpus)]
        write_arrays(path.parent, clips, name)
        write_atomic(written[DICTIONARY], corpus.tokens.vocabulary.to_pickle())
        count = len(clips)
    else:
        count = cmt_arrays.write_npz(path, list(_songs(corpus)))
    if not count:
        raise OutputError("all songs are longer than the published files hold")
    dropped = dict(count_reasons(corpus.dropped))
    return ExportResult(tuple(map(str, written.values())), count, dropped)


def _songs(corpus: Corpus) -> Iterator[cmt_arrays.Song]:
    """The songs of a corpus, each with an end token and a name of its own."""
    seen: Counter[str] = Counter()
    for entry in corpus.entries:
        name = _name(entry.name)
        seen[name] += 1
        rows = _ended(np.asarray(corpus.rows(entry), np.int64))
        yield cmt_arrays.Song(
            name if seen[name] == 1 else f"{name}-{seen[name]}", rows, entry.genre
        )


def _name(source: str) -> str:
    """What a song is called: its name in a data set, else that of its file."""
    path, _, within = source.rpartition("#")
    return within if path.endswith(".npz") else Path(source).stem


def _ended(rows: NDArray[Any]) -> NDArray[Any]:
    """Rows with an end token, which a song that was cut at a bar line lacks."""
    end = np.zeros((1, rows.shape[1]), rows.dtype)
    return np.concatenate([rows, end]) if rows[-1].any() else rows
