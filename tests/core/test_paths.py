"""The user's folders: the system's own places, and those of earlier versions where they are."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS

from musivid.core.errors import UsageError
from musivid.core.paths import (
    cache_folder,
    config_folder,
    data_folder,
    expanded,
    is_written_as_path,
    means_path,
)

FOLDERS = {
    "XDG_CONFIG_HOME": (config_folder, ".config"),
    "XDG_DATA_HOME": (data_folder, ".local/share"),
    "XDG_CACHE_HOME": (cache_folder, ".cache"),
}
each_folder = pytest.mark.parametrize("variable", FOLDERS)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in FOLDERS:
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@each_folder
def test_chosen_folders_are_used(
    variable: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, below_home = FOLDERS[variable]
    (home / below_home / "musivid").mkdir(parents=True)
    monkeypatch.setenv(variable, str(home / "chosen"))
    assert find() == home / "chosen" / "musivid"


@each_folder
def test_otherwise_they_are_below_home(
    variable: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, below_home = FOLDERS[variable]
    assert find() == home / below_home / "musivid"
    monkeypatch.setenv(variable, "not/absolute")
    assert find() == home / below_home / "musivid"


@each_folder
def test_other_systems_have_other_places_but_keep_old_ones(
    variable: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, below_home = FOLDERS[variable]
    monkeypatch.setattr(platformdirs, "PlatformDirs", MacOS)
    new, old = find(), home / below_home / "musivid"
    assert new.is_relative_to(home / "Library")
    old.mkdir(parents=True)
    assert find() == old
    new.mkdir(parents=True)
    assert find() == new


def test_a_home_that_nobody_has() -> None:
    with pytest.raises(UsageError, match="no home folder is known for ~nosuchuser") as raised:
        expanded("~nosuchuser/song.wav")
    assert "./~nosuchuser" in raised.value.hint


def test_a_home_that_is_a_file_or_may_not_be_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert config_folder() == home / ".config" / "musivid"


def test_a_known_name_stays_one_and_files_are_paths(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    (home / "dream").write_text("a file of that name")
    (home / "own").write_text("a file")
    (home / "folder").mkdir()
    known, endings = ["dream", "bright.yaml"], (".yaml",)
    assert not means_path("dream", known, endings)
    assert not means_path("bright.yaml", known, endings)
    assert not means_path("folder", known, endings)
    assert not means_path("none", known, endings)
    assert means_path("own", known, endings) and means_path("~/own", known, endings)
    assert means_path("./dream", known, endings) and means_path("NEW.YAML", known, endings)
    assert not is_written_as_path("own", endings) and is_written_as_path("a/own", ())
