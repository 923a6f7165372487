"""Times as people write them: m:ss.ff."""

from __future__ import annotations

__all__ = ["clock"]


def clock(seconds: float) -> str:
    """Seconds as m:ss.ff."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"
