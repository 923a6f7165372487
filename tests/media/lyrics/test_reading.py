"""What is no lyrics, encodings, and that no scrap of text is more than refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lyrics_reading import faults, plain, read

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.lyrics.formats import written_formats
from musivid.media.lyrics.reading import parse_cues, read_cues
from musivid.media.lyrics.writing import format_cues


def test_what_cannot_be_told() -> None:
    for text in ("\n\n", "[Chorus]\n"):
        assert "cannot be recognised" in faults(text)
    assert "plain text: 1 lines without times" in faults("[Chorus]\nla la\n")
    with pytest.raises(InputError) as error:
        read("just words")
    told = error.value.hint
    assert "timestamp,text" in told and "musivid video --spread-lyrics" in told
    assert "`musivid studio`, page Time the words" in told
    assert "is not a time" in faults("just, words\nand more\n", "l.csv")


def test_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_cues(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_cues(tmp_path)
    empty, large, long = (tmp_path / name for name in ("empty.csv", "large.csv", "long.csv"))
    empty.touch()
    large.write_bytes(b"0:01,a\n" * 1_600_000)
    long.write_bytes(b"\n" * 110_000)
    for path, match in ((empty, "is empty"), (large, "larger than 10 MB"), (long, "lines")):
        with pytest.raises(InputError, match=match):
            read_cues(path)
    good = tmp_path / "good.csv"
    good.write_bytes(b"0:01,a\r\n0:02,b\r\n")
    assert plain(read_cues(good)) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str, line_end: str) -> None:
    words = "Zoe; cafe" if encoding[-3:] in ("-le", "-be") else "Zoë; 日本; שלום"
    data = line_end.join(["timestamp,text", f"0:01,{words}", ""]).encode(encoding)
    assert read(data).cues == [Cue(1.0, None, words)]


def test_old_and_broken_encodings() -> None:
    lyrics = read("0:01,a\n0:02,café\n".encode("cp1252"))
    assert lyrics.cues[1].text == "café"
    assert "line 2: not UTF-8; read as Windows-1252" in lyrics.warnings[0]
    cut = read("0:01,a\n0:02,日".encode()[:-1])
    assert cut.cues[1].text == ""
    assert "line 2: the file is cut off" in cut.warnings[0]
    assert "encoding cannot be recognised" in faults(b"0:01," + bytes(range(128, 256)))
    assert "line 2: there is a zero byte" in faults(b"0:01,a\n0:02,a\0b\n")


_PIECES = """0:01|1:2:3|[00:01.00]|[offset:|WEBVTT|NOTE| --> |00:00:01,000|,|;|"|{|}|[|]|-|1|é
|timestamp,text|start|#|\\N|"start_s": 1|"text": "a"|"cues": [|<00:01.00>|\ufeff|\u2028|\t|\n\n"""
_SCRAPS = st.lists(st.sampled_from([*_PIECES.split("|"), "\n"]), max_size=25).map("".join)
_NAMES = st.sampled_from(["x", "x.csv", "x.lrc", "x.srt", "x.vtt", "x.json", "x.tsv"])


@settings(max_examples=400, deadline=None)
@given(_SCRAPS, _NAMES)
def test_scraps_are_read_or_refused(text: Any, name: Any) -> None:
    _assert_sane(text.encode(), name)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    ),
    _NAMES,
)
def test_any_bytes_are_read_or_refused(data: Any, name: Any) -> None:
    _assert_sane(data, name)


def _assert_sane(data: bytes, name: str) -> None:
    """Cues that keep every promise, or an InputError."""
    try:
        lyrics = parse_cues(data, name)
    except InputError:
        return
    starts = [cue.start_s for cue in lyrics.cues]
    assert starts == sorted(starts) and all(0 <= start < 36_000 for start in starts)
    for cue in lyrics.cues:
        assert cue.end_s is None or cue.start_s < cue.end_s < 36_000
        assert all(row == row.strip() for row in cue.text.split("\n"))
    for form in written_formats():
        format_cues(lyrics.cues, form, duration_s=36_000.0)
