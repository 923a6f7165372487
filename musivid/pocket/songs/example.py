"""Makes the example song and its lyrics: `python -m musivid.pocket.songs.example FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from musivid.analysis.loudness import normalise
from musivid.core.clock import stamp
from musivid.pocket.songs.composer import compose
from musivid.pocket.songs.facts import draw_facts
from musivid.score.notes import Score
from musivid.score.synthesis.player import render

__all__ = ["example_score", "make_example", "write_mp3"]

TITLE, ARTIST = "Every Light", "musivid"
_SEED, _BARS = 4, 20
_RATE_HZ, _KBPS, _TAIL_S = 44_100, 128, 1.2
_FADE_S = 0.6
_LAME_SCALE = 0.95
# Line by line with the bar on whose first beat it begins.
_LINES = (
    (2, "Golden sunset sinking in the sea"),
    (4, "Dark green forest leaning over me"),
    (6, "City towers, a thousand lights at night"),
    (8, "Snow upon the mountains, high and white"),
    (10, "Fire, fire, burning in the dark"),
    (12, "Fields of flowers waking from a spark"),
    (14, "Stars are falling, silver through the blue"),
    (16, "Every wave is bringing me to you"),
    (18, "Moon above the rooftops, soft and low"),
    (19, "One last candle, and I let it glow"),
)


def example_score() -> Score:
    """Return the score of the example: twenty bars of pop, about three quarters of a minute."""
    facts = draw_facts(
        _SEED,
        genre="pop",
        tempo_bpm=112.0,
        key="D",
        mode="major",
        energy=0.62,
        valence=0.75,
        density=0.5,
        brightness=0.55,
    )
    return compose(_SEED, facts, _BARS)[0]


def make_example(folder: Path) -> tuple[Path, Path]:
    """Write `song.mp3` and `lyrics.lrc` into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    score = example_score()
    sound = render(score, _RATE_HZ, tail_s=_TAIL_S)
    fade = round(_FADE_S * _RATE_HZ)
    sound[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    song, lyrics = folder / "song.mp3", folder / "lyrics.lrc"
    # LAME turns joint stereo down by 5 %; the song is to come out at -16 LUFS, under -1 dBTP.
    loud = normalise(sound, _RATE_HZ, lufs=-16.0, peak_dbtp=-1.5) / np.float32(_LAME_SCALE)
    write_mp3(song, loud, _RATE_HZ)
    lyrics.write_text(_lrc(score), encoding="utf-8")
    return song, lyrics


def write_mp3(path: Path, sound: np.ndarray, rate_hz: int) -> None:
    """Write sound, float32 [2, samples], as MP3 at 128 kbit/s."""
    import av

    with av.open(str(path), "w", format="mp3") as container:
        container.metadata.update({"title": TITLE, "artist": ARTIST})
        stream = container.add_stream("libmp3lame", rate=rate_hz, layout="stereo")
        stream.bit_rate = _KBPS * 1000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound, np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate = rate_hz
        frame.pts = 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def _lrc(score: Score) -> str:
    rows = [f"[ti:{TITLE}]", f"[ar:{ARTIST}]", f"[length:{stamp(score.duration_s, 2)}]"]
    rows += [f"[{stamp(score.time_s(bar * score.ticks_per_bar), 2)}]{line}" for bar, line in _LINES]
    return "\n".join([*rows, f"[{stamp(score.duration_s, 2)}]", ""])


if __name__ == "__main__":
    for made in make_example(Path(sys.argv[1] if len(sys.argv) > 1 else "examples")):
        sys.stdout.write(f"{made}\n")
