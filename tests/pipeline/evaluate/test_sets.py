"""`musivid evaluate` over several files: systems, references, reports; called as a shell does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from media_fixtures import write_video

from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score, TrackNotes

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def systems(tmp_path: Path) -> tuple[Path, Path]:
    """Two systems with two films of the same names."""
    folders = tmp_path / "old", tmp_path / "new"
    for shade, folder in enumerate(folders):
        folder.mkdir()
        for name in ("one", "two"):
            write_video(folder / f"{name}.mp4", count=30, shade=40 * shade)
    return folders


def test_systems_side_by_side(systems: tuple[Path, Path], musivid: Call, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code, out, err = musivid(
        "evaluate", "--compare", *systems, "--preset", "quick", "--report", page, "--json", "-q"
    )
    assert code == 0, err
    found = json.loads(out)["comparison"]
    assert found["systems"] == ["old", "new"]
    flicker = found["measures"]["picture.flicker"]
    assert flicker["systems"]["old"]["n"] == 2
    assert set(flicker["against_first"]) == {"new"}
    text = page.read_text(encoding="utf-8")
    assert "Side by side" in text
    assert "<h2>old/one.mp4</h2>" in text


def test_systems_without_pairs_are_refused(systems: tuple[Path, Path], musivid: Call) -> None:
    old, new = systems
    for path in new.iterdir():
        path.rename(path.with_name(f"x-{path.name}"))
    # Told before anything is measured: even a dry run says so.
    code, _, err = musivid("evaluate", "--compare", old, new, "--dry-run", "-q")
    assert code == 2
    assert "such as 'one'" in err


def test_features_against_features(musivid: Call, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, shift in (("a", 0.0), ("b", 3.0)):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "x.npy", rng.standard_normal((40, 3)) + shift)
    page = tmp_path / "page.html"
    code, out, err = musivid(
        "evaluate", tmp_path / "a", "--reference", tmp_path / "b", "--report", page, "--json", "-q"
    )
    assert code == 0, err
    found = json.loads(out)["distribution"]
    assert found["frechet"]["value"] == pytest.approx(27, rel=0.3)
    assert found["frechet"]["z"] > 4
    assert "differs" in page.read_text(encoding="utf-8")

    np.save(tmp_path / "b" / "wide.npy", np.ones((4, 5)))
    code, _, err = musivid("evaluate", tmp_path / "a", "--reference", tmp_path / "b", "-q")
    assert code == 2
    assert "different width" in err


def test_a_missing_reference_is_told_at_once(systems: tuple[Path, Path], musivid: Call) -> None:
    code, _, err = musivid("evaluate", systems[0], "--reference", "nowhere", "--dry-run", "-q")
    assert code == 2
    assert "nowhere is not a folder" in err


def test_notes_alone(musivid: Call, tmp_path: Path) -> None:
    notes = tuple(Note(480 * k, 480, 60 + (k * 7) % 12, 90) for k in range(16))
    score = Score((TrackNotes("Piano", 0, notes=notes),), 120.0, 4)
    write_midi(score, tmp_path / "a.mid")
    page = tmp_path / "page.html"
    options = ("--preset", "quick", "--report", page, "--json", "-q")
    code, out, err = musivid("evaluate", tmp_path / "a.mid", *options)
    assert code == 0, err
    music = json.loads(out)["files"][0]["music"]
    assert music["pitch_range"]["value"] == 11
    assert music["grooving_similarity"]["value"] == 1
    assert 'class="notes"' in page.read_text(encoding="utf-8")

    write_midi(Score((), 120.0, 2), tmp_path / "empty.mid")
    code, out, _ = musivid("evaluate", tmp_path / "empty.mid", "--preset", "quick", "--json", "-q")
    assert code == 0
    assert json.loads(out)["files"][0]["music"]["polyphony"] == {
        "value": None,
        "reason": "no pitched notes",
    }
