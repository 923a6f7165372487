"""Settings without effect are refused by name where the user gave them, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from musivid.core.errors import PresetError
from musivid.settings.heeded import heeded_marks, refuse_unheeded
from musivid.settings.presets import (
    change_preset,
    dump_preset,
    list_presets,
    load_preset,
    preset_commands,
    preset_schema,
)

# What each aspect can be: what the settings themselves can say, and kinds that models say.
ASPECTS = {
    "audio.windows": {"around", "between"},
    "colours": {"shown", "not shown"},
    "--artwork": {"given", "none"},
    "captioner": {"pocket", "lp-musiccaps", "audio-language"},
    "composer": {"song", "pocket", "cmt", "bmt", "match"},
    "curve.form": {"exact", "published", "walk", "linear", "constant"},
    "family": {"cmt", "bmt"},
    "generation.method": {"beams", "nucleus"},
    "footage.clips": {"a folder", "none"},
    "living.plan": {"a file", "none"},
    "living.layer": {"lyrics", "none"},
    "living.scene": {"cover", "footage", "a layer", "any other"},
    "match.folder": {"given", "null"},
    "meaning": {"true", "false"},
    "models.artist": {"pocket", "kandinsky", "diffusion", "living"},
    "models.separator": {"a model", "null"},
    "networks": {"of its own", "published alone"},
    "output.codec": {"h264", "hevc", "av1", "vp9", "prores", "vp9-alpha"},
    "output.sound": {"auto", "aac", "copy"},
    "output.format": {"as size says", "wide", "shorts", "square", "canvas"},
    "painting.cut_method": {"latest", "updatedpooling", "nrupdated", "updated", "original"},
    "painter": {"pocket", "tiny", "vqgan"},
    "painting.feedback.every_s": {"above 0", "0"},
    "painting.init_image": {"a picture", "null"},
    "painting.noise_prompts": {"some", "none"},
    "painting.restyle": {"a film", "none"},
    "painting.steps": {"1 or more", "0"},
    "painting.mode": {"keys", "every_frame", "living"},
    "parts": {"copied", "encoded again"},
    "perceptor": {"asked", "idle"},
    "pictures": {"framed", "painted", "none"},
    "pictures of the film": {"painted", "given"},
    "animator.negative": {"heard", "unheard"},
    "pipeline.artwork": {"weighed", "shown as it is", "not taken"},
    "pipeline.guidance": {"asked for", "its own"},
    "pipeline.negative": {"heard", "unknown"},
    "pipeline.steps": {"counted", "its own"},
    "pipelines": {"published", "none"},
    "prompts.genre": {"given", "null"},
    "prompts.vote": {"song", "caption"},
    "render.pipeline": {"given", "null"},
    "sound.keep_audio": {"true", "false"},
    "tempo.bpm": {"fixed", "null"},
    "texts": {"drawn by chance", "searched by beams", "the likeliest"},
    "voice": {"given", "in the song"},
    "what": {"beats", "bars", "sections", "hits", "lyrics"},
    "words": {"given", "heard"},
    "walk.turn": {"cells", "whole"},
    "walk.mode": set(
        ["living", "latent", "painting", "variation", "clips", "crossfade", "morph", "kenburns"]
    ),
}


def refused(command: str, preset: str, *options: str) -> str:
    with pytest.raises(PresetError) as caught:
        load_preset(command, preset, options)
    return str(caught.value)


@pytest.mark.parametrize("command", preset_commands())
def test_marks_name_what_there_is_and_leave_a_choice(command: str) -> None:
    for key, marks in heeded_marks(preset_schema(command)).items():
        for mark in marks:
            assert set(mark.by) < ASPECTS[mark.aspect], key


@pytest.mark.parametrize("command", preset_commands())
def test_all_that_settings_decide_is_known(command: str) -> None:
    for aspect, values in preset_schema(command)().aspects().items():
        assert set(values) <= ASPECTS[aspect]


@pytest.mark.parametrize(
    ("command", "preset", "option", "aspect", "by"),
    [
        ("video", "pocket", "painting.feedback.zoom=1.1", "painting.mode keys", "every_frame"),
        ("video", "pocket", "painting.steps_per_s=9", "painting.mode keys", "every_frame"),
        ("video", "pocket", "living.pulse=2", "painting.mode keys", "living"),
        ("video", "living", "camera.sway=0.1", "painting.mode living", "keys or every_frame"),
        ("video", "legacy", "painting.steps=9", "painting.mode every_frame", "keys"),
        ("video", "imagenet", "painting.noise_weight=2", "noise_prompts none", "some"),
        ("video", "legacy", "painting.feedback.zoom=1.1", "feedback.every_s 0", "above 0"),
        ("visualize", "legacy", "walk.wipe=0.5", "walk.turn whole", "cells"),
        ("video", "legacy", "walk.hold=0.5", "painting.mode every_frame", "keys"),
        ("video", "legacy", "audio.window_s=3", "audio.windows between", "around"),
        ("video", "living", "guidance.centre=false", "painting.mode living", "keys or every_frame"),
        ("video", "living", "styles.ink.weight=2", "painting.mode living", "keys or every_frame"),
        ("video", "legacy", "painting.cut_power=2", "painting.cut_method latest", "nrupdated"),
        ("interpolate", "pocket", "painting.feedback.every_s=1", "mode keys", "every_frame"),
        ("caption", "lp-musiccaps", "generation.top_k=9", "generation.method beams", "nucleus"),
        ("caption", "lp-musiccaps-nucleus", "generation.beams=9", "method nucleus", "beams"),
        ("bgm_infer", "pocket", "control.program=5", "composer pocket", "bmt"),
        ("bgm_infer", "pocket", "sampling.velocity.nucleus=0.5", "composer pocket", "bmt"),
        ("bgm_infer", "cmt", "vocabulary=x.pkl", "composer cmt", "bmt"),
        ("bgm_infer", "bmt", "control.instruments=[Drums]", "composer bmt", "pocket or cmt"),
        ("bgm_infer", "bmt", "harmony.chords=1", "composer bmt", "pocket or cmt"),
        ("bgm_infer", "match", "candidates=3", "composer match", "pocket or cmt or bmt"),
        ("bgm_infer", "cmt", "sampling.tempo.nucleus=0.5", "composer cmt", "bmt"),
        ("bgm_infer", "pocket", "sound.duck_db=3", "sound.keep_audio false", "true"),
        ("bgm_train", "bmt", "windows.drop_key=0.5", "family bmt", "cmt"),
        ("evaluate", "quick", "perceptor=clip-vit-b-32", "meaning false", "true"),
        ("visualize", "pocket", "prompts.match=letters", "prompts.vote song", "caption"),
        ("visualize", "sdxl", "models.dreamer=x", "models.artist diffusion", "pocket"),
        ("visualize", "pocket", "pictures.guidance=3", "artist pocket", "kandinsky or diffusion"),
        ("visualize", "sdxl", "pictures.prior_steps=3", "artist diffusion", "kandinsky"),
        ("visualize", "pocket", "walk.zoom=0.1", "walk.mode painting or latent", "kenburns"),
        ("combine", "pocket", "output.sound_kbps=99", "output.sound copy", "auto or aac"),
    ],
)  # fmt: skip
def test_what_nobody_heeds_is_refused(
    command: str, preset: str, option: str, aspect: str, by: str
) -> None:
    more = ["output.sound=copy"] if command == "combine" else []
    text = refused(command, preset, option, *more)
    key = option.partition("=")[0]
    assert re.search(
        rf"--set {re.escape(option)}: {key} has no effect with .*{aspect}(; |$)", text, re.M
    )
    assert not by or re.search(rf"it is for .*{by}", text)


def test_all_are_told_at_once_and_those_with_effect_are_not() -> None:
    text = refused(
        "bgm_infer", "pocket", "control.program=5", "sampling={chord: {nucleus: .5}}", "seed=3"
    )
    assert "2 settings without effect" in text
    assert "sampling.chord.nucleus" in text
    assert "seed" not in text


def test_without_steps_nothing_of_the_optimiser_is_heeded() -> None:
    text = refused(
        "video", "imagenet", "painting.steps=0", "painting.lr=0.2", "painting.size=64x64"
    )
    assert "painting.lr has no effect with painting.steps 0" in text and "painting.size" not in text
    assert load_preset("video", "imagenet", ["painting.steps=0"]).painting.steps == 0


def test_another_choice_makes_it_heeded() -> None:
    settings = [
        "painting.mode=every_frame",
        "painting.feedback.every_s=1",
        "painting.feedback.zoom=1.1",
    ]
    assert load_preset("video", "pocket", settings).painting.feedback.zoom == 1.1
    match = load_preset("bgm_infer", "pocket", ["match.folder=midi"])
    with pytest.raises(PresetError, match=r"harmony\.chords has no effect with composer match"):
        change_preset(match, {"harmony.chords": 1.0})


def test_a_fixed_tempo_leaves_no_choice_and_a_folder_no_composer() -> None:
    text = refused("bgm_infer", "pocket", "tempo.bpm=100", "tempo.lowest=90")
    assert "tempo.lowest has no effect with tempo.bpm fixed; it is for tempo.bpm null" in text
    text = refused("bgm_infer", "pocket", "match.folder=midi", "composer=tiny-composer")
    assert "composer has no effect with match.folder given" in text
    assert load_preset("bgm_infer", "pocket", ["match.folder=midi", "composer=null"]).words


def test_a_cover_takes_no_network() -> None:
    text = refused("video", "living", "living.scene=cover/bars", "models.perceptor=clip-vit-b-32")
    assert "models.perceptor has no effect with living.scene cover" in text


@pytest.mark.parametrize(
    ("preset", "option", "fault"),
    [
        ("pocket", "walk.noisy=true", "needs models.walker"),
        ("kandinsky", "walk.mode=painting", "walk.mode painting needs models.artist pocket"),
    ],
)
def test_walks_that_nobody_could_go_are_refused(preset: str, option: str, fault: str) -> None:
    assert fault in refused("visualize", preset, option, "models.walker=null")


def test_beams_leave_nothing_to_a_seed() -> None:
    preset = load_preset("caption", "lp-musiccaps", ["seed=3"])
    with pytest.raises(PresetError, match="seed has no effect with texts searched by beams"):
        refuse_unheeded(preset, {"texts": ("searched by beams",)})


def test_what_only_a_model_can_say_is_refused_when_it_is_known() -> None:
    preset = load_preset("caption", "pocket", ["generation.max_tokens=20"])
    refuse_unheeded(preset, {"captioner": ("lp-musiccaps",)})
    with pytest.raises(PresetError, match="max_tokens has no effect with captioner pocket"):
        refuse_unheeded(preset, {"captioner": ("pocket",)})
    refuse_unheeded(load_preset("caption", "pocket"), {"captioner": ("pocket",)})


@pytest.mark.parametrize("command", preset_commands())
def test_shipped_presets_and_what_extends_or_copies_them_go_on_to_work(
    command: str, tmp_path: Path
) -> None:
    for info in list_presets(command):
        settings = load_preset(command, info.name)
        assert settings.given == {}
        mine = tmp_path / "mine.yaml"
        mine.write_text(f"extends: {info.path}\n")
        assert load_preset(command, str(mine)) == settings
        mine.write_text(dump_preset(settings, comments=True))
        assert load_preset(command, str(mine)) == settings
        assert load_preset(command, str(mine)).given == {}


def test_an_own_preset_is_refused_where_it_changes_what_nobody_heeds(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: pocket\npainting:\n  feedback: {zoom: 1.2, every_s: 0.0}\n")
    text = refused("video", str(mine))
    assert "mine.yaml:3: painting.feedback.zoom has no effect with painting.mode keys" in text
    assert "every_s" not in text
    mine.write_text("extends: pocket\npainting: {mode: every_frame, feedback: {zoom: 1.2}}\n")
    assert load_preset("video", str(mine)).painting.feedback.zoom == 1.2
    more = tmp_path / "more.yaml"
    more.write_text("extends: ./mine.yaml\npainting: {mode: keys}\n")
    assert "mine.yaml:2: painting.feedback.zoom" in refused("video", str(more))


def test_a_file_may_say_what_is_for_other_times(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: pocket\ntempo: {lowest: 90}\n")
    assert load_preset("bgm_infer", str(mine), ["tempo.bpm=100"]).tempo.lowest == 90
    mine.write_text("extends: pocket\nperceptor: tiny-perceptor\n")
    assert not load_preset("evaluate", str(mine), ["meaning=false"]).meaning


def test_a_preset_of_the_users_may_hide_a_shipped_one(own_folders: Path) -> None:
    """What is usual is asked of the presets as they were shipped."""
    path = own_folders / "xdg_config_home" / "musivid" / "video" / "pocket.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("extends: pocket\nkeys: {every_s: 3.0}\n", encoding="utf-8")
    assert load_preset("video", "pocket").keys.every_s == 3.0
