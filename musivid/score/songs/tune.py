"""The tune: motifs become phrases - sequence, inverted answer, fragment, ornament, cadence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from musivid.core.seeds import dice
from musivid.score.metre import Metre
from musivid.score.songs.cells import HIGHEST, Tone, cadence, fitted
from musivid.score.songs.form import LONG_PHRASE, Form, Phrase
from musivid.score.songs.moods import MOODS
from musivid.score.songs.motif import Material, find_material
from musivid.score.songs.playbooks import playbook
from musivid.score.songs.styles import STYLES
from musivid.score.songs.theory import Bars

__all__ = ["developed", "song_tune"]

_BREATH = 2  # sixteenths that the last note of a phrase gives up, where it has enough
_EIGHTH = 2  # sixteenths
_UNVARIED = 2  # times that a phrase is heard note for note before it is varied
_THIRDS, _NEIGHBOURS = (0, 2), (0, 1, 2, 3)  # steps to the next note at which a note is put between
_SECOND_THEME = 0.22  # by which its rhythm is sparser or denser than the first one's


def song_tune(form: Form, genre: str, mood: str, bars: Bars, seed: int) -> list[Tone]:
    """Return the tune of a song, its starts counted from the beginning.

    Args:
        form: its phrases.
        genre: whose rhythms it has.
        mood: how dense it is, and whether it rises.
        bars: its chords.
        seed: of its themes.
    """
    themes: dict[tuple[int, bool], tuple[Material, dict[str, list[int]]]] = {}
    tones: list[Tone] = []
    heard: Counter[tuple[tuple[int, bool], tuple[Tone, ...]]] = Counter()
    for phrase in form.phrases:
        if phrase.letter == "I":
            continue
        slot = (phrase.movement, phrase.letter == "C")
        here = bars[phrase.start : phrase.end]
        if slot not in themes:
            model = _model(form, phrase, bars)
            themes[slot] = _theme(form, (genre, mood), model, (seed, *slot)), {}
        material, ends = themes[slot]
        made = developed(material, phrase, here, form.metre, ends)
        if heard[slot, tuple(made)] >= _UNVARIED:
            made = _trimmed(
                _ornamented(made, form.metre, phrase.turn, _NEIGHBOURS), here, form.metre
            )
        heard[slot, tuple(made)] += 1
        made = [replace(t, start=t.start + phrase.start * form.steps) for t in made]
        if made[-1].length >= 6 and not phrase.is_last:
            made[-1] = replace(made[-1], length=made[-1].length - _BREATH)
        if phrase.letter in "AC":
            tones = _led_in(tones, made, material.upbeat, phrase.start * form.steps)
        tones += made
    return [tone for tone in tones if tone.start < form.strike]


def _model(form: Form, phrase: Phrase, bars: Bars) -> Bars:
    """The chords of a usual phrase of a letter, from one that may be shorter."""
    return (bars[phrase.start : phrase.end] * form.unit)[: form.unit]


def _theme(
    form: Form, manner: tuple[str, str], bars: Bars, slot: tuple[int, int, bool]
) -> Material:
    """The material of a theme: the first of a movement, or its second, which contrasts."""
    genre, mood = manner
    seed, movement, is_second = slot
    rng = dice(seed, 23, movement, int(is_second))
    density = 0.5 + MOODS[mood].density + 0.25 * (form.unit == 2)
    if is_second:
        density += _SECOND_THEME * (1 if density < 0.5 else -1)
    probe = Phrase(0, len(bars), "A")

    def whole(material: Material, over: Bars, metre: Metre) -> list[Tone]:
        return developed(material, probe, over, metre, {})

    rhythms = playbook(form.metre).rhythms[STYLES[genre].rhythm]
    style = (rhythms, density, MOODS[mood].rises)
    return find_material(rng, style, bars, form.metre, whole)


def developed(
    material: Material, phrase: Phrase, bars: Bars, metre: Metre, ends: dict[str, list[int]]
) -> list[Tone]:
    """Return the tune of a phrase.

    A goes on with its motif and answers it, moved or upside down; B turns it round, higher, climbs
    and halves it. Both end with a cadence. What returns often is ornamented.

    Args:
        material: of its theme.
        phrase: letter, turn and ending.
        bars: its chords.
        metre: of its bars.
        ends: steps of the first ending of each letter, which later ones follow; it is filled.
    """
    out: list[Tone] = []
    last, steps = len(bars) - 1, metre.steps
    for k, bar in enumerate(bars):
        before = out[-1].step if out else None
        rests = len(bars) >= LONG_PHRASE and k == last // 2  # a long phrase breathes in its middle
        if (k == last or rests) and before is not None:
            closes = phrase.closes and k == last
            slot = phrase.letter if k == last else f"half {phrase.letter}"
            ended = cadence(
                material.end, bar, (k * steps, metre), before,
                closes=closes, rng=dice(24, k, int(closes)), known=ends.get(slot, []),
            )  # fmt: skip
            ends.setdefault(slot, [tone.step for tone in ended])
            out += ended
        elif phrase.letter == "B":
            out += _contrast(material, bars, k, metre, before)
        else:
            out += _statement(material, bars, k, metre, before)
    if phrase.turn >= 2 or (phrase.letter == "B" and phrase.turn >= 1):
        out = _ornamented(out, metre, phrase.turn)
    return _trimmed(out, bars, metre)


def _statement(
    material: Material, bars: Bars, k: int, metre: Metre, before: int | None
) -> list[Tone]:
    """A bar of a phrase that states its motif: the motif, then its answer."""
    k, bar = k % 4 if len(bars) >= LONG_PHRASE else k, k
    third = material.inverted if material.inverts else list(material.first)
    order = (material.first, material.second, third, material.second, material.first)
    cell = list(order[k % len(order)])
    wish = 0 if k < 2 else material.lift * (1 if k == 2 else 2)
    return fitted(cell, bars[bar], (bar * metre.steps, metre), before, (wish, HIGHEST))


def _contrast(
    material: Material, bars: Bars, k: int, metre: Metre, before: int | None
) -> list[Tone]:
    """A bar of a phrase that contrasts; the one before its cadence has the motif's head twice."""
    bar, place, half = bars[k], (k * metre.steps, metre), metre.middle
    is_long = len(bars) >= LONG_PHRASE
    flip = list(material.second) if is_long and k % 2 else material.inverted
    if not (k == len(bars) - 2 and len(bars) > 2 and half):
        climbed = 2 + (k % 4 if is_long else k) * material.lift
        return fitted(flip, bar, place, before, (climbed, HIGHEST + 1))
    head = [tone for tone in flip if tone.start + tone.length <= half] or flip[:1]
    out: list[Tone] = []
    for turn in range(2):
        part = [replace(tone, start=tone.start + turn * half) for tone in head]
        wish = (2 + (k + turn) * material.lift, HIGHEST + 1)
        out += fitted(part, bar, place, out[-1].step if out else before, wish)
    return out


def _ornamented(
    tones: list[Tone], metre: Metre, turn: int, gaps: Collection[int] = _THIRDS
) -> list[Tone]:
    """The tune with passing and neighbour notes in every second place; its first bar stays."""
    out: list[Tone] = []
    used = 0
    for n, tone in enumerate(tones):
        after = tones[n + 1] if n + 1 < len(tones) else None
        gap = after.step - tone.step if after and after.start == tone.start + tone.length else 9
        half = metre.halved(tone.length)
        has_room = tone.start >= metre.steps and tone.length >= 4 and tone.length % 2 == 0
        if has_room and not metre.is_strong(tone.start + half) and abs(gap) in gaps:
            used += 1
            if used % 2 == turn % 2:
                between = Tone(
                    tone.start + half, tone.length - half, tone.step + (int(np.sign(gap)) or 1)
                )
                out += [replace(tone, length=half), between]
                continue
        out.append(tone)
    return out


def _trimmed(tones: list[Tone], bars: Bars, metre: Metre) -> list[Tone]:
    """The tune with no note held into a chord that it is not of."""
    out, steps = [], metre.steps
    for tone in tones:
        bar = tone.start // steps
        for start, chord in bars[bar][1:]:
            at = bar * steps + start
            if tone.start < at < tone.start + tone.length and not chord.has(tone.step):
                tone = replace(tone, length=at - tone.start)
        out.append(tone)
    return out


def _led_in(tones: list[Tone], made: list[Tone], count: int, begin: int) -> list[Tone]:
    """The tune so far with an upbeat, by step from below, where the last note leaves it room."""
    room = begin - _EIGHTH * count
    if not count or not tones or made[0].start != begin or room - tones[-1].start < 4:
        return tones
    last = replace(tones[-1], length=min(tones[-1].length, room - tones[-1].start))
    upbeat = [Tone(room + _EIGHTH * k, _EIGHTH, made[0].step - count + k) for k in range(count)]
    return [*tones[:-1], last, *upbeat]
