"""Words as masks: shaped by HarfBuzz in the first font that has all their letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from musivid.media.lyrics.ass import fonts_folder

__all__ = ["Drawn", "Face", "display_fonts"]

_FONTS = Path(__file__).parents[1] / "fonts"
_SYSTEM = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyhbd.ttc",
)


def display_fonts() -> list[Path]:
    """Font files in order of choice: the film's own, one that is always there, the system's."""
    always = fonts_folder() / "DejaVuSans-Bold.ttf"
    system = [Path(path) for path in _SYSTEM]
    return [_FONTS / "Outfit.ttf", always, *(path for path in system if path.is_file())]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A word as drawn.

    Attributes:
        mask: float32 [h, w], 0..1.
        advance: pixels to the next word, without the space.
        left: pixels from the pen to the mask's left.
        top: pixels from the base line to the mask's top; negative is up.
    """

    mask: NDArray[np.float32]
    advance: float
    left: int
    top: int


class Face:
    """Fonts in order of choice."""

    def __init__(self, paths: Sequence[Path], weight: float = 600.0) -> None:
        """Open the fonts; `weight` counts where a font is variable."""
        self._fonts = [_open_font(str(path), weight) for path in paths]

    def missing(self, text: str) -> str:
        """Letters of a text that no font has."""
        return "".join(
            letter
            for letter in dict.fromkeys(text)
            if not letter.isspace() and self._shape(letter)[2]
        )

    @lru_cache(maxsize=1024)  # noqa: B019 - one face a film, let go with it
    def draw(self, text: str, size_px: int) -> Drawn:
        """A word at a size of `size_px` pixels an em."""
        font, buffer, _ = self._shape(text)
        scale = size_px / font.face.upem
        raster, pen = hb.RasterDraw(), 0.0
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            at = pen + place.x_offset * scale, place.y_offset * scale
            raster.transform = (scale, 0, 0, scale, *at)
            raster.draw_glyph(font, info.codepoint)
            pen += place.x_advance * scale
        image = raster.render()
        extents = image.extents
        if not extents.width or not extents.height:
            return Drawn(np.zeros((1, 1), np.float32), pen, 0, 0)
        rows = np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride)
        mask = rows[::-1, : extents.width].astype(np.float32) / np.float32(255)
        return Drawn(mask, pen, extents.x_origin, -(extents.y_origin + extents.height))

    def _shape(self, text: str) -> tuple[Any, Any, int]:
        """The font that has most of a text, its glyphs, and how many letters it lacks."""
        best: tuple[Any, Any, int] | None = None
        for font in self._fonts:
            buffer = hb.Buffer()
            buffer.add_str(text)
            buffer.guess_segment_properties()
            hb.shape(font, buffer)
            lacking = sum(info.codepoint == 0 for info in buffer.glyph_infos)
            if best is None or lacking < best[2]:
                best = font, buffer, lacking
            if not lacking:
                break
        assert best is not None  # there is always the film's own font
        return best


@lru_cache(maxsize=16)
def _open_font(path: str, weight: float) -> Any:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
    font.set_variations({"wght": weight})
    return font
