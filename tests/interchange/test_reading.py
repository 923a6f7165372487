"""Files as editors write them, and what they say on the clock of a film."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import mido
import pytest

from musivid.core.errors import InputError, MissingError, MusividError, UsageError
from musivid.interchange.reading import Marks, MediaClock, Wish, read_marks
from musivid.interchange.timecode import parse_rate

NTSC = Fraction(30000, 1001)
FILM = MediaClock("clip.mp4", 12.012, NTSC)
RESOLVE = """TITLE: Timeline 1
FCM: NON-DROP FRAME

001  001      V     C        01:00:02:03 01:00:02:04 01:00:02:03 01:00:02:04  
 |C:ResolveColorBlue |M:Hit é |D:1

002  001      V     C        01:00:06:00 01:00:06:01 01:00:06:00 01:00:06:01  
loud |C:ResolveColorRed |M:Refrain 愛 |D:1

003  001      V     C        01:00:08:00 01:00:08:01 01:00:08:00 01:00:08:01  
 |C:ResolveColorGreen |M:Pont |D:48
"""
CUT = """TITLE: cut
FCM: DROP FRAME
001  AX       V     C        00:00:00;00 00:00:30;00 01:00:00;00 01:00:30;00
* FROM CLIP NAME: a.mov
002  AX       AA    C        00:00:00;00 00:00:30;00 01:00:05;00 01:00:35;00
003  AX       V     C        00:00:00;00 00:00:30;00 01:00:30;00 01:01:00;02
* FROM CLIP NAME: b é.mov
* LOC: 01:00:40;00 RED     hit me
004  AX       V     C        00:00:00;00 00:00:00;00 01:01:00;02 01:01:00;02
004  BX       V     D    020 00:00:00;00 00:00:06;20 01:01:00;02 01:01:06;22
* FROM CLIP NAME: b é.mov
* TO CLIP NAME: c.mov
005  BL       V     C        00:00:00;00 00:00:08;10 01:01:06;22 01:01:15;02
"""
FCP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10">
 <resources>
  <format id="r1" frameDuration="1001/30000s" width="1920" height="1080"/>
  <asset id="r2" name="still é" start="0s" duration="600600/30000s" hasVideo="1" format="r1"/>
 </resources>
 <library><event name="e"><project name="Säng">
  <sequence format="r1" duration="360360/30000s" tcStart="107999892/30000s" tcFormat="DF"><spine>
   <gap offset="107999892/30000s" start="215999784/30000s" duration="360360/30000s">
    <asset-clip ref="r2" lane="1" name="still é" offset="216099884/30000s" start="50050/30000s" duration="60060/30000s">
     <marker start="70070/30000s" duration="1001/30000s" value="connected"/>
     <marker start="170170/30000s" duration="1001/30000s" value="unseen"/></asset-clip>
    <marker start="216044829/30000s" duration="1001/30000s" value="Hit &amp; é"/>
    <chapter-marker start="216240024/30000s" duration="1001/30000s" value="Refrain 愛"/>
   </gap>
  </spine></sequence>
 </project></event></library>
</fcpxml>
"""  # noqa: E501
XMEML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version="4"><sequence><name>s</name><duration>360</duration>
 <rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate>
 <timecode><string>01:00:00;00</string><frame>107892</frame><displayformat>DF</displayformat>
  <rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate></timecode>
 <media><video><track>
  <clipitem><name>a é.mov</name><start>0</start><end>-1</end><in>100</in><out>225</out>
   <marker><name>in clip</name><comment>c</comment><in>130</in><out>-1</out></marker>
   <marker><name>unseen</name><in>99</in><out>-1</out></marker></clipitem>
  <transitionitem><start>115</start><end>125</end><alignment>center</alignment></transitionitem>
  <clipitem><name>b.mov</name><start>-1</start><end>300</end><in>0</in><out>185</out>
   <rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate></clipitem>
 </track></video></media>
 <marker><name>Hit</name><comment>n</comment><in>45</in><out>-1</out></marker>
 <marker><name>Part 愛</name><comment></comment><in>120</in><out>240</out></marker>
</sequence></xmeml>
"""
PREMIERE = (
    "标记名称,描述,入点,出点,持续时间,标记类型\n"
    "Hit é,,00;00;01;15,00;00;01;15,00;00;00;00,注释\n"
    'Part 愛,"second, with a comma",00;00;04;00,00;00;08;00,00;00;04;00,注释\n'
)
REAPER = (
    '#,Name,Start,End,Length,Color\nM1,"Hit, é",0:01.500,,,FF0000\n'
    "R1,Refrain 愛,0:04.004,0:08.008,0:04.004,\n"
)


def read(
    folder: Path,
    content: str | bytes,
    film: MediaClock = FILM,
    *,
    name: str = "marks.txt",
    take: Any = None,
    fps: str | None = None,
    start: str | None = None,
) -> Marks:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_marks(path, film, Wish(take, parse_rate(fps) if fps else None, start))


def times(found: Marks) -> list[tuple[float, str]]:
    return [(round(float(mark.time), 3), mark.name) for mark in found.marks]


def frames(found: Marks, fps: Fraction = NTSC) -> list[Fraction]:
    return [mark.time * fps for mark in found.marks]


@pytest.mark.parametrize("hour", ["01", "00"])
def test_markers_of_resolve(tmp_path: Path, hour: str) -> None:
    film = MediaClock("clip.mp4", 12.0, Fraction(25))
    found = read(tmp_path, RESOLVE.replace(" 01:", f" {hour}:"), film)
    assert times(found) == [(2.12, "Hit é"), (6.0, "Refrain 愛"), (8.0, "Pont")]
    assert [(m.colour, m.note, m.line) for m in found.marks] == [
        ("blue", "", 5), ("red", "loud", 8), ("green", "", 11)]  # fmt: skip
    assert found.marks[2].end == Fraction(992, 100)
    assert found.format == "edl" and len(found.notes) == (hour == "01")
    assert all("01:00:00:00 was taken off" in note for note in found.notes)


def test_a_start_that_is_said_is_heeded(tmp_path: Path) -> None:
    film = MediaClock("clip.mp4", 12.0, Fraction(25))
    found = read(tmp_path, RESOLVE, film, start="01:00:02:00")
    assert times(found)[0] == (0.12, "Hit é") and not found.notes
    assert times(read(tmp_path, RESOLVE, film, start="3601"))[0] == (1.12, "Hit é")
    late = read(tmp_path, "23:59:59:00 a\n00:00:01:00 b\n", film, start="23:59:58:00")
    assert times(late) == [(1.0, "a"), (3.0, "b")]
    with pytest.raises(UsageError, match="--start 'x' is no time"):
        read(tmp_path, RESOLVE, film, start="x")
    with pytest.raises(UsageError, match="no time of a day"):
        read(tmp_path, RESOLVE, film, start="01:00:61:00")


def test_cuts_of_a_drop_frame_list(tmp_path: Path) -> None:
    film = MediaClock("clip.mp4", 75.075, NTSC, "01:00:00;00")
    found = read(tmp_path, CUT, film, take="cuts")
    assert frames(found) == [900, 1810, 2000]
    assert [(m.name, m.line) for m in found.marks] == [("b é.mov", 6), ("c.mov", 10), ("005", 13)]
    assert found.notes == (
        "marks.txt: 1 events of sound are no cuts",
        "marks.txt: begins at 01:00:00;00, as clip.mp4 says of its first frame",
    )
    assert [(m.name, m.colour) for m in read(tmp_path, CUT, film).marks] == [("hit me", "red")]


def test_a_list_of_another_rate_is_noticed(tmp_path: Path) -> None:
    text = "TITLE: x\n001  AX V C 00:00:00:20 00:00:02:00 01:00:00:00 01:00:01:04\n"
    film = MediaClock("clip.mp4", 20.0, Fraction(25))
    with pytest.raises(InputError, match="lengths") as raised:
        read(tmp_path, text, film)
    assert "--fps 24" in raised.value.hint
    text = "TITLE: x\n001 AX V C 00:00:00:00 00:00:01:24 01:00:00:24 01:00:02:23\n"
    with pytest.raises(InputError, match="--fps 25"):
        read(tmp_path, text, MediaClock("clip.mp4", 20.0, Fraction(24)))


def test_fcpxml_goes_through_the_times_of_all_that_holds(tmp_path: Path) -> None:
    found = read(tmp_path, FCP)
    assert frames(found) == [45, 120, 240]
    assert [m.name for m in found.marks] == ["Hit & é", "connected", "Refrain 愛"]
    assert [m.line for m in found.marks] == [14, 12, 15]
    assert found.left_out == ("marks.txt:13: 'unseen' lies outside of what is used of its clip",)
    assert frames(read(tmp_path, FCP, take="cuts")) == [100]  # into a gap at the end is none
    folder = tmp_path / "a.fcpxmld"
    folder.mkdir()
    (folder / "Info.fcpxml").write_text(FCP, encoding="utf-8")
    assert frames(read_marks(folder, FILM)) == [45, 120, 240]


@pytest.mark.parametrize("version", ["1.8", "1.9", "1.11"])
def test_fcpxml_of_other_versions(tmp_path: Path, version: str) -> None:
    assert frames(read(tmp_path, FCP.replace('"1.10"', f'"{version}"'))) == [45, 120, 240]


@pytest.mark.parametrize(("scaled", "notes"), [("0", 0), ("1", 1)])
def test_clips_whose_speed_fits_the_rate_are_told(tmp_path: Path, scaled: str, notes: int) -> None:
    inner = f'<conform-rate scaleEnabled="{scaled}" srcFrameRate="25"/><marker start="70070'
    found = read(tmp_path, FCP.replace('<marker start="70070', inner))
    assert sum("is conformed to the timeline's rate" in note for note in found.notes) == notes
    assert frames(found) == [45, 120, 240]


def test_xmeml_counts_markers_of_clips_in_their_media(tmp_path: Path) -> None:
    found = read(tmp_path, XMEML)
    assert frames(found) == [30, 45, 120]
    assert [mark.name for mark in found.marks] == ["in clip", "Hit", "Part 愛"]
    assert found.marks[2].end == 240 / NTSC and found.marks[1].note == "n"
    assert "unseen" in found.left_out[0] and ":10:" in found.left_out[0]
    assert frames(read(tmp_path, XMEML, take="cuts")) == [120]  # the middle of the transition


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_marker_lists_of_premiere(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = PREMIERE if delimiter == "," else PREMIERE.replace('"second, with a comma"', "second")
    if delimiter == "\t":
        text = text.replace(",", "\t")
    found = read(tmp_path, text.replace("\n", "\r\n").encode(encoding), name="x.csv")
    assert found.format == "premiere" and frames(found) == [45, 120]
    assert found.marks[1].name == "Part 愛" and found.marks[1].end == 240 / NTSC
    assert found.marks[1].note.startswith("second")


def test_regions_of_reaper(tmp_path: Path) -> None:
    found = read(tmp_path, REAPER)
    assert times(found) == [(1.5, "Hit, é"), (4.004, "Refrain 愛")]
    assert found.marks[1].end == Fraction("8.008") and found.format == "reaper"
    text = REAPER.replace("0:01.500", "0:00:01:15").replace("0:04.004", "0:00:04:00")
    coded = read(tmp_path, text.replace("0:08.008", "0:00:08:00"))
    assert frames(coded) == [45, 120]
    with pytest.raises(InputError, match=r"txt:2: 2.1.00 counts bars") as raised:
        read(tmp_path, "#,Name,Start,End,Length\nR1,Verse,2.1.00,4.1.00,2.0.00\n")
    assert "Minutes:Seconds" in raised.value.hint
    for bars in ("5.1.00", "5|1|00", "5.1.1.240"):
        with pytest.raises(InputError, match=r"txt:1: .* counts bars") as raised:
            read(tmp_path, f"{bars}\n")
        assert "minutes and seconds" in raised.value.hint


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("1.500000\t1.500000\tone\n\\\t6928.4\t6928.4\n4.004000\t8.008000\ttwo\n", "audacity"),
        ("1\n00:00:01,500 --> 00:00:03,000\none\n\n2\n00:00:04,004 --> 00:00:06,0\ntwo\n", "srt"),
        ("WEBVTT\n\n00:01.500 --> 00:03.000\none\n\n00:04.004 --> 00:06.000\ntwo\n", "vtt"),
        ("[00:01.500]one\n[00:04.004]two\n[00:06.00]\n", "lrc"),
        ("1,5 one\n4,004\ttwo\n", "plain"),
        ("0:00:01,5; one # a comment\n\n# nothing\n4.004 two\n", "plain"),
    ],
)
def test_times_with_names(tmp_path: Path, content: str, kind: str) -> None:
    found = read(tmp_path, content)
    assert times(found) == [(1.5, "one"), (4.004, "two")] and found.format == kind


def test_subtitles_of_numbers_are_subtitles(tmp_path: Path) -> None:
    text = "1\n00:00:01,500 --> 00:00:03,000\n7\n\n2\n00:00:04,004 --> 00:00:06,000\n8\n"
    assert times(read(tmp_path, text)) == [(1.5, "7"), (4.004, "8")]


def test_frames_and_time_codes_a_line(tmp_path: Path) -> None:
    assert frames(read(tmp_path, "120f kick\n45f\n")) == [45, 120]
    assert frames(read(tmp_path, "00:00:04;00\n00:00:01;15\n")) == [45, 120]
    assert times(read(tmp_path, "1.500 7\n")) == [(1.5, "7")]
    assert frames(read(tmp_path, "00:00:04:00", fps="24"), Fraction(24)) == [96]


def test_avid_counts_frames(tmp_path: Path) -> None:
    found = read(tmp_path, "me\t01:00:01;15\tV1\tred\tHit é\t1\nme\t01:00:04;00\tV1\tblue\tb\t30\n")
    assert frames(found) == [45, 120] and found.marks[0].colour == "red"
    assert found.marks[1].end == 150 / NTSC


def test_markers_of_midi_follow_the_tempo(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480, charset="utf-8")
    first, second = mido.MidiTrack(), mido.MidiTrack()
    first += [
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("marker", text="hit é", time=960),
        mido.MetaMessage("set_tempo", tempo=666_667, time=960),
        mido.MetaMessage("marker", text="cue: verse"),
        mido.MetaMessage("marker", text="chord: Am"),
        mido.MetaMessage("cue_marker", text="cue", time=1440),
    ]
    second += [mido.Message("note_on", note=60), mido.MetaMessage("marker", text="x", time=3360)]
    file.tracks += [first, second]
    file.save(tmp_path / "a.mid")
    found = read_marks(tmp_path / "a.mid", FILM)
    assert times(found) == [(1.0, "hit é"), (2.0, "verse"), (4.0, "x")]
    assert len(found.left_out) == 2 and "cue point" in found.left_out[1]


def timeline(start: float | None = 86400.0) -> Any:
    """A timeline of two clips with a gap between, at 24000/1001, with markers of each kind."""
    otio = pytest.importorskip("opentimelineio")
    rate = 23.976023976023978

    def span(begin: float, length: float) -> Any:
        at, long = (otio.opentime.RationalTime(v, rate) for v in (begin, length))
        return otio.opentime.TimeRange(at, long)

    def marker(name: str, begin: float, length: float = 1) -> Any:
        return otio.schema.Marker(name, span(begin, length), color="GREEN")

    made = otio.schema.Timeline("Säng")
    if start is not None:
        made.global_start_time = otio.opentime.RationalTime(start, rate)
    track = otio.schema.Track("V1", kind="Video")
    first = otio.schema.Clip("a é.mov", source_range=span(86880, 48))
    first.markers.append(marker("in the clip", 86900))
    second = otio.schema.Clip("b.mov", source_range=span(0, 216))
    second.markers.append(marker("out of sight", 700))
    track.extend([first, otio.schema.Gap(source_range=span(0, 24)), second])
    made.tracks.append(track)
    made.tracks.markers.extend([marker("Refrain 愛", 96), marker("Pont", 192, 48)])
    return made


def test_otio_has_markers_of_timeline_and_media(tmp_path: Path) -> None:
    film = MediaClock("clip.mp4", 12.012, Fraction(24000, 1001))
    text = timeline().to_json_string()
    found = read(tmp_path, text, film)
    assert times(found) == [(0.834, "in the clip"), (4.004, "Refrain 愛"), (8.008, "Pont")]
    assert found.marks[2].end == Fraction(240 * 1001, 24000)
    assert "out of sight" in found.left_out[0]
    lines = text.split("\n")
    for mark in found.marks:
        assert '"Marker.' in lines[mark.line - 1]
    assert times(read(tmp_path, text, film, take="cuts")) == [(2.002, "gap"), (3.003, "b.mov")]
    late = timeline()
    for each in late.tracks.markers:
        each.marked_range = type(each.marked_range)(
            each.marked_range.start_time + late.global_start_time, each.marked_range.duration
        )
    assert times(read(tmp_path, late.to_json_string(), film)) == times(found)
    assert times(read(tmp_path, timeline(None).to_json_string(), film)) == times(found)


def test_otio_needs_its_library_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    with pytest.raises(MissingError) as raised:
        read(tmp_path, '{"OTIO_SCHEMA": "Timeline.1"}')
    assert raised.value.exit_code == 3 and "pip install 'musivid[editors]'" in str(raised.value)
    assert times(read(tmp_path, REAPER))


def laughs() -> str:
    """Entities of entities: a thousand million letters, if anybody wrote them out."""
    declared = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return f'<!DOCTYPE fcpxml [<!ENTITY l0 "ha">{declared}]><fcpxml>&l8;</fcpxml>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("1, 5\n", "txt:1: '1, 5' can be read in two ways: as 1.5 s, or as 1 called '5'"),
        ("2.0\n1.5, 2.0\n", "txt:2: .*as 1.5 and 2.0"),
        ("soon\n", "txt:1: 'soon' is not a time"),
        ("1.0\n00:00:01:02\n", "txt:2: times and time codes are mixed"),
        ("00:01:00;00\n", "txt:1: 00:01:00;00 is no frame: drop frame leaves that label out"),
        ("00:00:01:45\n", "txt:1: 00:00:01:45 has frame 45"),
        ("00:00:20:00\n", r"txt:1: 00:00:20:00 is not within the clip of 12.01 s"),
        ("TITLE: x\nFCM: DROP FRAME\n001 AX V C 0:0", "no event of an edit list"),
        ("TITLE: x\nFCM: DROP FRAME\n", "there is no event"),
        (XMEML[:900], r"txt:\d+: the XML is damaged"),
        (FCP.replace('offset="107999892/30000s"', 'offset="1/0s"'), "txt:10: offset '1/0s'"),
        (laughs(), "declares an entity"),
        ('<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>',
         "declares an entity"),
        ("<fcpxml>" + "<a>" * 300, "more than 200 levels"),
        ("<fcpxml/>", "no project and no clip"),
        ("<xmeml/>", "no sequence"),
        (XMEML.replace("<in>45</in>", "<in>x</in>"), "txt:15: <in> of <marker> is 'x'"),
        (PREMIERE.replace("00;00;04;00,00;00;08", "4 s,00;00;08"), "txt:3: the third column"),
        (REAPER.replace("M1", "X1"), "txt:2: 'X1' is neither"),
        (b"MThd\0\0\0\6\0\1", "cannot be read as MIDI"),
        (b"MThd\0\0\0\6\0\1\0\0\0\0", "0 ticks"),
        ('{"OTIO_SCHEMA": "Timeline.1",\n "tracks": {', "txt:2: the JSON is damaged"),
        ('{"OTIO_SCHEMA": "Opera.7"}', "not a timeline"),
        ('{"OTIO_SCHEMA": "Timeline.99"}', "cannot read it|not a timeline"),
        (bytes(range(256)), "not a text file|cannot be recognised"),
    ],
    ids=range(25),
)  # fmt: skip
def test_faults_are_told_with_their_line(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(MusividError, match=says) as raised:
        read(tmp_path, content)
    assert raised.value.exit_code == 2


def test_other_rates_and_drop_frame_are_told_apart(tmp_path: Path) -> None:
    film = MediaClock("clip.mp4", 100.0, Fraction(25))
    with pytest.raises(InputError, match="drop frame, which does not exist at 25"):
        read(tmp_path, "00:00:01;15\n", film)
    assert frames(read(tmp_path, "00:00:01;15\n", film, fps="29.97df")) == [45]
    uneven = MediaClock("phone.mp4", 100.0, Fraction(30), is_even=False)
    assert "not equally long" in read(tmp_path, "00:00:01:15\n", uneven).notes[0]


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.edl"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_marks(path, FILM)


def test_json_that_is_nested_without_end(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read(tmp_path, json.dumps({"OTIO_SCHEMA": "Timeline.1"})[:-1] + ', "a": ' + "[" * 100_000)
