"""No command writes over what it reads, by whatever name; it is refused before any work."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from media_fixtures import click_song
from programs import Program

from musivid.commands.evaluate_files import plot_files
from musivid.core.errors import OutputError
from musivid.media.pictures import save_picture

Files = dict[str, Path]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Files of a user; only the song is what its name says."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    names = (
        "clip.mp4", "part.mp4", "words.lrc", "cover.png", "plan.yaml", "meta.json", "hits.txt",
        "notes.mid", "rows.npz", "font.sf2", "weights.safetensors",
    )  # fmt: skip
    for name in names:
        (folder / name).write_bytes(name.encode())
    (folder / "music").mkdir()
    (folder / "music" / "old.mid").write_bytes(b"old")
    (folder / "preset.yaml").write_text("seed: 3\n")
    (folder / "scenes.yaml").write_text("extends: living\n")
    (folder / "words.lrc").write_text("[00:00.50]words\n")
    save_picture(folder / "cover.png", np.zeros((8, 8, 3), np.uint8))
    song = click_song(folder / "song.wav", 2.0)
    os.link(folder / "words.lrc", folder / "hard.html")
    for link, target in {
        "sung.mp4": "song.wav", "soft.mp4": "clip.mp4", "soft.png": "cover.png",
        "clip-bgm.mp4": "part.mp4", "clip.mid": "music/old.mid", "mine.safetensors": "notes.mid",
        "w-loss.png": "notes.mid", "set.json": "preset.yaml", "wav.wav": "hits.txt",
        "drawn.png": "cover.png", "lyrics.mp4": "words.lrc", "picture.mp4": "cover.png",
        "scored.json": "meta.json", "plan.mp4": "plan.yaml", "font.wav": "font.sf2",
    }.items():  # fmt: skip
        (folder / link).symlink_to(target)
    return {path.name: path for path in (song, *map(folder.joinpath, names))}


VIDEO = ("video", "song.wav")
CASES: dict[str, tuple[tuple[str, ...], str]] = {
    "video onto its song": ((*VIDEO, "-o", "./music/../sung.mp4"), "output > input"),
    "video beside its song": (("video", "clip.mp4"), "output > input"),
    "interpolate onto its song": (("interpolate", "song.wav", "-o", "sung.mp4"), "output > input"),
    "video onto its lyrics": ((*VIDEO, "-l", "words.lrc", "-o", "lyrics.mp4"), "film > lyrics"),
    "video onto a picture": (
        (*VIDEO, "--preset", "tiny", "--set", "painting.init_image=cover.png",
         "-o", "picture.mp4"), "film > init image"),
    "sheet onto the cover": (
        (*VIDEO, "--preview", "--set", "guidance.images=[{path: cover.png}]", "-o", "cover.mp4"),
        "sheet > image 0"),
    "picture onto a picture": (
        (*VIDEO, "--set", "guidance.images=[{path: cover.png}]", "-o", "soft.png"),
        "film > image 0"),
    "plan onto a preset": (
        (*VIDEO, "-p", "scenes.yaml", "-n", "--plan-out", "./scenes.yaml"), "plan > preset"),
    "one plan of two songs": (
        ("video", "song.wav", "clip.mp4", "-n", "-o", "new", "--plan-out", "p.yaml"),
        "2 inputs would write one plan"),
    "visualize onto its song": (("visualize", "song.wav", "-o", "sung.mp4"), "output > input"),
    "preview onto a picture": (
        ("visualize", "song.wav", "--preview", "-i", "cover.png", "-o", "./cover.png"),
        "preview > pictures"),
    "preview onto artwork": (
        ("visualize", "song.wav", "--preview", "-a", "cover.png", "-o", "drawn.png"),
        "preview > artwork"),
    "visualize onto captions": (
        ("visualize", "song.wav", "-c", "words.lrc", "-o", "lyrics.mp4"), "film > captions"),
    "captions onto the song": (("caption", "song.wav", "-o", "song.wav"), "output > input"),
    "captions onto a preset": (
        ("caption", "song.wav", "-p", "preset.yaml", "-o", "set.json"), "output > preset"),
    "clip by dots": (("bgm", "infer", "clip.mp4", "-o", "music/../clip.mp4"), "output > input"),
    "clip by a link": (("bgm", "infer", "clip.mp4", "-o", "soft.mp4"), "output > input"),
    "another clip": (("bgm", "infer", "clip.mp4", "part.mp4"), "output > input"),
    "notes onto the music": (
        ("bgm", "infer", "clip.mp4", "-p", "match", "--set", "match.folder=music"),
        "notes > music"),
    "sound onto hit points": (
        ("bgm", "infer", "clip.mp4", "--hit-points", "hits.txt", "-o", "wav.mp4"),
        "sound > hit points"),
    "sound onto a SoundFont": (
        ("bgm", "infer", "clip.mp4", "--set", "sound.soundfont=font.sf2", "-o", "font.mp4"),
        "sound > sound.soundfont"),
    "metadata onto the clip": (
        ("bgm", "infer", "clip.mp4", "--save-metadata", "soft.mp4"), "metadata to save > input"),
    "metadata onto a result": (
        ("bgm", "infer", "clip.mp4", "-o", "x.mp4", "--save-metadata", "./x.mid"),
        "would be one file"),
    "metadata onto metadata": (
        ("bgm", "infer", "clip.mp4", "--metadata", "meta.json", "--save-metadata", "scored.json"),
        "metadata to save > metadata"),
    "ranking onto metadata": (
        ("bgm", "infer", "clip.mp4", "--metadata", "meta.json", "-o", "scored.mp4"),
        "ranking > metadata"),
    "weights onto data": (
        ("bgm", "train", "notes.mid", "-o", "mine.safetensors"), "weights > data"),
    "loss onto data": (("bgm", "train", "notes.mid", "-o", "w.safetensors"), "plot > data"),
    "weights onto the start": (
        ("bgm", "train", "notes.mid", "--set", "network.start=weights.safetensors",
         "-o", "weights.safetensors"), "weights > network.start"),
    "JSON onto the film": (("evaluate", "clip.mp4", "-o", "./clip.mp4"), "JSON > input"),
    "report onto lyrics": (
        ("evaluate", "clip.mp4", "-l", "words.lrc", "--report", "hard.html"), "report > lyrics"),
    "plot onto notes": (
        ("evaluate", "clip.mp4", "--midi", "notes.mid", "--plot", "w-loss.png"), "plot > notes"),
    "JSON onto rows": (
        ("evaluate", "notes.mid", "--rows", "rows.npz", "-o", "rows.npz"), "JSON > rows"),
    "report and JSON": (
        ("evaluate", "clip.mp4", "-o", "a.html", "--report", "./a.html"), "would be one file"),
    "film onto a part": (
        ("combine", "clip.mp4", "part.mp4", "-o", "soft.mp4"), "film > part"),
    "film onto its song": (
        ("combine", "clip.mp4", "-a", "song.wav", "-o", "sung.mp4"), "film > song"),
    "film beside its song": (("combine", "part.mp4", "-a", "clip.mp4"), "film > song"),
}  # fmt: skip


def _snapshot(folder: Path) -> dict[str, bytes | str]:
    """All that lies in a folder, links as where they lead."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.mark.parametrize("case", CASES)
def test_what_is_read_is_not_written(
    files: Files, musivid: Program, tmp_path: Path, case: str
) -> None:
    arguments, said = CASES[case]
    before = _snapshot(tmp_path)
    code, out, told = musivid(*arguments, "--force")
    told = " ".join(told.split())
    assert code == 2, told
    written, _, read = said.partition(" > ")
    if read:
        assert f"the {written} " in told and f" would overwrite the {read} " in told, told
        assert "another name; --force does not help" in told
    else:
        assert said in told
    assert not out and _snapshot(tmp_path) == before


def test_a_model_is_not_imported_from_where_it_goes(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musivid.weights.registry import model_specs

    name, file = next(
        (spec.name, spec.file) for spec in model_specs().values() if spec.file and spec.urls
    )
    kept = tmp_path / "models" / file
    kept.parent.mkdir()
    kept.write_bytes(b"published")
    monkeypatch.setenv("MUSIVID_MODELS", str(kept.parent))
    code, _, told = musivid("models", "import", name, kept)
    assert code == 2 and "the model" in told and "published file" in " ".join(told.split()), told
    assert kept.read_bytes() == b"published"


@pytest.mark.parametrize("name", ["w-last.safetensors", "w-loss.png"])
def test_what_lies_beside_the_weights_is_kept(
    files: Files, musivid: Program, tmp_path: Path, name: str
) -> None:
    (files["notes.mid"].parent / "w-loss.png").unlink()
    (files["notes.mid"].parent / name).write_bytes(b"of last week")
    before = _snapshot(tmp_path)
    code, _, told = musivid("bgm", "train", "notes.mid", "-o", "w.safetensors")
    assert code == 2 and f"{name} exists already" in told.replace("\n", ""), told
    assert "--resume" in told and _snapshot(tmp_path) == before


def test_plots_of_several_files_are_kept(files: Files, musivid: Program, tmp_path: Path) -> None:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "part.png").write_bytes(b"of last week")
    code, _, told = musivid("evaluate", "clip.mp4", "part.mp4", "--plot", tmp_path / "plots")
    assert code == 2 and "part.png exists already" in told.replace("\n", ""), told
    assert (tmp_path / "plots" / "part.png").read_bytes() == b"of last week"


def test_plots_of_namesakes_have_names_of_their_own(tmp_path: Path) -> None:
    asked: Any = SimpleNamespace(plot=tmp_path)
    films = [Path(name).absolute() for name in ("a/1.mp4", "b/1.mp4", "b/2.mp4")]
    names = [path.name for path in plot_files(asked, films) if path]
    assert names == ["a-1.png", "b-1.png", "2.png"]
    assert plot_files(asked, films[:1]) == [tmp_path]


def test_no_device_is_replaced(files: Files, musivid: Program, tmp_path: Path) -> None:
    null = tmp_path / "null.json"
    null.symlink_to("/dev/null")
    code, _, told = musivid("evaluate", "clip.mp4", "-o", null, "--force")
    assert code == 2 and "is a device" in " ".join(told.split()), told
    assert null.is_symlink()


def test_a_fetch_is_not_written_through_a_link(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musivid.weights.registry import model_specs

    name = next(spec.name for spec in model_specs().values() if spec.file and spec.urls)
    diary = tmp_path / "diary.txt"
    diary.write_text("dear diary")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{name}.part").symlink_to(diary)
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    code, _, told = musivid("models", "pull", name, "--yes")
    assert code == 2 and "leads to a file" in " ".join(told.split()), told
    assert diary.read_text() == "dear diary"


def test_captions_are_not_saved_onto_their_song(tmp_path: Path) -> None:
    from musivid.pipeline.caption import Captioned

    song, link = tmp_path / "song.wav", tmp_path / "song.srt"
    song.write_bytes(b"song")
    link.symlink_to(song)
    with pytest.raises(OutputError, match=r"captions .* would overwrite the song"):
        Captioned((), 1.0, "pocket", song).save(link, force=True)
    assert song.read_bytes() == b"song" and link.is_symlink()
