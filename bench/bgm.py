"""What `bgm infer` was asked for against what is in the MIDI: see docs/benchmarks.md.

    python bench/bgm.py [--runs 100] [--composer pocket-composer] [--seconds 20]

Each run has a film of its own (random cuts, visual beats and motion, no pixels) and random wishes:
tempo, key, players, density. The MIDI file is written and read back before it is measured.
"""

from __future__ import annotations

import argparse
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np

from musivid.analysis.motion import Motion
from musivid.analysis.tonality import TONICS
from musivid.core.progress import Silent
from musivid.media.frames import VideoInfo
from musivid.metrics.music.pitch import pitch_in_scale_rate
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm, outputs_of
from musivid.pipeline.bgm.kinds import open_composer
from musivid.pipeline.bgm.plan import _planned
from musivid.pipeline.bgm.rank import onsets_per_bar
from musivid.pipeline.bgm.write import write_music
from musivid.score.ensemble import GENRES, PLAYERS
from musivid.score.harmony import key_of_notes
from musivid.score.midi import read_midi, write_midi
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

FPS = 25
KEYS = [f"{tonic} {mode}" for tonic in TONICS for mode in ("major", "minor")]


def a_film(rng: np.random.Generator, seconds: float) -> Motion:
    """Return motion with cuts, visual beats and swelling flow."""
    frames = round(seconds * FPS)
    times = np.arange(frames) / FPS
    flow = np.exp(rng.normal(-1, 1) + np.cumsum(rng.normal(0, 0.1, frames)))
    cuts = np.cumsum(rng.uniform(1.5, 6, 40))
    beats = np.cumsum(rng.uniform(0.3, 1.2, 400))
    beats = beats[beats < seconds]
    nothing = np.zeros(frames)
    return Motion(
        fps=FPS,
        times_s=times,
        flow=np.minimum(flow, 20),
        impact=nothing,
        brightness=np.full(frames, rng.uniform(0.1, 0.8)),
        change=nothing,
        cuts_s=cuts[cuts < seconds - 0.5],
        beats_s=beats,
        beat_weights=rng.beta(0.6, 1.5, len(beats)),
        tempo_bpm=float(rng.uniform(70, 150)),
    )


def wishes(rng: np.random.Generator, composer: str, run: int) -> dict[str, object]:
    """Return random settings."""
    count = int(rng.integers(1, 6))
    players = sorted(rng.choice(5, count, replace=False).tolist())
    if players == [0]:
        players = [0, 3]  # drums alone have no key
    return {
        "composer": composer,
        "seed": run,
        "tempo.bpm": round(float(rng.uniform(75, 155)), 1),
        "control.key": str(rng.choice(KEYS)),
        "control.genre": str(rng.choice(sorted(GENRES))),
        "control.instruments": [PLAYERS[p] for p in players],
        "control.density": round(float(rng.uniform(3, 12)), 1),
    }


def main() -> None:
    """Print the shares of runs that kept to what was asked."""
    import json

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--composer", default="pocket-composer")
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    session, kept = Session("cpu"), {}
    for run in range(asked.runs):
        rng = np.random.default_rng(run)
        seconds = round(asked.seconds * rng.uniform(0.6, 1.4) * FPS) / FPS
        wish = wishes(rng, asked.composer, run)
        preset = load_preset(
            "bgm_infer", "pocket", [f"{k}={json.dumps(v)}" for k, v in wish.items()]
        )
        with tempfile.TemporaryDirectory() as folder:
            job = BgmJob(Path("film.mp4"), Path(folder) / "film-bgm.mp4", preset)
            checked = CheckedBgm(
                job, an_info(seconds), seconds, (), None, outputs_of(job.clip, job.out), ()
            )
            plan = _planned(checked, a_film(rng, seconds), (72.0, 160.0), None)
            composer = open_composer(session, preset)
            plan, ranked = write_music(plan, checked, composer, Silent())
            write_midi(ranked[0].score, Path(folder) / "film.mid")
            score = read_midi(Path(folder) / "film.mid")
        beats = plan.harmony.final_tick // 16
        tempo = 60 * score.tick_at(seconds) / score.ticks_per_beat / seconds
        ends = max(score.time_s(n.end) for t in score.tracks for n in t.notes)
        facts = {
            "tempo within 1 bpm": abs(tempo - wish["tempo.bpm"]) <= 1,
            "players": {t.name for t in score.tracks} == set(wish["control.instruments"]),
            "notes in the scale >= 95 %": (pitch_in_scale_rate(score, plan.harmony.key) or 0)
            >= 0.95,
            "key by profile": str(key_of_notes(score)) == wish["control.key"],
            "density within 15 %": abs(
                onsets_per_bar(score, max(1, beats)) / wish["control.density"] - 1
            )
            <= 0.15,
            "length within a frame": abs(ends - seconds) <= 1 / FPS,
        }
        for name, value in facts.items():
            kept.setdefault(name, []).append(bool(value))
        if not all(facts.values()):
            missed = [name for name, value in facts.items() if not value]
            print(
                f"run {run}: {', '.join(missed)} ({wish['control.key']}: {key_of_notes(score)!s})"
            )
    for name, values in kept.items():
        print(f"{name:28s} {100 * np.mean(values):5.1f} % of {len(values)} runs")


def an_info(seconds: float) -> VideoInfo:
    """Return the facts of a film that is not there."""
    return VideoInfo(
        Path("film.mp4"), (640, 360), (640, 360), Fraction(FPS), round(seconds * FPS), seconds,
        "h264", "yuv420p", Fraction(1), 0, Fraction(1, 12_800), b"", 0.0, False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
