"""What songs for films are like, against what is asked of them: see docs/benchmarks.md.

    python -m bench.film_songs [--films 40] [--seconds 28-45] [--meter 6/8] [--sound]
                               [--midi FOLDER] [--list]

Films are random cuts 1.2 to 5 s apart with motion that swells, sections and strong moments; genres
and moods go round. `--sound` renders them and measures the structure of the sound.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from musivid.analysis.motion import Motion
from musivid.core.progress import Silent
from musivid.metrics.music import returns
from musivid.metrics.music.measures import measure_structure
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm
from musivid.pipeline.bgm.plan import _planned, film_for
from musivid.pipeline.bgm.song import SongComposer, song_wish
from musivid.pipeline.bgm.write import write_music
from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score
from musivid.score.songs import FilmOutline, Song, compose_song, plan_form
from musivid.score.songs.genres import GENRES
from musivid.score.songs.moods import MOODS
from musivid.settings.presets import load_preset

FPS = 25
SIXTEENTH = 120
NEAR_S = 0.04
BACK_BEAT = {"pop", "rock", "metal", "synthwave", "hip hop", "funk", "country", "lo-fi", "ballad"}
FOUR = {"house", "techno", "trance"}
SNARES, KICKS, CYMBALS = (37, 38, 39, 40), (35, 36), (42, 44, 46, 51)


def films(count: int, span_s: tuple[float, float], seed: int = 77) -> list[Motion]:
    """Films of random cuts; motion swells, and light and motion change at two of the cuts."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(count):
        frames = round(float(rng.uniform(*span_s)) * FPS)
        seconds, times = frames / FPS, np.arange(frames) / FPS
        cuts = np.round(np.cumsum(rng.uniform(1.2, 5.0, 2000)) * FPS) / FPS
        cuts = cuts[cuts < seconds - 1]
        anew = [float(cuts[np.abs(cuts - seconds * share).argmin()]) for share in (0.3, 0.65)]
        part = np.searchsorted(sorted(anew), times, "right")
        beats = np.cumsum(rng.uniform(0.8, 4.0, 2000))
        beats = beats[beats < seconds - 1]
        swell = np.cumsum(rng.normal(0, 0.02, frames))
        found.append(
            Motion(
                fps=FPS,
                times_s=times,
                flow=np.exp(np.array((-1.0, 0.8, 0.0))[part] + swell),
                impact=np.zeros(frames),
                brightness=np.array((0.3, 0.55, 0.4))[part],
                change=np.zeros(frames),
                cuts_s=cuts,
                beats_s=beats,
                beat_weights=rng.uniform(0.2, 0.9, len(beats)),
                tempo_bpm=None,
            )
        )
    return found


def song_for(
    motion: Motion, genre: str, mood: str, seed: int, meter: str = "auto"
) -> tuple[Song, FilmOutline]:
    """The song that `bgm infer` writes for a film by default, and what it knew of the film."""
    wishes = {"control.genre": genre, "control.emotion": mood, "seed": seed, "control.meter": meter}
    preset = load_preset("bgm_infer", None, wishes)
    job = BgmJob(Path("film.mp4"), None, preset)
    checked = CheckedBgm(job, None, motion.duration_s, (), None)
    plan = _planned(checked, motion, (preset.tempo.lowest, preset.tempo.highest), None)
    plan, ranked = write_music(plan, checked, SongComposer(), Silent())
    best = ranked[0].facts.candidate
    film = film_for(checked, motion)
    form = plan_form(film, plan.metre, plan.tempo)
    return compose_song(form, song_wish(plan, preset, best)), film


def own_chords(song: Song) -> returns.Chords:
    """The chords that the composer had in mind."""
    steps = song.form.steps
    rows = [(float(b * steps + at), c) for b, bar in enumerate(song.bars) for at, c in bar]
    known = [(at, frozenset(chord.pitch_classes)) for at, chord in rows]
    last = [(float(song.form.strike), known[0][1] | frozenset(range(12)))]  # the last chord is home
    return [row for row in known if row[0] < song.form.strike] + last


def tonic_share(song: Song) -> float:
    """The share of bars that begin with the tonic chord."""
    assert song.score.key is not None
    tonics = [
        chord.pitch_classes[0] == song.score.key.tonic for bar in song.bars for _, chord in bar[:1]
    ]
    return float(np.mean(tonics))


def unvaried(song: Song) -> int:
    """How often the phrase of the tune that comes oftenest comes note for note."""
    lead = next((t for t in song.score.tracks if t.name == "Lead"), None)
    per_bar = song.score.ticks_per_bar
    seen: Counter[tuple[tuple[int, int], ...]] = Counter()
    for phrase in song.form.phrases:
        a, b = phrase.start * per_bar, phrase.end * per_bar
        notes = [n for n in lead.notes if a - 30 <= n.start < b - 30] if lead else []
        seen[tuple((round((n.start - a) / SIXTEENTH), n.pitch) for n in notes)] += bool(notes)
    return max(seen.values(), default=0)


def keeps_groove(song: Song, genre: str) -> float:
    """The share of bars that do what a genre is known by, introduction and ending apart."""
    inner = [p for p in song.form.phrases if p.letter != "I"]
    bars = range(inner[0].start, min(inner[-1].end, len(song.bars))) if inner else range(0)
    return float(np.mean([does_groove(song.score, bar, genre) for bar in bars])) if bars else 1.0


def does_groove(score: Score, bar: int, genre: str) -> bool:
    """Whether a bar does what a genre is known by, in the words of general descriptions."""

    def steps(role: str, pitches: Sequence[int] = ()) -> set[int]:
        return {
            place(n, score, bar)
            for n in within(score, role, bar)
            if not pitches or n.pitch in pitches
        }

    drums, comping = steps("Drums"), steps("Guitar") | steps("Piano") | steps("Strings")
    if score.beat_unit == 8:
        return does_compound(steps, genre)
    if score.beats_per_bar == 3 and genre in BACK_BEAT:
        return 8 in steps("Drums", SNARES)
    if genre in BACK_BEAT:
        return {4, 12} <= steps("Drums", SNARES)
    if genre in FOUR:
        off = {2, 6, 10, 14} & steps("Drums", CYMBALS)
        return {0, 4, 8, 12} <= steps("Drums", KICKS) and len(off) >= 3
    if genre == "jazz":
        rides = [n.start % 480 for n in within(score, "Drums", bar) if n.pitch == 51]
        late = [tick for tick in rides if 200 < tick < 400]
        return (
            len(steps("Bass")) >= score.beats_per_bar
            and bool(late)
            and all(270 < t < 370 for t in late)
        )
    if genre == "waltz":
        low = steps("Bass") | comping
        return score.beats_per_bar == 3 and 0 in low and {4, 8} <= drums | comping
    if genre == "reggae":
        return 8 in steps("Drums", KICKS) and bool({4, 12, 2, 6} & comping)
    if genre == "bossa nova":
        clave = steps("Drums", (37,))  # of two bars: three strokes and two
        return {0, 6, 12} <= clave or {4, 10} <= clave
    if genre in ("ambient", "orchestral"):
        snare = steps("Drums", (38, 39))
        return not ({4, 12} <= snare and len(snare) < 6) and len(steps("Drums", CYMBALS)) <= 2
    return len(comping | drums) >= 6  # folk, latin: something goes on in eighths


def does_compound(steps: Callable[..., set[int]], genre: str) -> bool:
    """The same in 6/8, where the second of two beats answers the first and eighths come in threes.

    Args:
        steps: on which sixteenths of a bar a player begins, of drums those of some keys.
        genre: its name.
    """
    drums, comping = steps("Drums"), steps("Guitar") | steps("Piano") | steps("Strings")
    snare, kick, cymbals = (steps("Drums", keys) for keys in (SNARES, KICKS, CYMBALS))
    if genre in BACK_BEAT:
        return 6 in snare
    if genre in FOUR:
        return {0, 6} <= kick and {4, 10} <= cymbals
    if genre == "jazz":
        return len(steps("Bass")) >= 4 and {0, 4, 6, 10} <= steps("Drums", (51,))
    if genre == "waltz":
        return 0 in steps("Bass") | comping and {2, 4, 8, 10} <= drums | comping
    if genre == "reggae":
        return 6 in kick and {4, 10} <= comping
    if genre == "bossa nova":
        clave = steps("Drums", (37,))  # of two bars: three strokes and two
        return {0, 4, 8} <= clave or {2, 6} <= clave
    if genre in ("ambient", "orchestral"):
        return not (6 in snare and len(snare) < 4) and len(cymbals) <= 2
    return len((comping | drums) & {0, 2, 4, 6, 8, 10}) >= 5  # folk, latin: eighths go on


def within(score: Score, role: str, bar: int) -> list[Note]:
    """The notes of a player that begin in a bar, or a little before it."""
    first = bar * score.ticks_per_bar - 30
    track = next((t for t in score.tracks if t.name == role), None)
    return (
        [n for n in track.notes if first <= n.start < first + score.ticks_per_bar] if track else []
    )


def place(note: Note, score: Score, bar: int) -> int:
    """The sixteenth of a bar on which a note begins."""
    return round((note.start - bar * score.ticks_per_bar) / SIXTEENTH)


def on_grid(song: Song, film: FilmOutline) -> tuple[float, float]:
    """Share of the cuts within 40 ms of a beat or eighth where the song counts so; worst, in ms."""
    score, tempo = song.score, song.form.tempo
    grid = score.times_s(range(0, score.length_ticks + 1, tempo.beat_ticks // tempo.parts))
    off = np.array([np.abs(grid - cut).min() for cut in film.cuts_s])
    return float((off <= NEAR_S).mean()), float(1000 * off.max())


def sections_on_phrases(song: Song, film: FilmOutline) -> float:
    """Share of the film's sections that begin a phrase, within 40 ms."""
    per_bar = song.score.ticks_per_bar
    starts = song.score.times_s([phrase.start * per_bar for phrase in song.form.phrases])
    return float(np.mean([np.abs(starts - time).min() <= NEAR_S for time in film.sections_s]))


def shuffled_bars(score: Score, rng: np.random.Generator) -> Score:
    """The same bars in another order."""
    per_bar, order = score.ticks_per_bar, rng.permutation(score.bars)

    def moved(note: Note) -> Note:
        bar, tick = divmod(note.start, per_bar)
        return dataclasses.replace(note, start=int(order[bar]) * per_bar + tick)

    tracks = tuple(
        dataclasses.replace(t, notes=tuple(sorted(moved(n) for n in t.notes))) for t in score.tracks
    )
    return dataclasses.replace(score, tracks=tracks)


def structure(score: Score, seconds: float) -> float:
    """Structureness of the sound between 8 and 15 s."""
    from musivid.score.synthesis.player import render

    sound = render(score, 22_050, tail_s=0.5, channels=1)[0][: round(seconds * 22_050)]
    return measure_structure(sound)["structureness_medium"].value or 0.0


def figures_of(
    song: Song, film: FilmOutline, genre: str, *, sound: bool
) -> dict[str, float | None]:
    """All figures of one song."""
    score, chords = song.score, own_chords(song)
    cuts, worst = on_grid(song, film)
    row: dict[str, float | None] = {
        "figures": returns.figures_returning(score),
        "bars": returns.bars_returning(score),
        "distinct": returns.bars_distinct(score),
        "unvaried": unvaried(song),
        "clashes": returns.clash_rate(score),
        "accompaniment": returns.chord_share(score, chords, ("Piano", "Guitar", "Bass", "Strings")),
        "tune": returns.chord_share(score, chords, ("Lead",)),
        "tonic": tonic_share(song),
        "sections": sections_on_phrases(song, film),
        "cuts": cuts,
        "worst_ms": worst,
        "groove": keeps_groove(song, genre),
        "bpm": song.form.tempo.mean_bpm,
    }
    if sound:
        row["structure"] = structure(score, film.duration_s)
        row["shuffled"] = structure(shuffled_bars(score, np.random.default_rng(1)), film.duration_s)
    return row


def main() -> None:
    """Print mean, least and greatest of each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=40)
    parser.add_argument("--seconds", default="28-45")
    parser.add_argument("--genres", default=",".join(GENRES))
    parser.add_argument("--meter", default="auto")
    parser.add_argument("--sound", action="store_true")
    parser.add_argument("--midi", type=Path)
    parser.add_argument("--list", action="store_true", help="each film's figures, too")
    asked = parser.parse_args()
    low, high = (float(part) for part in asked.seconds.split("-"))
    genres, rows = asked.genres.split(","), []
    for n, motion in enumerate(films(asked.films, (low, high))):
        genre, mood = genres[n % len(genres)], list(MOODS)[(n + n // len(genres)) % len(MOODS)]
        song, film = song_for(motion, genre, mood, n + 1, asked.meter)
        row = figures_of(song, film, genre, sound=asked.sound)
        rows.append(row)
        if asked.list:
            shown = " ".join(f"{k} {v:.2f}" for k, v in row.items() if v is not None)
            print(f"{n:2} {genre}, {mood}: {shown}")
        if asked.midi:
            asked.midi.mkdir(parents=True, exist_ok=True)
            write_midi(song.score, asked.midi / f"{n:02}-{genre.replace(' ', '-')}-{mood}.mid")
    print(f"{'figure':14} {'mean':>7} {'least':>7} {'most':>7}")
    for name in rows[0]:
        values = np.array([v for row in rows if (v := row[name]) is not None])
        print(f"{name:14} {values.mean():7.3f} {values.min():7.3f} {values.max():7.3f}")


if __name__ == "__main__":
    main()
