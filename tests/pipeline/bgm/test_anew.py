"""Music played anew: what meets the film is kept, what misses it is thrown away and told."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from ace_step_fixtures import save_ace_step
from bgm_fixtures import film
from numpy.typing import NDArray
from pipeline_folders import put_pipeline
from programs import Program

from musivid.core.errors import InputError
from musivid.interchange.reading import MediaClock
from musivid.nets.diffusion.ace_step import AceStep, Brief
from musivid.pipeline.bgm import BgmJob
from musivid.pipeline.bgm.anew import HeardSound, Meeting, hear_sound
from musivid.pipeline.bgm.job import check_clip
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset

RATE, HOP_S = 44_100, 512 / 22_050
BEATS = np.arange(0.5, 9.6, 0.5)


def heard(times: NDArray[np.float64], seconds: float = 10.0) -> HeardSound:
    """What would be heard in clicks."""
    strength = np.zeros(round(seconds / HOP_S))
    strength[np.round(times / HOP_S).astype(int)] = 1.0
    return HeardSound(times, np.convolve(strength, [0.5, 1.0, 0.5], "same"), HOP_S)


def test_what_meets_the_film() -> None:
    cuts, ours = BEATS[3::4], heard(BEATS)
    own = ours.meeting(cuts, ours)
    assert own == Meeting(1.0, 1.0)
    assert heard(BEATS[1::2]).meeting(cuts, ours) == own  # half the notes are the same music
    assert heard(BEATS + 0.03).meeting(cuts, ours) == own
    late = heard(BEATS + 0.17).meeting(cuts, ours)
    assert late == Meeting(0.0, 0.0) and late.of(own) == 0.0
    slow = heard(BEATS[:-3] * 1.1).meeting(cuts, ours)
    assert slow.in_time < 0.6
    assert ours.meeting(np.zeros(0), ours).cuts == 1.0
    silent = HeardSound(np.zeros(0), np.zeros(20), HOP_S)
    assert silent.meeting(cuts, ours) == Meeting(0.0, 0.0)
    assert ours.meeting(cuts, silent) == own  # nothing of ours can be missed
    assert Meeting(0.5, 0.9).of(Meeting(0.8, 1.0)) == pytest.approx(0.625)


def test_our_own_ears_hear_clicks() -> None:
    sound = np.zeros((2, 3 * RATE), np.float32)
    tick = np.sin(np.arange(2000) / 8) * np.exp(-np.arange(2000) / 300)
    for first in (RATE // 2, RATE, 2 * RATE):
        sound[:, first : first + 2000] += tick.astype(np.float32)
    found = hear_sound(sound)
    assert found.onsets_s == pytest.approx([0.5, 1.0, 2.0], abs=0.02)
    assert found.meeting(np.array([1.05, 1.5]), found) == Meeting(0.5, 1.0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("anew")
    film(here / "clip.mp4", 6.0)
    save_ace_step(here / "ace")
    save_ace_step(here / "fine", rate_hz=48_000)
    return here


def asked(world: Path, out: str, *more: str, who: str = "ace") -> list[str]:
    few = ["--set", "candidates=1", "--set", "render.steps=1"]
    return ["bgm", "infer", str(world / "clip.mp4"), "--render", str(world / who), "-o",
            str(world / out), *few, *more]  # fmt: skip


@pytest.mark.slow
def test_takes_that_miss_are_thrown_away(world: Path, musivid: Program) -> None:
    """Random weights make noise, which our ears tell from music."""
    code, _, err = musivid(*asked(world, "noise.mp4", "--set", "render.takes=2"))
    assert code == 0, err
    told = " ".join(err.split())
    assert "none of 2 takes keeps the cuts and the time" in told and "take 2:" in told
    takes = json.loads((world / "noise.json").read_text())["takes"]
    assert takes["kept"] == 0 and len(takes["takes"]) == 2
    assert takes["own"]["in_time"] == 1.0 > takes["takes"][0]["in_time"]
    assert "instrumental" in takes["prompt"] and "film" in takes["prompt"]


@pytest.mark.slow
def test_the_take_that_meets_the_film_is_kept(
    world: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    def play(self: AceStep, guide: NDArray[np.float32], brief: Brief, seed: int) -> Any:
        seeds.append(seed)
        late = round((0.0, 0.21, 0.0)[seed % 3] * self.rate_hz) if seed else 9600
        return np.roll(guide[::-1], late, 1) / 2  # sides are changed, so that it is another sound

    monkeypatch.setattr(AceStep, "play", play)
    stopped = {"at": 2}
    real = play

    def stop(self: AceStep, guide: NDArray[np.float32], brief: Brief, seed: int) -> Any:
        if len(seeds) == stopped["at"]:
            raise KeyboardInterrupt
        return real(self, guide, brief, seed)

    monkeypatch.setattr(AceStep, "play", stop)
    out = asked(world, "kept.mp4", "--set", "render.takes=4", who="fine")
    assert musivid(*out)[0] == 130
    stopped["at"] = -1
    code, _, err = musivid(*out)
    assert code == 0, err
    assert seeds == [0, 1, 2]  # what was played stays, and none is played after one that meets all
    assert "take 3 is kept" in err
    takes = json.loads((world / "kept.json").read_text())["takes"]
    assert takes["kept"] == 3 and takes["takes"][2]["of_own"] == 1.0
    sound, _ = soundfile.read(world / "kept.wav")
    assert musivid(*out[:3], "-o", str(world / "own.mp4"), *out[7:9])[0] == 0
    own, _ = soundfile.read(world / "own.wav")
    assert np.abs(sound[:, ::-1] - own).mean() < np.abs(sound - own).mean() / 4
    assert not (world / "kept.musivid" / "takes").exists()


def test_what_has_no_effect_or_cannot_be_is_refused(tmp_path: Path, musivid: Program) -> None:
    world, put = tmp_path, put_pipeline(tmp_path / "ace", "AceStepPipeline")
    film(world / "clip.mp4", 3.0)
    code, _, err = musivid(*asked(world, "stems.mp4", "--stems"))
    assert code == 2 and "sound.stems has no effect with render.pipeline given" in err
    code, _, err = musivid("bgm", "infer", str(world / "clip.mp4"), "--set", "render.takes=2")
    assert code == 2 and "render.takes has no effect" in err
    code, _, err = musivid("bgm", "infer", str(world / "clip.mp4"), "--preset", "ace-step")
    assert code == 3 and "musivid models pull ace-step" in err
    put_pipeline(world / "sd")
    code, _, err = musivid(*asked(world, "sd.mp4", who="sd"))
    assert code == 3 and "where a AceStepPipeline is needed" in " ".join(err.split())
    code, out, _ = musivid(*asked(world, "plan.mp4", "--dry-run"))
    assert code == 0 and f"anew       {put} plays it after that sound" in out
    preset = load_preset("bgm_infer", "song", {"render.pipeline": str(put)})
    assert isinstance(preset, BgmInferPreset)
    long = MediaClock("clip", 700.0, Fraction(25))
    with pytest.raises(InputError, match="lasts 700 s, and ACE-Step plays 600 s at most"):
        check_clip(BgmJob(world / "clip.mp4", None, preset), long, 17_500)
