"""Chords: comping and arpeggios that vary from bar to bar, pads; all of them below the tune."""

from __future__ import annotations

from collections.abc import Mapping

from musivid.score.instruments import playable
from musivid.score.notes import Note
from musivid.score.songs.genres import PlayerPart
from musivid.score.songs.hall import Event, Hall, events, split_at_chords
from musivid.score.songs.seats import Lying
from musivid.score.songs.theory import Chord, chord_at

__all__ = ["play_chords"]

_LOWEST_ROOT = 36  # MIDI pitch, C2
_EARLIER = {"Piano": 0.85, "Guitar": 0.85}  # share of a part's level at which it enters
_ALL = 0.8  # level from which everybody plays in verses, too
_CARRIES = 0.3  # level of entry up to which strings carry the chords
_SHORT = frozenset({"stab", "skank", "offbeat", "funk", "charleston"})
_SPREAD = frozenset({"strum", "folk", "boomchick"})
_SPREAD_TICKS = 9  # from string to string of a strum
# Styles whose sparsest figure is not theirs, and those whose figure is the genre itself.
_FROM_SECOND = frozenset({"waltz", "charleston", "offbeat", "skank", "montuno", "bossa"})
_FIXED = frozenset({"waltz", "offbeat", "skank", "stab", "pulse", "arp16", "pad", "chug", "sparse"})
_HELD_SHORT, _HELD_DAMPED, _HELD_RINGING, _HELD_PAD = 0.5, 0.3, 1.7, 0.97
_FEWEST = 3  # events of a bar from which one may be left out
_LAST_NOTE = 4  # ticks before the next chord at which all is silent


def play_chords(
    hall: Hall,
    role: str,
    band: tuple[Mapping[str, PlayerPart], int],
    lying: list[list[Lying]],
    top: int,
) -> list[Note]:
    """Return the chords of one player, without the last one.

    Args:
        hall: what everybody reads.
        role: of the player.
        band: the parts of all, and the program of this one.
        lying: how the chords of each bar lie.
        top: pitch above which nothing is played.
    """
    parts, program = band
    part, notes = parts[role], list[Note]()
    low, high = playable(program)
    for bar, placed in enumerate(lying):
        opens = hall.of_bar[bar].letter == "I" and part.enter <= 0.3
        if not (opens or _enters(hall, bar, role, part)) or _rests(hall, bar, role, parts):
            continue
        struck = set()
        for event in _figure(hall, bar, part):
            notes += _strike(hall, (role, part), bar, event, (_at(placed, event[0]), low, top))
            struck.add(event[0])
        if role == "Strings":
            continue
        for step, weight in hall.hits.get(bar, {}).items():  # the band strikes with the cut
            if step and step not in struck and weight >= 1:
                lies = _at(placed, step)
                # One voice is enough where it is quiet.
                sign = str(len(lies.voices)) if hall.genre == "ambient" else "X"
                notes += _strike(hall, (role, part), bar, (step, 2, sign), (lies, low, top))
    return [note for note in notes if low <= note.pitch <= high]


def _enters(hall: Hall, bar: int, role: str, part: PlayerPart) -> bool:
    """Whether a bar is full enough for a player."""
    return hall.plays(bar, part.enter * _EARLIER.get(role, 1.0))


def _rests(hall: Hall, bar: int, role: str, parts: Mapping[str, PlayerPart]) -> bool:
    """Whether a player leaves a bar to the others, so that parts of a song sound different.

    Verses have one player of chords, choruses all, bridges the other one.
    """
    two = sorted((r for r in ("Piano", "Guitar") if r in parts), key=lambda r: parts[r].enter)
    letter, is_full = hall.of_bar[bar].letter, hall.of_bar[bar].level >= _ALL
    if hall.named or hall.genre == "ambient" or not two or (letter == "A" and is_full):
        return False
    if role == "Strings":
        return letter == "A" and parts[role].enter > _CARRIES
    if len(two) < 2 or letter not in "AC":
        return False
    if letter == "C":
        return role == two[0] and _enters(hall, bar, two[1], parts[two[1]])
    return role == two[1]


def _at(placed: list[Lying], step: int) -> Lying:
    """How the chord lies that sounds at a sixteenth of a bar."""
    return [lies for lies in placed if lies.at <= step][-1]


def _figure(hall: Hall, bar: int, part: PlayerPart) -> list[Event]:
    """What is struck in a bar: the phrase's figure, varied from bar to bar."""
    phrase, steps = hall.of_bar[bar], hall.form.steps
    variants = hall.book.chords[part.style]
    least = min(1, len(variants) - 1) if part.style in _FROM_SECOND else 0
    pattern = variants[hall.pick(bar, len(variants), least)].replace(" ", "")
    hands = pattern.split("/")
    place = bar - phrase.start
    struck: list[Event] = []
    for n, hand in enumerate(hands):
        row = events(hand)
        if n == 0 and part.style not in _FIXED and phrase.bars > 2:
            row = _varied(row, place, steps)
        struck += split_at_chords(row, hall.bars[bar])
    return struck


def _varied(row: list[Event], place: int, steps: int) -> list[Event]:
    """A figure as a bar of the phrase has it: the second breathes, the fourth leads on."""
    turn = place % 4
    if turn == 1 and len(row) >= _FEWEST:
        gone = len(row) // 2
        start, length, sign = row[gone - 1]
        held = length + row[gone][1] if start + length == row[gone][0] else length
        return [*row[: gone - 1], (start, held, sign), *row[gone + 1 :]]
    start, length, sign = row[-1]
    if turn == 3 and length >= 4 and start + length == steps:
        return [*row[:-1], (start, length - 2, sign), (steps - 2, 2, "x" if sign in "Xx" else sign)]
    return row


def _strike(
    hall: Hall,
    player: tuple[str, PlayerPart],
    bar: int,
    event: Event,
    hand: tuple[Lying, int, int],
) -> list[Note]:
    """The notes of one event."""
    (role, part), (start, length, sign), (lies, low, top) = player, event, hand
    chords = hall.bars[bar]
    pitches = _pitches(sign, chord_at(chords, start), lies, low, top)
    begin = hall.tick(bar, start)
    until = min([at for at, _ in chords if at > start] + [hall.form.steps])
    room = hall.tick(bar, until, 0) - begin - _LAST_NOTE  # nothing rings into the next chord
    span = min(round(hall.span(bar, start, length) * _held(hall, role, part, sign)), room)
    apart = _SPREAD_TICKS if part.style in _SPREAD and len(pitches) > 1 else 0
    loud = hall.loud(role, bar, start, sign)
    return [
        Note(
            begin + k * apart,
            max(30, span - k * apart),
            pitch,
            max(20, loud - 5 * (0 < k < len(pitches) - 1)),
        )
        for k, pitch in enumerate(pitches)
    ]


def _held(hall: Hall, role: str, part: PlayerPart, sign: str) -> float:
    """The share of its written length that a chord sounds."""
    if part.style in _SHORT:
        return _HELD_SHORT
    if sign == "m":
        return _HELD_DAMPED
    is_broken = sign.isdigit() and part.style.startswith(("arp", "ballad"))
    if (part.style == "sparse" or is_broken) and hall.mood.held > 0.75:
        return _HELD_RINGING
    return _HELD_PAD if role == "Strings" else hall.mood.held


def _pitches(sign: str, chord: Chord, lies: Lying, low: int, top: int) -> tuple[int, ...]:
    """What a sign of a pattern plays."""
    if sign in "bB":
        root = _low_pitch(chord.pitch(chord.bass), max(low, 38))
        return (root,) if sign == "b" else (root, root + 12)
    if sign == "p":
        root = _low_pitch(chord.pitch(chord.steps[0]), max(low, 40))
        fifth = root + (chord.pitch(chord.steps[2]) - root) % 12
        return (root, fifth, root + 12)
    if sign.isdigit():
        turn, k = divmod(int(sign) - 1, len(lies.voices))
        pitch = lies.voices[k] + 12 * turn
        return (pitch - 12 * (pitch > top),)
    return lies.whole


def _low_pitch(pitch: int, least: int) -> int:
    low = pitch % 12 + _LOWEST_ROOT
    return low + 12 * (low < least)
