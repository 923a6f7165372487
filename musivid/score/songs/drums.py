"""Drums: the genre's groove in layers, fills into what follows, hits laid over it."""

from __future__ import annotations

import numpy as np

from musivid.score.notes import Note
from musivid.score.songs.hall import QUIET, SIXTEENTH, Hall
from musivid.score.songs.patterns import DRUM_KEYS

__all__ = ["play_drums"]

_KICK, _CRASH, _SPLASH, _OPEN, _RIDE_BELL, _LOW_TOM = 36, 49, 57, 46, 53, 41  # General MIDI keys
_RINGING = (_OPEN, _CRASH, 51)  # 51: the ride
_BACK_BEAT = "SRP"
# Lanes that go on in fills: what a genre is known by; elsewhere kick and back-beat.
_KEPT = {"house": "KPO", "trance": "KPO", "techno": "KHP", "jazz": "DF", "bossa nova": "KR",
         "funk": "KSH", "waltz": "KFRD"}  # fmt: skip
_SOFT_HITS = {"ambient": (_RIDE_BELL,), "jazz": (_KICK, _RIDE_BELL), "folk": (_KICK,)}
_FULL = 0.75  # level from which a hit has a cymbal everywhere in the bar
_BIG = 0.5  # and from which on a downbeat
_EARLY_FILLS = 2  # fills within a section are of the sparser ones
_NEAR_ONE = 0.5  # how loosely drums are played, against others


def play_drums(hall: Hall) -> list[Note]:
    """Return all drums of a song, without its last chord."""
    notes: list[Note] = []
    for bar in range(len(hall.bars)):
        phrase = hall.of_bar[bar]
        lanes = _lanes(hall, bar)
        fill = _fill(hall, bar) if len(lanes) > 1 else ()
        cut = _begins(fill, hall.form.steps)
        kept = _KEPT.get(hall.genre, f"K{_BACK_BEAT}F")
        there = set()
        for drum, pattern in lanes.items():
            for step, sign in enumerate(_turn(pattern, bar, hall.form.steps)):
                # Fills stand where cymbals and ghost notes were: kick and back-beat go on.
                is_free = step < cut or (drum in kept and sign != "o")
                if sign in "Xxo" and is_free:
                    notes.append(_stroke(hall, bar, step, sign, drum))
                    there.add((drum, step))
        for drum, pattern in fill:
            for step, sign in enumerate(pattern):
                if sign in "Xxo" and (drum, step) not in there:
                    soft = "o" if hall.genre in QUIET else sign
                    notes.append(_stroke(hall, bar, step, soft, drum))
        if bar and bar == phrase.start and phrase.begins_section and hall.genre not in QUIET:
            notes.append(Note(hall.tick(bar, 0), 8 * SIXTEENTH, _CRASH, hall.loud("Drums", bar, 0)))
        notes += _hits(hall, bar, {(DRUM_KEYS[drum], step) for drum, step in there})
    return notes


def _lanes(hall: Hall, bar: int) -> dict[str, str]:
    """The pattern of each drum that plays in a bar."""
    phrase = hall.of_bar[bar]
    level = float(np.clip(hall.level(bar) + 0.5 * hall.mood.density, 0.0, 1.0))
    chosen: dict[str, tuple[float, str]] = {}
    for lane in hall.book.grooves[hall.genre]:
        if chosen.get(lane.drum, (-1.0, ""))[0] <= lane.level <= level:
            chosen[lane.drum] = (lane.level, lane.pattern)
    # An introduction is led in by what is light.
    waits = phrase.letter == "I" and bar == phrase.start and hall.genre not in QUIET
    return {
        drum: pattern
        for drum, (_, pattern) in chosen.items()
        if pattern != "-" and not (waits and drum in _BACK_BEAT)
    }


def _turn(pattern: str, bar: int, steps: int) -> str:
    if len(pattern) < 2 * steps:
        return pattern[:steps]
    return pattern[bar % 2 * steps : (bar % 2 + 1) * steps]


def _fill(hall: Hall, bar: int) -> tuple[tuple[str, str], ...]:
    """Drums that lead into what follows a bar; none within phrases."""
    phrase, steps = hall.of_bar[bar], hall.form.steps
    if bar != phrase.end - 1 or hall.genre == "ambient":
        return ()
    following = hall.of_bar[min(bar + 1, len(hall.bars) - 1)]
    leads = phrase.is_last or following.begins_section
    if not leads and hall.rng.random() >= hall.style.fills:
        return ()
    fills = hall.book.fills
    words = fills[int(hall.rng.integers(len(fills) if leads else _EARLY_FILLS))]
    return tuple((drum, pattern[-steps:]) for drum, pattern in words)


def _begins(fill: tuple[tuple[str, str], ...], steps: int) -> int:
    """The first step of a fill; the bar's end where there is none."""
    firsts = [len(p) - len(p.lstrip(".")) for _, p in fill if p.strip(".")]
    return min(firsts, default=steps)


def _stroke(hall: Hall, bar: int, step: int, sign: str, drum: str) -> Note:
    key = DRUM_KEYS[drum]
    late = hall.style.late if drum in _BACK_BEAT and step else 0
    length = 3 * SIXTEENTH if key in _RINGING else SIXTEENTH
    return Note(
        hall.tick(bar, step, _NEAR_ONE) + late, length, key, hall.loud("Drums", bar, step, sign)
    )


def _hits(hall: Hall, bar: int, there: set[tuple[int, int]]) -> list[Note]:
    """What is struck with the picture, over the groove: as large as the genre and the moment."""
    out = []
    for step, weight in hall.hits.get(bar, {}).items():
        for key in _hit_keys(hall, bar, step, weight):
            if (key, step) not in there:
                softer = 8 * (key != _KICK)
                v = max(40, hall.loud("Drums", bar, step) - softer)
                out.append(Note(hall.tick(bar, step, 0), 4 * SIXTEENTH, key, v))
    return out


def _hit_keys(hall: Hall, bar: int, step: int, weight: float) -> tuple[int, ...]:
    level = hall.level(bar)
    is_big = step == 0 and level > _BIG and weight >= 1
    if hall.genre in _SOFT_HITS:
        return _SOFT_HITS[hall.genre]
    if hall.genre == "orchestral":
        return (_LOW_TOM, _CRASH) if is_big else (_LOW_TOM,)
    if hall.genre in QUIET:
        return (_KICK, _RIDE_BELL) if is_big else (_KICK,)
    if is_big:
        return (_KICK, _CRASH)
    # On weak sixteenths a kick alone says it.
    return (_KICK,) if step % 2 else (_KICK, _SPLASH if level > _FULL and weight >= 1 else _OPEN)
