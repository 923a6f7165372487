"""A perceptor that hears nothing paints by words alone, and is refused where sound should guide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from judging_fixtures import save_siglip
from pipeline_folders import weights_bytes
from programs import Program
from songs import write_song

from musivid.core.errors import PresetError
from musivid.pipeline.video.models import check_models
from musivid.settings.presets import load_preset
from musivid.settings.video import VideoPreset


@pytest.fixture
def siglip(tmp_path: Path) -> Path:
    """A folder that says it is one; nothing of it is loaded."""
    folder = tmp_path / "siglip"
    folder.mkdir()
    (folder / "config.json").write_text('{"architectures": ["SiglipModel"]}')
    (folder / "model.safetensors").write_bytes(weights_bytes())
    for name in ("preprocessor_config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    return folder


@pytest.mark.parametrize(
    ("command", "preset", "more", "told"),
    [
        ("video", "tiny", [], "so the sound cannot guide"),
        ("video", "living", [], "scenes are chosen by what is heard"),
        ("interpolate", "tiny", ["guidance.audio=0"], "so the sound cannot guide"),
    ],
)
def test_a_deaf_perceptor_is_refused_before_anything_is_heard(
    siglip: Path, command: str, preset: str, more: list[str], told: str
) -> None:
    chosen = load_preset(command, preset, [f"models.perceptor={siglip}", *more])
    assert isinstance(chosen, VideoPreset)
    with pytest.raises(PresetError, match=f"siglip hears nothing.*{told}"):
        check_models(chosen, offline=True)
    quiet = load_preset("video", "tiny", [f"models.perceptor={siglip}", "guidance.audio=0"])
    assert isinstance(quiet, VideoPreset)
    assert check_models(quiet, offline=True)["perceptor"] == siglip


@pytest.mark.slow
def test_words_alone_paint_a_film(tmp_path: Path, musivid: Program) -> None:
    siglip = save_siglip(tmp_path / "siglip", rows=True)
    song = write_song(tmp_path / "song.wav", 2.0)
    (tmp_path / "song.lrc").write_text("[00:00.00]rain\n[00:01.00]a field\n", encoding="utf-8")
    asked = ["video", str(song), "--preset", "tiny", "--lyrics", str(tmp_path / "song.lrc"),
             "--size", "64x64", "--fps", "5", "-o", str(tmp_path / "film.mp4"),
             "--set", f"models.perceptor={siglip}", "--set", "guidance.audio=0"]  # fmt: skip
    code, _, err = musivid(*asked)
    assert code == 2 and "tiny-dreamer dreams in another space" in err
    code, _, err = musivid(*asked, "--set", "models.dreamer=null")
    assert code == 0, err
    run = json.loads((tmp_path / "film.musivid" / "manifest.json").read_text())
    assert str(siglip) in run["results"]["models"]
