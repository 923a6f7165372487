"""The plan that all players share: what every bar is, and where its steps fall in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.analysis.tonality import Key
from musivid.pocket.songs.facts import SongFacts, stream
from musivid.pocket.songs.form import Segment
from musivid.pocket.songs.harmony import Chord, choose_progressions, lay_out
from musivid.score.notes import TICKS_PER_BEAT
from musivid.score.songs.genres import Genre, PlayerPart

__all__ = ["STEP_TICKS", "Band", "Bar", "plan_band"]

STEP_TICKS = TICKS_PER_BEAT // 4
_ACCENT = {"X": 10, "R": 10, "x": 0, "o": -22, "g": -24, "m": -26}
_LATEST_TICKS = 20  # no player is ever looser than this
# Who is heard in an intro or outro by itself, if it is not everyone.
_OPENERS = ("Piano", "Guitar", "Strings", "Bass", "Lead")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the plan.

    Attributes:
        segment: the section it is in.
        place: its number within the section.
        chords: of its first and second half.
        intensity: how hard it is played, 0..1.
        busy: how dense, 0..1.
        roles: who plays.
    """

    segment: Segment
    place: int
    chords: tuple[Chord, Chord]
    intensity: float
    busy: float
    roles: frozenset[str]

    @property
    def is_last(self) -> bool:
        """Whether the section ends with it."""
        return self.place == self.segment.bars - 1


@dataclass(frozen=True, slots=True)
class Band:
    """The plan of a whole piece.

    Attributes:
        seed: of all lots.
        genre: how it is played.
        facts: what was asked for.
        key: of the whole piece.
        bars: in order.
        closes: whether the last bar is an ending rather than a cut.
    """

    seed: int
    genre: Genre
    facts: SongFacts
    key: Key
    bars: tuple[Bar, ...]
    closes: bool

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return 4 * self.genre.beats

    def tick(self, bar: int, step: float) -> int:
        """Return the tick of a step of a bar, swung."""
        pair = self.genre.swing_steps
        turn, within = divmod(step, pair)
        middle = 0.5 + self.genre.swing / 6
        part = within / pair
        moved = part * 2 * middle if part < 0.5 else middle + (part - 0.5) * 2 * (1 - middle)
        return round((bar * self.steps + (turn + moved) * pair) * STEP_TICKS)

    def loosen(self, tick: int, rng: np.random.Generator) -> int:
        """Return a tick a little early or late, as a person plays."""
        if not self.genre.loose:
            return tick
        late = round(self.genre.loose * float(rng.normal()))
        return max(0, tick + min(max(late, -_LATEST_TICKS), _LATEST_TICKS))

    def velocity(self, bar: int, sign: str, rng: np.random.Generator) -> int:
        """Return how hard a note is struck, 20..125: by the bar's intensity and its sign."""
        spread = 1.5 if not self.genre.loose else 4.0
        hard = 46 + 66 * self.bars[bar].intensity + _ACCENT.get(sign, 0) + spread * rng.normal()
        return int(min(max(hard, 20), 125))


def plan_band(
    seed: int,
    facts: SongFacts,
    genre: Genre,
    form: list[Segment],
    parts: dict[str, PlayerPart],
) -> Band:
    """Return the plan of a piece: harmony, intensity and players of every bar."""
    rng = stream(seed, "plan")
    key = Key.named(f"{facts.key} {facts.mode}")
    progressions = choose_progressions(rng, genre.progressions, facts.mode)
    whole = len(form) > 1
    bars: list[Bar] = []
    for index, part in enumerate(form):
        roles = _players(rng, part, parts, edge=whole and index in (0, len(form) - 1))
        chords = lay_out(key, progressions[part.material], part.bars, seventh=genre.sevenths)
        if whole and index == len(form) - 1:
            home = lay_out(key, "1", 1, seventh=genre.sevenths)
            chords = chords[:-1] + home
        busy = 0.55 * facts.density + 0.45 * part.level * (0.5 + 0.5 * facts.density)
        for place, pair in enumerate(chords):
            swell = 0.25 * place / part.bars if part.name == "build" else 0.0
            hard = facts.energy * (0.5 + 0.5 * min(part.level + swell, 1.0))
            bars.append(Bar(part, place, pair, hard, busy, roles))
    return Band(seed, genre, facts, key, tuple(bars), whole)


def _players(
    rng: np.random.Generator, segment: Segment, parts: dict[str, PlayerPart], *, edge: bool
) -> frozenset[str]:
    """Return who plays in a section; at least one who can carry it alone."""
    ready = {role for role, part in parts.items() if part.enter <= segment.level}
    if segment.name == "solo" and "Lead" in parts:
        ready.add("Lead")
    if segment.name in ("break", "build"):
        ready -= {"Bass"} if segment.name == "break" else set()
        ready -= {"Drums"} if segment.name == "break" else set()
    if edge and len(ready) > 1 and rng.random() < 0.6:
        ready -= {role for role in sorted(ready) if rng.random() < 0.35}
    if not ready & set(_OPENERS[:3]):
        carriers = [role for role in _OPENERS[:3] if role in parts]
        ready.add(carriers[0] if carriers else next(iter(parts)))
    return frozenset(ready)
