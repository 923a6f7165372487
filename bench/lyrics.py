"""How long lyrics of 10 MB take to be read or refused, whatever they repeat; and half as many.

`python -m bench.lyrics [MEGABYTES]`
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hostile_lyrics import HOSTILE

from musivid.core.errors import InputError
from musivid.media.lyrics.reading import parse_cues


def seconds(kind: str, size: int) -> float:
    """How long one takes."""
    data = HOSTILE[kind](size).encode()
    begin = time.process_time()
    with contextlib.suppress(InputError):
        parse_cues(data, "lyrics")
    return time.process_time() - begin


def main() -> None:
    """Print a row a kind: CPU seconds of the half and of the whole, and how they grow."""
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 10) * 1_000_000)
    worst = 0.0
    for kind in HOSTILE:
        half, whole = seconds(kind, size // 2), seconds(kind, size)
        worst = max(worst, whole)
        print(f"{kind:32}{half:8.2f} s{whole:8.2f} s   x{whole / max(half, 1e-3):.1f}")
    print(f"the slowest: {worst:.2f} s for {size / 1e6:g} MB")


if __name__ == "__main__":
    main()
