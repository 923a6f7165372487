"""Modern pipelines by a preset alone: from a saved folder to a film whose pictures are scenes."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from media_fixtures import digest
from modern_fixtures import save_modern
from programs import Program
from visualize_fixtures import captions, frames_of, images, song

from musivid.core.errors import DeviceError, MissingError, PresetError, WeightsError
from musivid.core.progress import Silent
from musivid.nets.diffusion.pipelines import load_coder, load_pipeline
from musivid.nets.diffusion.quantised import quantised_parts
from musivid.nets.diffusion.text_to_image import TextArtist
from musivid.nets.protocols import Wish
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.kinds import ARTISTS
from musivid.pipeline.visualize.make import make_visual
from musivid.settings.presets import load_preset
from musivid.weights.pipelines import count_parameters
from musivid.weights.room import Room
from musivid.weights.session import Session

__all__ = ["captions", "images", "song"]  # fixtures


class Told(Silent):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        self.lines.append(text)

    def warn(self, text: str) -> None:
        self.lines.append(text)


CPU = torch.device("cpu")
PRESETS = {"klein": "flux2-klein", "zimage": "z-image-turbo", "turbo": "sdxl-turbo"}
SMALL = ["--set", "output.size=128x72", "--set", "pictures.size=64x64", "--offline"]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of saved pipelines by their names in the table of models."""
    return save_modern(tmp_path_factory.mktemp("modern"))


@pytest.mark.parametrize(
    "preset",
    ["turbo", *(pytest.param(name, marks=pytest.mark.slow) for name in ("klein", "zimage"))],
)
def test_from_a_folder_to_a_film(
    saved: Path, song: Path, captions: Path, musivid: Program, tmp_path: Path, preset: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    name, outs = PRESETS[preset], [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    ask = ["visualize", song, "--preset", preset, "--captions", captions, *SMALL]
    code, _, err = musivid(*ask, "-o", outs[0])
    assert code == 3 and f"weights of '{name}' are missing" in err and "pull" not in err
    code, out, err = musivid("models", "import", name, saved / name)
    assert code == 0, err
    assert Path(out.strip()) == tmp_path / "models" / name
    assert musivid("models", "verify", name)[0] == 0
    for path in outs:
        code, _, err = musivid(*ask, "-o", path)
        assert code == 0, err
        assert not re.search("warning|error|traceback|deprecat|it/s", err, re.IGNORECASE), err
    assert digest(outs[0]) == digest(outs[1])
    frames = frames_of(outs[0])
    moved = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames)]
    assert np.median(moved) > 0.05  # a picture is a scene: it moves
    assert name in (tmp_path / "a.musivid" / "manifest.json").read_text()


def test_steps_and_guidance_are_those_of_the_publisher(saved: Path) -> None:
    wanted = {"klein": (4, 1.0), "zimage": (9, 0.0), "turbo": (4, 0.0)}
    for preset, name in PRESETS.items():
        settings = load_preset("visualize", preset)
        assert (settings.pictures.steps, settings.pictures.guidance) == (None, None)
        pipeline = load_pipeline(saved / name, device=CPU, dtype=torch.float32)
        artist = ARTISTS["diffusion"].open(
            {"pipeline": functools.partial(lambda made: made, pipeline)}, settings
        )
        assert (artist._steps, artist._guidance) == wanted[preset]
        own = settings.model_copy(
            update={"models": settings.models.model_copy(update={"pipeline": str(saved / name)})}
        )
        artist = ARTISTS["diffusion"].open(
            {"pipeline": functools.partial(lambda made: made, pipeline)}, own
        )
        said = (4, 1.0) if preset == "klein" else (50, None)  # it says that it is distilled
        assert (artist._steps, artist._guidance) == said


def test_pictures_lead_where_a_pipeline_takes_them(saved: Path) -> None:
    grey = np.full((64, 64, 3), 90, np.uint8)
    for name in PRESETS.values():
        pipeline = load_pipeline(
            saved / name, device=CPU, dtype=torch.float32, kind="AutoPipelineForText2Image"
        )
        artist = TextArtist(pipeline, steps=2, guidance=1.0)
        plain = artist.paint(Wish((("a house", 1.0),)), seed=1, size=(64, 64))
        led = Wish((("a house", 1.0),), pictures=((grey, 0.5),))
        assert not np.array_equal(artist.paint(led, seed=1, size=(64, 64)), plain)


def test_what_a_pipeline_cannot_heed_is_told(saved: Path) -> None:
    grey = np.full((64, 64, 3), 90, np.uint8)
    wish = Wish((("a house", 1.0),), pictures=((grey, 0.5),), negative="fog")
    told = {}
    for preset, name in PRESETS.items():
        pipeline = load_pipeline(
            saved / name, device=CPU, dtype=torch.float32, kind="AutoPipelineForText2Image"
        )
        for guidance in (0.0, 5.0):
            artist = TextArtist(pipeline, steps=2, guidance=guidance)
            told[preset, guidance] = [line.split(":")[0] for line in artist.unheeded([wish])]
        assert artist.unheeded([Wish((("a house", 1.0),))]) == []
    shown = ["a Flux2KleinPipeline is shown the artwork as it is",
             "a Flux2KleinPipeline knows of no negative prompt"]  # fmt: skip
    idle = ["prompts.negative is unheard with a guidance of 0"]
    assert told == {
        ("klein", 0.0): shown, ("klein", 5.0): shown, ("zimage", 0.0): idle, ("zimage", 5.0): [],
        ("turbo", 0.0): idle, ("turbo", 5.0): [],
    }  # fmt: skip


def test_a_pipeline_that_takes_no_picture_says_so() -> None:
    class Plain:
        def __call__(self, prompt: str, num_inference_steps: int = 7) -> None:
            raise AssertionError("not called")

    artist = TextArtist(Plain(), steps=None, guidance=None)
    assert artist._steps == 7
    grey = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(WeightsError, match="starts from no picture") as told:
        artist.paint(Wish((("a", 1.0),), pictures=((grey, 0.5),)), seed=0, size=(8, 8))
    assert "artwork" in told.value.hint


@pytest.mark.parametrize("name", ["flux2-klein", "z-image-turbo"])
def test_their_autoencoders_walk(saved: Path, name: str) -> None:
    coder = load_coder(saved / name, device=CPU, dtype=torch.float32)
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    latents = coder.encode(pictures)
    assert latents.shape[:2] == (2, 4) and latents.shape[-1] * coder.factor == 64
    assert coder.decode(latents).shape == pictures.shape


def test_settings_that_do_not_go_together(saved: Path) -> None:
    for preset, change, says in (
        ("dream", "walk.mode=living", "needs models.artist living or a published"),
        ("dream", "pictures.steps=null", "the pocket artist has none"),
        ("kandinsky", "pictures.guidance=null", "needs pictures.steps and pictures.guidance"),
        ("klein", "walk.outer=black", "for painted pictures alone"),
        ("klein", "camera.sway=0.1", "camera.sway"),
    ):
        with pytest.raises(PresetError, match=says):
            load_preset("visualize", preset, [change])


def test_a_pipeline_that_does_not_fit_gives_way(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a card with less memory than its weights take, networks take turns there."""
    kept: list[str] = []
    monkeypatch.setattr(
        "musivid.nets.diffusion.pipelines.load_pipeline",
        lambda folder, **options: kept.append(options["offload"]) or object(),
    )
    room = {"cpu": 10**12}
    monkeypatch.setattr("musivid.core.device.free_memory", lambda device: room[device.type])
    told = Told()
    session = Session("cpu", "float32", offline=True, reporter=told)
    session.pipeline(saved / "sdxl-turbo")
    assert kept == ["none"] and any("weights of 0.0 GB" in line for line in told.lines)
    session.device = torch.device("meta")  # stands for a card
    room["meta"] = 4_000_000
    session.pipeline(saved / "z-image-turbo")
    assert kept == ["none", "none"]
    session.pipeline(saved / "sdxl-turbo", offload="sequential")
    session.pipeline(saved / "sdxl-turbo")
    assert kept[2:] == ["sequential", "model"]
    assert any("go" in line for line in told.lines) and "models.offload model" in told.lines[-2]
    assert load_preset("visualize", "sdxl", ["models.offload=true"]).models.offload == "sequential"
    assert load_preset("visualize", "sdxl", ["models.offload=false"]).models.offload == "none"


def test_a_full_card_is_tried_once_more_in_the_next_smaller_way(
    saved: Path, song: Path, captions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    class Plain:
        def __init__(self, offload: str) -> None:
            self.offload = offload

        def looks_at(self, size: tuple[int, int]) -> None:
            return None

        def read(self, wishes: object) -> None:
            pass

        def unheeded(self, wishes: object) -> list[str]:
            return []

        def paint(self, wish: object, *, seed: int, size: tuple[int, int]) -> np.ndarray:
            kept.append(self.offload)
            if self.offload == "none":
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
            return np.zeros((size[1], size[0], 3), np.uint8)

    def loaded(place: object, *, loader: str, offload: str, quantise: str) -> str:
        return offload

    row = dataclasses.replace(
        ARTISTS["diffusion"], open=lambda pipelines, preset: Plain(pipelines["pipeline"]())
    )
    monkeypatch.setitem(ARTISTS, "diffusion", row)  # type: ignore[arg-type]
    settings = load_preset("visualize", "turbo", {
        "models.pipeline": str(saved / "sdxl-turbo"), "output.size": "64x64",
        "pictures.size": "64x64", "prompts.seen": "captions",
    })  # fmt: skip
    session, told = Session("cpu", "float32"), Told()
    monkeypatch.setattr(session, "pipeline", loaded)
    monkeypatch.setattr(session, "device", torch.device("meta"))
    checked = check_visualize(VisualizeJob(song, tmp_path / "a.mp4", settings, captions))
    made = make_visual(checked, session, stop_after="keys", reporter=told)
    assert made.pictures == 2 and kept == ["none", "model", "model"]
    assert sum("is full: once more with models.offload model" in line for line in told.lines) == 1


@pytest.mark.parametrize(
    ("preset", "typed", "fault"),
    [
        ("klein", "prompts.artwork=0.3", "pipeline.artwork shown as it is; it is for .* weighed"),
        ("klein", "prompts.negative=fog", "pipeline.negative unknown; it is for .* heard"),
        ("turbo", "prompts.negative=fog", "pipeline.negative unheard with a guidance of 0"),
        ("turbo", "prompts.artwork=0.3", ""),
        ("zimage", "pictures.steps=3", ""),
    ],
)
def test_what_was_typed_and_a_pipeline_does_not_heed_is_refused_before_it_loads(
    saved: Path, song: Path, images: Path, tmp_path: Path, preset: str, typed: str, fault: str
) -> None:
    sets = [f"models.pipeline={saved / PRESETS[preset]}", typed]
    if preset == "turbo":
        sets.append("pictures.guidance=0")
    settings = load_preset("visualize", preset, sets)
    artwork = (images / "0.png",)
    job = VisualizeJob(song, tmp_path / "a.mp4", settings, artwork=artwork)
    if not fault:
        check_visualize(job)
        return
    with pytest.raises(PresetError, match=fault) as told:
        check_visualize(job)
    assert f"--set {typed}" in str(told.value)
    mine = tmp_path / "mine.yaml"  # what a file says may be for another pipeline
    group, _, rest = typed.partition(".")
    mine.write_text(f"extends: {preset}\n{group}: {{{rest.replace('=', ': ')}}}\n")
    settings = load_preset("visualize", str(mine), [one for one in sets if one != typed])
    check_visualize(dataclasses.replace(job, preset=settings))


def test_a_walker_that_cannot_walk_is_refused_before_pictures_are_painted(
    saved: Path, song: Path, tmp_path: Path
) -> None:
    index = {"_class_name": "OddPipeline", "vae": ["diffusers", "AutoencoderKLWan"]}
    odd = tmp_path / "odd"
    (odd / "vae").mkdir(parents=True)
    (odd / "model_index.json").write_text(json.dumps(index))
    (odd / "vae" / "config.json").write_text("{}")
    (odd / "vae" / "model.safetensors").write_bytes(b"")
    walks = [f"models.pipeline={saved / 'sdxl-turbo'}", f"models.walker={odd}"]
    settings = load_preset("visualize", "sdxl", walks)
    with pytest.raises(WeightsError, match=r"cannot walk .it is AutoencoderKLWan"):
        check_visualize(VisualizeJob(song, tmp_path / "a.mp4", settings))


def test_what_is_for_painting_is_refused_where_pictures_are_given(
    song: Path, images: Path, tmp_path: Path
) -> None:
    settings = load_preset("visualize", "tiny", ["pictures.steps=3", "walk.mode=crossfade"])
    job = VisualizeJob(song, tmp_path / "a.mp4", settings, images=(images / "0.png",))
    with pytest.raises(PresetError, match=r"pictures\.steps has no effect .* film given"):
        check_visualize(job)
    settings = load_preset("visualize", "tiny", ["prompts.artwork=0.2"])
    with pytest.raises(PresetError, match=r"prompts\.artwork has no effect with --artwork none"):
        check_visualize(VisualizeJob(song, tmp_path / "a.mp4", settings))


def test_text_encoders_are_quantised_where_that_can_be_done(
    saved: Path, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import diffusers

    from musivid.nets.diffusion import quantised

    folder, asked = saved / "flux2-klein", dict[str, Any]()
    settings = load_preset("visualize", "klein", {
        "models.pipeline": str(folder), "models.quantise_text": "int8"})  # fmt: skip
    job = VisualizeJob(song, tmp_path / "a.mp4", settings)
    with pytest.raises(MissingError, match="int8 needs bitsandbytes") as told:
        check_visualize(job)
    assert told.value.command == "pip install bitsandbytes"
    monkeypatch.setattr(quantised, "_LIBRARY", "json")  # as if it were there
    with pytest.raises(DeviceError, match="for CUDA cards, not for cpu"):
        Session("cpu", "float32").pipeline(folder, quantise="int8")

    def loads(place: str, **options: Any) -> Any:
        asked.update(options)
        raise OSError("far enough")

    monkeypatch.setattr(diffusers.AutoPipelineForText2Image, "from_pretrained", loads)
    with pytest.raises(WeightsError, match="far enough"):
        load_pipeline(
            folder, device=torch.device("cuda"), dtype=torch.bfloat16, quantise="int8",
            kind="AutoPipelineForText2Image",
        )  # fmt: skip
    [(part, made)] = asked["quantization_config"].quant_mapping.items()
    assert part == "text_encoder" and made.load_in_8bit
    with pytest.raises(WeightsError, match="has no text encoder"):
        quantised_parts({"_class_name": "Odd", "vae": ["diffusers", "VQModel"]}, "nf4", torch.half)
    plain, small = (
        Room(CPU, torch.bfloat16, Silent(), lambda: None, way)._needed(folder)
        for way in ("none", "nf4")
    )
    texts = count_parameters(folder)["text_encoder"]
    assert plain - small == pytest.approx(1.5 * texts, abs=1)
