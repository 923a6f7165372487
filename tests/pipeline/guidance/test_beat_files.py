"""Beats that come back from an editor, in the place of those that were heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from songs import RATE_HZ, make_song

from musivid.analysis.sound import SoundFacts, analyse
from musivid.core.errors import InputError
from musivid.pipeline.guidance.beat_files import BeatFile, with_beats


@pytest.fixture(scope="module")
def heard() -> SoundFacts:
    """What is heard of 20 s of hits at 120 bpm, of which every other could be right."""
    return analyse(make_song(20.0).mean(1), RATE_HZ)


def corrected(facts: SoundFacts, folder: Path, text: str, **more: object) -> SoundFacts:
    path = folder / "beats.txt"
    path.write_text(text, encoding="utf-8")
    fps = str(more.pop("fps")) if "fps" in more else None
    return with_beats(facts, BeatFile(path, fps), **more)  # type: ignore[arg-type]


def labels(*rows: tuple[float, str]) -> str:
    return "".join(f"{time:.6f}\t{time:.6f}\t{name}\n" for time, name in rows)


def test_bars_and_beats_by_their_names(heard: SoundFacts, tmp_path: Path) -> None:
    rows = [(0.25 + 0.6 * n, "bar" if n % 3 == 0 else "beat") for n in range(30)]
    named = [(time, f"{name} {n // 3 + 1}") for n, (time, name) in enumerate(rows)]
    facts = corrected(heard, tmp_path, labels(*named, (3.333, "a hit"), (7.45, "part 2")))
    assert facts.tempo_bpm == pytest.approx(100) and facts.beats_per_bar == 3
    assert facts.beats_s.tolist() == pytest.approx([time for time, _ in rows])
    assert facts.downbeats_s.tolist() == pytest.approx([time for time, _ in rows[::3]])
    assert facts.sections_s.tolist() == pytest.approx([0.0, 7.45])
    assert (facts.beat_confidence, facts.bar_confidence, facts.rival_bpm) == (1.0, 1.0, 0.0)
    assert facts.curves is heard.curves


def test_bars_alone_are_divided_and_filled_by_number(heard: SoundFacts, tmp_path: Path) -> None:
    names = [(1.0, "bar 1"), (3.0, "bar 2"), (7.0, "bar 4"), (9.0, "Chorus / bar 5")]
    facts = corrected(heard, tmp_path, labels(*names))
    assert facts.downbeats_s.tolist() == [1, 3, 5, 7, 9]
    assert facts.beats_s[:4].tolist() == [0.0, 0.5, 1.0, 1.5] and facts.beats_s[-1] == 10.5
    assert facts.tempo_bpm == pytest.approx(120)


def test_times_without_names_are_beats(heard: SoundFacts, tmp_path: Path) -> None:
    times = np.arange(0.2, 19.9, 0.5)
    facts = corrected(heard, tmp_path, "".join(f"{time:.3f}\n" for time in times))
    assert facts.beats_s.tolist() == pytest.approx(times.tolist(), abs=0.001)
    far = np.abs(heard.downbeats_s[1:, None] - facts.downbeats_s).min(1)
    assert np.median(far) <= 0.25
    assert np.diff(facts.downbeats_s) == pytest.approx(0.5 * heard.beats_per_bar, abs=0.01)


def test_a_part_of_a_song_has_its_part_of_the_beats(heard: SoundFacts, tmp_path: Path) -> None:
    rows = [(n * 0.5, f"beat {n}") for n in range(200)]
    facts = corrected(heard, tmp_path, labels(*rows), start_s=30.0, is_part=True)
    assert facts.beats_s.tolist() == pytest.approx((np.arange(41) * 0.5).tolist())
    with pytest.raises(InputError, match=r"not within the song of 20.00 s"):
        corrected(heard, tmp_path, labels(*rows))


def test_what_cannot_be_beats_is_told(heard: SoundFacts, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 1 beats"):
        corrected(heard, tmp_path, "1.0\n")
    with pytest.raises(InputError, match="does not say its frame rate") as raised:
        corrected(heard, tmp_path, "00:00:01:00\n00:00:02:00\n")
    assert "--beats-fps 25" in raised.value.hint
    facts = corrected(heard, tmp_path, "00:00:01:00\n00:00:01:12\n", fps="24")
    assert facts.beats_s.tolist() == [1.0, 1.5]
    with pytest.raises(InputError, match="apart"):
        corrected(heard, tmp_path, "1.00 a\n1.04 b\n1.08 c\n")
