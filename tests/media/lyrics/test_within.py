"""Lyrics in songs' own files."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import ffmpeg
import pytest
from odd_songs import tone, write_sound

from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.lyrics.sylt import read_sylt
from musivid.media.lyrics.within import words_within

LRC = "[00:00.50]we sing\n[00:01.00]and sing"
FRAME_S = 1152 / 44100


def _size(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _frame(name: bytes, data: bytes, version: int, flags: int = 0) -> bytes:
    if version == 2:
        return name + len(data).to_bytes(3) + data
    size = _size(len(data)) if version == 4 else len(data).to_bytes(4)
    return name + size + bytes([0, flags]) + data


def _tagged(path: Path, frames: bytes, version: int = 3, flags: int = 0) -> Path:
    """A song behind a tag of ID3."""
    sound = write_sound(path.with_suffix(".source.mp3"), tone(2.0, 44100), 44100).read_bytes()
    sound = sound[
        10 + sum(byte << s for byte, s in zip(sound[6:10], (21, 14, 7, 0), strict=True)) :
    ]
    path.write_bytes(b"ID3" + bytes([version, 0, flags]) + _size(len(frames)) + frames + sound)
    return path


def _sylt(*pieces: tuple[str, int], encoding: int = 0, unit: int = 2, content: int = 1) -> bytes:
    names = ("latin-1", "utf-16", "utf-16-be", "utf-8")
    end = b"\0\0" if encoding in (1, 2) else b"\0"
    said = b"".join(
        text.encode(names[encoding]) + end + struct.pack(">I", time) for text, time in pieces
    )
    return (
        bytes([encoding])
        + b"eng"
        + bytes([unit, content])
        + b"x".decode().encode(names[encoding])
        + end
        + said
    )


LINES = (("we sing", 500), ("and sing", 1000))


@pytest.mark.parametrize(
    ("frame", "version", "flags"),
    [
        (_frame(b"SYLT", _sylt(*LINES), 3), 3, 0),
        (_frame(b"SYLT", _sylt(*LINES, encoding=1), 3), 3, 0),
        (_frame(b"SYLT", _sylt(*LINES, encoding=2), 4), 4, 0),
        (_frame(b"SYLT", _sylt(*LINES, encoding=3), 4), 4, 0),
        (_frame(b"SLT", _sylt(*LINES), 2), 2, 0),
        (_frame(b"TIT2", b"\0x", 3) + _frame(b"SYLT", _sylt(*LINES), 3), 3, 0),
        (_frame(b"SYLT", _sylt(*LINES, encoding=1).replace(b"\xff", b"\xff\0"), 3), 3, 0x80),
        (_frame(b"SYLT", b"\0\0\0\x22" + _sylt(*LINES), 4, 0x01), 4, 0),
        (b"\0\0\0\x06" + bytes(6) + _frame(b"SYLT", _sylt(*LINES), 3), 3, 0x40),
        (_frame(b"SYLT", _sylt(("", 0), *LINES, ("", 1500)), 3), 3, 0),
    ],
)  # fmt: skip
def test_timed_lyrics_of_id3(tmp_path: Path, frame: bytes, version: int, flags: int) -> None:
    song = _tagged(tmp_path / "song.mp3", frame, version, flags)
    held = words_within(song)
    assert held is not None and held.where == "SYLT"
    assert [(c.start_s, c.text) for c in held.cues if c.text] == [
        (0.5, "we sing"),
        (1.0, "and sing"),
    ]


def test_syllables_and_frames_that_are_counted(tmp_path: Path) -> None:
    pieces = (("\nGol", 500), ("den ", 700), ("sun", 900), ("\nrise", 1500))
    song = _tagged(tmp_path / "a.mp3", _frame(b"SYLT", _sylt(*pieces), 3))
    sheet = read_sylt(song, FRAME_S)
    assert sheet is not None
    assert [(line.start_s, line.text) for line in sheet.lines] == [
        (0.5, "Golden sun"),
        (1.5, "rise"),
    ]
    assert sheet.lines[0].words == ((0.5, "Golden"), (0.9, "sun"))
    counted = _tagged(tmp_path / "b.mp3", _frame(b"SYLT", _sylt(("la", 20), unit=1), 3))
    sheet = read_sylt(counted, FRAME_S)
    assert sheet is not None and sheet.lines[0].start_s == round(20 * FRAME_S, 3)


@pytest.mark.parametrize(
    "frame",
    [
        _frame(b"SYLT", _sylt(*LINES, content=5), 3),  # chords
        _frame(b"SYLT", _sylt(*LINES)[:9], 3),
        _frame(b"SYLT", _sylt(*LINES, unit=7), 3),
        _frame(b"SYLT", b"\x09" + _sylt(*LINES)[1:], 3),
        b"SYLT\xff\xff\xff\xff\0\0abc",
        b"",
    ],
)
def test_tags_without_timed_lyrics(tmp_path: Path, frame: bytes) -> None:
    assert words_within(_tagged(tmp_path / "song.mp3", frame)) is None


@pytest.mark.parametrize(
    ("name", "tag"),
    [("a.flac", "LYRICS"), ("a.ogg", "SYNCEDLYRICS"), ("a.opus", "lyrics"), ("a.m4a", "lyrics"),
     ("a.mp3", "SYNCEDLYRICS"), ("a.mka", "LYRICS")],
)  # fmt: skip
def test_timed_lyrics_of_tags(tmp_path: Path, name: str, tag: str) -> None:
    rate_hz = 48000 if name == "a.opus" else 44100
    song = write_sound(tmp_path / name, tone(2.0, rate_hz), rate_hz, tags={tag: LRC})
    held = words_within(song)
    assert held is not None and not held.lines
    assert [(c.start_s, c.text) for c in held.cues] == [(0.5, "we sing"), (1.0, "and sing")]


def test_plain_lyrics_of_tags(tmp_path: Path) -> None:
    uslt = _frame(b"USLT", b"\0eng\0we sing\r\n[Chorus]\r\nand sing", 3)
    song = _tagged(tmp_path / "song.mp3", uslt)
    held = words_within(song)
    assert held is not None and (held.cues, held.lines) == ((), ("we sing", "and sing"))
    both = _tagged(tmp_path / "both.mp3", uslt + _frame(b"SYLT", _sylt(*LINES), 3))
    held = words_within(both)
    assert held is not None and held.where == "SYLT" and len(held.cues) == 2
    bare = write_sound(tmp_path / "a.flac", tone(1.0, 44100), 44100, tags={"LYRICIST": "somebody"})
    assert words_within(bare) is None


SRT = (
    "1\n00:00:00,500 --> 00:00:01,000\n<i>we sing</i>\n\n"
    "2\n00:00:01,000 --> 00:00:01,800\nand\nsing\n"
)
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\k20}we {\\k30}sing\n"
    "Dialogue: 0,0:00:01.00,0:00:01.80,Default,,0,0,0,,and\\Nsing\n"
)


def _subtitled(song: Path, codec: str, *texts: str, **options: str) -> Path:
    """A song whose file has subtitles beside its sound."""
    sound = write_sound(song.with_name("sound.flac"), tone(2.0))
    streams = [ffmpeg.input(file_url(sound))["a"]]
    for number, text in enumerate(texts):
        words = song.with_name(f"{number}.{'ass' if '[Script' in text else 'srt'}")
        words.write_text(text)
        streams.append(ffmpeg.input(file_url(words))["s"])
    run_ffmpeg(ffmpeg.output(*streams, file_url(song), **{"c:s": codec, **options}))
    return song


@pytest.mark.parametrize(
    ("name", "codec", "text"),
    [("a.mkv", "srt", SRT), ("a.mp4", "mov_text", SRT), ("a.mkv", "ass", ASS),
     ("a.mkv", "webvtt", SRT), ("a.mov", "mov_text", ASS)],
)  # fmt: skip
def test_subtitles_beside_the_sound(tmp_path: Path, name: str, codec: str, text: str) -> None:
    held = words_within(_subtitled(tmp_path / name, codec, text))
    assert held is not None and held.where == "subtitles" and held.warnings == ()
    said = [(cue.start_s, cue.text, cue.end_s) for cue in held.cues]
    assert said == [(0.5, "we sing", 1.0), (1.0, "and sing", 1.8)]
    assert held.cues[0].words == (((0.5, "we"), (0.7, "sing")) if codec == "ass" else ())


def test_of_several_subtitles_the_usual_whole_ones_are_taken(tmp_path: Path) -> None:
    forced, english = SRT.replace("we sing", "forced"), SRT.replace("we sing", "english")
    kinds = {
        "disposition:s:0": "default+forced",
        "disposition:s:1": "0",
        "disposition:s:2": "default",
    }
    tongues = {"metadata:s:s:0": "language=eng", "metadata:s:s:2": "language=fre"}
    song = _subtitled(tmp_path / "a.mkv", "srt", forced, english, SRT, **kinds, **tongues)
    held = words_within(song)
    assert held is not None and held.where == "subtitles, fre, 1 of 3"
    assert [cue.text for cue in held.cues] == ["we sing", "and sing"]


def test_subtitles_that_say_nothing_are_none(tmp_path: Path) -> None:
    assert words_within(_subtitled(tmp_path / "b.mkv", "ass", ASS.partition("Dialogue")[0])) is None


def _riff(path: Path, tag: bytes, *, name: bytes = b"id3 ") -> Path:
    """A WAV or AIFF with a chunk behind its sound."""
    order: Any = "big" if path.suffix == ".aif" else "little"
    codec = "pcm_s16be" if path.suffix == ".aif" else "pcm_s16le"
    whole = write_sound(path, tone(2.0), codec=codec).read_bytes()
    whole += name + len(tag).to_bytes(4, order) + tag
    path.write_bytes(whole[:4] + (len(whole) - 8).to_bytes(4, order) + whole[8:])
    return path


def _tag(frame: bytes) -> bytes:
    return b"ID3\3\0\0" + _size(len(frame)) + frame + bytes(len(frame) % 2)


@pytest.mark.parametrize("name", ["id3 ", "ID3 "])
@pytest.mark.parametrize("suffix", [".wav", ".aif"])
def test_timed_lyrics_of_id3_in_a_chunk(tmp_path: Path, suffix: str, name: str) -> None:
    frame = _frame(b"SYLT", _sylt(*LINES), 3)
    held = words_within(_riff(tmp_path / f"a{suffix}", _tag(frame), name=name.encode()))
    assert held is not None and held.where == "SYLT"
    assert [cue.text for cue in held.cues] == ["we sing", "and sing"]


def test_timed_lyrics_of_id3_behind_all(tmp_path: Path) -> None:
    frame = _frame(b"SYLT", _sylt(*LINES), 3)
    aiff = write_sound(tmp_path / "a.aif", tone(1.0), codec="pcm_s16be")
    aiff.write_bytes(aiff.read_bytes() + _tag(frame))
    dsf = tmp_path / "a.dsf"
    dsf.write_bytes(b"DSD " + struct.pack("<QQQ", 28, 999, 92) + bytes(64) + _tag(frame))
    for song in (aiff, dsf):
        sheet = read_sylt(song, FRAME_S)
        assert sheet is not None and [line.text for line in sheet.lines] == ["we sing", "and sing"]


@pytest.mark.parametrize("version", [1, 2])
def test_lyrics3(tmp_path: Path, version: int) -> None:
    words = b"[00:00]we sing\r\n[00:01]and sing\r\n"
    tag = b"LYRICSBEGIN" + words + b"LYRICSEND"
    if version == 2:
        tag = b"LYRICSBEGININD0000210LYR%05d%s" % (len(words), words)
        tag += b"%06dLYRICS200" % len(tag)
    song = write_sound(tmp_path / "a.mp3", tone(2.0, 44100), 44100)
    song.write_bytes(song.read_bytes() + tag + b"TAG" + bytes(125))
    held = words_within(song)
    assert held is not None and held.where == "Lyrics3"
    assert [(cue.start_s, cue.text) for cue in held.cues] == [(0.0, "we sing"), (1.0, "and sing")]


@pytest.mark.parametrize(
    ("encoding", "title", "line"),
    [("gbk", "GBK", "早上好，我的朋友"), ("cp1251", "Windows-1251", "Доброе утро"),
     ("euc_kr", "EUC-KR", "달빛 아래 바다"), ("latin-1", "", "déjà vu")],
)  # fmt: skip
def test_old_encodings_of_tags(tmp_path: Path, encoding: str, title: str, line: str) -> None:
    plain = b"\0eng\0" + f"[00:00.50]{line}".encode(encoding)
    timed = _sylt((line.encode(encoding).decode("latin-1"), 500))
    for name, data in ((b"USLT", plain), (b"SYLT", timed)):
        song = _tagged(tmp_path / f"{name.decode()}.mp3", _frame(name, data, 3))
        held = words_within(song)
        assert held is not None and [cue.text for cue in held.cues] == [line]
        assert [title in warning for warning in held.warnings] == [True] * bool(title)


def test_of_several_languages_the_one_with_times_is_taken(tmp_path: Path) -> None:
    english = _frame(b"USLT", b"\0eng\0plain words", 3)
    german = _frame(b"USLT", b"\0deu\0[00:00.50]wir singen", 3)
    held = words_within(_tagged(tmp_path / "a.mp3", english + german))
    assert held is not None and held.where == "lyrics-deu"
    assert [cue.text for cue in held.cues] == ["wir singen"]


def test_a_language_before_the_words_is_none_of_them(tmp_path: Path) -> None:
    song = tmp_path / "a.flac"
    for said in (LRC, "we sing\nand sing"):
        write_sound(song, tone(2.0), tags={"UNSYNCEDLYRICS": f"eng||{said}"})
        held = words_within(song)
        assert held is not None
        assert tuple(cue.text for cue in held.cues) or held.lines == ("we sing", "and sing")
        assert "|" not in "".join((*(cue.text for cue in held.cues), *held.lines))
        assert len(held.cues) in (0, 2)
