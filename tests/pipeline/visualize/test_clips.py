"""Clips between pictures by image-to-video pipelines: from a saved folder to a film."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from clip_fixtures import FILMING, save_filming, wan
from media_fixtures import digest
from programs import Program
from visualize_fixtures import frames_of, images, song

from musivid.core.errors import DeviceError, Interrupted, PresetError, WeightsError
from musivid.core.progress import Silent
from musivid.nets.diffusion.image_to_video import ClipAnimator
from musivid.nets.diffusion.pipelines import load_pipeline
from musivid.nets.protocols import ClipWish
from musivid.painting.camera import Camera, CameraCurves
from musivid.pipeline.render.clips import ClipFilm, ClipFolder, PlayedClip, joined_ends
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.make import make_visual
from musivid.settings.presets import load_preset
from musivid.settings.video import CameraPreset, ViewReact
from musivid.weights.animators import clip_form, clip_work
from musivid.weights.session import Session

__all__ = ["images", "song"]  # fixtures


class Told(Silent):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)


CPU = torch.device("cpu")
PRESETS = {"ltx": "ltx-video", "wan": "wan-flf2v"}
SMALL = ("--set", "output.size=128x72", "--set", "output.fps=8", "--set", "clips.size=64x60",
         "--set", "clips.steps=2", "--set", "clips.most=9", "--offline",
         "--threads", "1")  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of saved pipelines by their names in the table of models."""
    return save_filming(tmp_path_factory.mktemp("filming"))


@pytest.mark.parametrize("preset", ["ltx", pytest.param("wan", marks=pytest.mark.slow)])
def test_from_a_folder_to_a_film(
    saved: Path, song: Path, images: Path, musivid: Program, tmp_path: Path, preset: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    name, outs = PRESETS[preset], [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    ask = ["visualize", song, "--preset", preset, "--images", images, *SMALL]
    code, _, err = musivid(*ask, "-o", outs[0])
    assert code == 3 and f"weights of '{name}' are missing" in err
    code, _, err = musivid("models", "import", name, saved / name)
    assert code == 0, err
    code, text, err = musivid(*ask, "--dry-run", "--json", "-o", outs[0])
    assert code == 0, err
    (facts,) = json.loads(text)["results"]
    assert facts["walk"] == "clips" and facts["clips"]["frames"] == [9, 9, 9]
    assert facts["clips"]["size"] == "64x64" and facts["clips"]["steps"] == 2
    assert facts["clips"]["estimate_s"] < 60
    if preset == "wan":
        code, text, _ = musivid(*ask, "--dry-run", "-o", outs[0])
        assert code == 0 and "clips:    3 of 64x64 at" in text and "    9  " in text

    filmed: list[ClipWish] = []
    film = ClipAnimator.film

    def stops(self: ClipAnimator, wish: ClipWish, told: Callable[[], None]) -> Any:
        if len(filmed) == 2:
            filmed.clear()
            raise Interrupted("stopped")
        filmed.append(wish)
        return film(self, wish, told)

    monkeypatch.setattr(ClipAnimator, "film", stops)
    code, _, err = musivid(*ask, "-o", outs[0])
    assert code == 130, err
    clips = tmp_path / "a.musivid" / "clips"
    assert sorted(path.name for path in clips.glob("*.mp4")) == ["001.mp4", "002.mp4"]
    code, _, err = musivid(*ask, "-o", outs[0], "--resume")
    assert code == 0, err
    assert len(filmed) == 1 and "5/6 steps" in err and "1/6 steps" not in err
    filmed.clear()
    monkeypatch.setattr(ClipAnimator, "film", film)
    assert musivid(*ask, "-o", outs[1])[0] == 0
    assert digest(outs[0]) == digest(outs[1])
    frames = frames_of(outs[0])
    assert len(frames) == 24
    assert name in (tmp_path / "a.musivid" / "manifest.json").read_text()


def test_a_film_of_clips_is_one_clock(tmp_path: Path) -> None:
    """Each clip ends where the next one begins, and that place is shown once."""
    pictures = [np.full((32, 48, 3), level, np.uint8) for level in (20, 120, 220)]
    folder = ClipFolder(tmp_path / "clips")
    played = []
    for number, ends in enumerate(itertools.pairwise(pictures)):
        levels = np.linspace(ends[0][0, 0, 0], ends[1][0, 0, 0], 9)
        clip = np.stack([np.full((32, 48, 3), level, np.uint8) for level in levels])
        wish = ClipWish(*ends, "", "", 9, 16.0, number)
        assert not folder.has(number, wish)
        folder.save(number, wish, clip)
        assert folder.has(number, wish)
        assert not folder.has(number, ClipWish(*ends, "fog", "", 9, 16.0, number))
        part = range(20 * number, 20 * (number + 1))
        played.append(PlayedClip(folder.path(number), 9, part, np.linspace(0, 1, 20)))
    assert played[0].places[0] == 0 and played[0].places[-1] == pytest.approx(8 * 19 / 20)
    film = ClipFilm(played, _camera(40, (48, 32)))
    frames = list(film.frames())
    seen = [int(frame[16, 24, 0]) for frame in frames]
    assert len(frames) == 40 and np.all(np.diff(seen) > 0)  # nothing twice, nothing back
    assert max(np.diff(seen)) <= 8 and abs(seen[20] - 120) <= 2
    for first in (7, 20, 33):
        later = list(film.frames(first))
        assert len(later) == 40 - first
        assert all(np.array_equal(a, b) for a, b in zip(frames[first:], later, strict=True))
    folder.path(0).unlink()
    assert not folder.has(0, ClipWish(pictures[0], pictures[1], "", "", 9, 16.0, 0))


def _camera(count: int, size: tuple[int, int]) -> Camera:
    still = CameraPreset(zoom_per_s=0, sway=0, rotate_deg=0)
    calm = ViewReact(zoom_pulse=0, rotation=0, brightness=0, saturation=0, hue=0)
    quiet = [np.zeros(count, np.float32)] * 5
    return Camera(size, Fraction(25), still, calm, CameraCurves(*quiet), painted_size=size)


def test_clips_end_in_the_pictures_themselves() -> None:
    dice = np.random.default_rng(3)
    clip = dice.integers(30, 200, (17, 8, 8, 3)).astype(np.uint8)
    first, last = clip[0] + np.uint8(20), clip[-1] - np.uint8(10)
    joined = joined_ends(clip, first, last)
    assert np.array_equal(joined[0], first) and np.array_equal(joined[-1], last)
    assert np.array_equal(joined[6:-6], clip[6:-6])
    lift = (joined[:6].astype(int) - clip[:6]).mean((1, 2, 3))
    assert np.all(np.diff(lift) < 0) and lift[0] == 20
    assert np.array_equal(joined_ends(clip, clip[0], clip[-1]), clip)
    short = joined_ends(clip[:3], first, last)
    assert np.array_equal(short[0], first) and np.array_equal(short[2], last)


def test_what_clips_a_folder_makes(saved: Path, tmp_path: Path) -> None:
    forms = {name: clip_form(saved / name) for name in FILMING}
    for name, stride, side in (("wan-flf2v", 4, 16), ("ltx-video", 8, 32)):
        form = forms[name]
        assert form == clip_form(name)  # as the table says of one that is not here
        assert [form.frames(n, 81) for n in (1, 80, 500)] == [stride + 1, 81, 81]
        assert (form.frames(30, 60) - 1) % stride == 0
        assert form.size((3 * side + 2, side // 2 - 2)) == (3 * side, side)
        near = clip_work(saved / name, 17, (64, 64))
        assert clip_work(saved / name, 33, (64, 64)) > 1.5 * near > 0
    assert clip_form("someone/else").frames(20, 81) == 17  # 8k + 1 is right for both
    for change, says in (
        ({"_class_name": "WanPipeline"}, "holds a WanPipeline, which makes no clips"),
        ({"expand_timesteps": True}, "cannot end it with another"),
    ):
        other = tmp_path / says[:5]
        shutil.copytree(saved / "wan-flf2v", other)
        facts = json.loads((other / "model_index.json").read_text())
        (other / "model_index.json").write_text(json.dumps(facts | change))
        with pytest.raises(WeightsError, match=says):
            clip_form(other)
    alone = tmp_path / "alone"
    wan(first_alone=True).save_pretrained(alone)
    with pytest.raises(WeightsError, match="cannot end it with another"):
        clip_form(alone)


def _wish(**changes: Any) -> ClipWish:
    dice = np.random.default_rng(4)
    ends = dice.integers(0, 255, (2, 64, 64, 3)).astype(np.uint8)
    told = {"text": "a house", "negative": "fog", "frames": 9, "fps": 16.0, "seed": 1}
    return ClipWish(*ends, **(told | changes))


def _loaded(saved: Path, name: str, dtype: torch.dtype = torch.float32) -> Any:
    return load_pipeline(saved / name, device=CPU, dtype=dtype, kind=clip_form(saved / name).loader)


@pytest.mark.parametrize("name", ["ltx-video", pytest.param("wan-flf2v", marks=pytest.mark.slow)])
def test_a_clip_heeds_all_that_it_is_asked_for(saved: Path, name: str) -> None:
    pipeline, steps = _loaded(saved, name), []
    animator = ClipAnimator(pipeline, steps=2, guidance=3.0)
    plain = animator.film(_wish(), lambda: steps.append(1))
    assert plain.shape == (9, 64, 64, 3) and plain.dtype == np.uint8 and len(steps) == 2
    assert np.array_equal(animator.film(_wish(), lambda: None), plain)
    grey = np.full((64, 64, 3), 90, np.uint8)
    wish = _wish()
    changed = [
        _wish(seed=2), _wish(text="a tree " * 60), _wish(negative="dust"),
        ClipWish(grey, wish.last, "a house", "fog", 9, 16.0, 1),
        ClipWish(wish.first, grey, "a house", "fog", 9, 16.0, 1),
    ]  # fmt: skip
    for other in changed:
        assert not np.array_equal(animator.film(other, lambda: None), plain)
    assert not np.array_equal(
        ClipAnimator(pipeline, steps=2, guidance=1.0).film(wish, lambda: None), plain
    )


def test_half_precision_keeps_the_autoencoder_whole(saved: Path) -> None:
    pipeline = _loaded(saved, "wan-flf2v", torch.bfloat16)
    assert pipeline.vae.dtype == pipeline.image_encoder.dtype == torch.float32
    assert pipeline.transformer.dtype == pipeline.text_encoder.dtype == torch.bfloat16
    animator = ClipAnimator(pipeline, steps=1, guidance=1.0, tiled=True)
    assert pipeline.vae.use_tiling
    assert animator.film(_wish(frames=5), lambda: None).shape[0] == 5
    assert _loaded(saved, "ltx-video", torch.bfloat16).vae.dtype == torch.bfloat16


def test_what_an_animator_cannot_do_is_told() -> None:
    class Other:
        def __call__(self, prompt: str) -> None:
            raise AssertionError("not called")

    class Short:
        tokenizer = None

        def __call__(self, image: Any, last_image: Any) -> Any:
            return SimpleNamespace(frames=np.zeros((1, 5, 64, 64, 3), np.float32))

    with pytest.raises(WeightsError, match="makes no clip between two pictures"):
        ClipAnimator(Other(), steps=1, guidance=1.0)
    with pytest.raises(WeightsError, match="asked for 9 frames of 64x64 and made 5"):
        ClipAnimator(Short(), steps=1, guidance=1.0).film(_wish(), lambda: None)


@pytest.mark.parametrize("room", ["model", "none at all"])
def test_a_clip_that_fills_the_card_is_made_once_more_in_less(
    saved: Path, song: Path, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    room: str,
) -> None:  # fmt: skip
    kept: list[str] = []

    class Animator:
        def __init__(self, offload: str, **numbers: Any) -> None:
            kept.append(offload)

        def film(self, wish: ClipWish, told: Callable[[], None]) -> Any:
            if kept[-1] != room:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return np.zeros((wish.frames, *wish.first.shape), np.uint8)

    settings = load_preset("visualize", "ltx", {
        "models.animator": str(saved / "ltx-video"), "output.size": "64x64", "clips.size": "64x64",
        "clips.most": 9, "output.fps": "8",
    })  # fmt: skip
    session, told = Session("cpu", "float32", offline=True), Told()
    monkeypatch.setattr(session, "pipeline", lambda place, *, loader, offload: offload)
    monkeypatch.setattr(session, "device", torch.device("meta"))  # stands for a card
    monkeypatch.setattr("musivid.nets.diffusion.image_to_video.ClipAnimator", Animator)
    job = VisualizeJob(song, tmp_path / "a.mp4", settings, images=tuple(sorted(images.iterdir())))
    if room == "model":
        make_visual(check_visualize(job), session, reporter=told)
        assert kept == ["none", "model"]
    else:
        with pytest.raises(DeviceError, match="no room for a clip of 9 frames of 64x64") as refused:
            make_visual(check_visualize(job), session, reporter=told)
        assert kept == ["none", "model", "sequential"] and "clips.tiled" in refused.value.hint
    assert any("is full: once more with models.offload model" in line for line in told.lines)


def test_what_must_not_be_shown_is_refused_where_nobody_hears_it(
    saved: Path, song: Path, images: Path, tmp_path: Path
) -> None:
    pictures = tuple(sorted(images.iterdir()))
    for changes in (["clips.guidance=1"], ["clips.guidance=1", "clips.negative=fog"]):
        changes = [f"models.animator={saved / 'ltx-video'}", *changes]
        job = VisualizeJob(
            song, tmp_path / "a.mp4", load_preset("visualize", "ltx", changes), images=pictures
        )
        if len(changes) == 2:
            check_visualize(job)
            continue
        with pytest.raises(PresetError, match=r"animator\.negative unheard with a guidance of 1"):
            check_visualize(job)


def test_settings_of_clips() -> None:
    for preset, name in PRESETS.items():
        settings = load_preset("visualize", preset)
        form = clip_form(name)
        assert settings.models.animator == name and settings.walk.mode == "clips"
        assert form.frames(1000, settings.clips.most) == settings.clips.most
        size = tuple(map(int, settings.clips.size.split("x")))
        assert form.size(size) == size
    for preset, changes, says in (
        ("turbo", ["walk.mode=clips"], "needs models.animator"),
        ("turbo", ["clips.fps=24"], "clips.fps has no effect with walk.mode living"),
        ("ltx", ["walk.wipe=0.5"], "walk.wipe has no effect with walk.mode clips"),
        ("dream", ["models.animator=wan-flf2v"], "models.animator has no effect"),
    ):
        with pytest.raises(PresetError, match=says):
            load_preset("visualize", preset, changes)
