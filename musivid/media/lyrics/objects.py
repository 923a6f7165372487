"""Timed words as JSON objects: what our own cues and those of speech tools have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from musivid.core.plain_json import parse_json
from musivid.media.lyrics.lines import Sheet

__all__ = ["form_of", "parse_objects"]

_START = ("start_s", "start", "begin", "time")
_END = ("end_s", "end", "stop")
_TEXT = ("text", "lyric", "caption", "prompt")
# Where the list of timed texts is: ours, Whisper's, its pipelines', whisper.cpp's and YouTube's.
_LIST = re.compile(r'"(?:cues|segments|chunks|transcription|events)"\s*:\s*\[')
_SPACE = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def form_of(text: str) -> str | None:
    """How timed objects are laid out: `json`, `jsonl`, `whisper`; None: a text has none.

    An array, or an object with a list of cues, is `json`; one with another list is a speech tool's;
    objects one after the other are `jsonl`. What begins like JSON but is none is read as `json`.
    """
    if not re.match(r"\s*(?:\{|\[\s*(?:\{|\]))", text):
        return None
    if text.lstrip().startswith("["):
        return "json"
    try:
        found = _list_within(text)
    except (ValueError, RecursionError):
        return "json"
    if found is None:
        return "jsonl"
    return "json" if '"cues"' in text[: found.end()] else "whisper"


def parse_objects(text: str) -> Sheet:
    """Read timed objects, however they are laid out."""
    sheet = Sheet()
    try:
        for number, item in _objects(text, _list_position(text)):
            _read_item(sheet, number, item)
    except json.JSONDecodeError as error:
        sheet.fault(error.lineno, f"this is not JSON: {error.msg}")
    except RecursionError:
        sheet.fault(1, "this JSON is nested too deeply")
    except ValueError as error:  # a number of too many digits
        sheet.fault(1, f"this JSON cannot be read: {str(error)[:80]}")
    return sheet


def _list_within(text: str) -> re.Match[str] | None:
    """The beginning of a list of timed texts in the first object; None if it has none.

    Raises:
        ValueError: the text is no JSON.
    """
    start = len(text) - len(text.lstrip())
    value, end = _DECODER.raw_decode(text, start)
    # A quotation mark within a JSON string has a backslash, so this is a key.
    return _LIST.search(text, start, end) if isinstance(value, dict) else None


def _list_position(text: str) -> int:
    """Where the first timed text begins.

    Raises:
        ValueError: the text is no JSON.
    """
    start = len(text) - len(text.lstrip())
    if text[start:].startswith("["):
        parse_json(text)
        return start + 1
    found = _list_within(text)
    if found is None:
        return 0
    parse_json(text)
    return found.end()


def _objects(text: str, position: int) -> Iterator[tuple[int, Any]]:
    """JSON values one after the other, each with the number of its first line."""
    number, counted = 1, 0
    while True:
        blank = _SPACE.match(text, position)
        position = blank.end() if blank else position
        if position >= len(text) or text[position] == "]":
            return
        number += text.count("\n", counted, position)
        counted = position
        value, position = _DECODER.raw_decode(text, position)
        yield number, value


def _read_item(sheet: Sheet, number: int, item: Any) -> None:
    if not isinstance(item, dict):
        sheet.fault(number, f"{str(item)[:30]!r} is not an object with start_s and text")
        return
    if "tStartMs" in item:
        item = _event(item)
        if not item["text"].strip():  # a new window, or a line that is moved up
            return
    start, end = _span(item)
    text = _first(item, _TEXT)
    weight = item.get("weight", 1.0)
    if start is None:
        sheet.fault(number, "start_s is missing")
    elif not isinstance(text, str):
        sheet.fault(number, "text is missing" if text is None else "text is not a string")
    elif not _is_number(weight):
        sheet.fault(number, f"the weight {str(weight)[:30]!r} is not a number")
    else:
        start_s = _seconds(sheet, number, start)
        end_s = None if end is None else _seconds(sheet, number, end)
        if end is None or end_s is not None:
            sheet.add(
                number,
                start_s,
                end_s,
                text,
                float(weight),
                words=_words(item),
                confidence=_confidence(item),
                breaks=True,
            )


def _confidence(item: dict[str, Any]) -> float | None:
    """How sure its times are, where it says so in a share of one."""
    said: Any = item.get("confidence")
    return float(said) if _is_number(said) and 0 <= said <= 1 else None


def _event(item: dict[str, Any]) -> dict[str, Any]:
    """An event of YouTube's json3 as other objects are: pieces of text, times in milliseconds."""
    start: Any = item["tStartMs"]
    lasts: Any = item.get("dDurationMs")
    given = item.get("segs")
    pieces = [p for p in given if isinstance(p, dict)] if isinstance(given, list) else []
    said = [(str(p.get("utf8", "")), p.get("tOffsetMs", 0)) for p in pieces]
    event: dict[str, Any] = {"text": "".join(text for text, _ in said).strip(), "start": start}
    if not _is_number(start):
        return event
    event["start"] = start / 1000
    if _is_number(lasts) and lasts > 0:
        event["end"] = (start + lasts) / 1000
    if len(said) > 1 and all(_is_number(offset) for _, offset in said):
        event["words"] = [
            {"word": text, "start": (start + offset) / 1000}
            for text, offset in said
            if text.strip()
        ]
    return event


def _words(item: dict[str, Any]) -> list[tuple[float, str]]:
    """When each word begins, where all say so in seconds."""
    words = item.get("words")
    if not isinstance(words, list):
        return []
    found = []
    for word in words:
        said = _first(word, ("word", "text")) if isinstance(word, dict) else None
        start = _first(word, _START) if isinstance(word, dict) else None
        if not isinstance(said, str) or start is None or not _is_number(start):
            return []
        found.append((float(start), said))
    return found


def _span(item: dict[str, Any]) -> tuple[Any, Any]:
    """Start and end as written, in one of the forms that tools use."""
    pair = item.get("timestamp")
    if isinstance(pair, list) and len(pair) == 2:
        return pair[0], pair[1]
    offsets = item.get("offsets")
    if isinstance(offsets, dict) and all(_is_number(offsets.get(k)) for k in ("from", "to")):
        return offsets["from"] / 1000, offsets["to"] / 1000
    start = _first(item, _START)
    return (start if start is not None else pair), _first(item, _END)


def _first(item: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((item[key] for key in keys if item.get(key) is not None), None)


def _seconds(sheet: Sheet, number: int, value: Any) -> float | None:
    """A time as a number of seconds, or as text."""
    if _is_number(value):
        return float(value)
    return sheet.time_s(number, str(value))


def _is_number(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 1e15  # a greater one may not fit into a float
    return isinstance(value, float)
