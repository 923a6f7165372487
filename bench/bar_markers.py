"""Markers of bars of composed songs against the bars that were written: see docs/editors.md.

    python -m bench.bar_markers [--songs 40] [--fps 25]

The bar finder is right where nine in ten written bars have a heard one within 70 ms. Markers are
those of the file: on frames. The tempo map is compared with the heard bars that it was made of.
"""

from __future__ import annotations

import argparse
from fractions import Fraction

import numpy as np

from bench.beats import FRESH_SEED, REACH_S, songs
from musivid.analysis.bars import find_bars
from musivid.analysis.beats import find_beats
from musivid.analysis.curves import measure_onsets
from musivid.interchange.edit import Grid
from musivid.interchange.midi_written import tempo_map
from musivid.interchange.timecode import parse_rate

RIGHT = 0.9  # share of bars that must be found where the finder is called right


def main() -> None:
    """Print how many markers are within a frame, and how far tempo maps are off at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, default=40)
    parser.add_argument("--fps", default="25")
    asked = parser.parse_args()
    rate = parse_rate(asked.fps)
    frame_s = float(1 / rate.fps)
    far, ends, right = list[float](), list[float](), 0
    for song in songs(FRESH_SEED, asked.songs):
        onsets = measure_onsets(song.spectrum)
        beats = find_beats(onsets, song.spectrum, song.harmony)
        heard = find_bars(beats, onsets, song.spectrum, song.harmony).downbeats_s
        if len(heard) < 2:
            continue
        exact = tuple(Fraction(float(time)) for time in heard)
        tempi = tempo_map(Grid(tuple(Fraction(float(t)) for t in beats.times_s), exact))
        ends.append(1000 * float(abs(tempi.time(tempi.tick(exact[-1])) - exact[-1])))
        marks = np.array([float(rate.nearest(time) / rate.fps) for time in exact])
        true = song.beats_s[:: song.beats_per_bar]
        true = true[(true >= heard[0] - REACH_S) & (true <= heard[-1] + REACH_S)]
        apart = np.abs(true[:, None] - marks).min(1)
        if (np.abs(true[:, None] - heard).min(1) <= REACH_S).mean() >= RIGHT:
            right += 1
            far += apart.tolist()
    share = np.mean(np.array(far) <= frame_s)
    print(f"{right} of {asked.songs} songs: the bar finder is right")
    print(f"of their {len(far)} bars {share:.1%} have a marker within a frame ({rate} a second)")
    print(f"median {1000 * np.median(far):.1f} ms, tempo maps at most {max(ends):.3f} ms off")


if __name__ == "__main__":
    main()
