"""The table of formats: whatever is known of a format follows from its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from lyrics_reading import read

from musivid.core.errors import InputError, UsageError
from musivid.core.timeline import Cue
from musivid.media.lyrics import formats
from musivid.media.lyrics.formats import (
    FORMATS,
    accepted,
    format_shown,
    lyrics_suffixes,
    suffixes_beside_songs,
    written_formats,
)
from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.reading import read_cues
from musivid.media.lyrics.writing import format_cues, write_cues

CUES = [Cue(1.0, 2.0, "one"), Cue(62.5, 63.0, "two")]


def test_names_are_used_once_and_suffixes_are_plain() -> None:
    names = [each.name for each in FORMATS]
    assert len(set(names)) == len(names)
    for each in FORMATS:
        assert each.suffixes and all(s == s.lower() and s.startswith(".") for s in each.suffixes)
        assert each.title in accepted()


@pytest.mark.parametrize("form", written_formats())
def test_what_is_written_is_seen_to_be_of_its_format_and_read_back(form: str) -> None:
    text = format_cues(CUES, form)
    assert read(text, "noname").format == form
    assert [(cue.start_s, cue.text) for cue in read(text, "noname").cues if cue.text] == [
        (1.0, "one"),
        (62.5, "two"),
    ]


def test_only_one_module_each_and_every_module_in_the_table() -> None:
    folder = Path(formats.__file__).parent
    shared = {"ass", "breaking", "choosing", "detection", "encoding", "face", "fitting",
              "formats", "lines", "marks", "objects", "reading", "rows", "services", "spreading",
              "subtitles", "id3", "lyrics3", "sylt", "syllables", "tracks", "unsung", "within",
              "writing", "__init__"}  # fmt: skip
    modules = {path.stem for path in folder.glob("*.py")} - shared
    assert modules == {
        each.shows.__module__.rpartition(".")[2] for each in FORMATS
    }  # each makes one row
    assert len(modules) == len(FORMATS)


def test_endings_beside_songs_never_hide_other_data() -> None:
    assert {".lrc", ".srt", ".vtt"} <= set(suffixes_beside_songs()) <= set(lyrics_suffixes())
    assert not {".json", ".jsonl", ".txt"} & set(suffixes_beside_songs())


def test_a_name_counts_only_where_the_text_shows_nothing() -> None:
    lrc = format_shown("[00:01.00]a\n", "x.csv")
    assert lrc is not None and lrc.name == "lrc"
    named = format_shown("nothing here\n", "x.SRT")
    assert named is not None and named.name == "srt"
    assert format_shown("nothing here\n", "x.txt") is None


def test_a_row_is_all_that_a_format_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def shows(text: str) -> int:
        return SURE if text.startswith("%SUNG") else NO

    def parse(text: str) -> Sheet:
        sheet = Sheet()
        for number, line in enumerate(text.split("\n")[1:], 2):
            if line:
                time, _, words = line.partition("~")
                sheet.add(number, sheet.time_s(number, time), None, words)
        return sheet

    def write(cues: object, duration_s: float | None) -> str:
        return "%SUNG\n" + "".join(f"{cue.start_s}~{cue.text}\n" for cue in CUES)

    sung = Format("sung", "Sung marks", (".sung",), shows, parse, write, beside=True)
    with pytest.raises(UsageError):
        write_cues(CUES, tmp_path / "a.sung")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, sung))
    write_cues(CUES, tmp_path / "a.sung")
    lyrics = read_cues(tmp_path / "a.sung")
    assert (lyrics.format, [cue.text for cue in lyrics.cues]) == ("sung", ["one", "two"])
    assert ".sung" in suffixes_beside_songs()
    with pytest.raises(InputError) as error:
        read("just words")
    assert "Sung marks" in error.value.hint
    with pytest.raises(UsageError) as refused:
        format_cues(CUES, "doc")
    assert "sung" in refused.value.hint
