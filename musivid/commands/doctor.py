"""`musivid doctor`: whether this machine has what musivid needs, and the block for `--version`."""

from __future__ import annotations

import functools
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from musivid import __version__
from musivid.commands.options import Device, Json
from musivid.core.errors import MissingError, MusividError
from musivid.core.machine import cpu_name
from musivid.core.outputs import free_bytes
from musivid.media.kinds import KINDS

__all__ = ["Check", "doctor", "version_block"]

_PYTHONS = ((3, 11), (3, 12))
_PACKAGES = (
    "torch",
    "numpy",
    "scipy",
    "librosa",
    "miditoolkit",
    "av",
    "ffmpeg-python",
    "imageio-ffmpeg",
    "opencv-python-headless",
    "safetensors",
    "pydantic",
    "pyyaml",
    "typer",
    "rich",
)
# Loaded only when a published model, or a setting of one, asks for it.
_FOR_PUBLISHED = {
    "torchvision": "CLIP of OpenAI",
    "open_clip_torch": "CLIP of OpenAI",
    "taming-transformers-rom1504": "published VQGANs",
    "torchaudio": "Wav2CLIP, LP-MusicCaps and separators",
    "wav2clip": "Wav2CLIP",
    "kornia": "augmented cut-outs",
    "pytorch-optimizer": "the optimisers DiffGrad and AdamP",
    "diffusers": "Kandinsky and other pipelines that paint",
    "transformers": "Kandinsky and other pipelines that paint",
    "huggingface_hub": "pipelines by hub id",
    "accelerate": "bgm train on several devices",
}
_ENCODERS = ("libx264", "aac")
_FILTERS = ("ass",)
_LEAST_FREE_MB = 500  # for a short video and its parts


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `advice` is what to do if it is not well."""

    name: str
    well: bool
    found: str
    advice: str = ""


def version_block() -> str:
    """Versions of musivid and of what it stands on, for a report; imports nothing heavy."""
    lines = [
        ("musivid", __version__),
        ("python", platform.python_version()),
        ("system", platform.platform()),
        ("cpu", f"{cpu_name()}, {os.cpu_count()} cores"),
        ("ffmpeg", _ffmpeg_name()),
    ] + [(name, _version(name)) for name in (*_PACKAGES, *_FOR_PUBLISHED)]
    return "\n".join(f"{name:<27} {value}" for name, value in lines)


def doctor(device: Device = "auto", as_json: Json = False) -> None:
    """Check Python, libraries, ffmpeg, weights, device, folders and disk."""
    from musivid.commands.console import print_json, print_table

    checks = list(_checks(device))
    if as_json:
        print_json(
            {
                "well": all(c.well for c in checks),
                "checks": [
                    {"name": c.name, "well": c.well, "found": c.found, "advice": c.advice}
                    for c in checks
                ],
            }
        )
    else:
        rows = [[c.name, "ok" if c.well else "MISSING", c.found] for c in checks]
        print_table("Doctor", ["what", "state", "found"], rows)
    if ill := [c for c in checks if not c.well]:
        raise MissingError(
            f"not well: {', '.join(c.name for c in ill)}",
            hint="\n".join(f"{c.name}: {c.advice}" for c in ill),
        )


def _checks(device: str) -> Iterator[Check]:
    version = sys.version_info[:2]
    yield Check(
        "python", version in _PYTHONS, platform.python_version(), "Use Python 3.11 or 3.12."
    )
    yield from (_library(name) for name in _PACKAGES)
    yield from (_library(name, purpose) for name, purpose in _FOR_PUBLISHED.items())
    yield from _ffmpeg()
    yield from _weights()
    yield _tried("device", lambda: _describe_device(device))
    yield from _folders()
    yield from (Check(kind.name, True, kind.listed(), "") for kind in KINDS)
    free_mb = free_bytes(Path.cwd()) / 1e6
    yield Check(
        "disk",
        free_mb >= _LEAST_FREE_MB,
        f"{free_mb:.0f} MB free in {Path.cwd()}",
        f"Make {_LEAST_FREE_MB} MB of room, or work elsewhere.",
    )


def _tried(name: str, look: Callable[[], str]) -> Check:
    """A check that is well unless looking raises one of our errors."""
    try:
        return Check(name, True, look())
    except MusividError as error:
        return Check(
            name, False, error.problem, " ".join(filter(None, (error.hint, error.command)))
        )


def _library(name: str, purpose: str = "") -> Check:
    """Whether a library is there, and what for, if only some settings need it."""
    version = _version(name)
    found = f"{version}, for {purpose}" if purpose else version
    rest = f" Only {purpose} cannot do without it." if purpose else ""
    return Check(name, version != "missing", found, f"Install it: pip install {name}.{rest}")


def _ffmpeg() -> Iterator[Check]:
    from musivid.media.ffmpeg import ffmpeg_path, supported

    try:
        encoders, filters = supported("encoders"), supported("filters")
    except MusividError as error:
        yield Check("ffmpeg", False, error.problem, "Install it: pip install imageio-ffmpeg")
        return
    yield Check("ffmpeg", True, str(ffmpeg_path()))
    missing = [n for n in _ENCODERS if n not in encoders] + [
        n for n in _FILTERS if n not in filters
    ]
    yield Check(
        "encoders",
        not missing,
        "libx264, aac, libass" if not missing else f"without {', '.join(missing)}",
        "Unset IMAGEIO_FFMPEG_EXE, or point it to an ffmpeg that has them.",
    )


def _weights() -> Iterator[Check]:
    from musivid.weights.registry import model_specs

    for spec in model_specs().values():
        if spec.name.startswith("pocket-"):
            yield _tried(spec.name, functools.partial(_found_at, spec.name))


def _found_at(model: str) -> str:
    from musivid.weights.names import find_file

    return str(find_file(model))


def _describe_device(name: str) -> str:
    from musivid.core.device import build_told, choose_device, choose_dtype

    device = choose_device(name)
    return f"{device}, {str(choose_dtype(device)).removeprefix('torch.')}; {build_told()}"


def _folders() -> Iterator[Check]:
    from musivid.core.paths import cache_folder
    from musivid.weights.registry import models_folder

    for name, folder in (("model folder", models_folder()), ("cache", cache_folder())):
        above = next(p for p in (folder, *folder.parents) if os.path.exists(p))
        yield Check(
            name,
            os.access(above, os.W_OK),
            str(folder),
            f"Make {above} writable, or set MUSIVID_MODELS, XDG_CACHE_HOME.",
        )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def _ffmpeg_name() -> str:
    """File name of the ffmpeg executable, which tells its version."""
    import imageio_ffmpeg

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe()).name
    except RuntimeError:
        return "missing"
