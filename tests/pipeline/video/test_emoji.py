"""Emoji that no font here draws are left out of the picture, and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from songs import write_song

import musivid
from musivid.core.progress import Silent
from musivid.core.timeline import Cue
from musivid.media.lyrics import face
from musivid.weights.session import Session

WAVE, FAMILY = "\U0001f30a", "\U0001f468\u200d\U0001f469\u200d\U0001f467"
WORDS = [Cue(0.0, 0.3, f"sea {WAVE}"), Cue(0.3, 0.5, f"{WAVE}{FAMILY}")]
WAYS: dict[str, dict[str, Any]] = {
    "subtitles": {"preset": "tiny", "burn_lyrics": True, "size": (96, 64)},
    "letters that light up": {"settings": {"living.layer": "lyrics"}, "size": (96, 64)},
}


class Told(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@pytest.mark.parametrize(
    "way", [pytest.param(w, marks=pytest.mark.slow if w == "subtitles" else []) for w in WAYS]
)
def test_a_film_says_which_emoji_it_leaves_out(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face, "_system_font", lambda *_: None)  # as where only one in colours is
    told, session = Told(), Session("cpu", "float32", offline=True)
    song = write_song(tmp_path / "song.wav", 0.5)
    musivid.film(song, WORDS, **WAYS[way], session=session, reporter=told).save(tmp_path / "o.mov")
    (warning,) = told.warnings
    assert f"no font here draws {WAVE} {FAMILY}: left out of the picture" in warning
