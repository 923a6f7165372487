"""A tiny random ACE-Step follows a guide; what is told reaches the pipeline as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from ace_step_fixtures import save_ace_step

from musivid.core.errors import WeightsError
from musivid.nets.diffusion.ace_step import AceStep, Brief
from musivid.weights.session import Session

BRIEF = Brief("calm piano", 96, "A minor", 3)


def player(folder: Path, **wish: Any) -> AceStep:
    pipeline = Session("cpu").pipeline(folder, loader="AceStepPipeline")
    return AceStep(pipeline, **({"strength": 0.8, "steps": 1, "guidance": None} | wish))


@pytest.mark.slow
def test_a_guide_is_followed_for_its_own_length(tmp_path: Path) -> None:
    played = player(save_ace_step(tmp_path / "ace"))
    guide = np.random.default_rng(0).normal(0, 0.3, (2, 12_345)).astype(np.float32)
    before = torch.random.get_rng_state()
    first = played.play(guide, BRIEF, 5)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert first.shape == guide.shape and np.isfinite(first).all() and first.any()
    torch.rand(3)  # what others draw changes nothing
    assert np.array_equal(first, played.play(guide, BRIEF, 5))
    assert not np.array_equal(first, played.play(guide, BRIEF, 6))
    assert not np.array_equal(first, played.play(guide[:, ::-1].copy(), BRIEF, 5))


def test_what_the_pipeline_is_told() -> None:
    guide = np.random.default_rng(0).normal(0, 0.3, (2, 12_345)).astype(np.float32)
    told: dict[str, Any] = {}

    class Deaf:
        is_turbo, sample_rate = False, 48_000
        audio_tokenizer = audio_token_detokenizer = object()

        def __call__(self, **asked: Any) -> Any:
            told.update(asked)
            return type("Made", (), {"audios": asked["src_audio"][None, :, :-7]})

    wish: dict[str, Any] = {"strength": 0.5, "steps": None, "guidance": None}
    made = AceStep(Deaf(), **wish).play(guide, BRIEF, 1)
    assert made.shape == guide.shape
    assert (told["task_type"], told["audio_cover_strength"]) == ("cover", 0.5)
    assert (told["bpm"], told["keyscale"], told["timesignature"]) == (96, "A minor", "3")
    assert (told["num_inference_steps"], told["guidance_scale"]) == (8, 7.0)
    assert told["src_audio"].shape == (2, 480_000)  # ten seconds at least


def test_one_that_cannot_follow_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="has no audio_tokenizer"):
        player(save_ace_step(tmp_path / "ace", follows=False))
