"""Lyrics in JSON: our own cues, one array or one object per line, and what speech tools write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from musivid.media.lyrics.lines import Sheet

__all__ = ["looks_like_json", "parse_json"]

_START = ("start_s", "start", "begin", "time")
_END = ("end_s", "end", "stop")
_TEXT = ("text", "lyric", "caption", "prompt")
# Where the list of timed texts is: ours, Whisper's, its pipelines' and whisper.cpp's.
_LIST = re.compile(r'"(?:cues|segments|chunks|transcription)"\s*:\s*\[')
_SPACE = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def looks_like_json(text: str) -> bool:
    """Whether a text begins like an object, or like an array of objects."""
    return re.match(r"\s*(?:\{|\[\s*(?:\{|\]))", text) is not None


def parse_json(text: str) -> tuple[Sheet, str]:
    """Read timed texts, and say which form they had: `json`, `jsonl` or `whisper`."""
    sheet = Sheet()
    form = "json"
    try:
        position = _list_position(text)
        if position is None:
            form, items = "jsonl", _objects(text, 0)
        else:
            form = "json" if '"cues"' in text[:position] or text.lstrip()[0] == "[" else "whisper"
            items = _objects(text, position)
        for number, item in items:
            _read_item(sheet, number, item)
    except json.JSONDecodeError as error:
        sheet.fault(error.lineno, f"this is no JSON: {error.msg}")
    except RecursionError:
        sheet.fault(1, "this JSON is nested too deeply")
    except ValueError as error:  # a number of too many digits
        sheet.fault(1, f"this JSON cannot be read: {str(error)[:80]}")
    return sheet, form


def _list_position(text: str) -> int | None:
    """Where the first timed text begins; None for an object per line.

    Raises:
        ValueError: the text is no JSON.
    """
    start = len(text) - len(text.lstrip())
    if text[start:].startswith("["):
        json.loads(text)
        return start + 1
    value, end = _DECODER.raw_decode(text, start)
    # A quotation mark within a JSON string has a backslash, so this is a key.
    found = _LIST.search(text, start, end) if isinstance(value, dict) else None
    if found is None:
        return None
    json.loads(text)
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
        sheet.fault(number, f"{str(item)[:30]!r} is no object with start_s and text")
        return
    start, end = _span(item)
    text = _first(item, _TEXT)
    weight = item.get("weight", 1.0)
    if start is None:
        sheet.fault(number, "start_s is missing")
    elif not isinstance(text, str):
        sheet.fault(number, "text is missing" if text is None else "text is no text")
    elif not _is_number(weight):
        sheet.fault(number, f"the weight {str(weight)[:30]!r} is not a number")
    else:
        start_s = _seconds(sheet, number, start)
        end_s = None if end is None else _seconds(sheet, number, end)
        if end is None or end_s is not None:
            sheet.add(number, start_s, end_s, text, float(weight))


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
