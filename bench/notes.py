"""CPU time of measuring music, as multiples of how long the music plays; and of writing a report.

Run: OMP_NUM_THREADS=1 .venv/bin/python bench/notes.py [SECONDS ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from musivid.metrics.music.likeness import RATE_HZ
from musivid.metrics.music.measures import measure_music, measure_structure
from musivid.pocket.songs import compose, draw_facts
from musivid.score.notes import Score
from musivid.score.synthesis.player import render


def make_score(seconds: float) -> Score:
    """A song of about that length."""
    facts = draw_facts(3, genre="pop")
    bars = 4
    score, _ = compose(3, facts, bars=bars)
    while score.duration_s < seconds:
        bars += 4
        score, _ = compose(3, facts, bars=bars)
    return score


def cpu_s(work: Callable[[], object], times: int = 3) -> float:
    """The least CPU seconds of several goes."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def main(lengths: list[float]) -> None:
    print("| music | notes | all figures of the notes | structure of the sound |")
    print("|---|---|---|---|")
    for seconds in lengths:
        score = make_score(seconds)
        sound = render(score, RATE_HZ, channels=1, tail_s=0.0)[0]
        measure_structure(sound[: RATE_HZ * 4])  # imports
        notes = sum(len(track.notes) for track in score.tracks)
        figures = cpu_s(lambda s=score: measure_music(s))
        structure = cpu_s(lambda s=sound: measure_structure(s), 1)
        print(
            f"| {score.duration_s:.0f} s | {notes} | {1000 * figures:.0f} ms "
            f"({score.duration_s / figures:.0f}x as fast as it plays) | {structure:.1f} s "
            f"({score.duration_s / structure:.0f}x) |"
        )


if __name__ == "__main__":
    main([float(text) for text in sys.argv[1:]] or [30.0, 60.0, 180.0])
