"""`musivid visualize` with tiny random pipelines in the published layouts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from diffusion_fixtures import save_all
from media_fixtures import digest
from visualize_fixtures import captions, frames_of, images, song

from musivid.core.progress import Silent
from musivid.media.pictures import read_picture
from musivid.nets.protocols import Wish
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.kinds import ARTISTS
from musivid.pipeline.visualize.make import make_visual
from musivid.settings.presets import load_preset
from musivid.settings.visualize import VisualizeModels
from musivid.weights.session import Session

__all__ = ["captions", "images", "song"]  # fixtures


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("pipelines"))


def published(pipelines: Path, artist: str, **more: str) -> list[str]:
    """Overrides that put tiny pipelines where a preset names published ones."""
    names = {"walker": "variations"}
    names |= {"pipeline": "decoder", "prior": "prior"} if artist == "kandinsky" else {}
    names |= {"pipeline": "text"} if artist == "diffusion" else {}
    sets = [f"models.{key}={pipelines / name}" for key, name in (names | more).items()]
    return [*sets, "output.size=64x64", "pictures.size=64x64", "pictures.steps=2"]


@pytest.mark.parametrize(
    ("preset", "artist"),
    [
        pytest.param("kandinsky", "kandinsky", marks=pytest.mark.slow),
        pytest.param("variations", "kandinsky", marks=pytest.mark.slow),
        ("sdxl", "diffusion"),
    ],
)
def test_published_presets_run_from_saved_folders(
    song: Path, captions: Path, images: Path, pipelines: Path, tmp_path: Path,
    preset: str, artist: str,
) -> None:  # fmt: skip
    between = ["walk.steps=4", "walk.every_s=0.8"] if preset == "variations" else []
    settings = load_preset("visualize", preset, [*published(pipelines, artist), *between])
    session = Session("cpu", "float32", offline=True)
    outs = []
    for name in ("a.mp4", "b.mp4"):
        job = VisualizeJob(
            song, tmp_path / name, settings, captions=captions, artwork=(images / "0.png",)
        )
        outs.append(make_visual(check_visualize(job, offline=True), session).path)
    assert digest(outs[0]) == digest(outs[1]) and len(frames_of(outs[0])) == 75
    assert len(list((tmp_path / "a.musivid" / "keys").glob("*.png"))) == 2
    drawn = tmp_path / "a.musivid" / "between"
    assert bool(list(drawn.glob("*"))) == (preset == "variations")


def test_each_artist_of_the_settings_has_its_row() -> None:
    names = get_args(VisualizeModels.model_fields["artist"].annotation)
    assert set(names) == set(ARTISTS)
    for kind in ARTISTS.values():
        assert bool(kind.networks) != bool(kind.pipelines and kind.open)
        assert set(kind.pipelines) <= set(VisualizeModels.model_fields)


def test_an_artist_is_a_class_and_a_row(
    song: Path, captions: Path, images: Path, pipelines: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class Plain:
        """Paints the length of its texts, and notes what it looks at."""

        def __init__(self) -> None:
            self.read_ahead: list[int] = []
            self.seen: list[tuple[int, ...]] = []

        def looks_at(self, size: tuple[int, int]) -> tuple[int, int] | None:
            return size

        def read(self, wishes: Sequence[Wish]) -> None:
            self.read_ahead.append(len(wishes))

        def unheeded(self, wishes: Sequence[Wish]) -> list[str]:
            return []

        def paint(self, wish: Wish, *, seed: int, size: tuple[int, int]) -> np.ndarray:
            self.seen += [picture.shape for picture, _ in wish.pictures]
            return np.full((size[1], size[0], 3), len(wish.texts[0][0]), np.uint8)

    artist = Plain()
    row = dataclasses.replace(ARTISTS["diffusion"], open=lambda pipelines, preset: artist)
    monkeypatch.setitem(ARTISTS, "diffusion", row)  # type: ignore[arg-type]
    as_captioned = [*published(pipelines, "diffusion"), "prompts.seen=captions"]
    settings = load_preset("visualize", "sdxl", as_captioned)
    job = VisualizeJob(song, tmp_path / "a.mp4", settings, captions, (images / "0.png",))
    made = make_visual(check_visualize(job), Session("cpu", "float32"), stop_after="keys")
    painted = [read_picture(made.folder / "keys" / f"00{n}.png", (64, 64)) for n in (1, 2)]
    assert [int(picture.mean()) for picture in painted] == [len("slow jazz at night"), 10]
    assert artist.read_ahead == [2] and artist.seen == [(64, 64, 3)] * 2


def test_pipelines_are_loaded_once_a_session(
    song: Path, captions: Path, pipelines: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    from musivid.nets.diffusion import pipelines as diffusion_pipelines

    loads: list[str] = []
    real = diffusion_pipelines.load_pipeline

    def counted(place: Any, **options: Any) -> Any:
        loads.append(Path(place).name)
        return real(place, **options)

    monkeypatch.setattr(diffusion_pipelines, "load_pipeline", counted)
    settings = load_preset("visualize", "kandinsky", published(pipelines, "kandinsky"))
    session = Session("cpu", "float32")
    for name in ("a.mp4", "b.mp4"):
        job = VisualizeJob(song, tmp_path / name, settings, captions=captions)
        make_visual(check_visualize(job), session, stop_after="keys")
    assert sorted(loads) == ["decoder", "prior"]


def test_legacy_is_the_published_visualiser(
    song: Path, captions: Path, pipelines: Path, tmp_path: Path
) -> None:
    from musivid.analysis.progress_curve import visualiser_curve
    from musivid.core.seeds import child_seed
    from musivid.media.audio import load_track
    from musivid.media.pictures import read_picture
    from musivid.nets.diffusion.pipelines import load_coder
    from musivid.painting.between import whole_slerp
    from musivid.pipeline.visualize import ways as visualize_ways
    from musivid.pipeline.visualize.listen import listen
    from musivid.pipeline.visualize.plan import plan_visual

    sets = [*published(pipelines, "kandinsky"), "output.crf=4"]
    settings = load_preset("visualize", "legacy", sets)
    job = VisualizeJob(song, tmp_path / "clip.mp4", settings, captions=captions)
    checked = check_visualize(job)
    heard = listen(checked, Silent())
    plan = plan_visual(heard.facts, heard.samples, heard.sections, settings)
    assert [(leg.first, leg.second) for leg in plan.legs] == [(None, 0), (0, 1)]
    mono = load_track(song).mono(22_050)
    curve = visualiser_curve(mono[: round(1.5 * 22_050)], 22_050, 30.0)
    np.testing.assert_allclose(plan.legs[0].shares, curve)
    frames = frames_of(make_visual(checked, Session("cpu", "float32")).path)
    assert len(frames) == 90
    # a frame of the second way, computed on its own: slerp of whole latents, wrong range and all
    coder = load_coder(
        pipelines / "variations", device=torch.device("cpu"), dtype=torch.float32, clip_range=True
    )
    keys = sorted((tmp_path / "clip.musivid" / "keys").glob("*.png"))
    shown = [
        torch.from_numpy(read_picture(key, (64, 64)).copy()).permute(2, 0, 1)[None] / 255
        for key in keys
    ]
    drawn = [
        coder.draw(shown[side], child_seed(settings.seed, visualize_ways._NOISE, 1, side))
        for side in (0, 1)
    ]
    first, last = drawn
    decoded = coder.decode(whole_slerp(first, last, float(plan.legs[1].shares[20])))
    wanted = (decoded[0].clamp(0, 1) * 255).permute(1, 2, 0).numpy()
    luma = np.array([0.2126, 0.7152, 0.0722])  # colour is written at half the size
    assert np.abs(frames[65] @ luma - wanted @ luma).mean() < 4


def test_kandinsky_is_given_a_mean_whatever_the_weights(
    song: Path, images: Path, pipelines: Path, tmp_path: Path
) -> None:
    from musivid.pipeline.visualize.artists import open_artist, wish_of
    from musivid.pipeline.visualize.prompts import Prompt, Said

    settings = load_preset("visualize", "kandinsky", published(pipelines, "kandinsky"))
    checked = check_visualize(VisualizeJob(song, tmp_path / "clip.mp4", settings))
    artist = open_artist(checked, Session("cpu", "float32"))

    def prompt(caption: float, artwork: float) -> Prompt:
        art = (Said(str(images / "0.png"), artwork),)
        return Prompt(0, 1, "", Said("drums", caption), Said("", 0), art, 0, "fog")

    def painted(caption: float, artwork: float) -> np.ndarray:
        wish = wish_of(prompt(caption, artwork), artist, (64, 64))
        return artist.paint(wish, seed=1, size=(64, 64))

    assert np.array_equal(painted(0.3, 0.7), painted(0.6, 1.4))
    assert not np.array_equal(painted(0.3, 0.7), painted(0.7, 0.3))
