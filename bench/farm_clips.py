"""Many short clips, a bad one among them, through `bgm infer --farm` and through `--shard`.

    python -m bench.farm_clips [--clips 200] [--bad 77]

The clips are made on the spot: 2 to 3 s, 64x48. On two Ray nodes all but the bad one must get their
music, the exit code must be 4, and the bad one must be named. Then three shares, given one after
the other without a cluster (--dry-run), must hold each input once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.farm_cluster import musivid, ray_nodes
from musivid.media.sink import FrameSink


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--bad", type=int, default=77)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clips"
        folder.mkdir()
        for number in range(asked.clips):
            path = folder / f"clip{number:03d}.mp4"
            if number == asked.bad:
                path.write_bytes(b"no film at all")
            else:
                _write_clip(path, number)
        shares = _shares(folder)
        with ray_nodes() as cluster:
            began_s = time.monotonic()
            done = subprocess.run(
                musivid("bgm", "infer", folder, "-o", f"{name}/scored/", "--farm", cluster.address,
                        "--farm-cpus", "1", "--json"),
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        told = json.loads(done.stdout)
        failed = [Path(entry["input"]).name for entry in told["failed"]]
        films = list((Path(name) / "scored").glob("*-bgm.mp4"))
        print(
            json.dumps(
                {
                    "clips": asked.clips,
                    "results": len(told["results"]),
                    "films": len(films),
                    "exit_code": done.returncode,
                    "failed": failed,
                    "named_on_stderr": all(bad in done.stderr for bad in failed),
                    "wall_s": round(time.monotonic() - began_s),
                    "in_shares": dict(Counter(shares.values())),
                    "inputs_in_a_share": len(shares),
                }
            )
        )


def _write_clip(path: Path, number: int) -> None:
    """A picture that changes twice, another one in each clip."""
    chance = np.random.default_rng(number)
    count = int(chance.integers(50, 75))
    shades = chance.integers(0, 255, (3, 48, 64, 3), dtype=np.uint8)
    with FrameSink(path, size=(64, 48), fps=Fraction(25)) as sink:
        for frame in range(count):
            sink.write(shades[3 * frame // count])


def _shares(folder: Path) -> dict[str, int]:
    """In how many of three shares each input is."""
    found: Counter[str] = Counter()
    for number in (1, 2, 3):
        done = subprocess.run(
            musivid("bgm", "infer", folder, "--shard", f"{number}/3", "--dry-run", "--json", "-q"),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout)
        found.update(entry["input"] for kind in ("results", "failed") for entry in told[kind])
    return dict(found)


if __name__ == "__main__":
    main()
