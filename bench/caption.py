"""How true captions are on composed songs with known facts, and how fast captions are written.

python bench/caption.py facts --songs 60          # tempo, key, instruments, sections
python bench/caption.py decode --windows 30       # KV cache and batches against neither
python bench/caption.py decode --reference 2      # the slow way on two windows, scaled to all
python bench/caption.py decode --sizes tiny       # the same on a small network
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch

from musivid.analysis.tonality import MODES, Key

FIRST_SEED = 9_000_000  # songs that nothing was fitted on


def bench_facts(songs: int) -> dict[str, float]:
    """Shares of right answers over whole songs."""
    from pathlib import Path

    from musivid.analysis.sound import hear
    from musivid.media.audio import Track
    from musivid.pipeline.caption.facts import listen_closely, measure_segment
    from musivid.pipeline.caption.pocket import pulse_of
    from musivid.pipeline.guidance.windows import Window
    from musivid.pocket.songs import compose
    from musivid.pocket.train_tagger import labels_of
    from musivid.score.synthesis.player import render
    from musivid.weights.session import Session

    tagger = Session("cpu").captioner("pocket-tagger")
    kinds = {"major": 0, "lydian": 0, "mixolydian": 0}
    rows, named, right, true = [], 0, 0, 0
    for seed in range(FIRST_SEED, FIRST_SEED + songs):
        score, facts = compose(seed)
        sound = render(score, 22050, channels=1)
        track = Track(sound * (0.9 / np.abs(sound).max()), 22050, Path(f"{seed}"))
        heard = hear(track)
        whole = Window(0.0, 0.0, heard.duration_s)
        found = measure_segment(listen_closely(track, heard, tagger), whole)
        pulse = pulse_of(heard, whole)
        near = [
            abs(bpm / facts.tempo_bpm - 1) <= 0.04 for bpm in (pulse.tempo_bpm, pulse.rival_bpm)
        ]
        key, truth = found.key.key, score.key
        same = key.tonic == truth.tonic and kinds.get(key.mode, 1) == kinds.get(truth.mode, 1)
        labels = labels_of(facts.instruments)
        guess = {name for name, chance in found.instruments if chance >= 0.5}
        wanted = {tagger.instruments[k] for k in np.flatnonzero(labels)}
        named, right, true = named + len(guess), right + len(guess & wanted), true + len(wanted)
        borders = [score.time_s(s.start_bar * score.ticks_per_bar) for s in score.sections[1:]]
        rows.append(
            (near[0], any(near), pulse.rival_bpm > 0, same, not same and are_relative(key, truth),
             found.genre[0] == facts.genre, border_f(heard.sections_s[1:], borders))
        )  # fmt: skip
    means = np.mean(np.array(rows, float), 0).round(3)
    names = ("tempo", "tempo_or_named", "named", "key", "relative_key", "genre", "borders_f")
    figures = dict(zip(names, map(float, means), strict=True))
    return figures | {"instruments_f1": round(2 * right / max(named + true, 1), 3), "songs": songs}


def are_relative(one: Key, other: Key) -> bool:
    """Whether two keys have the same notes but another tonic; harmonic minor counts as minor."""
    modes = [MODES[key.mode.removeprefix("harmonic ")] for key in (one, other)]
    notes = [{(key.tonic + step) % 12 for step in mode}
             for key, mode in zip((one, other), modes, strict=True)]  # fmt: skip
    return notes[0] == notes[1] and one.tonic != other.tonic


def border_f(found: np.ndarray, true: list[float], reach_s: float = 0.5) -> float:
    """F of borders, each true one matched with one found at most `reach_s` away."""
    left, hits = list(found), 0
    for border in true:
        near = min(left, key=lambda time: abs(time - border), default=None)
        if near is not None and abs(near - border) <= reach_s:
            left.remove(near)
            hits += 1
    return 2 * hits / max(len(found) + len(true), 1)


def bench_decode(windows: int, reference: int, tokens: int, small: bool) -> dict[str, float]:
    """CPU seconds of captions: cache and batch, against one at a time without cache.

    Windows cost the slow way the same each, so it may be tried on the first `reference` of them
    alone; its seconds are then scaled to all.
    """
    from musivid.nets.captioning.bart import BartSizes
    from musivid.nets.captioning.bart_writing import Writing, write_beams
    from musivid.nets.captioning.lp_musiccaps import LpMusicCaps

    torch.manual_seed(0)
    sizes = BartSizes(5000, 256, 2, 2, 4, 512, 256) if small else BartSizes()
    net = LpMusicCaps(sizes).eval().requires_grad_(False)
    rules = Writing(most=tokens)
    with torch.inference_mode():
        heard = net.bart.encode(torch.randn(windows, 32, sizes.width))

    def plain(clip: torch.Tensor) -> list[list[int]]:
        rows = clip.expand(rules.beams, -1, -1)
        return write_beams(lambda said, _: net.bart.decode(said, rows)[:, -1], 1, rules)

    def cached() -> list[list[int]]:
        memory = net.bart.begin(heard, rules.beams, tokens)

        def step(said: torch.Tensor, parents: torch.Tensor | None) -> torch.Tensor:
            if parents is not None:
                memory.reorder(parents)
            return net.bart.step(said[:, -1], memory)

        return write_beams(step, windows, rules)

    with torch.inference_mode():
        began = time.process_time()
        fast = cached()
        middle = time.process_time()
        slow = [plain(clip[None])[0] for clip in heard[:reference]]
        ended = time.process_time()
    same = float(np.mean([a == b for a, b in zip(fast, slow, strict=False)]))
    quick, late = middle - began, (ended - middle) * windows / len(slow)
    return {
        "windows": windows, "reference_windows": len(slow), "tokens": tokens,
        "cached_s": round(quick, 2), "plain_s": round(late, 2),
        "times_faster": round(late / quick, 2), "same_texts": same,
    }  # fmt: skip


def main() -> None:
    """Run one part and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["facts", "decode"])
    parser.add_argument("--songs", type=int, default=60)
    parser.add_argument("--windows", type=int, default=30)
    parser.add_argument("--reference", type=int, default=0, help="0: all windows")
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--sizes", choices=["bart-base", "tiny"], default="bart-base")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.part == "facts":
        print(json.dumps(bench_facts(asked.songs)))
    else:
        reference = asked.reference or asked.windows
        small = asked.sizes == "tiny"
        print(json.dumps(bench_decode(asked.windows, reference, asked.tokens, small)))


if __name__ == "__main__":
    main()
