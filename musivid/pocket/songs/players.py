"""The players: each reads the plan and its pattern and returns its notes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from musivid.pocket.songs.band import STEP_TICKS, Band
from musivid.pocket.songs.facts import pick, stream
from musivid.pocket.songs.harmony import Chord, voicing
from musivid.pocket.songs.melody import Tone, level_index, write_melody
from musivid.pocket.songs.patterns import DRUMS, FILLS
from musivid.score.instruments import playable
from musivid.score.notes import Note, without_overlaps
from musivid.score.songs.genres import PlayerPart
from musivid.score.songs.patterns import BASS, CHORDS, DRUM_KEYS

__all__ = ["play_role"]

_DRUM_TICKS = STEP_TICKS
_CYMBAL_TICKS = 16 * STEP_TICKS
_CENTRES = {"Piano": 62, "Guitar": 57, "Strings": 64}
_SHORT_STYLES = frozenset({"stab", "skank", "offbeat", "funk", "charleston"})
_STRUMMED = frozenset({"strum", "folk", "boomchick"})
_STRUM_TICKS = 9
_OVERLAP = 0.97  # how much of its written length a note is held
# How often a walking bass steps to the next root from a semitone beside it, whatever the scale.
_CHROMATIC_CHANCE = 0.3
_BASS_STEPS = {"r": 0, "R": 0, "g": 0, "o": 7, "f": 4, "t": 2, "s": 1, "v": -1}


def play_role(role: str, part: PlayerPart, program: int, band: Band) -> tuple[Note, ...]:
    """Return all notes of one role, ascending, none overlapping another of its pitch."""
    rng = stream(band.seed, role)
    players: dict[str, Callable[[], list[Note]]] = {
        "Drums": lambda: _drums(part, band, rng),
        "Bass": lambda: _bass(part, program, band, rng),
        "Lead": lambda: _lead(part, program, band, rng),
    }
    notes = players.get(role, lambda: _chords(role, part, program, band, rng))()
    end = len(band.bars) * band.steps * STEP_TICKS
    inside = (Note(n.start, min(n.duration, end - n.start), n.pitch, n.velocity)
              for n in notes if n.start < end)  # fmt: skip
    return without_overlaps(inside)


def _bars(role: str, band: Band) -> list[int]:
    return [i for i, bar in enumerate(band.bars) if role in bar.roles]


def _drums(part: PlayerPart, band: Band, rng: np.random.Generator) -> list[Note]:
    notes: list[Note] = []
    for bar in _bars("Drums", band):
        plan = band.bars[bar]
        grooves = DRUMS[part.style]
        groove = grooves[level_index(plan.busy, len(grooves))]
        fill = _fill(band, bar, rng)
        for lane, pattern in {**groove, **{f"{k}!": v for k, v in fill.items()}}.items():
            lane_is_fill = lane.endswith("!")
            notes += _drum_lane(
                band, bar, DRUM_KEYS[lane[0]], _around_fill(pattern, fill, lane_is_fill), rng
            )
        if plan.place == 0 and plan.segment.level > 0.5 and part.style not in ("ambient", "jazz"):
            notes.append(Note(band.tick(bar, 0), _CYMBAL_TICKS, 49, band.velocity(bar, "x", rng)))
    if band.closes and notes:
        notes = [n for n in notes if n.start <= band.tick(len(band.bars) - 1, 0)]
    return notes


def _drum_lane(
    band: Band, bar: int, key: int, pattern: str, rng: np.random.Generator
) -> list[Note]:
    notes = []
    for step, sign in enumerate(pattern):
        if sign not in "Xxo" or (sign == "o" and rng.random() < 0.12):
            continue
        tick = band.loosen(band.tick(bar, step), rng) if step else band.tick(bar, 0)
        length = _CYMBAL_TICKS if key in (49, 51) else 3 * _DRUM_TICKS if key == 46 else _DRUM_TICKS
        notes.append(Note(tick, length, key, band.velocity(bar, sign, rng)))
    return notes


def _fill(band: Band, bar: int, rng: np.random.Generator) -> dict[str, str]:
    """Return the drums that lead into the next section, or nothing."""
    plan = band.bars[bar]
    following = bar + 1 < len(band.bars)
    if not (plan.is_last and following and plan.intensity > 0.25) or band.facts.density < 0.15:
        return {}
    return pick(rng, FILLS[band.genre.beats])


def _around_fill(pattern: str, fill: dict[str, str], is_fill: bool) -> str:
    """Silence the groove from where the fill begins."""
    if not fill or is_fill:
        return pattern
    begin = min((len(f) - len(f.lstrip(".")) for f in fill.values() if f.strip(".")), default=99)
    return pattern[:begin]


def _events(pattern: str) -> list[tuple[int, int, str]]:
    """Return (start, length, sign) of a pattern of one bar; lengths in steps."""
    found = []
    for start, sign in enumerate(pattern):
        if sign in ".-":
            continue
        end = start + 1
        while end < len(pattern) and pattern[end] == "-":
            end += 1
        found.append((start, end - start, sign))
    return found


def _split_at_change(
    events: list[tuple[int, int, str]], chords: tuple[Chord, Chord], half: int
) -> list[tuple[int, int, str]]:
    """Strike held chords again where the harmony changes under them."""
    if chords[0] == chords[1]:
        return events
    found = []
    for start, length, sign in events:
        if start < half < start + length:
            found += [(start, half - start, sign), (half, start + length - half, sign)]
        else:
            found.append((start, length, sign))
    return found


def _chords(
    role: str, part: PlayerPart, program: int, band: Band, rng: np.random.Generator
) -> list[Note]:
    notes: list[Note] = []
    low, high = playable(program)
    centre = _CENTRES[role] + round(8 * (band.facts.brightness - 0.5))
    centre = min(max(centre, low + 6), high - 6)
    voices: tuple[int, ...] | None = None
    for bar in _bars(role, band):
        plan = band.bars[bar]
        variants = CHORDS[part.style]
        pattern = variants[level_index(plan.busy, len(variants))]
        if band.closes and bar == len(band.bars) - 1:
            pattern = "X" + "-" * (band.steps - 1)
        if len(pattern.split("/")[0]) != band.steps:
            pattern = "X" + "-" * (band.steps - 1)
        placed = []
        for chord in plan.chords:
            voices = voicing(band.key, chord, centre, voices)
            placed.append(voices)
        for hand in pattern.split("/"):
            events = _split_at_change(_events(hand), plan.chords, band.steps // 2)
            for start, length, sign in events:
                half = int(start >= band.steps // 2)
                pitches = _pitches(sign, placed[half], band, plan.chords[half], low)
                notes += _strike(part, band, bar, (start, length, sign), pitches, rng)
    return [n for n in notes if low <= n.pitch <= high]


def _pitches(
    sign: str, voices: tuple[int, ...], band: Band, chord: Chord, low: int
) -> tuple[int, ...]:
    """Return what a sign of a chord pattern plays."""
    root = band.key.pitch(chord.root, 3)
    root += 12 if root < max(low, 38) else 0
    if sign == "b":
        return (root,)
    if sign == "B":
        return (root, root + 12)
    if sign == "p":
        fifth = band.key.pitch(chord.root + 4, 3) + root - band.key.pitch(chord.root, 3)
        return (root, fifth, root + 12)
    if sign.isdigit():
        octave, place = divmod(int(sign) - 1, len(voices))
        return (voices[place] + 12 * octave,)
    return voices


def _strike(
    part: PlayerPart,
    band: Band,
    bar: int,
    event: tuple[int, int, str],
    pitches: tuple[int, ...],
    rng: np.random.Generator,
) -> list[Note]:
    """Return the notes of one event, struck together or strummed."""
    start, length, sign = event
    begin = band.loosen(band.tick(bar, start), rng)
    span = band.tick(bar, start + length) - band.tick(bar, start)
    held = 0.55 if part.style in _SHORT_STYLES else 0.3 if sign == "m" else _OVERLAP
    if part.style == "sparse" or (sign.isdigit() and part.style.startswith(("arp", "ballad"))):
        held = 1.6  # left to ring
    spread = _STRUM_TICKS if part.style in _STRUMMED and len(pitches) > 1 else 0
    velocity = band.velocity(bar, sign, rng)
    notes = []
    for place, pitch in enumerate(pitches):
        softer = 6 * (place not in (0, len(pitches) - 1))
        notes.append(
            Note(begin + place * spread, max(int(span * held) - place * spread, 30), pitch,
                 max(velocity - softer, 15))
        )  # fmt: skip
    return notes


def _bass(part: PlayerPart, program: int, band: Band, rng: np.random.Generator) -> list[Note]:
    notes: list[Note] = []
    low, high = playable(program)
    for bar in _bars("Bass", band):
        plan = band.bars[bar]
        lines = BASS[part.style]
        line = lines[level_index(plan.busy, len(lines))]
        if band.closes and bar == len(band.bars) - 1:
            line = "r" + "-" * (band.steps - 1)
        for start, length, sign in _split_at_change(_events(line), plan.chords, band.steps // 2):
            half = int(start >= band.steps // 2)
            pitch = _bass_pitch(sign, band, bar, half)
            if sign == "a" and band.genre.sevenths and rng.random() < _CHROMATIC_CHANCE:
                pitch = _beside(pitch, band, bar)
            while pitch < low:
                pitch += 12
            while pitch > high:
                pitch -= 12
            tick = band.loosen(band.tick(bar, start), rng)
            span = band.tick(bar, start + length) - band.tick(bar, start)
            velocity = band.velocity(bar, sign, rng)
            notes.append(Note(tick, max(int(span * 0.93), 30), pitch, velocity))
    return notes


def _bass_pitch(sign: str, band: Band, bar: int, half: int) -> int:
    """Return a low pitch for a sign of a bass line."""
    root = band.bars[bar].chords[half].root
    lift = 7 if band.key.pitch(root, 2) < 28 else 0
    if sign == "a":  # one scale step from the next root, from the side that is nearer
        after = band.bars[min(bar + 1, len(band.bars) - 1)].chords[0].root
        distance = (after - root + 3) % 7 - 3
        return band.key.pitch(root + lift + distance + (1 if distance < 0 else -1), 2)
    if sign == "v" or sign not in _BASS_STEPS:
        return band.key.pitch(root + lift - 1, 2)
    if band.key.pitch(root + lift, 2) > 38 and sign in "ft":
        return band.key.pitch(root + lift + _BASS_STEPS[sign] - 7, 2)
    return band.key.pitch(root + lift + _BASS_STEPS[sign], 2)


def _beside(pitch: int, band: Band, bar: int) -> int:
    """Return the pitch a semitone from the next bar's root on the side where `pitch` is."""
    after = band.bars[min(bar + 1, len(band.bars) - 1)].chords[0].root
    root = band.key.pitch(after, 2)
    root += 12 * round((pitch - root) / 12)
    return root + (1 if pitch > root else -1)


def _lead(part: PlayerPart, program: int, band: Band, rng: np.random.Generator) -> list[Note]:
    notes: list[Note] = []
    written: dict[tuple[str, int], list[Tone]] = {}
    low, high = playable(program)
    for first, bars in _segments("Lead", band):
        segment = band.bars[first].segment
        name = "chorus" if segment.name == "drop" else segment.name
        if (name, bars) not in written:
            chords = [b.chords for b in band.bars[first : first + bars]]
            busy = min(band.bars[first].busy * (1.2 if name == "solo" else 0.9), 1.0)
            home = {"verse": 0, "intro": 0, "solo": 4}.get(name, 2)
            own = stream(band.seed, "melody", name)
            closes = band.closes and first + bars == len(band.bars)
            tones = write_melody(own, chords, part.style, busy, home, closes=closes)
            written[name, bars] = tones
        sung = [
            _sing(tone, band, first, (low, high), rng)
            for tone in written[name, bars]
            if tone.start < bars * band.steps
        ]
        notes += sung
        if segment.final and segment.level > 0.9:
            notes += _harmony(written[name, bars], band, first, (low, high), rng)
    return [n for n in notes if low <= n.pitch <= high]


def _segments(role: str, band: Band) -> list[tuple[int, int]]:
    """Return first bar and length of each section in which a role plays."""
    found = []
    for index, bar in enumerate(band.bars):
        if bar.place == 0 and role in bar.roles:
            found.append((index, min(bar.segment.bars, len(band.bars) - index)))
    return found


def _sing(
    tone: Tone, band: Band, first: int, span: tuple[int, int], rng: np.random.Generator
) -> Note:
    """Return one note of a melody in the instrument's comfortable octave."""
    bar, step = divmod(tone.start, band.steps)
    low, high = span
    octave = 5 if band.key.tonic < 7 else 4
    middle = (low + high) / 2 + 6 * (band.facts.brightness - 0.5)
    home = band.key.pitch(2, octave)
    pitch = band.key.pitch(tone.step, octave) + 12 * round((min(max(middle, 68), 80) - home) / 12)
    pitch += 12 * (pitch < low) - 12 * (pitch > high)
    start = band.tick(first + bar, step)
    span_ticks = band.tick(first + bar, step + tone.length) - start
    sign = "X" if step % 8 == 0 else "x"
    return Note(
        band.loosen(start, rng),
        max(int(span_ticks * 0.94), 30),
        pitch,
        band.velocity(first + bar, sign, rng),
    )


def _harmony(
    tones: list[Tone], band: Band, first: int, span: tuple[int, int], rng: np.random.Generator
) -> list[Note]:
    """Return a second voice a third below, on tones of the chords: the last chorus is fuller."""
    notes = []
    for tone in tones:
        bar, step = divmod(tone.start, band.steps)
        chord = band.bars[first + bar].chords[int(step >= band.steps // 2)]
        below = Tone(tone.start, tone.length, chord.nearest(tone.step - 2))
        if below.step < tone.step and tone.length >= 2:
            note = _sing(below, band, first, span, rng)
            notes.append(Note(note.start, note.duration, note.pitch, max(note.velocity - 14, 20)))
    return notes
