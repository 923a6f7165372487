"""What must hold of a commit and of its archives before they are published; for release.sh.

`release_checks.py tree` prints the version; `release_checks.py dist` looks into what was built.
Both list every fault on stderr and leave with status 1 if there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

_SHIPPED = ("configs/", "models/")  # beside the package itself; `force-include` in pyproject.toml
_WEIGHTS = "musivid/models/pocket/"


def tree_faults(root: Path) -> tuple[str, list[str]]:
    """The version of a checkout, and why it cannot be released."""
    version = str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    stated = {
        "musivid/__init__.py": rf'^__version__ = "{re.escape(version)}"$',
        "CITATION.cff": rf"^version: {re.escape(version)}$",
        "CHANGELOG.md": rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$",
    }
    faults = [
        f"{name} does not state version {version} of pyproject.toml"
        for name, pattern in stated.items()
        if not re.search(pattern, (root / name).read_text("utf-8"), re.MULTILINE)
    ]
    if left := _unreleased((root / "CHANGELOG.md").read_text("utf-8")):
        faults.append(f"CHANGELOG.md has {left} lines under Unreleased; move them to {version}")
    if changed := _git(root, "status", "--porcelain"):
        faults.append(f"the tree is not clean: {', '.join(line[3:] for line in changed[:5])}")
    return version, faults


def archive_faults(root: Path, folder: Path) -> list[str]:
    """What is missing from the sdist and the wheel in a folder, or should not be in them."""
    tracked = set(_git(root, "ls-files"))
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    with tarfile.open(sdist) as archive:
        packed = {m.name.partition("/")[2] for m in archive.getmembers() if m.isfile()}
    with zipfile.ZipFile(wheel) as archive:
        installed = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {name for name in tracked if name.startswith("musivid/")}
    wanted |= {f"musivid/{name}" for name in tracked if name.startswith(_SHIPPED)}
    assert any(name.startswith(_WEIGHTS) for name in wanted), "the pocket weights are not tracked"
    return [
        *_told(sdist, "lacks", tracked - packed),
        *_told(sdist, "should not hold", packed - tracked - {"PKG-INFO"}),
        *_told(wheel, "lacks", wanted - installed),
        *_told(wheel, "should not hold", installed - wanted),
    ]


def _told(archive: Path, verb: str, names: Iterable[str]) -> list[str]:
    return [f"{archive.name} {verb} {name}" for name in sorted(names)]


def _unreleased(changelog: str) -> int:
    """How many entries stand under Unreleased."""
    section = changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]
    return sum(line.startswith("- ") for line in section.splitlines())


def _git(root: Path, *arguments: str) -> list[str]:
    told = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return told.stdout.splitlines()


def main(what: str) -> int:
    """Check the working folder, or `dist` in it; faults are listed on stderr."""
    root = Path.cwd()
    if what == "tree":
        version, faults = tree_faults(root)
        print(version)
    else:
        faults = archive_faults(root, root / what)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
