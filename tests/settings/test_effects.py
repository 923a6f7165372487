"""Every setting is read by the work of each mode, or refused there by a mark: none is without
effect. Small films, notes and texts are made while reads are watched.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgm_fixtures import film as write_clip
from bgm_fixtures import own_weights, published_weights
from bgm_train_fixtures import SMALL, write_songs
from clip_fixtures import save_filming
from diffusion_fixtures import save_all
from PIL import Image
from settings_read import unread, watched
from songs import write_song

import musivid
from musivid.core.timeline import Cue
from musivid.pipeline.bgm import BgmJob, check_bgm, make_bgm
from musivid.settings.presets import load_preset, preset_commands, preset_schema
from musivid.weights.session import Session

Settings = Mapping[str, object]
Work = Callable[[Any], object]


@dataclass(frozen=True)
class Studio:
    """A folder with what all works need, and one session."""

    folder: Path
    session: Session

    @property
    def song(self) -> Path:
        return self.folder / "song.wav"

    @property
    def out(self) -> Path:
        return self.folder / "out.mp4"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    made = Studio(tmp_path_factory.mktemp("studio"), Session("cpu", "float32", offline=True))
    write_song(made.song, 1.2)
    Image.new("RGB", (32, 32), (200, 30, 60)).save(made.folder / "picture.png")
    return made


def check(
    case: str, aspects: Mapping[str, str], work: Work, *tries: Settings, but: set[str] | None = None
) -> None:
    """Demand that all settings are read, in one try or another, which the aspects leave heeded.

    Args:
        case: command and preset.
        aspects: what decides which settings are heeded.
        work: makes something of a preset.
        tries: what is laid over the preset each time.
        but: settings that cannot be read here, for the reason that stands beside the call.
    """
    command, _, preset = case.partition(" ")
    schema, read = preset_schema(command), set[str]()
    for settings in tries:
        loaded = load_preset(command, preset, settings)
        with watched(schema) as watch:
            work(loaded)
        read |= watch.read
    assert unread(schema, aspects, read) == (but or set())


AROUND, BETWEEN = {"audio.windows": "around"}, {"audio.windows": "between"}
KEYS, EVERY, LIVING = (
    {
        "painting.mode": mode,
        "living.scene": "any other",
        "living.plan": "none",
        "footage.clips": "none",
        "living.layer": "none",
        "painting.restyle": "none",
        "walk.mode": "latent",
    }
    for mode in ("keys", "every_frame", "living")
)
TINY_FILM = {"output.size": "32x32", "output.fps": "10", "output.sound": "aac"}
HEARD = TINY_FILM | {"audio.fallback_hop_s": 0.2, "guidance.story": [{"at": 0, "text": "sea"}]}
STYLE = {"style": "mine", "styles": {"mine": {"finish": "ink", "prompt": "ink"}}}
LEANT = {
    "style": "ink",
    "guidance.style": [{"text": "oil"}],
    "guidance.negative": [{"text": "fog"}],
}
PAINTED = {
    **HEARD,
    **LEANT,
    **STYLE,
    "painting.noise_prompts": [1],
    "painting.init_weight": 0.1,
}
ONE_STEP = {"painting.steps": 1}
CLIPS = {"walk.mode": "clips", "clips.size": "64x64", "clips.steps": 1, "clips.most": 9}
EACH = {
    "painting.mode": "every_frame",
    "painting.steps_per_s": 10,
    "painting.feedback.every_s": 0.2,
}
SQUARES = {"painting.cut_method": "updated", "models.dreamer": None}


@pytest.mark.parametrize(
    ("case", "aspects", "tries"),
    [
        ("video tiny", KEYS | AROUND, [PAINTED | ONE_STEP, HEARD | ONE_STEP | SQUARES]),
        ("video tiny", KEYS | BETWEEN, [PAINTED | ONE_STEP | BETWEEN, HEARD | ONE_STEP | SQUARES]),
        ("video tiny", EVERY | AROUND, [PAINTED | EACH, HEARD | EACH | SQUARES]),
        ("video tiny", EVERY | BETWEEN, [PAINTED | EACH | BETWEEN, HEARD | EACH | SQUARES]),
        ("video living", LIVING | AROUND, [HEARD | LEANT]),
        ("video living", LIVING | BETWEEN, [HEARD | BETWEEN | LEANT]),
        ("video living", LIVING | {"living.scene": "cover"},
         [HEARD | {"style": "ink", "living.scene": "cover/ring"}]),
        ("interpolate living", LIVING | AROUND, [HEARD | LEANT | {"period_s": 2}]),
        ("interpolate tiny", KEYS | AROUND, [PAINTED | ONE_STEP, HEARD | ONE_STEP | SQUARES]),
        ("interpolate tiny", EVERY | AROUND | {"painting.restyle": "a film"},
         [PAINTED | EACH, HEARD | EACH | SQUARES]),
    ],
)  # fmt: skip
def test_films(
    studio: Studio, case: str, aspects: dict[str, str], tries: list[dict[str, object]]
) -> None:
    def work(preset: Any) -> None:
        words = [Cue(0.0, 0.5, "red sea")]
        made = musivid.film(studio.song, words, preset=preset, session=studio.session)
        made.save(studio.out, force=True)

    tries[0] |= {"audio.stems": [{"path": str(studio.song)}]}
    if aspects["living.scene"] != "cover":
        tries[0] |= {"guidance.images": [{"path": str(studio.folder / "picture.png")}]}
    if aspects["painting.restyle"] != "none":
        tries[0] |= {"painting.restyle": str(write_clip(studio.folder / "beneath.mp4"))}
    check(case, aspects, work, *tries, but={"audio.stems.path"})  # settled by the job's check


@pytest.mark.slow
def test_films_of_clips(studio: Studio) -> None:
    def work(preset: Any) -> None:
        made = musivid.film(
            studio.song, [Cue(0.0, 0.5, "red sea")], preset=preset, session=studio.session
        )
        made.save(studio.out, force=True)

    save_filming(studio.folder / "filming")
    clips = CLIPS | {"models.animator": str(studio.folder / "filming" / "ltx-video")}
    tries = [PAINTED | ONE_STEP | clips, HEARD | ONE_STEP | SQUARES | clips]
    tries[0] |= {"audio.stems": [{"path": str(studio.song)}],
                 "guidance.images": [{"path": str(studio.folder / "picture.png")}]}  # fmt: skip
    aspects = KEYS | AROUND | {"walk.mode": "clips", "animator.negative": "heard"}
    check("video tiny", aspects, work, *tries, but={"audio.stems.path"})


def test_films_of_footage(studio: Studio) -> None:
    folder = studio.folder / "clips"
    folder.mkdir(exist_ok=True)
    for number in range(4):
        noise = np.random.default_rng(number).integers(0, 255, (9, 16, 3), np.uint8)
        Image.fromarray(noise).resize((160, 90)).save(folder / f"{number}.png")

    def work(preset: Any) -> None:
        words = [Cue(0.0, 0.5, "red sea")]
        made = musivid.film(studio.song, words, preset=preset, session=studio.session)
        made.save(studio.out, force=True)

    footage = {"footage.clips": str(folder), "footage.reuse": True, "footage.pace": 2.0}
    aspects = LIVING | AROUND | {"living.scene": "footage", "footage.clips": "a folder"}
    stems = {"audio.stems": [{"path": str(studio.song)}]}
    tries = HEARD | {"style": "ink"} | footage | stems
    check("video living", aspects, work, tries, but={"audio.stems.path"})


def test_layers_of_words(studio: Studio) -> None:
    def work(preset: Any) -> None:
        made = musivid.film(
            studio.song, [Cue(0.0, 0.5, "red sea")], preset=preset, session=studio.session
        )
        made.save(studio.folder / "layer.mov", force=True)

    aspects = LIVING | AROUND | {
        "living.scene": "a layer", "living.layer": "lyrics", "output.codec": "prores",
    }  # fmt: skip
    settings = {key: value for key, value in TINY_FILM.items() if key != "output.sound"}
    tries = settings | {"living.layer": "lyrics", "audio.stems": [{"path": str(studio.song)}]}
    check("video living", aspects, work, tries, but={"audio.stems.path"})


# What comes of these is settled while a job is checked, which hands it on.
CHECKED = {"prompts.styles", "models.captioner"}
PIPELINES = {"kandinsky": {"pipeline": "decoder", "prior": "prior"}, "sdxl": {"pipeline": "text"}}
SHOWN: dict[str, object] = {
    **TINY_FILM,
    "captions.least_s": 0.3,
    "captions.most_s": 0.6,
    "prompts.vote": "caption",
    "pictures.steps": 1,
}
OF_LISTS = {"curve.bands.high_hz", "curve.bands.low_hz", "curve.bands.weight",
             "curve.stems.path", "curve.stems.weight"}  # fmt: skip


def illustrate(studio: Studio) -> Work:
    """Illustrate the song twice: by captions that are made, and by words of the user."""

    def work(preset: Any) -> None:
        for captions in (None, [Cue(0.0, 0.6, "slow jazz"), Cue(0.6, 1.2, "loud")]):
            made = musivid.illustrate(
                studio.song,
                captions,
                artwork=[studio.folder / "picture.png"],
                preset=preset,
                session=studio.session,
            )
            made.save(studio.out, force=True)

    return work


@pytest.mark.parametrize(
    ("mode", "form"),
    [("painting", "exact"), ("latent", "exact"), ("crossfade", "exact"), ("kenburns", "exact"),
     ("painting", "published"), ("painting", "walk"), ("painting", "linear"),
     ("latent", "constant")],
)  # fmt: skip
def test_walks_of_the_pocket_artist(studio: Studio, mode: str, form: str) -> None:
    settings = SHOWN | {"walk.mode": mode, "curve.form": form}
    if mode == "painting":
        settings |= {"walk.every_s": 0.2, "walk.steps": 1}
    if form == "exact":
        settings |= {"curve.bands": [{"low_hz": 20, "high_hz": 90}],
                     "curve.stems": [{"path": str(studio.song)}]}  # fmt: skip
    aspects = {
        "models.artist": "pocket", "walk.mode": mode, "curve.form": form, "pipelines": "none",
    }  # fmt: skip
    # Contrast and noise are a published autoencoder's, and refused without one.
    only_published = {"walk.clip_contrast"} if mode in ("painting", "latent") else set()
    check("visualize tiny", aspects, illustrate(studio), settings,
          but=CHECKED | only_published)  # fmt: skip


@pytest.mark.parametrize("form", ["exact", pytest.param("linear", marks=pytest.mark.slow)])
def test_walks_through_scenes(studio: Studio, form: str) -> None:
    settings = {key: value for key, value in SHOWN.items() if key != "pictures.steps"}
    settings |= {"curve.form": form, "prompts.negative": "fire", "captions.most_s": 2.0}
    if form == "exact":
        settings |= {"curve.bands": [{"low_hz": 20, "high_hz": 90}],
                     "curve.stems": [{"path": str(studio.song)}]}  # fmt: skip
    aspects = {
        "models.artist": "living", "walk.mode": "living", "curve.form": form, "pipelines": "none",
        "networks": "published alone", "pictures": "none",
    }  # fmt: skip
    check("visualize living", aspects, illustrate(studio), settings, but=CHECKED)


@pytest.mark.parametrize(
    ("artist", "mode"),
    [
        pytest.param("kandinsky", "latent", marks=pytest.mark.slow),
        pytest.param("kandinsky", "variation", marks=pytest.mark.slow),
        pytest.param("sdxl", "latent", marks=pytest.mark.slow),
        ("sdxl", "crossfade"),
        ("sdxl", "living"),
        pytest.param("sdxl", "clips", marks=pytest.mark.slow),
    ],
)
def test_walks_of_published_artists(studio: Studio, artist: str, mode: str) -> None:
    pipelines = studio.folder / "pipelines"
    if not pipelines.exists():
        save_all(pipelines)
    settings = SHOWN | {"pictures.size": "64x64", "pictures.steps": 2, "walk.mode": mode}
    for role, name in PIPELINES[artist].items():
        settings[f"models.{role}"] = str(pipelines / name)
    if mode == "clips":
        save_filming(pipelines)
        settings |= CLIPS | {"models.animator": str(pipelines / "ltx-video")}
    elif mode not in ("crossfade", "living"):
        settings |= {"models.walker": str(pipelines / "variations")}
    if mode == "variation":
        settings |= {"walk.steps": 2, "walk.every_s": 0.3}
    aspects = {
        "models.artist": "kandinsky" if artist == "kandinsky" else "diffusion",
        "walk.mode": mode, "curve.form": "exact", "networks": "published alone",
    }  # fmt: skip
    # Bands and stems are read as for the pocket artist.
    check(f"visualize {artist}", aspects, illustrate(studio), settings, but=CHECKED | OF_LISTS)


@pytest.mark.parametrize(
    ("case", "aspects", "tries"),
    [
        ("caption tiny", {"captioner": "pocket"}, [{"windows": "1s", "overlap": True}]),
        ("caption tiny-lp", {"captioner": "lp-musiccaps", "generation.method": "beams",
                             "texts": "searched by beams"}, [{"generation.beams": 2}]),
        ("caption tiny-lp", {"captioner": "lp-musiccaps", "generation.method": "nucleus"},
         [{"generation.method": "nucleus"}]),
    ],
)  # fmt: skip
def test_captions(
    studio: Studio, case: str, aspects: dict[str, str], tries: list[dict[str, object]]
) -> None:
    # A writer built in code brings its vocabulary along; a file's is read where it is checked.
    but = {"models.vocabulary"} if aspects["captioner"] == "lp-musiccaps" else set()
    check(case, aspects,
          lambda preset: musivid.caption(studio.song, preset=preset, session=studio.session),
          *tries, but=but)  # fmt: skip


@pytest.fixture(scope="module")
def clip(studio: Studio) -> Path:
    return write_clip(studio.folder / "clip.mp4", 1.2, sound=studio.song)


@pytest.mark.parametrize("parts", ["copied", "encoded again"])
def test_joined_films(studio: Studio, clip: Path, parts: str) -> None:
    settings = {"fit": "pad", "output.sound": "aac", "reencode": parts != "copied"}
    check("combine pocket", {"parts": parts},
          lambda preset: musivid.combine([clip, clip], studio.song, preset=preset).save(
              studio.out, force=True),
          settings)  # fmt: skip


@pytest.fixture(scope="module")
def composers(studio: Studio) -> dict[str, str]:
    """Weights of each system, and a folder of MIDI files."""
    folder = studio.folder
    notes = folder / "midi"
    notes.mkdir()
    shutil.copy(write_songs(folder / "songs") / "pop" / "0.mid", notes)
    return {
        "pocket": str(own_weights(folder / "a.safetensors", "pocket", {"genres": ["pop", "jazz"]})),
        "cmt": str(published_weights(folder / "cmt.pt", "cmt")),
        "bmt": str(published_weights(folder / "bmt.pt", "bmt")),
        "match": str(notes),
    }


@pytest.mark.parametrize("system", ["song", "pocket", "cmt", "bmt", "match"])
def test_scores(studio: Studio, clip: Path, composers: dict[str, str], system: str) -> None:
    settings: dict[str, object] = {"sound.keep_audio": True}
    if system == "match":
        settings |= {"match.folder": composers["match"]}
    elif system != "song":
        settings |= {"composer": composers[system], "candidates": 1}
    tokens = "given" if system == "match" else "null"
    check(f"bgm_infer {system}",
          {"composer": system, "match.folder": tokens, "render.pipeline": "null"},
          lambda preset: make_bgm(check_bgm(BgmJob(clip, studio.out, preset), force=True),
                                  studio.session, force=True),
          settings)  # fmt: skip


@pytest.mark.parametrize("family", ["cmt", "bmt"])
def test_trainings(studio: Studio, composers: dict[str, str], family: str) -> None:
    sizes = {key: value for key, value in SMALL.items() if key != "init_width"}
    settings: dict[str, object] = {f"network.{key}": value for key, value in sizes.items()}
    settings |= {"learning.steps": 3, "learning.batch": 2, "learning.validate_every": 2,
                 "learning.save_every": 2, "corpus.validation": 0.3}  # fmt: skip
    check(f"bgm_train {family}", {"family": family},
          lambda preset: musivid.train(studio.folder / "songs", studio.folder / "new.safetensors",
                                       preset=preset, force=True, device="cpu"),
          settings)  # fmt: skip


@pytest.mark.parametrize("what", ["beats", "bars", "sections", "hits", "lyrics"])
def test_markers(studio: Studio, what: str) -> None:
    words = [Cue(0.1, 0.5, "red sea")] if what == "lyrics" else None
    check("markers bars", {"what": what, "colours": "shown"},
          lambda preset: musivid.mark(beaten(studio.folder), words, preset=preset).save(
              studio.folder / "marks.edl", force=True),
          {"what": [what]})  # fmt: skip


@pytest.mark.parametrize("words", ["given", "heard"])
def test_lyrics(studio: Studio, words: str) -> None:
    text = ["red sea"] if words == "given" else None
    apart = "a model" if text else "null"
    tried = {"models.separator": "tiny-separator"} if text else {"transcription.silence": 1.0}
    check("lyrics tiny", {"words": words, "models.separator": apart},
          lambda preset: musivid.lyrics(studio.song, text, preset=preset, session=studio.session),
          tried)  # fmt: skip


def beaten(folder: Path) -> Path:
    """A song that is long enough for a pulse to be heard."""
    path = folder / "beaten.wav"
    return path if path.exists() else write_song(path, 6.0)


def test_measures(studio: Studio, clip: Path) -> None:
    settings = {"perceptor": "tiny-perceptor", "surrogates": 200}
    words = studio.folder / "words.lrc"
    words.write_text("[00:00.10]red sea\n")
    check("evaluate pocket", {"meaning": "true"},
          lambda preset: [musivid.evaluate(file, lyrics=words, preset=preset,
                                           session=studio.session)
                          for file in (clip, studio.song)],
          settings)  # fmt: skip


def test_all_presets_are_tried() -> None:
    assert preset_commands() == ["bgm_infer", "bgm_train", "caption", "combine", "evaluate",
                                 "interpolate", "lyrics", "markers", "video",
                                 "visualize"]  # fmt: skip
