"""What services of lyrics answer, as JSON: the words within, in a form that is read.

Spotify, LRCLIB, Musixmatch, Deezer, NetEase and YouTube Music each have their own; all of them are
found wherever they lie in what was saved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from musivid.core.errors import InputError
from musivid.core.plain_json import parse_json
from musivid.media.lyrics.lines import clean_text

__all__ = ["unwrapped"]

# Keys that only such answers have; without one of them a text is not looked into.
_SIGNS = re.compile(
    r'"(?:startTimeMs|timeTag|syncedLyrics|plainLyrics|subtitle_body|richsync_body|lyrics_body'
    r'|lrc_timestamp|LYRICS_SYNC_JSON|start_time|lyric|ts|total)"\s*:'
)
# Texts within, the best first: times of words, times of lines, words alone.
_TEXTS = ("richsync_body", "syncedLyrics", "subtitle_body", "lyric", "plainLyrics", "lyrics_body")
_LRC = re.compile(r"\[\d+:\d")
_MOST = 200_000  # values that are looked at
_NOTES = "♪♫♬🎵🎶"

Row = dict[str, Any]


def unwrapped(text: str) -> str:
    """The words that a service's answer holds, as LRC, plain text or JSON cues; else the text.

    Raises:
        InputError: the service says that nothing is sung.
    """
    if not re.match(r"\s*[\[{]", text) or not _SIGNS.search(text):
        return text
    try:
        values = list(_values(parse_json(text)))
    except (ValueError, RecursionError):
        return text  # told by whoever reads JSON
    rows = [row for value in values if isinstance(value, list) and (row := _rows(value))]
    if rows:
        return _cues_or_words(max(rows, key=lambda one: (any("words" in r for r in one), len(one))))
    for key in _TEXTS:
        for value in values:
            said = value.get(key) if isinstance(value, dict) else None
            if isinstance(said, str) and said.strip() and (key != "lyric" or _LRC.search(said)):
                return unwrapped(said) if said.lstrip()[:2] in ("[{", "[ ") else said
    if any(isinstance(value, dict) and value.get("instrumental") is True for value in values):
        raise InputError("it says that the song is instrumental", hint="Leave --lyrics out.")
    return text


def _values(value: Any) -> Iterator[Any]:
    """A value of JSON and all within it, from the outermost on, each as it comes."""
    waiting = [value]
    for _ in range(_MOST):
        if not waiting:
            return
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed([each for each in value if isinstance(each, dict | list)]))


def _rows(value: list[Any]) -> list[Row]:
    """The lines of a list of a service, as our cues; none: it is no such list."""
    rows = []
    for item in value:
        row = _row(item) if isinstance(item, dict) else None
        if row is None:
            return []
        if any(sign in _NOTES for sign in row["text"]):
            row["text"] = row["text"].strip(_NOTES + " ")
        rows.append(row)
    return rows


def _row(item: dict[str, Any]) -> Row | None:
    """A line of a service as a cue of ours; None: of no form that is known."""
    if isinstance(item.get("words"), str):  # Spotify
        start = item.get("startTimeMs")
        if start is None and isinstance(item.get("timeTag"), str):
            return {"start_s": item["timeTag"].strip("[] "), "text": item["words"]}
        return _milliseconds(item, start, item.get("endTimeMs"), item["words"])
    if isinstance(item.get("time"), dict) and isinstance(item.get("text"), str):  # Musixmatch
        return {"start_s": item["time"].get("total"), "text": item["text"]}
    if isinstance(item.get("l"), list) and "ts" in item:  # Musixmatch, with words
        return _rich(item)
    if item.get("line") == "" and not str(item.get("milliseconds", "")).strip():
        return {"start_s": None, "text": ""}  # Deezer, between verses
    if isinstance(item.get("line"), str) and {"milliseconds", "lrc_timestamp"} <= set(item):
        start, lasts = _number(item["milliseconds"]), _number(item.get("duration"))
        end = start + lasts if start is not None and lasts else None
        return _milliseconds(item, start, end, item["line"])
    if isinstance(item.get("text"), str) and "start_time" in item:  # YouTube Music
        return _milliseconds(item, item["start_time"], item.get("end_time"), item["text"])
    return None


def _milliseconds(item: dict[str, Any], start: Any, end: Any, text: str) -> Row | None:
    start, end = _number(start), _number(end)
    if start is None:
        return None
    row: Row = {"start_s": start / 1000, "text": text}
    if end is not None and end > start:  # Spotify says 0 where it does not know
        row["end_s"] = end / 1000
    syllables = item.get("syllables")
    if isinstance(syllables, list) and syllables:
        row |= _syllables(syllables, text)
    return row


def _syllables(syllables: list[Any], text: str) -> Row:
    """Times of words from Spotify's syllables, which count letters of the line."""
    words, place = [], 0
    for each in syllables:
        letters = _number(each.get("numChars")) if isinstance(each, dict) else None
        start = _number(each.get("startTimeMs")) if isinstance(each, dict) else None
        if letters is None or start is None or not 0 < letters <= len(text):
            return {}
        words.append({"start": start / 1000, "word": text[place : place + int(letters)]})
        place += int(letters)
    return {"words": words} if place >= len(text.rstrip()) else {}


def _rich(item: dict[str, Any]) -> Row | None:
    """A line of Musixmatch with the offset of each of its words."""
    start, end = _number(item.get("ts")), _number(item.get("te"))
    pieces = [piece for piece in item["l"] if isinstance(piece, dict)]
    said = [(str(piece.get("c", "")), _number(piece.get("o"))) for piece in pieces]
    if start is None:
        return None
    whole = item.get("x")
    row: Row = {"start_s": start, "text": whole if isinstance(whole, str) else ""}
    row["text"] = row["text"] or "".join(text for text, _ in said)
    if end is not None and end > start:
        row["end_s"] = end
    if len(said) > 1 and all(offset is not None for _, offset in said):
        spaced: list[Row] = []
        for text, offset in said:
            if text.strip() or not spaced:
                spaced.append({"start": round(start + (offset or 0.0), 3), "word": text})
            else:
                spaced[-1]["word"] += text
        row["words"] = spaced
    return row


def _cues_or_words(rows: list[Row]) -> str:
    """Rows as JSON cues; as plain words where all begin at once, as those without times do."""
    timed = [row for row in rows if row["start_s"] is not None]
    if len(rows) > 1 and all(row["start_s"] == 0 for row in timed):
        return "\n".join(clean_text(row["text"]) for row in rows)
    return json.dumps(timed)


def _number(value: Any) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,12}(?:\.\d{1,9})?\s*", value):
        return float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e15 else None
