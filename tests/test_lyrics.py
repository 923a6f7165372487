"""Lyrics in every form, with every trap; faults and doubts are named by line."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from musivid.errors import InputError, UsageError
from musivid.media.lyrics import CUE_FORMATS, format_cues, parse_cues, read_cues, write_cues
from musivid.media.lyrics_lines import MAX_TIME_S
from musivid.timeline import Cue


def _read(text, name="lyrics.txt", duration_s=None):
    return parse_cues(text if isinstance(text, bytes) else text.encode(), name, duration_s)


def _plain(lyrics):
    """Cues as short tuples: start, text, and end or weight where they say something."""
    return [
        (cue.start_s, cue.text, *([cue.end_s] if cue.end_s is not None else []))
        for cue in lyrics.cues
    ]


def _faults(text, name="lyrics.txt"):
    with pytest.raises(InputError) as error:
        _read(text, name)
    return error.value.problem


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("00:10,hello", (10, "hello")),
        ('00:10,"a, b"', (10, "a, b")),
        ("00:10,I see trees, green ones", (10, "I see trees, green ones")),
        ('00:10,"Hello" she said', (10, '"Hello" she said')),
        ('00:10,she said "hi", then left', (10, 'she said "hi", then left')),
        ('00:10,"say ""hi"""', (10, 'say "hi"')),
        ("1:02:03,hours", (3723, "hours")),
        ("00:10.5,tenths", (10.5, "tenths")),
        ('"00:10,25",hundredths', (10.25, "hundredths")),
        ('"00:10,5",one, two', (10.5, "one, two")),
        ("0:10.125,thousandths", (10.125, "thousandths")),
        ("65,bare seconds", (65, "bare seconds")),
        ("00:10,nan", (10, "nan")),
        ("00:10,", (10, "")),
        ("00:10", (10, "")),
        ("00:10,sky: blue", (10, "sky: blue")),
        ("00:10,  spaces \t within ", (10, "spaces within")),
        ("00:10,#hash", (10, "#hash")),
        ("00:10,日本語の歌", (10, "日本語の歌")),
        ("00:10,שלום, עולם", (10, "שלום, עולם")),
    ],
)
@pytest.mark.parametrize("header", ["", "timestamp,text\n"], ids=["bare", "header"])
def test_csv_rows(row, expected, header):
    lyrics = _read(header + row + "\n9:00:00,end\n" if header else f"00:01,first\n{row}\n", "l.csv")
    assert lyrics.format == "csv"
    assert expected in _plain(lyrics)
    assert lyrics.warnings == []


def test_csv_is_told_by_its_content():
    assert _read("timestamp,text\n0:01,a\n", "noname").format == "csv"
    assert _plain(_read("0:01;a, b\n0:02;c\n", "x")) == [(1, "a, b"), (2, "c")]
    assert _plain(_read("time\tlyrics\n0:01\ta, b\n", "x.csv")) == [(1, "a, b")]


def test_csv_columns_for_end_and_weight():
    lyrics = _read("timestamp,end,weight,text\n0:01,0:02.5,-0.5,a, b\n0:03,,,c\n0:04,5\n")
    assert lyrics.cues == [Cue(1, 2.5, "a, b", -0.5), Cue(3, None, "c"), Cue(4, 5, "")]
    lyrics = _read('text,timestamp,mood\n"a, b",0:01,sad\n')
    assert lyrics.cues == [Cue(1, None, "a, b")]
    assert lyrics.warnings == ["lyrics.txt, line 1: the column 'mood' is not used"]


def test_comments_and_blank_lines_are_passed_over():
    text = "# a comment\n\ntimestamp,text\n0:01,a\n \n# 0:02,b\n0:03,#\n0:04,c\n"
    assert _plain(_read(text)) == [(1, "a"), (4, "c")]


def test_a_quoted_text_may_have_several_lines():
    assert _plain(_read('0:01,"two\nlines"\n0:02,b\n')) == [(1, "two lines"), (2, "b")]


def test_an_unclosed_quotation_mark_swallows_nothing():
    lyrics = _read('0:01,"open\n0:02,b\n0:03,"last\n')
    assert _plain(lyrics) == [(1, '"open'), (2, "b"), (3, '"last')]
    assert [w.split(":")[0] for w in lyrics.warnings] == [
        "lyrics.txt, line 1",
        "lyrics.txt, line 3",
    ]


def test_out_of_order_is_sorted_with_a_warning():
    lyrics = _read("0:03,c\n0:01,a\n0:02,b\n")
    assert _plain(lyrics) == [(1, "a"), (2, "b"), (3, "c")]
    assert lyrics.warnings == [
        "lyrics.txt, line 2: earlier than the line before it; sorted by time"
    ]


def test_the_same_time_joins_the_texts():
    lyrics = _read("0:01,a\n0:02,b\n0:02,c\n0:02,\n0:03,d\n")
    assert _plain(lyrics) == [(1, "a"), (2, "b c"), (3, "d")]
    assert "line 3: the same time as line 2" in lyrics.warnings[0]


def test_prompts_of_different_weights_stay_apart():
    lyrics = _read("timestamp,weight,text\n0:01,1,a\n0:01,-1,b\n0:01,1,c\n")
    assert lyrics.cues == [Cue(1, None, "a c"), Cue(1, None, "b", -1.0)]


def test_beyond_the_end_is_dropped_and_ends_are_cut():
    lyrics = _read("timestamp,end,text\n0:01,0:09,a\n0:05,,b\n0:07,,c\n", duration_s=6.5)
    assert lyrics.cues == [Cue(1, 6.5, "a"), Cue(5, None, "b")]
    assert lyrics.warnings == [
        "lyrics.txt, line 4: it begins at 7 s, beyond the song's end at 6.5 s; dropped"
    ]


def test_all_csv_faults_come_at_once():
    text = "timestamp,text,weight\n0:xx,a,1\n0:01,b,heavy\n0:02,c,d,1\n-1,e,1\n0:03,f,inf\n"
    problem = _faults(text, "l.csv")
    assert problem.startswith("l.csv cannot be used:")
    for line, part in ((2, "'0:xx'"), (3, "'heavy'"), (4, "4 fields"), (5, "'-1'"), (6, "inf")):
        assert any(f"line {line}:" in row and part in row for row in problem.splitlines()), line


def test_headings_that_cannot_be_used():
    assert "no column is called text" in _faults("timestamp,foo\n0:01,a\n")
    assert "two columns mean start" in _faults("timestamp,start,text\n0:01,1,a\n")


def test_seconds_beyond_sixty_are_doubted():
    lyrics = _read("0:75,a\n1:30,b\n")
    assert _plain(lyrics) == [(75, "a"), (90, "b")]
    assert "60 or more" in lyrics.warnings[0]


def test_times_that_make_no_sense():
    assert "not between 0 and 10 hours" in _faults("99:00:00,a\n0:01,b\n")
    assert "ends at 1 s, before" in _faults("timestamp,end,text\n0:02,0:01,a\n")


# --- other tables --------------------------------------------------------------------------------


def test_plain_text_lines():
    lyrics = _read("00:58 I'm curling\n1:03.5 all, dressed\n1:03:20 up\n\n# no\n2:00\n")
    assert lyrics.format == "plain"
    assert _plain(lyrics)[:2] == [(58, "I'm curling"), (63.5, "all, dressed")]
    assert (120, "") in _plain(lyrics) and (3800, "up") in _plain(lyrics)
    assert "line 2: it does not begin with a time" in _faults("0:01 a\nwords\n0:02 b\n")


def test_tables_with_tabs():
    assert _read("0:01\ta\n0:02\tb\n").format == "tsv"
    lyrics = _read("1.5\t2.5\tHello, you\n\\\t100.0\t200.0\n3.0\t3.0\tmark\n4\t5\t\n")
    assert lyrics.format == "audacity"
    assert _plain(lyrics) == [(1.5, "Hello, you", 2.5), (3, "mark"), (4, "", 5)]


def test_whisper_tables_count_milliseconds():
    lyrics = _read("start\tend\ttext\n0\t3400\tHello\n3400\t5000\tyou\n", "l.tsv")
    assert _plain(lyrics) == [(0, "Hello", 3.4), (3.4, "you", 5)]
    assert "milliseconds" in lyrics.warnings[0]
    seconds = _read("start\tend\ttext\n0\t3\tHello\n3\t5\tyou\n", "l.tsv")
    assert _plain(seconds) == [(0, "Hello", 3), (3, "you", 5)]


# --- LRC -----------------------------------------------------------------------------------------


def test_lrc():
    text = """\
[ti:Song]
[ar: Somebody: else]
[length:03:20]
[offset:+500]
[00:12.00][01:40.50]Chorus, again
[00:20.00]<00:20.00>word <00:21.00>by <00:22.50>
[00:30.00]
[00:25]late
[#: a comment]
[00:50:50]old
naked words
[00:00.20] early
"""
    lyrics = _read(text, "song.lrc")
    assert lyrics.format == "lrc"
    assert _plain(lyrics) == [
        (0, "early"),
        (11.5, "Chorus, again"),
        (19.5, "word by", 22.0),
        (24.5, "late"),
        (29.5, ""),
        (50.0, "old"),
        (100.0, "Chorus, again"),
    ]
    assert [w.split(":")[0] for w in lyrics.warnings] == ["song.lrc, line 10", "song.lrc, line 11"]


def test_lrc_order_is_doubted_only_without_repeats():
    assert "sorted" in _read("[00:05.00]b\n[00:01.00]a\n").warnings[0]
    assert _read("[00:05.00][00:09.00]b\n[00:01.00]a\n").warnings == []


def test_lrc_faults():
    problem = _faults("[00:1x.00]a\n[00:02.00]b\n[offset:soon]\n")
    assert "line 1: [00:1x.00] is not a time" in problem
    assert "line 3: the offset 'soon'" in problem


# --- subtitles -----------------------------------------------------------------------------------

SRT = """\
1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> {\\an8}there
second line

2
00:00:03,000 --> 00:00:04,000 X1:10 X2:20
99

3
00:00:05.000 --> 00:00:06.000

4
00:00:07,500 --> 00:00:08,000
at 00:00:01,000 and 00:00:02,000: 1 < 2 > 0
100
"""


def test_srt():
    lyrics = _read(SRT)
    assert lyrics.format == "srt"
    assert _plain(lyrics) == [
        (1, "Hello there second line", 2.5),
        (3, "99", 4),
        (5, "", 6),
        (7.5, "at 00:00:01,000 and 00:00:02,000: 1 < 2 > 0 100", 8),
    ]


def test_srt_faults_name_their_lines():
    broken = SRT.replace("00:00:03,000", "00:00:0x,000").replace("00:00:08,000", "00:00:07,000")
    problem = _faults(broken, "l.srt")
    assert "line 7: '00:00:0x,000 --> " in problem
    assert "line 14: it ends at 7 s" in problem


def test_vtt():
    text = """\
WEBVTT - a title
Kind: captions

NOTE this --> is no cue

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Bob>Hi &amp; <c.red>you</c> <00:01.500>there

01:00:00.000 --> 01:00:01.000
x

left alone
"""
    lyrics = _read(text)
    assert lyrics.format == "vtt"
    assert _plain(lyrics) == [(1, "Hi & you there", 2), (3600, "x", 3601)]


# --- JSON ----------------------------------------------------------------------------------------


def test_json_cues():
    rows = [
        {"start_s": 1.25, "end_s": None, "text": "a", "weight": -1},
        {"start_s": 2, "text": "b"},
    ]
    expected = [Cue(1.25, None, "a", -1.0), Cue(2.0, None, "b")]
    for text, form in (
        (json.dumps(rows), "json"),
        (json.dumps({"cues": rows}, indent=2), "json"),
        ("\n".join(map(json.dumps, rows)), "jsonl"),
    ):
        lyrics = _read(text)
        assert (lyrics.cues, lyrics.format) == (expected, form)


def test_json_of_speech_tools():
    whisper = {
        "text": 'He said "segments": [',
        "segments": [{"id": 0, "start": 0.0, "end": 3.5, "text": " Hi"}],
        "language": "en",
    }
    pipeline = {"text": "", "chunks": [{"timestamp": [0.0, 3.5], "text": " Hi"}]}
    cpp = {"transcription": [{"offsets": {"from": 0, "to": 3500}, "text": " Hi"}]}
    for data in (whisper, pipeline, cpp):
        lyrics = _read(json.dumps(data, indent=1))
        assert (lyrics.cues, lyrics.format) == ([Cue(0.0, 3.5, "Hi")], "whisper")


def test_json_faults_name_their_lines():
    text = """[{"start_s": 1, "text": "a"},
{"start_s": "soon", "text": "b"},
{"text": "c"},
{"start_s": 4},
{"start_s": 5, "text": 6},
{"start_s": 7, "end_s": 6, "text": "d"},
{"start_s": NaN, "text": "e"},
{"start_s": 8, "text": "f", "weight": true},
9]"""
    problem = _faults(text)
    for line in range(2, 10):
        assert f"line {line}:" in problem
    assert "line 1:" not in problem


@pytest.mark.parametrize(
    "text",
    [
        '[{"start_s": 1, "text": "a"},\n{"start_s": 2',
        '{"cues": [{"start_s": 1, "text": "a"}',
        '[{"a":' * 5000,
        '[{"start_s": ' + "9" * 5000 + ', "text": "a"}]',
        '{"start_s": 1, "text": "a"}\n{"start_s"',
        '{"unknown": 5}',
        "[]",
        "{}",
    ],
    ids=range(8),
)
def test_json_that_is_none(text):
    _faults(text)


# --- what is no lyrics, and encodings ------------------------------------------------------------


def test_what_cannot_be_told():
    for text in ("hello world\nno times here\n", "\n\n", "[Chorus]\nla la\n"):
        assert "cannot be told" in _faults(text)
    with pytest.raises(InputError) as error:
        _read("just words")
    assert "timestamp,text" in error.value.hint
    assert "is not a time" in _faults("just, words\nand more\n", "l.csv")


def test_files(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_cues(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_cues(tmp_path)
    empty, large, long = (tmp_path / name for name in ("empty.csv", "large.csv", "long.csv"))
    empty.touch()
    large.write_bytes(b"0:01,a\n" * 800_000)
    long.write_bytes(b"\n" * 60_000)
    for path, match in ((empty, "is empty"), (large, "larger than 5 MB"), (long, "lines")):
        with pytest.raises(InputError, match=match):
            read_cues(path)
    good = tmp_path / "good.csv"
    good.write_bytes(b"0:01,a\r\n0:02,b\r\n")
    assert _plain(read_cues(good)) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding, line_end):
    words = "Zoe; cafe" if encoding[-3:] in ("-le", "-be") else "Zoë; 日本; שלום"
    data = line_end.join(["timestamp,text", f"0:01,{words}", ""]).encode(encoding)
    assert _read(data).cues == [Cue(1.0, None, words)]


def test_old_and_broken_encodings():
    lyrics = _read("0:01,a\n0:02,café\n".encode("cp1252"))
    assert lyrics.cues[1].text == "café"
    assert "line 2: not UTF-8; read as Windows-1252" in lyrics.warnings[0]
    cut = _read("0:01,a\n0:02,日".encode()[:-1])
    assert cut.cues[1].text == ""
    assert "line 2: the file is cut off" in cut.warnings[0]
    assert "encoding cannot be told" in _faults(b"0:01,\x81\x8d\x8f\n")
    assert "no text file" in _faults(b"0:01,a\0b\n")


# --- writing -------------------------------------------------------------------------------------

CUES = [
    Cue(0.5, 2.0, "First, with a comma"),
    Cue(2.0, None, 'a "quote" & <tag> {\\an8} \\N --> 1'),
    Cue(3.25, None, ""),
    Cue(4.0, None, "日本語", 1.0),
]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_written_cues_read_back_whole(form):
    cues = [*CUES, Cue(5.0, 6.0, "not this", -0.5)]
    assert _read(format_cues(cues, form), f"l.{form}").cues == cues


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_subtitles_have_ends_and_no_pauses(form):
    lyrics = _read(format_cues([*CUES, Cue(5.0, 6.0, "not this", -0.5)], form, duration_s=9.0))
    assert lyrics.format == form
    assert _plain(lyrics) == [
        (0.5, CUES[0].text, 2.0),
        (2.0, CUES[1].text, 3.25),
        (4.0, "日本語", 9.0),
    ]


def test_lrc_marks_ends_by_empty_lines():
    text = format_cues([Cue(1, 2, "a"), Cue(3, None, "b"), Cue(65.5, None, "c")], "lrc")
    assert text == "[00:01.00]a\n[00:02.00]\n[00:03.00]b\n[01:05.50]c\n"


def test_writing_files(tmp_path):
    text = write_cues(CUES, tmp_path / "l.TXT")
    assert (tmp_path / "l.TXT").read_text() == text == format_cues(CUES, "txt")
    assert write_cues(CUES, "srt") == format_cues(CUES, "srt")
    assert read_cues(_written(tmp_path / "l.json")).cues == CUES
    with pytest.raises(UsageError, match="'doc'"):
        write_cues(CUES, tmp_path / "l.doc")


def _written(path):
    write_cues(CUES, path)
    return path


# --- properties ----------------------------------------------------------------------------------

_TEXTS = st.text(
    "aB9éß日本。שלוםไ🎵,;:.'\"<>/&{}[]\\|#-*_@!?()=\u3000\u200f", min_size=1, max_size=12
)
_LINES = (
    st.lists(_TEXTS, min_size=1, max_size=4)
    .map(" ".join)
    .map(str.strip)
    .filter(lambda text: text and text[0] != "#" and text == text.strip("\u3000"))
)
_TIMES = st.integers(0, int(MAX_TIME_S * 100) - 1000).map(lambda n: n / 100)


@st.composite
def _cue_lists(draw, with_ends):
    """Cues at different times, each ending before the next one begins or not saying when."""
    starts = sorted(draw(st.lists(_TIMES, min_size=1, max_size=6, unique=True)))
    cues = []
    for start_s, following_s in zip(starts, [*starts[1:], starts[-1] + 9], strict=True):
        end_s = None
        if with_ends or draw(st.booleans()):
            end_s = round(draw(st.sampled_from([following_s, (start_s + following_s) / 2])), 3)
            end_s = max(end_s, round(start_s + 0.005, 3))
        cues.append(Cue(start_s, end_s, draw(_LINES)))
    return cues


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=False), st.sampled_from(["json", "jsonl", "csv"]))
def test_round_trip_with_everything(cues, form):
    assert _read(format_cues(cues, form), f"l.{form}").cues == cues


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=True), st.sampled_from(["srt", "vtt"]))
@example([Cue(0.0, 1.0, "{\\p1} <b> &amp; 00:00:01,000 --> 00:00:02,000")], "srt")
@example([Cue(0.0, 1.0, "NOTE 5"), Cue(1.0, 2.0, "7")], "vtt")
def test_round_trip_of_subtitles(cues, form):
    assert _read(format_cues(cues, form), f"l.{form}").cues == cues


@settings(max_examples=80, deadline=None)
@given(_cue_lists(with_ends=False))
def test_round_trip_of_lrc(cues):
    # Brackets begin tags, so LRC cannot hold a text that begins with one.
    tags = str.maketrans("[<", "((")
    cues = [Cue(cue.start_s, None, cue.text.translate(tags)) for cue in cues]
    assert _read(format_cues(cues, "lrc"), "l.lrc").cues == cues


_PIECES = """0:01|1:2:3|[00:01.00]|[offset:|WEBVTT|NOTE| --> |00:00:01,000|,|;|"|{|}|[|]|-|1|é
|timestamp,text|start|#|\\N|"start_s": 1|"text": "a"|"cues": [|<00:01.00>|\ufeff|\u2028|\t|\n\n"""
_SCRAPS = st.lists(st.sampled_from([*_PIECES.split("|"), "\n"]), max_size=25).map("".join)
_NAMES = st.sampled_from(["x", "x.csv", "x.lrc", "x.srt", "x.vtt", "x.json", "x.tsv"])


@settings(max_examples=400, deadline=None)
@given(_SCRAPS, _NAMES)
def test_scraps_are_read_or_refused(text, name):
    _assert_sane(text.encode(), name)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    ),
    _NAMES,
)
def test_any_bytes_are_read_or_refused(data, name):
    _assert_sane(data, name)


def _assert_sane(data, name):
    """Cues that keep every promise, or an InputError."""
    try:
        lyrics = parse_cues(data, name, 100.0)
    except InputError:
        return
    starts = [cue.start_s for cue in lyrics.cues]
    assert starts == sorted(starts) and all(0 <= start < 100 for start in starts)
    for cue in lyrics.cues:
        assert cue.end_s is None or cue.start_s < cue.end_s <= 100
        assert cue.text == cue.text.strip() and "\n" not in cue.text
    for form in CUE_FORMATS:
        format_cues(lyrics.cues, form, duration_s=100.0)
