"""The release script refuses what must not be released, and sees what archives lack."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from release_checks import archive_faults
from source import ROOT

FILES = {
    "pyproject.toml": '[project]\nname = "musivid"\nversion = "9.8.7"\n',
    "musivid/__init__.py": '__version__ = "9.8.7"\n',
    "CITATION.cff": "version: 9.8.7\n",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [9.8.7] - 2026-11-27\n\n- All.\n",
    "models/pocket/painter.safetensors": "weights",
    "configs/video/dream.yaml": "# settings\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project under git that can be released."""
    root = tmp_path / "checkout"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__*"))
    _git(root, "init", "-q")
    _commit(root)
    return root


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    _git(root, *who, "commit", "-qm", "as it is")


def _check(root: Path) -> tuple[int, str]:
    """Exit code and stderr of `scripts/release.sh --check`."""
    told = subprocess.run(
        ["bash", "scripts/release.sh", "--check"],
        cwd=root,
        capture_output=True,
        text=True,
        env={"PYTHON": sys.executable, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        check=False,
    )
    return told.returncode, told.stderr


def test_a_clean_tree_of_one_version_can_be_released(checkout: Path) -> None:
    assert _check(checkout) == (0, "musivid 9.8.7 can be released\n")


def test_a_changed_tree_is_refused(checkout: Path) -> None:
    (checkout / "new.txt").write_text("left behind")
    code, told = _check(checkout)
    assert code == 1
    assert "the tree is not clean: new.txt" in told


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("musivid/__init__.py", "9.8.7", "9.8.6"),
        ("CITATION.cff", "9.8.7", "9.8.6"),
        ("CHANGELOG.md", "[9.8.7]", "[9.8.6]"),
        ("CHANGELOG.md", " - 2026-11-27", ""),
    ],
)
def test_versions_that_differ_are_refused(checkout: Path, name: str, old: str, new: str) -> None:
    text = (checkout / name).read_text()
    (checkout / name).write_text(text.replace(old, new))
    _commit(checkout)
    code, told = _check(checkout)
    assert code == 1
    assert f"{name} does not state version 9.8.7" in told


def test_what_is_unreleased_is_refused(checkout: Path) -> None:
    text = (checkout / "CHANGELOG.md").read_text()
    (checkout / "CHANGELOG.md").write_text(text.replace("eased]\n", "eased]\n\n- More.\n"))
    _commit(checkout)
    code, told = _check(checkout)
    assert code == 1
    assert "1 lines under Unreleased" in told


def _archives(root: Path, folder: Path, *, sdist: set[str], wheel: set[str]) -> None:
    folder.mkdir()
    with tarfile.open(folder / "musivid-9.8.7.tar.gz", "w:gz") as archive:
        for name in sdist:
            archive.add(root / name, f"musivid-9.8.7/{name}")
    with zipfile.ZipFile(folder / "musivid-9.8.7-py3-none-any.whl", "w") as packed:
        for name in wheel:
            packed.writestr(name, "")


def test_archives_are_compared_with_what_is_kept(checkout: Path, tmp_path: Path) -> None:
    scripts = {f"scripts/{path.name}" for path in (checkout / "scripts").iterdir()}
    kept = set(FILES) | scripts
    installed = {
        "musivid/__init__.py",
        "musivid/models/pocket/painter.safetensors",
        "musivid/configs/video/dream.yaml",
        "musivid-9.8.7.dist-info/METADATA",
    }
    _archives(checkout, tmp_path / "whole", sdist=kept, wheel=installed)
    assert archive_faults(checkout, tmp_path / "whole") == []
    (checkout / "junk.mp4").write_text("")
    _archives(
        checkout,
        tmp_path / "odd",
        sdist=(kept | {"junk.mp4"}) - {"CITATION.cff"},
        wheel=(installed | {"tests/test_x.py"}) - {"musivid/models/pocket/painter.safetensors"},
    )
    faults = "\n".join(archive_faults(checkout, tmp_path / "odd"))
    assert "tar.gz lacks CITATION.cff" in faults
    assert "tar.gz should not hold junk.mp4" in faults
    assert "whl lacks musivid/models/pocket/painter.safetensors" in faults
    assert "whl should not hold tests/test_x.py" in faults
