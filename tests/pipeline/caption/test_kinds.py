"""Kinds of captioners: each has its class, and a new one is a network, a row and a class."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
import torch
from songs import write_song

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import WeightsError
from musivid.core.progress import Reporter, Silent
from musivid.media.audio import Track
from musivid.nets.protocols import Captioner
from musivid.pipeline.caption.job import check_caption
from musivid.pipeline.caption.kinds import caption_kind
from musivid.pipeline.caption.make import caption_file
from musivid.pipeline.guidance.windows import Window
from musivid.settings.caption import CaptionModels, CaptionPreset
from musivid.weights import registry
from musivid.weights.registry import model_specs
from musivid.weights.session import Session

CAPTIONERS = [spec for spec in model_specs().values() if spec.family == "captioner"]


@pytest.mark.parametrize("spec", CAPTIONERS, ids=lambda spec: spec.name)
def test_each_captioner_of_the_table_has_the_class_of_its_kind(
    spec: registry.ModelSpec, tmp_path: Path
) -> None:
    models = CaptionModels(captioner=spec.name)
    kind = caption_kind(spec.kind)
    if spec.built_in:
        network = Session(device="cpu").captioner(spec.name)
        assert network.kind == spec.kind
        assert isinstance(
            kind.open(network, Session(device="cpu"), CaptionPreset(models=models)), kind
        )
    if spec.kind == "lp-musiccaps":
        with pytest.raises(WeightsError, match="there is no vocabulary"):
            kind.check(models)
        words = tmp_path / "vocab.json"
        words.write_text("{}")
        models = models.model_copy(update={"vocabulary": str(words)})
    kind.check(models)


def test_a_preset_is_checked_without_torch() -> None:
    program = """
import sys
from musivid.pipeline.caption.kinds import caption_kind
for kind in ("pocket", "lp-musiccaps"):
    caption_kind(kind)
print([name for name in ("torch", "librosa", "transformers") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


class Counter(torch.nn.Module):
    """A network that only counts."""

    kind, rate_hz = "counter", 8000


class CounterCaptions:
    """Says how many samples it hears of each window."""

    is_quick = True

    def __init__(self, network: Captioner) -> None:
        self.rate_hz = network.rate_hz

    @classmethod
    def check(cls, models: CaptionModels) -> None:
        pass

    @classmethod
    def open(cls, network: Captioner, session: Session, preset: CaptionPreset) -> CounterCaptions:
        return cls(network)

    def caption(
        self, track: Track, heard: SoundFacts, windows: Sequence[Window], reporter: Reporter
    ) -> list[str]:
        return [f"{(w.end_s - w.start_s) * self.rate_hz:.0f} samples" for w in windows]


def test_a_new_kind_is_a_network_a_row_and_a_class(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    network, captions = ModuleType("network"), ModuleType("captions")
    network.load_counter = Counter  # type: ignore[attr-defined]
    captions.CAPTIONER = CounterCaptions  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "musivid.nets.captioning.counter", network)
    monkeypatch.setitem(sys.modules, "musivid.pipeline.caption.counter", captions)
    row = dataclasses.replace(
        model_specs()["tiny-tagger"],
        name="counter",
        kind="counter",
        loader="captioning.counter:load_counter",
    )
    monkeypatch.setitem(model_specs(), "counter", row)
    song = write_song(tmp_path / "song.wav", 12.0)
    preset = CaptionPreset(models=CaptionModels(captioner="counter"))
    assert check_caption(song, preset).weights is None
    made = caption_file(song, Session(device="cpu"), preset, Silent())
    assert [cue.text for cue in made.cues] == ["80000 samples", "16000 samples"]
    assert made.model == "counter"
