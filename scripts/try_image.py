"""Run the steps of the Dockerfile where there is no docker, and then the program as its user.

    sudo python scripts/try_image.py SONG [musivid's options ...]

Every stage is an overlay on this machine's own files, into which nothing is written, so this shows
that the steps work and that the program runs as the image's user. It does not show that the base
image holds what the steps need. Linux and root are needed, and 12 GB under TMPDIR.
"""

from __future__ import annotations

import copy
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_INSIDE = "MUSIVID_TRY_IMAGE"  # the scratch folder, told to the process with its own mounts
_BOUND = ("proc", "dev", "sys", "etc/resolv.conf", "etc/hosts")


@dataclass(slots=True)
class Stage:
    """A stage of the image while it is built; `merged` is its root."""

    merged: Path
    env: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"
    start: list[str] = field(default_factory=list)

    def run(self, command: Sequence[str]) -> None:
        """Run a command in the stage, as its user, in its folder."""
        env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        moved = ["sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command]
        chroot = ["chroot", f"--userspec={self.user}", str(self.merged), *moved]
        subprocess.run(chroot, check=True, env=env | self.env)

    def path(self, name: str) -> Path:
        """Where a path of the stage is outside of it."""
        return self.merged / os.path.normpath(os.path.join(self.folder, name)).lstrip("/")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction of a Dockerfile with its argument; continued lines are joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, argument = line.strip().partition(" ")
            yield name.upper(), argument.strip()


def options(argument: str) -> tuple[dict[str, str], str]:
    """The leading `--name=value` of an instruction, and what is left."""
    found: dict[str, str] = {}
    while match := re.match(r"--([a-z]+)=(\S+)\s+", argument):
        found[match[1]], argument = match[2], argument[match.end() :]
    return found, argument


def build(root: Path, scratch: Path, arguments: dict[str, str]) -> Stage:
    """Carry out the Dockerfile of a checkout and return its last stage."""
    stages: dict[str, Stage] = {}
    stage = None
    for name, argument in instructions((root / "Dockerfile").read_text("utf-8")):
        print(f"{name} {argument[:110]}", file=sys.stderr)
        if name == "ARG":
            key, _, default = argument.partition("=")
            arguments.setdefault(key, default)
        elif name == "FROM":
            words = re.sub(r"\$\{(\w+)\}", lambda m: arguments[m[1]], argument).split()
            # A stage on top of another one goes on in its files, with an environment of its own.
            below = stages.get(words[0])
            stage = copy.deepcopy(below) if below else _mount(scratch / f"stage{len(stages)}")
            stages[words[-1] if len(words) == 3 else ""] = stage
        elif stage is not None:
            _step(stage, name, argument, root, stages)
    assert stage is not None, "the Dockerfile has no FROM"
    return stage


def _mount(folder: Path) -> Stage:
    """A stage on top of this machine."""
    for part in ("upper", "work", "merged"):
        (folder / part).mkdir(parents=True)
    places = f"lowerdir=/,upperdir={folder / 'upper'},workdir={folder / 'work'}"
    merged = folder / "merged"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", places, merged], check=True)
    for bound in _BOUND:
        if Path("/", bound).exists():
            subprocess.run(["mount", "--rbind", f"/{bound}", merged / bound], check=True)
    return Stage(merged)


def _step(stage: Stage, name: str, argument: str, root: Path, stages: dict[str, Stage]) -> None:
    given, rest = options(argument)
    if name == "RUN":
        bound = dict(item.split("=") for item in given.get("mount", "").split(",") if item)
        if bound:
            source = stages[bound["from"]].path(bound["source"])
            shutil.copytree(source, stage.path(bound["target"]))
        stage.run(["sh", "-c", rest])
        if bound:
            shutil.rmtree(stage.path(bound["target"]))
    elif name == "COPY":
        *sources, target = rest.split()
        for part in sources:
            found = stages[given["from"]].path(part) if "from" in given else root / part
            place = stage.path(target)
            place = place / found.name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", "--reflink=auto", found, place], check=True)
    elif name == "ENV":
        for pair in shlex.split(argument):
            key, _, value = pair.partition("=")
            stage.env[key] = value.replace("$PATH", os.environ["PATH"])
    elif name == "WORKDIR":
        stage.folder = argument
        stage.path(".").mkdir(parents=True, exist_ok=True)
    elif name == "USER":
        stage.user = argument
    elif name == "ENTRYPOINT":
        stage.start = [word.strip('" ') for word in argument.strip("[]").split(",")]


def try_image(scratch: Path, song: str, flags: Sequence[str]) -> None:
    """Build the image's stages in a folder and make a film of a song in the last one."""
    stage = build(Path(__file__).resolve().parent.parent, scratch, {})
    # Where the machine's Python lives in root's home, the image's user may pass through it.
    stage.path("/root").chmod(0o711)
    shutil.copy(song, stage.path("song.mp3"))
    for typed in (["--version"], ["doctor"], ["video", "song.mp3", *flags]):
        stage.run([*stage.start, *typed])
    made = stage.path("song.mp4").stat()
    print(f"song.mp4: {made.st_size} bytes, owned by {made.st_uid}")


def main(*words: str) -> int:
    """Do it in a process with mounts of its own; when that has ended, no mount is left."""
    if scratch := os.environ.pop(_INSIDE, ""):
        try_image(Path(scratch), words[0], words[1:])
        return 0
    with tempfile.TemporaryDirectory(prefix="musivid-image.") as made:
        Path(made).chmod(0o755)
        inside = ["unshare", "--mount", "--propagation=private", sys.executable, __file__, *words]
        return subprocess.run(inside, env=os.environ | {_INSIDE: made}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
