"""Timed lyrics in: any common format to cues, with every fault named by its line number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.containers import check_file
from musivid.media.lyrics.encoding import decode_text
from musivid.media.lyrics.formats import accepted, format_shown
from musivid.media.lyrics.karaoke import KARAOKE, read_karaoke
from musivid.media.lyrics.lines import Format, Line, Sheet, clean_text
from musivid.media.lyrics.marks import leave_marks_out
from musivid.media.lyrics.services import unwrapped
from musivid.media.lyrics.unsung import is_mark

__all__ = [
    "Lyrics",
    "cues_of",
    "parse_cues",
    "parse_plain",
    "read_cues",
    "read_plain",
    "read_words",
]

_MAX_BYTES = 10_000_000  # of a file; lyrics are a thousand times smaller
_MAX_LINES = 100_000  # of a file
_MAX_FAULTS = 50  # more than that many are counted only
# Timed text of other programs, told from plain words by how it begins.
_STRANGE = (("XML", re.compile(r"\s*<(?:\?xml|tt|transcript|timedtext|sami)\b", re.IGNORECASE)),)
_MOST_AT_ONCE = 4  # lines at one time; more are not sung


@dataclass(frozen=True, slots=True)
class Lyrics:
    """Timed lyrics.

    Attributes:
        cues: sorted by time; no two begin at the same time unless their weights differ.
        warnings: what the user should know, with file name and line number, each kind once.
        format: its name in `formats.FORMATS`.
    """

    cues: list[Cue]
    warnings: list[str]
    format: str


def read_cues(
    path: Path,
    encoding: str | None = None,
    *,
    fps: Fraction | None = None,
    film_fps: Callable[[], Fraction | None] | None = None,
) -> Lyrics:
    """Read timed lyrics from a file.

    Args:
        path: the file; its format is told from what is in it, its name is a hint.
        encoding: of the file, as Python calls it; None: it is told from the bytes.
        fps: frames a second of what counts frames, as MicroDVD; None: as it says itself.
        film_fps: says that of the film that it belongs to; asked where neither says.

    Raises:
        InputError: not readable, or with faults: all of them at once, with their lines.
        UsageError: there is no such encoding.
    """
    return parse_cues(_bytes_of(path), path.name, encoding, fps=fps, film_fps=film_fps)


def parse_cues(
    data: bytes,
    name: str = "lyrics",
    encoding: str | None = None,
    *,
    fps: Fraction | None = None,
    film_fps: Callable[[], Fraction | None] | None = None,
) -> Lyrics:
    """Read timed lyrics from the content of a file called `name`; see `read_cues`.

    Raises:
        InputError: with all faults and their lines.
        UsageError: there is no such encoding.
    """
    text, doubts = _text_of(data, name, encoding)
    found = format_shown(text, name)
    if found is None:
        raise _untimed(text, name)
    if encoding and found is KARAOKE:
        sheet = read_karaoke(data, encoding)
    else:
        sheet = _read_in(found, text, fps, film_fps)
    sheet.warnings[:0] = doubts
    if sheet.lacks_rate:
        raise InputError(
            f"{name} counts frames and does not say how many make a second",
            hint="Say what the film has that it was made for: {1}{1}25 above its first line, or "
            "`musivid video --lyrics-fps 25`.",
        )
    cues = cues_of(sheet, name, has_marks=found.has_marks)
    return Lyrics(cues, sheet.warned(name), found.name)


def cues_of(sheet: Sheet, name: str, *, has_marks: bool = True) -> list[Cue]:
    """The cues of what was found in a file called `name`.

    Raises:
        InputError: it has faults, or no line.
    """
    if sheet.faults:
        raise _faulty(sheet, name)
    if not sheet.lines:
        raise InputError(f"{name} has no timed lines in it", hint=accepted())
    lines = _joined(_sorted(sheet), sheet)
    if sheet.faults:
        raise _faulty(sheet, name)
    if has_marks:
        lines = leave_marks_out(lines, sheet)
    return [
        Cue(line.start_s, line.end_s, line.text, line.weight, line.words, line.confidence)
        for line in lines
    ]


def _read_in(
    found: Format,
    text: str,
    fps: Fraction | None,
    film_fps: Callable[[], Fraction | None] | None,
) -> Sheet:
    """What a text in a format says, and at which rate it was read."""
    if found.read_at is None:
        sheet = found.read(text)
        if fps is not None:
            sheet.warn(1, "it has times and no frames, so --lyrics-fps does nothing")
        return sheet
    sheet = found.read_at(text, fps)
    if sheet.lacks_rate and film_fps is not None and (rate := film_fps()) is not None:
        sheet = found.read_at(text, rate)
        sheet.warn(1, f"its frames are read at {float(rate):.6g} a second, as the film has")
    return sheet


def read_plain(path: Path, encoding: str | None = None) -> tuple[list[str], list[str]]:
    """The lines of a text without times, and what the user should know; see `parse_plain`.

    Raises:
        InputError: not readable, without a line, or with times of its own.
        UsageError: there is no such encoding.
    """
    return parse_plain(_bytes_of(path), path.name, encoding)


def parse_plain(
    data: bytes, name: str = "lyrics", encoding: str | None = None
) -> tuple[list[str], list[str]]:
    """The lines of a text without times; names of parts, as `[Chorus]`, and `x2` are left out.

    Returns:
        The lines, and warnings.

    Raises:
        InputError: without a line, or with times of its own.
        UsageError: there is no such encoding.
    """
    text, doubts = _text_of(data, name, encoding)
    if format_shown(text, name) is not None:
        raise InputError(f"{name} has times of its own", hint="Leave --spread-lyrics out.")
    lines = _plain_lines(text)
    if _strange(text) is not None:
        raise _untimed(text, name)
    if not lines:
        raise InputError(f"{name} has no words in it", hint="Give the words of the song.")
    return lines, Sheet(warnings=doubts).warned(name)


def read_words(path: Path, encoding: str | None = None) -> tuple[list[str], list[str]]:
    """The lines of a text, whether they have times or not, and what the user should know.

    Raises:
        InputError: not readable, or without a line.
        UsageError: there is no such encoding.
    """
    data = _bytes_of(path)
    text, _ = _text_of(data, path.name, encoding)
    if format_shown(text, "") is None:
        return parse_plain(data, path.name, encoding)
    lyrics = parse_cues(data, path.name, encoding)
    rows = [row for cue in lyrics.cues if cue.weight > 0 for row in cue.text.split("\n")]
    lines = [row for row in rows if row and not is_mark(row)]
    if not lines:
        raise InputError(f"{path.name} has no words in it", hint="Give the words of the song.")
    return lines, [*lyrics.warnings, f"{path.name}: its times are not used, its words are"]


def _bytes_of(path: Path) -> bytes:
    """The content of a file that may be lyrics."""
    check_file(path, "a lyrics file")
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise InputError(
            f"{path} is larger than {_MAX_BYTES // 1_000_000} MB",
            hint="Give lyrics as text. " + accepted(),
        )
    return data


def _text_of(data: bytes, name: str, encoding: str | None) -> tuple[str, list[tuple[int, str]]]:
    text, doubts = decode_text(data, name, encoding)
    if text.count("\n") >= _MAX_LINES:
        raise InputError(f"{name} has more than {_MAX_LINES} lines", hint=accepted())
    try:
        return unwrapped(text), doubts
    except InputError as error:
        raise InputError(f"{name}: {error.problem}", hint=error.hint) from None


def _plain_lines(text: str) -> list[str]:
    """The lines that are sung."""
    lines = (clean_text(line) for line in text.split("\n"))
    return [line for line in lines if line and not is_mark(line)]


def _strange(text: str) -> str | None:
    """What a text of another program is; None: it seems to be words."""
    return next((kind for kind, sign in _STRANGE if sign.match(text)), None)


def _untimed(text: str, name: str) -> InputError:
    """What to say of a text that is of no format."""
    kind = _strange(text)
    if kind is not None:
        return InputError(
            f"{name} is {kind}, which is not read",
            hint="Save it as SRT or LRC first, as its editor can. " + accepted(),
        )
    count = len(_plain_lines(text))
    if not count:
        return InputError(f"the format of {name} cannot be recognised", hint=accepted())
    return InputError(
        f"{name} is plain text: {count} lines without times",
        hint=f"`musivid lyrics SONG --text {name}` times them by ear, with models that are fetched "
        "once; `musivid studio`, page Time the words, gives them their times as you tap along; "
        "`musivid video --spread-lyrics` lays them over the parts where somebody seems to sing, "
        "a guess. " + accepted(),
    )


def _faulty(sheet: Sheet, name: str) -> InputError:
    """One error that names all faults."""
    faults = sorted(set(sheet.faults))
    shown = [f"  line {number}: {message}" for number, message in faults[:_MAX_FAULTS]]
    if len(faults) > _MAX_FAULTS:
        shown.append(f"  and {len(faults) - _MAX_FAULTS} more")
    hint = accepted()
    if any("10 hours" in message for _, message in faults):
        hint = "Are the times milliseconds? Divide them by 1000. " + hint
    return InputError("\n".join([f"{name} cannot be used:", *shown]), hint=hint)


def _sorted(sheet: Sheet) -> list[Line]:
    """The lines by time; those of equal times stay in the order of the file."""
    if not sheet.may_be_unordered:
        for before, line in pairwise(sheet.lines):
            if line.start_s < before.start_s:
                sheet.warn(line.number, "earlier than the line before it; sorted by time")
    return sorted(sheet.lines, key=lambda line: line.start_s)


def _joined(lines: Sequence[Line], sheet: Sheet) -> list[Line]:
    """Lines of the same time and weight become one; a prompt and a negative one stay two.

    Two of one time are rows of one picture: a song in two languages, or two who sing.
    """
    groups: dict[tuple[float, float], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.start_s, line.weight), []).append(line)
    if all(len(same) <= _MOST_AT_ONCE for same in groups.values()):
        return [_one(same, sheet) for same in groups.values()]
    parted = [line for same in groups.values() for line in _in_turn(same, sheet)]
    return sorted(parted, key=lambda line: line.start_s)


def _in_turn(same: Sequence[Line], sheet: Sheet) -> Sequence[Line]:
    """Lines of one time, of which there are many, one after the other till the last of them ends.

    Speech tools write so where they know the time of a whole paragraph.
    """
    first, end_s = same[0], max((line.end_s or 0.0 for line in same), default=0.0)
    if len(same) <= _MOST_AT_ONCE or end_s <= first.start_s:
        return [_one(same, sheet)]
    sheet.warn(first.number, f"{len(same)} lines have the same time; they are shown in turn")
    step_s = (end_s - first.start_s) / len(same)
    times = [round(first.start_s + step_s * index, 3) for index in range(len(same) + 1)]
    return [
        replace(line, start_s=times[index], end_s=times[index + 1], words=())
        for index, line in enumerate(same)
        if times[index + 1] > times[index]
    ]


def _one(same: Sequence[Line], sheet: Sheet) -> Line:
    """One line of those that begin at the same time."""
    first = same[0]
    if len(same) == 1:
        return first
    texts = list(dict.fromkeys(line.text for line in same if line.text))
    if len(texts) > _MOST_AT_ONCE:
        sheet.fault(
            same[1].number,
            f"{len(same)} lines begin at {first.start_s:g} s, as line {first.number}; "
            f"at most {_MOST_AT_ONCE} can be shown at once",
        )
        return first
    if len(texts) > 1:
        sheet.warn(same[1].number, f"the same time as line {first.number}; shown below it")
    ends = [line.end_s for line in same if line.end_s is not None]
    return replace(
        first,
        text="\n".join(texts),
        end_s=max(ends, default=None),
        words=first.words if len(texts) == 1 else (),
    )
