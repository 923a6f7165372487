"""Which look shows a line or a stretch of music: by the perceptor, by words and by mood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.denial import denied_words, without_denied
from musivid.living.reading import in_known_words, stems_of, told_stems
from musivid.living.subjects import Subjects
from musivid.living.world import WorldLook, read_world
from musivid.painting.directions import unit

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["Chooser", "Wish"]

Array = NDArray[np.float32]

# Lines that say nothing to see: what a look scores on them is its bias, and is taken off.
_PLAIN_LINES = (
    "I love you", "where are you now", "don't let me go", "we can work it out", "I was so wrong",
    "tell me why", "it's all right", "you and me", "what can I say", "I will be there",
    "nobody knows", "come back to me", "this is the end", "over and over again", "let it be",
    "I remember everything", "hold on", "say my name", "give me one more chance", "time goes by",
)  # fmt: skip
_MOOD = 0.9  # what a fitting mood weighs beside one spread of meaning
_AGAIN, _LATELY = 1.3, 2.6  # what it costs to be used before, and to be used just now
_NEGATION = 1.0
_ABOUT, _PLAINLY = 2, 2.0  # subjects that a line has at most, and from how many spreads on
_PATTERNS = frozenset(("mandala", "liquid", "ink", "threads", "tunnel"))  # nowhere to be
_NOWHERE = 2.0  # spreads that a pattern costs as the first image
_BESIDE_WORDS = 0.2  # what the sound counts where there are words
_REFUSED = -1e6
_SHARED_WORD = 15.0  # spreads that a word of one scene alone is worth
_OTHER_COLOUR = 0.8  # spreads that a look in another colour costs where a line names one
_SAID = 0.15  # what a look's own lines weigh beside what is seen in it, as tried with 150 words


@dataclass(frozen=True, slots=True)
class Wish:
    """What a stretch of film should show.

    Attributes:
        line: words, or empty.
        sound: float32 [dim] embedding of the music, or None.
        energy: of the music, 0..1 within the song.
        light: brightness of the music, 0..1 within the song.
        same_as: index of an earlier wish that this one brings back, or None.
        opens: it is the first image of a story, which should be a place.
        also: other texts with their weights, below 0 what is not to be seen.
        hears: factor on what the sound counts.
    """

    line: str
    sound: Array | None
    energy: float
    light: float
    same_as: int | None = None
    opens: bool = False
    also: tuple[tuple[str, float], ...] = ()
    hears: float = 1.0


class Chooser:
    """Chooses looks by meaning and mood."""

    def __init__(
        self,
        perceptor: Perceptor,
        looks: Sequence[WorldLook] | None = None,
        *,
        leans: Sequence[tuple[str, float]] = (),
        hears: float = 1.0,
        reads: float = 1.0,
        song: int = 0,
        lines: Sequence[str] = (),
    ) -> None:
        """Embed the words of all looks once.

        Args:
            perceptor: knows what words and sounds mean.
            looks: what there is to choose from; None: all.
            leans: texts that all choices lean towards by their weights, below 0 away from.
            hears: factor on what the sound itself counts.
            reads: factor on what lines count.
            song: a number that songs differ in, so that two of one seed go other ways.
            lines: of the song, which tell its language.
        """
        self._perceptor, self._hears, self._reads = perceptor, hears, reads
        self._song = song
        self.looks = tuple(looks if looks is not None else read_world())
        words = [word for look in self.looks for word in look.words]
        self._owners = np.repeat(np.arange(len(self.looks)), [len(k.words) for k in self.looks])
        self._words = self._embed(words)
        plain = self._embed(list(_PLAIN_LINES))
        scores = self._best(plain)
        self._middle, spread = scores.mean(0), scores.std(0)
        self._spread = np.maximum(spread, np.median(spread))
        self._rarity = _rarities(self.looks)
        self._stems = [stems_of(" ".join(look.words)) for look in self.looks]
        self._subjects = Subjects(perceptor)
        self._shown = tuple(dict.fromkeys(name for look in self.looks for name in look.shows))
        self._patterns = np.array([look.scene in _PATTERNS for look in self.looks], np.float32)
        self._perceptor = perceptor.in_song(lines)  # what looks are called is English
        self._lean = np.zeros(len(self.looks), np.float32)
        for text, weight in leans:
            self._lean += np.float32(weight) * self.by_line(text)

    def by_line(self, line: str) -> Array:
        """How well each look shows a line, float32 [looks], in spreads above its usual score."""
        score = self._meaning(self._affirmed(line))
        for denied in denied_words(line):
            refused = np.maximum(self._meaning(denied), 0)
            score = np.asarray(score - np.float32(_NEGATION) * refused, np.float32)
        return score

    def _meaning(self, line: str) -> Array:
        """By what is seen in each look, by its own lines, and by plain words that they share."""
        line = in_known_words(self._perceptor, line)
        row = self._embed([line])
        known, strange = self._perceptor.understood([line])[0]
        subjects = self._subjects.at_home(self._subjects.nearness(row)[0], self._shown)
        shown = np.array([self._subjects.of_shown(subjects, look.shows) for look in self.looks])
        near = (self._best(row)[0] - self._middle) / self._spread
        if strange and not known:  # what they are taken for is chance
            shown, near = np.zeros_like(shown), np.zeros_like(near)
        stems = told_stems(self._perceptor, line)
        shared = [sum(self._rarity[stem] for stem in stems & own) for own in self._stems]
        named = stems & _COLOURS
        coloured = [
            len(named & own) - _OTHER_COLOUR * bool(named and (own & _COLOURS) - named)
            for own in self._stems
        ]
        said = near + _SHARED_WORD * np.array(shared)
        return np.asarray(shown + _SAID * said + np.array(coloured), np.float32)

    def _read(self, wish: Wish) -> Wish:
        """A wish whose words are left out where none of them is understood."""
        return replace(wish, line="") if wish.line and not self.understands(wish.line) else wish

    def understands(self, line: str) -> bool:
        """Whether a line has a word that is understood or that looks have, or only small ones."""
        line = in_known_words(self._perceptor, line)
        known, strange = self._perceptor.understood([line])[0]
        return bool(known) or not strange or bool(stems_of(line) & self._rarity.keys())

    def _affirmed(self, line: str) -> str:
        """A line without what it denies, where anything that is understood is left."""
        rest = without_denied(line)
        return rest if rest != line and self._perceptor.understood([rest])[0][0] else line

    def subjects_of(self, line: str) -> list[str]:
        """The subjects that a line is about, the nearest first; none where it names nothing."""
        if not self.understands(line):
            return []
        read = in_known_words(self._perceptor, self._affirmed(line))
        near = self._subjects.nearness(self._embed([read]))[0]
        nearest = np.argsort(-near, kind="stable")[:_ABOUT]
        return [self._subjects.names[index] for index in nearest if near[index] > _PLAINLY]

    def by_sound(self, sounds: Array) -> Array:
        """How well each look suits each sound, float32 [sounds, looks], in spreads.

        A sound is heard by itself and as a part of its song, so that a film stays in one world.
        """
        whole = sounds.mean(0)
        near = self._subjects.nearness(unit(sounds + whole))
        return np.array(
            [
                [self._subjects.of_heard(row, look.shows, look.suits) for look in self.looks]
                for row in near
            ],
            np.float32,
        )

    def choose(
        self, wishes: Sequence[Wish], seed: int, within: Sequence[str] = ()
    ) -> list[WorldLook]:
        """One look a wish: fitting, in another scene than lately, as it was when it comes back.

        Args:
            wishes: what each stretch should show.
            seed: another one, another taste.
            within: scene, or scene/look, that each must be of; empty: any.
        """
        wishes = [self._read(wish) for wish in wishes]
        rng = dice(seed + 1_000_003 * self._song)
        taste = rng.normal(0, 0.45, len(self.looks)).astype(np.float32)
        heard = [w.sound for w in wishes if w.sound is not None]
        sounds = self.by_sound(np.stack(heard)) if heard else None
        chosen: list[int] = []
        row = 0
        for index, wish in enumerate(wishes):
            score: Array = taste + self._mood(wish)
            if wish.line and self._reads:
                score = score * np.float32(0.4) + np.float32(self._reads) * self.by_line(wish.line)
            if wish.sound is not None and sounds is not None:
                share = self._hears * wish.hears * (_BESIDE_WORDS if wish.line else 1)
                score = score + np.float32(share) * sounds[row]
                row += 1
            score = score + self._lean
            for text, weight in wish.also:
                score = score + np.float32(weight) * self.by_line(text)
            if wish.opens:
                score = score - np.float32(_NOWHERE) * self._patterns
            if within:
                fits = [within[index] in (look.scene, look.name) for look in self.looks]
                score = np.where(fits, score, np.float32(_REFUSED))
                wish = replace(wish, same_as=None)
            chosen.append(self._fitting(score, wish, chosen))
        return [self.looks[index] for index in chosen]

    def _fitting(self, score: Array, wish: Wish, chosen: list[int]) -> int:
        """The best look, when what was shown is counted."""
        scenes = [look.scene for look in self.looks]
        if wish.same_as is not None and wish.same_as < len(chosen):
            # What returns brings its scene back in another look.
            home = chosen[wish.same_as]
            own = [k for k in range(len(scenes)) if scenes[k] == scenes[home] and k != home]
            return max(own, key=lambda k: float(score[k])) if own else home
        cost = np.zeros(len(scenes), np.float32)
        for back, index in enumerate(reversed(chosen)):
            same = np.array([scene == scenes[index] for scene in scenes])
            cost += same * np.float32(_LATELY / (1 + back) if back < 3 else 0)
            cost[index] += np.float32(_AGAIN)
            cost += same * np.float32(0.35)
        return int(np.argmax(score - cost))

    def _mood(self, wish: Wish) -> Array:
        """How near each look's mood is to the music's, 0 or less."""
        energy = np.array([look.energy for look in self.looks], np.float32)
        light = np.array([look.light for look in self.looks], np.float32)
        away = 2.2 * (energy - wish.energy) ** 2 + 1.0 * (light - wish.light) ** 2
        return np.asarray(-_MOOD * 2 * away, np.float32)

    def _best(self, rows: Array) -> Array:
        """Best likeness of each row to any of a look's words, float32 [rows, looks]."""
        likeness = rows @ self._words.T
        return np.stack([likeness[:, self._owners == k].max(1) for k in range(len(self.looks))], 1)

    def _embed(self, texts: list[str]) -> Array:
        import torch

        with torch.inference_mode():
            return np.asarray(self._perceptor.embed_text(texts).float().cpu().numpy(), np.float32)


def _rarities(looks: Sequence[WorldLook]) -> dict[str, float]:
    """How telling each stem is, 0..1: those of few scenes tell most."""
    scenes: dict[str, set[str]] = {}
    for look in looks:
        for stem in stems_of(" ".join(look.words)):
            scenes.setdefault(stem, set()).add(look.scene)
    return {stem: 1.0 / len(owners) for stem, owners in scenes.items()}


# Each colour that a line and a look share is worth a spread.
_COLOURS = frozenset(stems_of(
    "black blue crimson golden green grey orange pink purple silver turquoise violet white"
))  # fmt: skip
