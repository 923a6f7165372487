"""Old encodings are told from their letters, or taken as they are named."""

from __future__ import annotations

import pytest
from lyrics_reading import faults, read

from musivid.core.errors import InputError, UsageError
from musivid.media.lyrics.encoding import check_encoding

SONGS = {
    "gb18030": ["早上好，我的朋友", "太阳升起来了", "我和你", "月亮代表我的心", "雨一直下"],
    "big5": ["早上好，我的朋友", "太陽升起來了", "我和你", "後來我總算學會了如何去愛"],
    "cp932": ["おはようございます", "太陽が昇る", "君が好きだと叫びたい", "ルージュの伝言"],
    "euc_jp": ["おはようございます", "夜の海に光る", "上を向いて歩こう"],
    "cp949": ["안녕하세요", "해가 뜬다", "사랑해요 그대를", "아리랑 아리랑 아라리요"],
    "cp1251": ["Доброе утро", "Солнце встаёт", "ночь", "Ой у лузі червона калина"],
    "koi8_r": ["Доброе утро, друзья", "Группа крови на рукаве"],
    "cp1253": ["Καλημέρα φίλε μου", "Σ' αγαπώ", "Ένα το χελιδόνι"],
    "cp1256": ["صباح الخير", "أنت عمري", "سألوني الناس عنك"],
    "cp1255": ["שלום עולם", "ירושלים של זהב"],
    "cp1252": ["Café déjà vu", "El niño está aquí", "Über den Wolken muß die Freiheit"],
    "mac_roman": ["Café déjà vu", "El niño está aquí", "Über den Wolken muß die Freiheit"],
    "cp1250": ["Dziękuję, że jesteś, mój śnie", "Příliš žluťoučký kůň úpěl"],
    "cp1254": ["Seni seviyorum, güneş doğdu", "Işık söndü, gözlerin kapalı"],
    "cp874": ["สวัสดีชาวโลก", "ฉันรักเธอ", "คืนนี้พระจันทร์สวยงาม"],
}


@pytest.mark.parametrize("encoding", SONGS)
def test_short_lines_of_old_encodings_are_read_and_the_choice_is_told(encoding: str) -> None:
    for text in SONGS[encoding]:
        lyrics = read(f"[00:01.00]{text}\n[00:02.00]la\n".encode(encoding), "song.lrc")
        assert [cue.text for cue in lyrics.cues] == [text, "la"]
        (warning,) = lyrics.warnings
        assert "line 1: not UTF-8; read as " in warning and "--lyrics-encoding" in warning


def test_a_named_encoding_is_taken() -> None:
    data = "[00:01.00]ночь".encode("koi8_r")
    assert read(data, encoding="koi8-r").cues[0].text == "ночь"
    assert read("[00:01.00]é".encode(), encoding="utf-8").warnings == []
    with pytest.raises(InputError, match=r"l\.lrc, line 2: this is not big5") as error:
        read(b"[00:01.00]a\n[00:02.00]\xff\xff\n", "l.lrc", "big5")
    assert "--lyrics-encoding" in error.value.hint


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "", "utf-8\0"])
def test_what_is_no_encoding_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="there is no encoding"):
        check_encoding(name)
    check_encoding(None)
    check_encoding("Shift_JIS")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n早上好\n"
    assert read(text.encode(encoding), "l.srt").cues[0].text == "早上好"


def test_a_few_broken_bytes_do_not_make_unicode_an_old_encoding() -> None:
    good = "[00:01.00]Доброе утро\n[00:02.00]ночь".encode()
    lyrics = read(good + b"\xff\n")
    assert [cue.text for cue in lyrics.cues] == ["Доброе утро", "ночь"]
    assert "line 2: bytes that are not UTF-8 are left out" in lyrics.warnings[0]


def test_an_accent_at_the_very_end_is_no_cut_character() -> None:
    assert read("[00:01.00]café".encode("cp1252")).cues[0].text == "café"


def test_what_is_no_text_is_named_with_its_line() -> None:
    assert "lyrics.txt, line 2: there is a zero byte" in faults(b"[00:01.00]a\n[00:02.00]b\0\n")
