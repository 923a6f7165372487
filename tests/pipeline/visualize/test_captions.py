"""Captions where nobody gave any: what is heard in words, and what an interrupted run left."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from living_fixtures import HOP_S, made_facts

from musivid.analysis.curves import Curves
from musivid.analysis.sound import SoundFacts
from musivid.core.progress import Silent
from musivid.core.timeline import Cue
from musivid.pipeline.visualize.captions import caption_sections, keep_captions, kept_captions

SECTIONS = [Cue(0.0, 6.0, ""), Cue(6.0, None, "")]


def facts(tempo_bpm: float = 100.0, **levels: float) -> SoundFacts:
    """12 s at which each curve stays at one level."""
    flat = {name: 0.4 for name in ("onset", "percussive", "harmonic", "bass", "loudness")}
    flat = {**flat, "brightness": 0.4, **levels}
    columns = int(12.0 / HOP_S)
    curves = Curves(
        HOP_S, **{name: np.full(columns, level, np.float32) for name, level in flat.items()}
    )
    return dataclasses.replace(made_facts(12.0), tempo_bpm=tempo_bpm, curves=curves)


def song(facts: SoundFacts) -> Any:
    return SimpleNamespace(facts=facts, sections=SECTIONS)


def said(facts: SoundFacts) -> list[str]:
    plain: Any = SimpleNamespace(captions=None)
    return [cue.text for cue in caption_sections(plain, song(facts), None, Silent())]


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (facts(), "steady, warm"),
        (facts(loudness=0.01, brightness=0.9), "silence"),
        (facts(70.0, loudness=0.2, brightness=0.1), "calm and quiet, dark, slow"),
        (facts(140.0, loudness=0.8, brightness=0.7), "powerful and loud, bright and shining, fast"),
        (facts(0.0, percussive=0.7, bass=0.6), "steady, warm, stormy, deep"),
    ],
)
def test_plain_captions_say_what_is_heard(heard: SoundFacts, words: str) -> None:
    assert said(heard) == [words, words]


def test_each_section_is_told_of_itself() -> None:
    calm, loud = facts(loudness=0.1), facts(loudness=0.9)
    half = len(calm.curves.loudness) // 2
    mixed = np.concatenate([calm.curves.loudness[:half], loud.curves.loudness[half:]])
    curves = dataclasses.replace(calm.curves, loudness=mixed)
    first, second = said(dataclasses.replace(calm, curves=curves))
    assert first.startswith("calm and quiet") and second.startswith("powerful and loud")


def test_captions_are_found_again_while_the_sections_are_the_same(tmp_path: Path) -> None:
    path, heard = tmp_path / "captions.json", song(facts())
    assert kept_captions(path, heard) is None
    told = [
        dataclasses.replace(cue, text=text)
        for cue, text in zip(SECTIONS, ("sea", "night"), strict=True)
    ]
    keep_captions(path, told, heard)
    again = kept_captions(path, heard)
    assert again is not None and [cue.text for cue in again] == ["sea", "night"]
    assert [(cue.start_s, cue.end_s) for cue in again] == [(0.0, 6.0), (6.0, None)]
    more: Any = SimpleNamespace(facts=heard.facts, sections=[*SECTIONS, Cue(9.0, None, "")])
    assert kept_captions(path, more) is None
