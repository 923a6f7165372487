"""The page on Python and the notebooks do what they say: all of their code runs, with tiny models.

Users' own presets hide shipped ones of the same name, so `pocket` is made tiny without a word of
the code being changed.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from diffusion_fixtures import save_all
from documents import Document
from media_fixtures import convert
from PIL import Image
from songs import write_song
from source import ROOT

from musivid.core.paths import config_folder

Call = Callable[..., tuple[int, str, str]]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
COMMANDS = ("video", "interpolate", "visualize", "caption", "bgm_infer")
LYRICS = "[00:00.20]a red sea\n[00:01.00]snow\n"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short song, its words and a picture, where all presets are tiny."""
    for command in COMMANDS:
        text = (ROOT / "configs" / command / "tiny.yaml").read_text(encoding="utf-8")
        name = "dream" if command in ("video", "interpolate", "visualize") else "pocket"
        own_preset(command, name, yaml.safe_load(text))
    own_preset("evaluate", "pocket", {"extends": "pocket", "perceptor": "tiny-perceptor"})
    convert(write_song(tmp_path / "song.wav", 2.6), tmp_path / "song.mp3")
    (tmp_path / "lyrics.lrc").write_text(LYRICS)
    Image.new("RGB", (64, 64), (200, 40, 40)).save(tmp_path / "artwork.jpg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    yield tmp_path


def own_preset(command: str, name: str, settings: dict[str, Any]) -> None:
    """Write a preset of the user's."""
    path = config_folder() / command / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(settings))


def run(code: str, names: dict[str, Any], label: str) -> None:
    """Run code as a notebook does: what it defines is there for the next piece."""
    exec(compile(code, label, "exec"), names)


def test_the_page_on_python(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = Document(ROOT / "docs" / "python.md")
    blocks = [text for kind, text in page.blocks if kind == "python"]
    assert len(blocks) >= 7
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks):
        run(block, names, f"docs/python.md, block {number}")
    written = {path.name for path in bench.iterdir()}
    assert {"film.mp4", "walk.mp4", "captions.srt", "music.mid", "music.wav", "scored.mp4",
            "found.json", "report.html", "twice.mp4", "job.mp4"} <= written  # fmt: skip
    assert "nearest: output" in capsys.readouterr().out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stripped_and_whole(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    ids = [cell["id"] for cell in book["cells"]]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[\w-]{1,64}", each) for each in ids)
    for cell in code_cells(path):
        assert cell["outputs"] == [] and cell["execution_count"] is None


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What cells hand to the display of a notebook, which is not there in tests."""
    seen: list[object] = []

    def shown(data: object, **_: object) -> None:
        seen.append(data)

    display = types.ModuleType("IPython.display")
    display.Video = display.Audio = shown  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return seen


def run_cells(path: Path, musivid: Call) -> None:
    """Run the cells of a notebook in order; its lines for the shell go to the program itself."""
    names: dict[str, Any] = {}
    for number, cell in enumerate(code_cells(path)):
        code = "".join(cell["source"])
        if code.startswith("%pip install"):
            assert code.split()[-1] == ".."
        elif code.startswith("!musivid "):
            status, _, said = musivid(*shlex.split(code)[1:])
            assert status == 0, said
        else:
            run(code, names, f"{path.name}, cell {number}")


@pytest.mark.slow
def test_songs_and_clips(bench: Path, musivid: Call, looked_at: list[object]) -> None:
    run_cells(ROOT / "examples" / "songs_and_clips.ipynb", musivid)
    assert len(looked_at) == 2 and Path(str(looked_at[0])).is_file()
    assert {"music.mid", "scored.mp4", "captions.srt", "report.html"} <= {
        path.name for path in bench.iterdir()
    }


@pytest.mark.slow
def test_the_published_visualiser(
    bench: Path, musivid: Call, looked_at: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pipelines in the published layout, saved in a folder and named where hub ids stand."""
    import huggingface_hub

    pipelines = save_all(bench / "pipelines")
    places = {"walker": "variations", "pipeline": "decoder", "prior": "prior"}
    tiny = {
        "models": {role: str(pipelines / name) for role, name in places.items()},
        "output": {"size": "64x64", "fps": "12"},
        "pictures": {"size": "64x64", "steps": 2, "prior_steps": 2},
    }
    own_preset("visualize", "legacy", {"extends": "legacy", **tiny})
    walk = {"walk": {"steps": 2, "every_s": 0.8}}
    own_preset("visualize", "variations", {"extends": "variations", **tiny, **walk})
    own_preset("caption", "lp-musiccaps", yaml.safe_load(
        (ROOT / "configs" / "caption" / "tiny-lp.yaml").read_text(encoding="utf-8")
    ))  # fmt: skip
    models = bench / "models"
    monkeypatch.setenv("MUSIVID_MODELS", str(models))
    models.mkdir()
    (models / "lp-musiccaps.safetensors").touch()  # it has been pulled
    fetched: list[tuple[object, ...]] = []

    def fetch(*what: object, **where: object) -> None:
        fetched.append((*what, where["local_dir"]))

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fetch)
    run_cells(ROOT / "examples" / "published_visualiser.ipynb", musivid)
    assert fetched == [("facebook/bart-base", "vocab.json", models / "bart-base")]
    assert (bench / "visualiser.mp4").is_file() and (bench / "better.mp4").is_file()
    assert len(list((bench / "visualiser.musivid" / "keys").glob("*.png"))) == 1
    assert list((bench / "better.musivid" / "between").glob("*"))
