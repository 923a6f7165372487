"""Lyrics in JSON: cues of our own and of speech tools."""

from __future__ import annotations

import json

import pytest
from lyrics_reading import faults, read

from musivid.core.timeline import Cue
from musivid.media.lyrics.reading import parse_cues
from musivid.media.lyrics.writing import format_cues


def test_json_cues() -> None:
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
        lyrics = read(text)
        assert (lyrics.cues, lyrics.format) == (expected, form)


def test_json_of_speech_tools() -> None:
    whisper = {
        "text": 'He said "segments": [',
        "segments": [{"id": 0, "start": 0.0, "end": 3.5, "text": " Hi"}],
        "language": "en",
    }
    pipeline = {"text": "", "chunks": [{"timestamp": [0.0, 3.5], "text": " Hi"}]}
    cpp = {"transcription": [{"offsets": {"from": 0, "to": 3500}, "text": " Hi"}]}
    for data in (whisper, pipeline, cpp):
        lyrics = read(json.dumps(data, indent=1))
        assert (lyrics.cues, lyrics.format) == ([Cue(0.0, 3.5, "Hi")], "whisper")


def test_json_faults_name_their_lines() -> None:
    text = """[{"start_s": 1, "text": "a"},
{"start_s": "soon", "text": "b"},
{"text": "c"},
{"start_s": 4},
{"start_s": 5, "text": 6},
{"start_s": 7, "end_s": "z", "text": "d"},
{"start_s": NaN, "text": "e"},
{"start_s": 8, "text": "f", "weight": true},
9]"""
    problem = faults(text)
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
def test_json_that_is_none(text: str) -> None:
    faults(text)


def test_words_of_speech_tools_keep_their_times_and_are_written() -> None:
    words = [{"word": " Golden", "start": 1.0, "end": 1.4}, {"word": " sun", "start": 1.5}]
    whisper = {"segments": [{"start": 1.0, "end": 3.0, "text": " Golden sun", "words": words}]}
    cue = parse_cues(json.dumps(whisper).encode(), "a.json").cues[0]
    assert cue.words == ((1.0, "Golden"), (1.5, "sun"))
    for name in ("json", "jsonl"):
        again = parse_cues(format_cues([cue], name).encode(), f"a.{name}").cues
        assert again == [cue]
    broken = {"segments": [{"start": 1.0, "end": 3.0, "text": "a", "words": [{"word": "a"}, 3]}]}
    assert parse_cues(json.dumps(broken).encode(), "a.json").cues[0].words == ()
