"""LRC: its times, offsets and repeats; faults are named by line."""

from __future__ import annotations

from lyrics_reading import faults, plain, read


def test_lrc() -> None:
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
    lyrics = read(text, "song.lrc")
    assert lyrics.format == "lrc"
    assert plain(lyrics) == [
        (0, "early"),
        (11.5, "Chorus, again"),
        (19.5, "word by", 22.0),
        (24.5, "late"),
        (29.5, ""),
        (50.0, "old"),
        (100.0, "Chorus, again"),
    ]
    assert [w.split(":")[0] for w in lyrics.warnings] == ["song.lrc, line 10", "song.lrc, line 11"]


def test_lrc_order_is_doubted_only_without_repeats() -> None:
    assert "sorted" in read("[00:05.00]b\n[00:01.00]a\n").warnings[0]
    assert read("[00:05.00][00:09.00]b\n[00:01.00]a\n").warnings == []


def test_lrc_faults() -> None:
    problem = faults("[00:1x.00]a\n[00:02.00]b\n[offset:soon]\n")
    assert "line 1: [00:1x.00] is not a time" in problem
    assert "line 3: the offset 'soon'" in problem


def test_words_keep_their_times() -> None:
    text = "[offset:500]\n[00:10.00]<00:10.00>Golden <00:11.50>sun<00:12.00>\n[00:20.00]plain\n"
    first, second = read(text).cues
    assert first.text == "Golden sun" and first.end_s == 11.5
    assert first.words == ((9.5, "Golden"), (11.0, "sun"))
    assert second.words == ()
    led = read("[00:10.00]Oh <00:10.80>golden\n").cues[0]
    assert led.words == ((10.0, "Oh"), (10.8, "golden"))
    assert read("[00:10.00]<00:12.00>b <00:11.00>a\n").cues[0].words == (), "they go back"
    assert read("[00:10.00][00:20.00]<00:10.00>a <00:11.00>b\n").cues[0].words == ()
