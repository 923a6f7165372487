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


def test_words_of_voices_behind_follow_the_singers() -> None:
    lead, behind = "[00:10.00]<00:10.00>Golden <00:11.50>sun<00:12.00>\n", ((10.0, "Golden"),)
    both = (*behind, (11.5, "sun"))
    cue = read(f"{lead}[bg: <00:11.00>(oh <00:12.00>no)]\n").cues[0]
    assert cue.words == (*both, (11.5, "(oh"), (12.0, "no)"))
    assert read(f"{lead}[bg:oh no]\n").cues[0].words == (*both, (11.5, "(oh no)"))
    assert read("[00:10.00]Golden sun\n[bg: <00:11.00>oh]\n").cues[0].words == ()
    twice = read("[00:10.00][00:20.00]Golden\n[bg: <00:11.00>oh]\n").cues
    assert [(cue.start_s, cue.text) for cue in twice] == [
        (10.0, "Golden (oh)"),
        (20.0, "Golden (oh)"),
    ]


def test_words_of_voices_behind_in_apples_ttml() -> None:
    words = "".join(
        f'<span begin="{at}" end="9">{word}</span> ' for at, word in (("1", "a"), ("2", "b"))
    )
    behind = f'<span ttm:role="x-bg">{words.replace(">a", ">(oh").replace(">b", ">no)")}</span>'
    spaces = (
        ("", "www.w3.org/ns/ttml"),
        (":ttm", "www.w3.org/ns/ttml#metadata"),
        (":i", "apple.com"),
    )
    head = "<tt" + "".join(f' xmlns{name}="http://{place}"' for name, place in spaces)
    cue = read(
        f'{head}><body><div><p begin="1" end="9">{words}{behind}</p></div></body></tt>'
    ).cues[0]
    assert cue.text == "a b (oh no)"
    assert cue.words == ((1.0, "a"), (2.0, "b"), (2.0, "(oh"), (2.0, "no)"))
