"""What frames and notes depend on of the machine: for recipes, and where machines meet."""

from __future__ import annotations

import functools
import hashlib
from importlib import metadata

from musivid.core.device import device_model
from musivid.media.codecs import ENCODER_THREADS
from musivid.media.ffmpeg import ffmpeg_version
from musivid.media.lyrics.face import font_files
from musivid.weights.session import Session

__all__ = ["film_machine", "machine_facts"]

# What hears, sees and computes: another version may round otherwise.
_LIBRARIES = ("torch", "numpy", "scipy", "librosa", "av", "soundfile", "soxr")
_PUBLISHED = ("diffusers", "transformers")
_PICTURES = "opencv-python-headless"
# How scenes are drawn: another word where the frames of the same film have become others, so that
# no film is begun in one way and ended in the other.
_DRAWN = "coded"


def machine_facts(session: Session | None) -> dict[str, str]:
    """What all results depend on: device, format, threads, libraries; None: no network is used."""
    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    if session is None:
        return {name: libraries[name] for name in _LIBRARIES if name != "torch"}
    return {
        "device": session.device.type,
        "device model": device_model(session.device),
        "dtype": str(session.dtype),
        "threads": str(session.threads),
        **libraries,
    }


def film_machine(
    session: Session | None, *, drawn: bool = False, worded: bool = False, published: bool = False
) -> dict[str, str]:
    """What a film's frames depend on of the machine, by what people call it.

    Args:
        session: device and models; None: no network is used.
        drawn: whether scenes are drawn, by kernels that are compiled here.
        worded: whether words are written with fonts.
        published: whether published pipelines paint.
    """
    return {
        **machine_facts(session),
        "encoder": ffmpeg_version(),
        "encoder threads": str(ENCODER_THREADS),
        "opencv": metadata.version(_PICTURES),
        **(_kernels() if drawn else {}),
        **({name: metadata.version(name) for name in _PUBLISHED} if published else {}),
        **({"fonts": _fonts()} if worded else {}),
    }


def _kernels() -> dict[str, str]:
    from musivid.living.kernels import baseline

    found = {"kernels" if name == "cpu" else name: value for name, value in baseline().items()}
    return {**found, "kernels": f"{found['kernels']}, {_DRAWN}"}


@functools.cache
def _fonts() -> str:
    """A short hash of the fonts that letters may be taken from: their names and sizes."""
    files = sorted((path.name, path.stat().st_size) for path in font_files())
    return hashlib.sha256(repr(files).encode()).hexdigest()[:12]
