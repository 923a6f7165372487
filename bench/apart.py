"""How long Hybrid Demucs of full size takes for a window of sound, and at which peak memory.

python bench/apart.py [--window 10] [--threads 1]; weights are random, which costs the same.
"""

from __future__ import annotations

import argparse
import resource
import time

import torch

from musivid.nets.hdemucs import HybridDemucs


def main() -> None:
    """Print seconds for one window, and the peak of the process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--window", type=float, default=10.0, help="seconds of sound")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    network = HybridDemucs().eval()
    mixes = torch.zeros(1, 2, round(asked.window * network.rate_hz)).normal_()
    begin = time.perf_counter()
    network.stem(mixes, "vocals")
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{asked.window:g} s in {took:.1f} s, peak {peak:.2f} GB")


if __name__ == "__main__":
    main()
