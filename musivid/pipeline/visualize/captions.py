"""Captions of the sections of a song when the user gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Reporter
from musivid.core.timeline import Cue
from musivid.media.lyrics.fitting import lines_within
from musivid.media.lyrics.reading import read_cues
from musivid.media.lyrics.writing import write_cues
from musivid.pipeline.guidance.windows import Window
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.listen import SectionedSong
from musivid.weights.session import Session

__all__ = ["caption_sections", "keep_captions", "kept_captions"]

_SLOW_BPM, _FAST_BPM = 85.0, 128.0  # slower is slow, faster is fast
_SILENT, _THIRD, _HALF, _MUCH = 0.02, 0.33, 0.5, 0.6  # of curves, 0..1


def caption_sections(
    checked: CheckedVisualize, song: SectionedSong, session: Session | None, reporter: Reporter
) -> list[Cue]:
    """The sections of a song with a caption each, by the captioner of the job.

    Args:
        checked: the job.
        song: the song and its sections.
        session: loads the captioner; None will do where captions are plain.
        reporter: told how far the work is.

    Raises:
        WeightsError: its weights or vocabulary are missing or damaged.
    """
    if checked.captions is None or session is None:
        facts = song.facts
        return [replace(cue, text=_plain(facts, cue)) for cue in song.sections]
    # Only here: with it comes all that listens for captions, which plain ones do without.
    from musivid.pipeline.caption import caption_song, open_captioner

    captioner = open_captioner(session, checked.captions)
    windows = [
        Window((start + end) / 2, start, end)
        for start, end in ((cue.start_s, cue.end_s or 0.0) for cue in song.sections)
    ]
    made = caption_song(song.track, song.facts, captioner, windows, reporter)
    return _told(song.sections, [cue.text for cue in made])


def kept_captions(path: Path, song: SectionedSong) -> list[Cue] | None:
    """The sections with captions that were made before, or None if they are not there.

    Args:
        path: written by `keep_captions`.
        song: the song and its sections.
    """
    if not path.is_file():
        return None
    texts = [cue.text for cue in lines_within(read_cues(path).cues, song.facts.duration_s)]
    return _told(song.sections, texts) if len(texts) == len(song.sections) else None


def keep_captions(path: Path, cues: Sequence[Cue], song: SectionedSong) -> None:
    """Write captions where an interrupted run finds them again."""
    write_cues(cues, path, duration_s=song.facts.duration_s)


def _plain(facts: SoundFacts, cue: Cue) -> str:
    """What tempo, loudness, brightness and hits say of a section; no model is asked."""
    end_s = facts.duration_s if cue.end_s is None else cue.end_s
    times = np.linspace(cue.start_s, end_s, 50)
    level = {
        name: float(facts.curves.at(name, times).mean())
        for name in ("loudness", "brightness", "percussive", "bass")
    }
    if level["loudness"] < _SILENT:
        return "silence"
    # Neither instruments nor movements are named: told of drums, a painter paints drums.
    words = [_word(level["loudness"], "calm and quiet", "steady", "powerful and loud")]
    words.append(_word(level["brightness"], "dark", "warm", "bright and shining"))
    if facts.tempo_bpm:
        slow, fast = facts.tempo_bpm < _SLOW_BPM, facts.tempo_bpm > _FAST_BPM
        words += ["slow"] * slow + ["fast"] * fast
    words += ["stormy"] * (level["percussive"] > _MUCH) + ["deep"] * (level["bass"] > _HALF)
    return ", ".join(words)


def _word(value: float, low: str, middle: str, high: str) -> str:
    return low if value < _THIRD else high if value > _MUCH else middle


def _told(sections: Sequence[Cue], texts: Sequence[str]) -> list[Cue]:
    """Sections that say these texts; an empty one says that it is silent."""
    return [
        replace(cue, text=text.strip() or "silence")
        for cue, text in zip(sections, texts, strict=True)
    ]
