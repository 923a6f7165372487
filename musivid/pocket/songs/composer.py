"""Composes: facts and a seed become a score, by rules, the same each time."""

from __future__ import annotations

import numpy as np

from musivid.pocket.songs.band import plan_band
from musivid.pocket.songs.facts import SongFacts, draw_facts, stream
from musivid.pocket.songs.form import Segment, plan_form
from musivid.pocket.songs.measure import measured
from musivid.pocket.songs.players import play_role
from musivid.score.instruments import brightness, instrument_name, program_named
from musivid.score.notes import Score, Section, TrackNotes
from musivid.score.songs.genres import GENRES, ROLES, Genre, PlayerPart

__all__ = ["compose"]

_FIVE = ROLES[:5]
# Who takes up an instrument that the genre does not know.
_GUESTS = ("Lead", "Strings", "Guitar", "Piano")
_GUEST = PlayerPart((0,), "pop", enter=0.3, volume=0.5, reverb=0.3)


def compose(
    seed: int, facts: SongFacts | None = None, bars: int | None = None
) -> tuple[Score, SongFacts]:
    """Return a song and what is true of it.

    The score has the five tracks Drums, Piano, Guitar, Bass and Strings in this order (empty where
    a role is silent), and a Lead where there is a melody.

    Args:
        seed: of everything that the facts leave open.
        facts: what is asked for; None draws facts from the seed. Genre, tempo, key, mode, energy,
            valence and, where they are given, instruments come out as asked; density and
            brightness are wishes, and the facts returned hold what the score has.
        bars: its length; fewer than eight bars are one section, as if cut out of a song. None
            gives a whole song.

    Raises:
        KeyError: the genre is not in `GENRES`.
        ValueError: an unknown key, mode or instrument, or less than one bar.
    """
    if bars is not None and bars < 1:
        raise ValueError(f"a song of {bars} bars cannot be written")
    facts = facts or draw_facts(seed)
    genre = GENRES[facts.genre]
    form = plan_form(stream(seed, "form"), genre.form, bars)
    chosen = _choose_players(stream(seed, "players"), genre, facts)
    form = _within_reach(form, chosen)
    band = plan_band(seed, facts, genre, form, {role: part for role, (part, _) in chosen.items()})
    tracks = []
    for role in ROLES:
        if role in chosen:
            part, program = chosen[role]
            notes = play_role(role, part, program, band)
            tracks.append(
                TrackNotes(
                    role, program, role == "Drums", notes, part.volume, part.pan, part.reverb
                )
            )
        elif role in _FIVE:
            tracks.append(TrackNotes(role, _usual_program(genre, role), role == "Drums"))
    score = Score(
        tracks=tuple(tracks),
        tempo_bpm=facts.tempo_bpm,
        bars=len(band.bars),
        beats_per_bar=genre.beats,
        key=band.key,
        sections=_sections(form),
    )
    return score, measured(score, facts)


def _usual_program(genre: Genre, role: str) -> int:
    return genre.parts[role].programs[0] if role in genre.parts else 0


def _sections(form: list[Segment]) -> tuple[Section, ...]:
    found, start = [], 0
    for segment in form:
        found.append(Section(segment.name, start, segment.bars))
        start += segment.bars
    return tuple(found)


def _choose_players(
    rng: np.random.Generator, genre: Genre, facts: SongFacts
) -> dict[str, tuple[PlayerPart, int]]:
    """Return part and program of each role that plays."""
    if facts.instruments:
        return _as_asked(rng, genre, facts)
    chosen = {}
    for role, part in genre.parts.items():
        if rng.random() < part.chance:
            chosen[role] = (part, _draw_program(rng, part.programs, facts.brightness))
    return chosen


def _draw_program(rng: np.random.Generator, programs: tuple[int, ...], bright: float) -> int:
    """Draw a program, those about as bright as asked more often."""
    odds = np.array([np.exp(-((brightness(p) - bright) ** 2) / 0.06) for p in programs])
    odds = np.cumsum(odds + 0.05)
    return programs[int(np.searchsorted(odds, rng.random() * odds[-1]))]


def _as_asked(
    rng: np.random.Generator, genre: Genre, facts: SongFacts
) -> dict[str, tuple[PlayerPart, int]]:
    """Return a band of just the instruments asked for."""
    wanted = list(dict.fromkeys(facts.instruments))
    chosen: dict[str, tuple[PlayerPart, int]] = {}
    for role, part in genre.parts.items():
        drums = role == "Drums"
        fits = [p for p in part.programs if instrument_name(p, is_drum=drums) in wanted]
        if fits:
            program = _draw_program(rng, tuple(fits), facts.brightness)
            chosen[role] = (part, program)
            wanted.remove(instrument_name(program, is_drum=drums))
    for name in wanted:
        role = next((r for r in _GUESTS if r not in chosen), None)
        if name == "drums":
            chosen["Drums"] = (PlayerPart((0,), "pop", volume=0.8), 0)
        elif role is not None:
            part = genre.parts.get(role, _GUEST)
            chosen[role] = (part, program_named(name))
    return dict(sorted(chosen.items(), key=lambda item: ROLES.index(item[0])))


def _within_reach(form: list[Segment], chosen: dict[str, tuple[PlayerPart, int]]) -> list[Segment]:
    """Raise an excerpt's level so that everyone who is in the facts is heard in it."""
    if len(form) > 1:
        return form
    reach = max(part.enter for part, _ in chosen.values())
    only = form[0]
    name = only.name if only.level >= reach else "chorus"
    return [Segment(name, only.bars, max(only.level, reach), only.material)]
