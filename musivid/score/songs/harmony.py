"""The chords of a song: one progression for each letter of its form, and how phrases end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.analysis.tonality import MODES, Key
from musivid.core.seeds import dice
from musivid.score.songs.form import LONG_PHRASE, Form, Phrase
from musivid.score.songs.progressions import FAMILIES, Family
from musivid.score.songs.styles import STYLES
from musivid.score.songs.theory import Bars, is_minor, read_bar

__all__ = ["last_key", "phrase_key", "song_chords"]

_RELATIVE = 3  # semitones from a minor tonic up to its relative major
# Semitones above home of second themes and of movements, where the key is free.
_AWAY, _JOURNEY = 5, (0, 3, 10, 8, 2)
_RISE = 2  # semitones by which the end of a long song is higher, in these genres
_RISES = frozenset({"pop", "rock", "metal", "trance", "country", "waltz"})
_HALF = 0.5
_FROM_SIXTH = ("sad", "angry")  # moods that begin on vi where the key is major


@dataclass(frozen=True, slots=True)
class _Words:
    """Progressions of a movement.

    Attributes:
        own: by letter.
        more: by letter, how a phrase of two halves goes on.
        family: how phrases come home.
        loops: whether chords go round where the tune comes home.
        short: whether endings take one bar, so that three of four come back.
    """

    own: dict[str, str]
    more: dict[str, str]
    family: Family
    loops: bool
    short: bool


def song_chords(
    form: Form, genre: str, mood: str, key: Key, seed: int, *, is_free: bool = True
) -> Bars:
    """Return the chords of each bar; the same letters have the same ones.

    Args:
        form: of the song.
        genre: says which progressions.
        mood: sad and angry songs in major keys begin on the sixth degree.
        key: of the song.
        seed: of all choices.
        is_free: whether themes may stand in keys with other scales.
    """
    words: dict[tuple[int, bool], _Words] = {}
    found: Bars = []
    for phrase in form.phrases:
        here = phrase_key(phrase, key, genre, is_free=is_free)
        slot = (phrase.movement, is_minor(here))
        if slot not in words:
            words[slot] = _draw(genre, mood, here, dice(seed, 22, *map(int, slot)))
        texts = _phrase_words(phrase, form, words[slot], is_still=genre == "ambient")
        found += [read_bar(text, here, form.metre) for text in texts]
    if form.phrases and form.strike > form.steps * len(found):
        lead = FAMILIES[STYLES[genre].family][is_minor(key)].lead
        last = last_key(form, key, genre, is_free=is_free)
        found.append(read_bar(lead.split("+")[-1], last, form.metre))
    return found


def last_key(form: Form, key: Key, genre: str, *, is_free: bool) -> Key:
    """Return the key in which a song ends."""
    is_raised = bool(form.phrases) and form.phrases[-1].is_raised
    return _raised(key) if is_free and is_raised and genre in _RISES else key


def phrase_key(phrase: Phrase, key: Key, genre: str, *, is_free: bool) -> Key:
    """Return the key of a phrase: home, but for second themes, middle movements, and high ends.

    Where the key was asked for, themes stand in the relative one, which has the same scale, and
    nothing is raised.
    """
    if is_free and phrase.is_raised and genre in _RISES:
        return _raised(key)
    is_away = phrase.letter == "C" or phrase.movement % len(_JOURNEY) > 0
    if not is_away:
        return key
    if is_free and MODES[key.mode][2] != _RELATIVE:
        shift = _JOURNEY[phrase.movement % len(_JOURNEY)] + _AWAY * (phrase.letter == "C")
        return Key((key.tonic + shift) % 12, key.mode)
    if phrase.letter == "C" and phrase.movement % 2:
        return key
    return _relative(key)


def _raised(key: Key) -> Key:
    return Key((key.tonic + _RISE) % 12, key.mode)


def _relative(key: Key) -> Key:
    """The key of the other kind with the same signature, or nearly."""
    if is_minor(key):
        return Key((key.tonic + _RELATIVE) % 12, "major")
    return Key((key.tonic - _RELATIVE) % 12, "minor")


def _draw(genre: str, mood: str, key: Key, rng: np.random.Generator) -> _Words:
    style = STYLES[genre]
    family = FAMILIES[style.family][is_minor(key)]
    drawn = [family.opens[int(n)] for n in rng.permutation(len(family.opens))]
    turn = int(rng.integers(len(family.contrasts)))
    own = {"A": drawn[0], "B": family.contrasts[turn], "C": drawn[-1]}
    more = {"A": drawn[len(drawn) // 2], "C": drawn[0]}
    more["B"] = family.contrasts[(turn + 1) % len(family.contrasts)]
    words = own["A"].split()
    if mood in _FROM_SIXTH and not is_minor(key) and "vi" in words:
        turn = words.index("vi")
        own["A"] = " ".join(words[turn:] + words[:turn])
    own["I"], more["I"] = own["A"], more["A"]
    return _Words(own, more, family, bool(rng.random() < style.loops), bool(rng.random() < _HALF))


def _phrase_words(phrase: Phrase, form: Form, words: _Words, *, is_still: bool) -> list[str]:
    """The chords of a phrase, a word for each bar."""
    text = words.own[phrase.letter].split()
    # Long bars have two chords each, but where harmony stands nearly still.
    pairs = form.unit == 2 and not is_still and phrase.bars > 1 and "+" not in "".join(text)
    if pairs:
        text = ["+".join(text[:2]), "+".join(text[2:])]
    if form.unit == LONG_PHRASE:
        text += words.more[phrase.letter].split()
    bars = [text[k % len(text)] for k in range(phrase.bars)]
    if phrase.bars > 1:
        bars[-1] = text[-1]
    close = words.family.close.split()
    if phrase.closes and not words.loops:
        if (words.short or pairs) and (phrase.bars > 2 or pairs):
            bars[-1] = f"{words.family.lead.split('+')[-1]}+{close[-1]}"
        elif phrase.bars < 3 and form.unit == 2:
            bars[-1] = close[-1]
        else:
            bars[-2:] = close[-len(bars[-2:]) :]
    if phrase.is_last and form.strike % form.steps == 0:
        bars[-1] = words.family.lead
    return bars
