"""SoundFonts as models: which is meant, taken over, and checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from soundfonts_made import write_font, write_packed

from musivid.core.errors import MissingError, UsageError, WeightsError
from musivid.score.synthesis.sampler import bundled_soundfont
from musivid.weights import registry
from musivid.weights.names import find_soundfont, soundfont_named, soundfonts_here

Program = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def bare_system(monkeypatch: pytest.MonkeyPatch, own_folders: Path) -> Path:
    """A system with one place for SoundFonts, and none in it."""
    folder = own_folders / "system"
    monkeypatch.setattr("musivid.media.soundfonts._folders", lambda: iter([folder]))
    return folder


def test_a_name_a_path_and_the_best_are_found(bare_system: Path, tmp_path: Path) -> None:
    assert list(soundfonts_here()) == ["timgm6mb"]
    assert find_soundfont("auto") == find_soundfont("timgm6mb") == bundled_soundfont()
    fluid = write_font(bare_system / "FluidR3_GM.sf2")
    assert find_soundfont("auto") == find_soundfont("fluid-r3-gm") == fluid
    general = write_packed(bare_system / "MuseScore_General_Lite.sf3")
    assert list(soundfonts_here()) == ["musescore-general", "fluid-r3-gm", "timgm6mb"]
    assert find_soundfont("auto") == general and soundfont_named("auto") == "musescore-general"
    other = write_font(bare_system / "default.sf2")
    assert find_soundfont("default.sf2") == other  # of the system, by the name of its file
    mine = write_font(tmp_path / "default.sf2")
    assert find_soundfont(str(mine)) == mine
    assert find_soundfont(str(tmp_path / "none.sf2")) == tmp_path / "none.sf2"


def test_what_is_none_or_not_here_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="nearest: fluid-r3-gm"):
        find_soundfont("fluid-r3")
    with pytest.raises(UsageError, match="is a composer, not a soundfont"):
        find_soundfont("pocket-composer")
    with pytest.raises(WeightsError, match="the SoundFont 'fluid-r3-gm' is missing") as told:
        find_soundfont("fluid-r3-gm")
    assert "the file FluidR3_GM.sf2" in told.value.hint and "MIT" in told.value.hint
    assert told.value.command == "musivid models import fluid-r3-gm FILE"
    with pytest.raises(WeightsError, match="missing") as told:
        find_soundfont("musescore-general")
    assert told.value.command == "musivid models pull musescore-general"


def test_without_the_library_that_brings_one_its_command_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingError) as told:
        bundled_soundfont()
    assert told.value.command == "pip install pretty_midi"


def test_either_form_is_imported_verified_and_replaced(
    musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    monkeypatch.setenv("MUSIVID_MODELS", str(models))
    code, text, err = musivid(
        "models", "import", "musescore-general", write_font(tmp_path / "a.sf3")
    )
    assert code == 0 and "differs from what was published" in " ".join(err.split())
    assert Path(text.strip()) == models / "musescore-general.sf2"  # its content says so
    code, text, _ = musivid(
        "models", "import", "musescore-general", packed := write_packed(tmp_path / "b.sf2")
    )
    font = models / "musescore-general.sf3"
    assert code == 0 and font.read_bytes() == packed.read_bytes()
    names = sorted(path.name for path in models.iterdir())
    assert names == ["musescore-general.sf3", "musescore-general.sf3.json"]
    code, text, _ = musivid("models", "path", "musescore-general")
    assert code == 0 and Path(text.strip()) == font
    assert _states(musivid)["musescore-general"] == "ok"
    data = bytearray(font.read_bytes())
    data[-60] ^= 1
    font.write_bytes(data)
    code, _, err = musivid("models", "verify", "musescore-general")
    assert code == 3 and "is damaged: its checksum" in err


def test_the_systems_own_are_listed_and_verified(musivid: Program, bare_system: Path) -> None:
    font = write_font(bare_system / "FluidR3_GM.sf2")
    code, text, _ = musivid("models", "list", "--json")
    rows = {row["name"]: row for row in json.loads(text)["models"]}
    fonts = {n: row["path"] for n, row in rows.items() if row["family"] == "soundfont"}
    assert code == 0 and fonts == {
        "musescore-general": None, "fluid-r3-gm": str(font), "timgm6mb": str(bundled_soundfont()),
    }  # fmt: skip
    assert _states(musivid)["fluid-r3-gm"] == _states(musivid)["timgm6mb"] == "ok"
    font.write_bytes(font.read_bytes()[:-50])
    code, _, err = musivid("models", "verify", "fluid-r3-gm")
    assert code == 3 and "damaged: fluid-r3-gm" in err


@pytest.mark.parametrize("name", ["fluid-r3-gm", "timgm6mb"])
def test_what_is_no_soundfont_is_not_imported(musivid: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "song.mid").write_bytes(b"MThd" * 10)
    code, _, err = musivid("models", "import", name, tmp_path / "song.mid")
    said = "not a SoundFont" if name == "fluid-r3-gm" else "comes with musivid"
    assert code == 2 and said in " ".join(err.split())


def _states(musivid: Program) -> dict[str, Any]:
    found = json.loads(musivid("models", "verify", "--json")[1])
    return {row["name"]: row["state"] for row in found["models"]}
