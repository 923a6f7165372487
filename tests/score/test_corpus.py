"""A corpus gives each song back as it was put in, wherever it lies in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from musivid.score.corpus import Corpus, CorpusWriter
from musivid.score.corpus_tokens import CmtTokens


def test_each_song_comes_back_from_its_place(tmp_path: Path) -> None:
    songs = [np.full((n, CmtTokens().columns), n, np.int64) for n in (3, 5, 2)]
    with CorpusWriter(tmp_path, "made here", validation=0.34) as writer:
        for number, rows in enumerate((*songs, songs[1])):
            writer.add(f"song {number}", rows, genre="rock" if number else "")
    corpus = Corpus(tmp_path)
    assert [entry.start for entry in corpus.entries] == [0, 3, 8]
    for entry, rows in zip(corpus.entries, songs, strict=True):
        assert np.array_equal(corpus.rows(entry), rows)
    assert [drop.name for drop in corpus.dropped] == ["song 3"]
    assert corpus.genres() == ("rock",) and corpus.source == "made here"
    assert [len(corpus.part(validation=kept_out)) for kept_out in (True, False)] == [1, 2]
