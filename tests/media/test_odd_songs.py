"""The table of odd songs: each is read as what it is, or refused by what is wrong with it."""

from __future__ import annotations

import collections
import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from odd_song_rows import ODD_SONGS
from odd_song_table import OddSong

from musivid.core.errors import InputError
from musivid.media.artwork import embedded_artwork, read_tags
from musivid.media.audio import Track, load_track, probe_audio
from musivid.media.lyrics.within import words_within

HEARD = 0.02  # of full scale


def _id(odd: OddSong) -> str:
    return f"{odd.kind}: {ascii(odd.name[:20])[1:-1]}"


def test_the_table_is_large_and_mixed() -> None:
    kinds = collections.Counter(odd.kind for odd in ODD_SONGS)
    assert len(ODD_SONGS) >= 150 and len(kinds) >= 15
    assert max(kinds.values()) <= 10


@pytest.mark.parametrize("odd", ODD_SONGS, ids=_id)
def test_each_odd_song_is_what_it_is(tmp_path: Path, odd: OddSong) -> None:
    song = tmp_path / odd.name
    odd.make(song)
    with contextlib.suppress(InputError):
        assert words_within(song) is None
    if odd.fault:
        with pytest.raises(InputError) as error:
            load_track(song)
        assert odd.fault in error.value.problem and str(song) in error.value.problem
        return
    track = load_track(song)
    assert (len(track.samples), track.rate_hz) == odd.form
    assert track.duration_s == pytest.approx(odd.lasts_s, abs=odd.slack_s)
    assert _heard(track) == pytest.approx(odd.sings_s, abs=odd.slack_s)
    assert odd.warning in "; ".join(track.warnings) and bool(track.warnings) == bool(odd.warning)
    tags = read_tags(song)
    assert (tags.title, tags.artist) == odd.tags
    assert _cover(song) == odd.cover
    sure_s = probe_audio(song).sure_s
    if sure_s is not None and not odd.warning:
        assert sure_s == pytest.approx(track.duration_s, abs=0.01)


def _heard(track: Track) -> tuple[float, float]:
    """When the first and the last of it is heard; 0 and 0 where nothing is."""
    loud = np.flatnonzero(np.abs(track.mono()) > HEARD)
    return (loud[0] / track.rate_hz, (loud[-1] + 1) / track.rate_hz) if len(loud) else (0.0, 0.0)


def _cover(song: Path) -> str:
    """The kind of the picture within a song, broken, or empty."""
    from PIL import Image

    found = embedded_artwork(song)
    if found is None:
        return ""
    try:
        with Image.open(io.BytesIO(found)) as picture:
            picture.load()
            return str(picture.format)
    except OSError:
        return "broken"
