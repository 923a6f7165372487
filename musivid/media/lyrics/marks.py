"""Signs of captions that nobody sings: `>>` of a new speaker, `[Music]`, `(applause)`, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from musivid.media.lyrics.lines import Line, Sheet, clean_text

__all__ = ["leave_marks_out", "without_marks"]

_NOTES = re.compile("[♩♪♫♬♭♯\ufe0e\ufe0f]*[♩♪♫♬][♩♪♫♬\ufe0e\ufe0f]*")
_SPEAKER = re.compile(r"(?:^|(?<=\s))(?:>>+|»(?=\s*\w+:))\s*(?:[A-Z][A-Z .'-]{0,30}:\s*)?")
_IN_BRACKETS = re.compile(r"\[[^\[\]\n]{0,80}\]|【[^【】\n]{0,80}】")
_ROUND = re.compile(r"[(（*]([^()（）*\n]{1,60})[)）*]")
_HASHES = re.compile(r"#\s+(.*\S)\s+#$", re.DOTALL)  # of British captions, around what is sung
# What captions say in round brackets of what is heard; only as a whole line, as voices behind the
# singer are written so too.
_HEARD = re.compile(
    r"\b(?:music|applause|applauding|clapping|cheers?|cheering|laughs?|laughter|laughing|chuckles?"
    r"|instrumental|singing|humming|whistling|sighs?|gasps?|coughs?|silence|inaudible|indistinct"
    r"|crowd|audience|guitar|piano|drums?|solo|interlude|intro|outro"
    r"|musik|applaus|beifall|gelächter|lachen|jubel|musique|applaudissements|rires|música|aplausos"
    r"|risas|risos|musica|applausi|risate|музыка|аплодисменты|смех)\b"
    r"|音楽|音乐|音樂|拍手|掌声|掌聲|笑声|笑聲|笑い|歓声|欢呼|歡呼|前奏|间奏|間奏|尾奏|음악|박수|웃음|환호",
    re.IGNORECASE,
)
_MOST_WORDS = 4  # of such a remark


def without_marks(text: str) -> str:
    """The words of a line of captions; line breaks are kept."""
    bare = _SPEAKER.sub("", _NOTES.sub(" ", _IN_BRACKETS.sub(" ", text)))
    rows = [_row(row) for row in bare.split("\n")]
    return "\n".join(row for row in rows if row)


def leave_marks_out(lines: Sequence[Line], sheet: Sheet) -> list[Line]:
    """The lines without such signs; of what held nothing else a pause is left."""
    found, marked = [], []
    for line in lines:
        text = without_marks(line.text)
        if text == line.text:
            found.append(line)
            continue
        marked.append(line)
        words = [(at, said) for at, word in line.words if (said := without_marks(word))]
        found.append(replace(line, text=text, words=tuple(words) if text else ()))
    if marked:
        first = marked[0]
        shown = clean_text(first.text)[:40]
        sheet.warn(
            first.number, f"{shown!r}: signs of captions, as in {len(marked)} lines, are left out"
        )
    return found


def _row(row: str) -> str:
    row = clean_text(row)
    if hashed := _HASHES.match(row):
        row = hashed[1]
    remark = _ROUND.fullmatch(row)
    if remark and len(remark[1].split()) <= _MOST_WORDS and _HEARD.search(remark[1]):
        return ""
    return row
