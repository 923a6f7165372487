"""Files for editors: what is written is what is read back, in each form, at each rate."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import mido
import pytest
import written_marks
from written_marks import RATES, STARTS, by_library, compared, made_edit

from musivid.core.errors import UsageError
from musivid.interchange.edit import Clip, Edit, EditLane, Grid, Media
from musivid.interchange.marks import Mark
from musivid.interchange.midi_written import TICKS, tempo_map
from musivid.interchange.page import Output
from musivid.interchange.timecode import parse_rate
from musivid.interchange.writing import OUTPUTS as ALL
from musivid.interchange.writing import PROGRAMMES, output_for, written

# A project is for Reaper alone: what reads its markers back is Reaper.
OUTPUTS = tuple(each for each in ALL if each.name != "rpp")
BARS = Edit(
    "song",
    parse_rate("29.97df"),
    Fraction(204, 10),
    parse_rate("29.97df").seconds("01:00:00;00"),
    marks=tuple(
        Mark(Fraction(3, 10) + n * Fraction(24, 10), f"bar {n + 1}", kind="bar") for n in range(9)
    ),
)


def of(name: str) -> Output:
    return next(each for each in OUTPUTS if each.name == name)


def text_of(edit: Edit, name: str) -> str:
    return written(edit, of(name), Path("/made")).data.decode()


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda each: each.name)
@pytest.mark.parametrize(("rate", "start"), [("29.97df", STARTS[2]), ("47.952", STARTS[1])])
def test_marks_come_back(output: Output, rate: str, start: str, tmp_path: Path) -> None:
    edit = made_edit(rate, start, 40)
    assert written_marks.is_apart(edit)
    back = compared(edit, output, tmp_path)
    assert (back.off, back.lost, back.renamed) == (0, 0, ()), back


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
def test_marks_come_back_at_every_rate(rate: str, tmp_path: Path) -> None:
    for start in STARTS:
        edit = made_edit(rate, start, 60)
        for output in OUTPUTS:
            back = compared(edit, output, tmp_path)
            assert (back.off, back.lost, back.renamed) == (0, 0, ()), (output.name, start)


def test_the_library_of_otio_reads_what_it_wrote() -> None:
    pytest.importorskip("opentimelineio")
    edit = made_edit("59.94", STARTS[1], 40)
    found = list(by_library(written(edit, of("otio"), Path()).data))
    for mark, (time, name) in zip(edit.marks, found, strict=True):
        assert abs(time - mark.time) <= 1 / (2 * edit.rate.fps) + Fraction(1, 10**9)
        assert name == mark.name


def test_lines_for_resolve_are_as_it_writes_them() -> None:
    assert text_of(BARS, "resolve-edl").split("\n")[:9] == [
        "TITLE: song",
        "FCM: DROP FRAME",
        "",
        "001  001      V     C        01:00:00;09 01:00:00;10 01:00:00;09 01:00:00;10  ",
        " |C:ResolveColorBlue |M:bar 1 |D:1",
        "",
        "002  001      V     C        01:00:02;21 01:00:02;22 01:00:02;21 01:00:02;22  ",
        " |C:ResolveColorBlue |M:bar 2 |D:1",
        "",
    ]


def test_marks_of_one_frame_are_one_for_resolve() -> None:
    marks = (Mark(Fraction(1), "bar 1", kind="bar"), Mark(Fraction(1), "Chorus", kind="section"))
    made = written(replace(BARS, marks=marks), of("resolve-edl"), Path())
    assert "|C:ResolveColorRed |M:bar 1 / Chorus |D:1" in made.data.decode()
    assert "1 that share one" in made.notes[0]


def test_names_that_a_format_cannot_hold_are_told() -> None:
    marks = (Mark(Fraction(1), "a|b\nc"), Mark(Fraction(2), "1.5 x"), Mark(Fraction(3), "n\x00o"))
    edit = replace(BARS, marks=marks)
    told = written(edit, of("resolve-edl"), Path()).notes
    assert told == ("'a|b\\nc' is written as 'a\u00a6b c'", "'n\\x00o' is written as 'no'")
    assert (
        "'1.5 x' is written as '\u201c1.5 x\u201d'"
        in written(edit, of("kdenlive-text"), Path()).notes
    )
    assert written(edit, of("json"), Path()).notes == ()


def test_sections_are_chapters_and_lists_have_columns() -> None:
    edit = replace(BARS, marks=(Mark(Fraction(1), "Refrain", Fraction(2), "section"),))
    assert '<chapter-marker start="' in text_of(edit, "fcpxml")
    assert "R1,Refrain,0:01.000,0:02.000,0:01.000,E23D3D" in text_of(edit, "reaper-csv")
    assert text_of(edit, "audacity") == "1.000000\t2.000000\tRefrain\n"
    assert text_of(edit, "avid") == "musivid\t01:00:01;00\tV1\tred\tRefrain\t30\n"
    assert "* LOC: 01:00:01;00 RED     Refrain" in text_of(edit, "edl")
    sheet = written(edit, of("premiere-csv"), Path()).data.decode("utf-16")
    assert "Refrain\t\t01;00;01;00\t01;00;02;00\t00;00;01;00\tChapter\r\n" in sheet
    assert json.loads(text_of(edit, "kdenlive-json")) == [
        {"pos": 30, "comment": "Refrain", "type": 2}
    ]


def test_tempi_add_up_to_where_bars_are() -> None:
    beats = [Fraction(1, 7)]
    for n in range(1200):
        beats.append(beats[-1] + Fraction(500_000 + n * 7919 % 40_000, 1_000_003))
    grid = Grid(tuple(beats), tuple(beats[::3]))
    tempi = tempo_map(grid)
    far = [abs(tempi.time(tempi.tick(bar)) - bar) for bar in grid.bars]
    assert max(far) < Fraction(1, 1000)
    on_bars = [bar.tick for bar in tempi.bars[1:]]
    assert on_bars == [tempi.tick(bar) for bar in grid.bars]


@pytest.mark.parametrize("first", [0.0, 0.25, 5.123])
def test_bars_of_six_eighths_are_written_as_such(first: float) -> None:
    beats = tuple(Fraction(first) + n * Fraction(1, 4) for n in range(60))
    grid = Grid(beats, beats[::6], unit=8)
    tempi = tempo_map(grid)
    bars = [bar for bar in tempi.bars if bar.metre == (6, 8)]
    assert len(bars) >= 9 and {bar.tempo for bar in bars} == {500_000}  # of a quarter
    assert {after.tick - bar.tick for bar, after in pairwise(bars)} == {3 * TICKS}
    assert [tempi.time(tempi.tick(bar)) for bar in grid.bars] == pytest.approx(grid.bars)


@pytest.mark.parametrize("first", [0.0, 0.001, 0.02, 0.3, 0.5, 5.123])
def test_the_first_bar_is_a_bar_wherever_it_is(first: float, tmp_path: Path) -> None:
    beats = tuple(Fraction(first) + n * Fraction(1, 2) for n in range(40))
    edit = replace(BARS, length=Fraction(30), grid=Grid(beats, beats[::4]))
    edit = replace(edit, marks=tuple(Mark(b, f"bar {n}") for n, b in enumerate(beats[::4])))
    path = tmp_path / "x.mid"
    path.write_bytes(written(edit, of("midi"), tmp_path).data)
    file = mido.MidiFile(path)
    time, at = 0.0, []
    for event in file:
        time += event.time
        if event.type == "marker":
            at.append(time)
    assert at == pytest.approx([float(b) for b in beats[::4]], abs=0.001)
    assert file.length == pytest.approx(30, abs=0.002)


def test_what_is_meant_is_told_by_name_and_programme() -> None:
    assert output_for(Path("a.edl"), None).name == "resolve-edl"
    assert output_for(Path("a.edl"), None, clips=True).name == "edl"
    assert output_for(Path("a.edl"), "avid").name == "edl"
    assert output_for(Path("a.txt"), "kdenlive").name == "kdenlive-text"
    assert output_for(Path("A.CSV"), "premiere").name == "premiere-csv"
    assert [output_for(None, each).suffix for each in PROGRAMMES] == [
        ".edl", ".xml", ".fcpxml", ".json", ".txt", ".jsx", ".txt", ".csv"]  # fmt: skip
    with pytest.raises(UsageError, match=r"a.edl: .*'.edl' for finalcut") as raised:
        output_for(Path("a.edl"), "finalcut")
    assert "finalcut takes markers as .fcpxml" in raised.value.hint
    with pytest.raises(UsageError, match="audacity takes no timelines"):
        output_for(None, "audacity", clips=True)
    with pytest.raises(UsageError, match="at most 100 frames"):
        written(replace(BARS, rate=parse_rate("120")), of("edl"), Path())


def test_a_project_for_reaper_has_its_quotes_and_places(tmp_path: Path) -> None:
    media = Media(tmp_path / "stems" / "Piano.wav", Fraction(4), channels=2)
    other = Media(Path("/else/x y.wav"), Fraction(4), channels=2)
    clips = (
        Clip(media, Fraction(0), Fraction(2)),
        Clip(other, Fraction(2), Fraction(4), Fraction(1)),
    )
    lane = EditLane("audio", clips, "Piano")
    marks = (Mark(Fraction(1), 'say "é"'), Mark(Fraction(2), "part", Fraction(3), "section"))
    edit = replace(BARS, lanes=(lane,), marks=marks)
    project = next(each for each in ALL if each.name == "rpp")
    lines = written(edit, project, tmp_path).data.decode().split("\n")
    said = [line.strip() for line in lines]
    assert "MARKER 1 1.000000000 'say \"é\"' 0" in said
    assert 'MARKER 2 2.000000000 "part" 1' in said and 'MARKER 2 3.000000000 "" 1' in said
    assert 'FILE "stems/Piano.wav"' in said and 'FILE "/else/x y.wav"' in said
    assert "SOFFS 1.000000000" in said and "TEMPO 120.0000000000 4 4" in said
    assert sum(line.startswith("<") for line in said) == said.count(">")


def test_photos_have_no_rate_and_no_length_in_fcpxml() -> None:
    rate = parse_rate("29.97df")
    photo = Media(Path("/a/p.png"), Fraction(3600), rate=rate.fps, size=(80, 60), still=True)
    lane = EditLane("video", (Clip(photo, Fraction(0), Fraction(2)),))
    text = text_of(Edit("cut", rate, Fraction(2), lanes=(lane,)), "fcpxml")
    assert 'name="FFVideoFormatRateUndefined" width="80" height="60"' in text
    assert 'start="0s" duration="0s" hasVideo="1"' in text and "<video " in text
    assert "<asset-clip" not in text
