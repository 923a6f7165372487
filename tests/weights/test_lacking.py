"""Plans of published presets where no weights are: all that is missing is told at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bgm_fixtures import film
from programs import Program

from musivid.core.errors import WeightsError
from musivid.pipeline.bgm.job import check_settings
from musivid.pipeline.caption.job import check_caption
from musivid.pipeline.lyrics.job import LyricsJob, check_lyrics
from musivid.pipeline.lyrics.job import check_models as check_listeners
from musivid.pipeline.video.models import check_models
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.settings.presets import list_presets, load_preset, preset_commands
from musivid.weights.missing import MissingModels, lacking_noted, miss, missed_at_once
from musivid.weights.names import find_model
from musivid.weights.registry import find_spec, model_specs
from musivid.weights.session import Session


def _leaves(value: object) -> Iterator[object]:
    values = value.values() if isinstance(value, dict) else [value]
    for one in values:
        yield from _leaves(one) if isinstance(one, dict) else [one]


def published() -> list[tuple[str, str]]:
    """Command and name of every shipped preset that needs weights which do not ship."""
    away = {name for s in model_specs().values() if s.urls or s.repo or s.published
            for name in (s.name, s.repo) if name}  # fmt: skip
    found: list[tuple[str, str]] = []
    for command in sorted({*preset_commands()} - {"bgm_train"}):  # whose families are called so
        for info in list_presets(command):
            dumped = load_preset(command, info.name).model_dump(mode="json")
            named = {one for one in _leaves(dumped) if isinstance(one, str)}
            if named & away or (command == "visualize" and dumped["models"]["captioner"] in away):
                found.append((command, info.name))
    return found


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 24_000), 8000)
    return path


def _check(command: str, preset: Any, song: Path) -> None:
    checks: dict[str, Callable[[], Any]] = {
        "video": lambda: check_models(preset, offline=False),
        "interpolate": lambda: check_models(preset, offline=False),
        "visualize": lambda: check_visualize(VisualizeJob(song, song.with_name("a.mp4"), preset)),
        "caption": lambda: check_caption(song, preset),
        "bgm_infer": lambda: check_settings(preset, False),
        "lyrics": lambda: check_listeners(check_lyrics(LyricsJob(song, preset))),
    }
    checks[command]()


@pytest.mark.parametrize(("command", "name"), published())
def test_a_plan_is_shown_and_all_that_it_lacks_is_told(
    command: str, name: str, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    preset = load_preset(command, name)
    with lacking_noted() as lacking:
        _check(command, preset, song)
    with pytest.raises(MissingModels) as refused:
        _check(command, preset, song)
    assert lacking.error is not None and lacking.error.told == refused.value.told
    told = " ".join(lacking.error.told.split())
    for spec in lacking.error.specs:
        assert spec.name in told and spec.licence in told
        assert (spec.urls[0] if spec.urls else spec.source) in told
        assert (
            (f"musivid models pull {spec.name}" in told)
            or not spec.fetched
            or ("musivid models pull" in told)
        )
    assert "musivid models import" in told and str(tmp_path / "models") in told


def test_all_published_presets_are_known() -> None:
    assert len(published()) >= 18
    assert {("video", "legacy"), ("visualize", "legacy"), ("lyrics", "mms")} <= set(published())


def test_the_program_shows_plans_without_weights(
    musivid: Program, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    asked = ["caption", song, "--preset", "lp-musiccaps", "--offline"]
    code, out, err = musivid(*asked, "--dry-run", "--json")
    assert code == 0 and json.loads(out)["results"][0]["lacking"] == [
        "lp-musiccaps", "bart-base/vocab.json",
    ]  # fmt: skip
    assert "the weights of 2 models are missing" in err and "pull" not in err
    code, out, err = musivid(*asked)
    assert code == 3 and not out
    clip, other = film(tmp_path / "clip.mp4", 1.2), film(tmp_path / "other.mp4", 1.2)
    asked = ["bgm", "infer", clip, other, "--preset", "cmt", "-n", "-o", tmp_path / "out"]
    code, out, err = musivid(*asked)
    assert code == 0 and err.count("the weights of 'cmt' are missing") == 1, err
    assert "composer   cmt" in out


def test_what_is_noted_is_never_loaded() -> None:
    with lacking_noted() as lacking, pytest.raises(WeightsError, match="'cmt' are missing"):
        Session("cpu").composer("cmt")
    assert lacking.names == ("cmt",)


def test_what_is_missing_at_once_is_one_error_and_others_come_first() -> None:
    def both() -> None:
        with missed_at_once():
            find_model("cmt", "composer")
            miss(MissingModels([find_spec("wav2clip")]))

    with pytest.raises(MissingModels, match="of 2 models are missing"):
        both()
    with lacking_noted() as lacking:
        both()
    assert lacking.names == ("cmt", "wav2clip")
    with pytest.raises(ValueError, match="odd"), missed_at_once():
        find_model("cmt", "composer")
        raise ValueError("odd")
