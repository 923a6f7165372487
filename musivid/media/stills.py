"""Films of PNGs as files of their own: the packets are the pictures, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from musivid.core.errors import EncodeError
from musivid.media.containers import open_media, read_packets

__all__ = ["write_stills"]


def write_stills(films: Sequence[Path], folder: Path, name: str) -> int:
    """Write each picture of some films, one after the other, and say how many there are.

    Args:
        films: coded as PNG.
        folder: where they go.
        name: of each, with a place for its number: `frame_{:06d}.png`.

    Raises:
        EncodeError: a film is cut off.
    """
    count = 0
    for film in films:
        with open_media(film, "pictures") as container:
            for packet in read_packets(container, container.streams.video[:1]):
                if packet is None:
                    raise EncodeError(f"{film} is cut off", hint="Give --force to make it again.")
                if packet.size:
                    (folder / name.format(count)).write_bytes(bytes(packet))
                    count += 1
    return count
