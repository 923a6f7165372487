"""Captions of the sections of a song when the user gives none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musivid.analysis.sound import SoundFacts
from musivid.pipeline.visualize_listen import Heard
from musivid.timeline import Cue

__all__ = ["caption_sections"]

_SLOW_BPM, _FAST_BPM = 85.0, 128.0


def caption_sections(heard: Heard) -> list[Cue]:
    """One caption a section, told from tempo, loudness, brightness and hits alone."""
    return [replace(cue, text=_caption(heard.facts, cue)) for cue in heard.sections]


def _caption(facts: SoundFacts, cue: Cue) -> str:
    end_s = facts.duration_s if cue.end_s is None else cue.end_s
    times = np.linspace(cue.start_s, end_s, 50)
    level = {
        name: float(facts.curves.at(name, times).mean())
        for name in ("loudness", "brightness", "percussive", "bass")
    }
    if level["loudness"] < 0.02:
        return "silence"
    words = [_word(level["loudness"], "calm and quiet", "steady", "powerful and loud")]
    words.append(_word(level["brightness"], "dark", "warm", "bright and shining"))
    if facts.tempo_bpm:
        slow, fast = facts.tempo_bpm < _SLOW_BPM, facts.tempo_bpm > _FAST_BPM
        words.append("slow" if slow else "fast" if fast else "flowing")
    hits = _word(level["percussive"], "soft sustained notes", "a gentle beat", "driving drums")
    low = ", deep bass" if level["bass"] > 0.5 else ""
    return f"{', '.join(words)} music with {hits}{low}"


def _word(value: float, low: str, middle: str, high: str) -> str:
    return low if value < 0.33 else high if value > 0.6 else middle
