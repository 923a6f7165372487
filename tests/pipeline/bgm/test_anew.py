"""Music played anew: what meets the film is kept, what misses it is thrown away and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from ace_step_fixtures import save_ace_step
from bgm_fixtures import film
from numpy.typing import NDArray
from programs import Program

from musivid.core.errors import InputError
from musivid.nets.diffusion.ace_step import AceStep, Brief
from musivid.pipeline.bgm import BgmJob, check_bgm
from musivid.pipeline.bgm.anew import Meeting, meeting_of
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset

RATE = 44_100
BEATS = np.arange(0.5, 9.6, 0.5)


def clicks(times: NDArray[np.float64], seconds: float = 10.0) -> NDArray[np.float32]:
    sound = np.zeros((2, round(seconds * RATE)), np.float32)
    tick = np.sin(np.arange(2000) / 8) * np.exp(-np.arange(2000) / 300)
    for at in times:
        first = round(at * RATE)
        sound[:, first : first + 2000] += tick[: sound.shape[1] - first].astype(np.float32)
    return sound


def test_our_own_ears_hear_what_meets_the_film() -> None:
    cuts = BEATS[3::4]
    own = meeting_of(clicks(BEATS), cuts, BEATS)
    assert own.cuts == 1.0 and own.beats > 0.9
    half = meeting_of(clicks(BEATS[1::2]), cuts, BEATS)  # half the count is the same music
    assert half.of(own) > 0.9
    late = meeting_of(clicks(BEATS + 0.17), cuts, BEATS)
    assert late.cuts == 0.0 and late.beats < 0.2 and late.of(own) == 0.0
    assert meeting_of(clicks(BEATS), np.zeros(0), BEATS).cuts == 1.0
    silent = meeting_of(np.zeros((2, RATE * 4), np.float32), cuts, BEATS)
    assert silent == Meeting(0.0, 0.0)


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
    assert "none of 2 takes keeps the cuts and beats" in told and "take 2:" in told
    takes = json.loads((world / "noise.json").read_text())["takes"]
    assert takes["kept"] == 0 and len(takes["takes"]) == 2
    assert takes["own"]["beats"] > takes["takes"][0]["beats"]
    assert "instrumental" in takes["prompt"] and "film" in takes["prompt"]


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


def test_what_has_no_effect_or_cannot_be_is_refused(world: Path, musivid: Program) -> None:
    code, _, err = musivid(*asked(world, "stems.mp4", "--stems"))
    assert code == 2 and "sound.stems has no effect with render.pipeline given" in err
    code, _, err = musivid("bgm", "infer", str(world / "clip.mp4"), "--set", "render.takes=2")
    assert code == 2 and "render.takes has no effect" in err
    code, _, err = musivid("bgm", "infer", str(world / "clip.mp4"), "--preset", "ace-step")
    assert code == 3 and "musivid models pull ace-step" in err
    code, out, _ = musivid(*asked(world, "plan.mp4", "--dry-run"))
    assert code == 0 and f"anew       {world / 'ace'} plays it after that sound" in out
    preset = load_preset("bgm_infer", "song", {"render.pipeline": str(world / "ace")})
    assert isinstance(preset, BgmInferPreset)
    from musivid.pipeline.bgm.job import _check_player

    with pytest.raises(InputError, match="lasts 700 s, and ACE-Step plays 600 s at most"):
        _check_player(preset, 700.0, offline=True)
    check_bgm(BgmJob(world / "clip.mp4", world / "x.mp4", preset))
