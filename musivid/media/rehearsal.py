"""The last step of a film tried before the first: one picture is joined with the real sound.

What cannot be brought together is told in a moment, and not when hours of pictures are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from musivid.core.errors import EncodeError, OutputError
from musivid.core.storage import temporary_folder
from musivid.media.audio import probe_audio
from musivid.media.codecs import codec_for
from musivid.media.join import join_sample
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound

__all__ = ["rehearse"]

_SIZE = 64, 64  # of the picture: what is joined does not depend on it


def rehearse(
    out: Path,
    sound: Sound,
    *,
    fps: Fraction,
    codec: str = "auto",
    metadata: Mapping[str, object] | None = None,
) -> Sound:
    """Join a picture with the beginning of the sound where the film will be; it is removed again.

    Args:
        out: the film.
        sound: that will go with it.
        fps: the film's rate.
        codec: of its picture, as in `codecs.CODECS`.
        metadata: the film's tags.

    Returns:
        the sound as it can be brought in: encoded, where it may be and cannot be copied.

    Raises:
        OutputError: the folder cannot be made, or such names are not possible there.
        EncodeError: ffmpeg cannot join them.
        InputError: the sound cannot be read.
    """
    import numpy as np

    chosen = codec_for(out, codec)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(out) as folder:
            part, film = folder / f"part{chosen.part}", folder / f"film{out.suffix}"
            with FrameSink(part, size=_SIZE, fps=fps, codec=chosen.name) as sink:
                sink.write(np.zeros((*_SIZE, 3), np.uint8))
            try:
                join_sample(part, film, fps=fps, sound=sound, metadata=metadata)
            except EncodeError:
                if sound.codec != "auto":
                    raise
                sound = replace(sound, codec="encode")
                join_sample(part, film, fps=fps, sound=sound, metadata=metadata)
            probe_audio(film, least_s=0.0)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written: {error.strerror or error}",
            hint="Choose another place or a shorter name with -o.",
        ) from None
    return sound
