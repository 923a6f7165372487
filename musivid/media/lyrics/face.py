"""Words as masks: shaped by HarfBuzz in the first font that has all their letters."""

from __future__ import annotations

import importlib.util
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uharfbuzz as hb

from musivid.media.lyrics.breaking import clusters, is_emoji, is_wide

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Drawn", "Face", "display_fonts", "font_files", "fonts_folder", "left_out"]

_FONTS = Path(__file__).parents[2] / "living" / "fonts"
_FOLDERS = (  # in which systems keep fonts
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_BOX_EMS = 0.7  # width of what stands for a letter that no font has
_SUFFIXES = (".ttf", ".otf", ".ttc")
_TRIED_PX = 40  # size at which it is tried whether a letter has an outline


def fonts_folder() -> Path:
    """A folder with fonts that every machine has, as they come with matplotlib."""
    # Finding the package does not import it, which would take a second.
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.submodule_search_locations  # it is a dependency
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def left_out(emoji: str) -> str:
    """What to say of emoji that are not drawn, in no order twice."""
    shown = " ".join(dict.fromkeys(clusters(emoji)))
    return (
        f"no font here draws {shown[:40]}: left out of the picture. "
        "Install one that draws emoji in outlines, such as Noto Emoji."
    )


def display_fonts() -> list[Path]:
    """Font files in order of choice: the film's own, and one that is always there.

    For letters that both lack a `Face` looks through the fonts of the system.
    """
    return [_FONTS / "Outfit.ttf", fonts_folder() / "DejaVuSans-Bold.ttf"]


def font_files() -> list[Path]:
    """All font files that letters may be taken from, those of the system last."""
    return [*display_fonts(), *_system_files(_FOLDERS)]


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
    """Fonts in order of choice, and behind them those of the system."""

    def __init__(self, paths: Sequence[Path], weight: float = 600.0) -> None:
        """Open the fonts; `weight` counts where a font is variable."""
        self._fonts = [_open_font(str(path), weight) for path in paths]
        self._weight = weight

    def missing(self, text: str) -> str:
        """Letters of a text that no font has; marks are looked at with what they stand on."""
        found: list[str] = []
        for part in dict.fromkeys(clusters(text)):
            if part.isspace() or not self._shape(part)[2]:
                continue
            letters = (one for one in part if not unicodedata.category(one).startswith("M"))
            found += [one for one in letters if self._shape(one)[2]] or part
        return "".join(dict.fromkeys(found))

    def without_boxes(self, text: str) -> tuple[str, str]:
        """A text without the emoji that no font draws, and these."""
        if not any(map(is_emoji, text)):
            return text, ""
        parts = [(part, is_emoji(part[0]) and bool(self.missing(part))) for part in clusters(text)]
        kept = "".join(part for part, lacking in parts if not lacking)
        rows = (" ".join(row.split()) for row in kept.split("\n"))
        return "\n".join(filter(None, rows)), "".join(part for part, lacking in parts if lacking)

    def ems(self, text: str) -> tuple[float, bool]:
        """How wide a text is, in sizes of its letters, and whether the first font has it all."""
        font, buffer, lacking = self._shape(text)
        if lacking:  # another program may find a font: then signs are as wide as they are high
            return sum(1.0 if is_wide(letter) else _BOX_EMS for letter in text), False
        width = sum(place.x_advance for place in buffer.glyph_positions) / font.face.upem
        return width, font is self._fonts[0]

    @lru_cache(maxsize=1024)  # noqa: B019 - one face a film, let go with it
    def draw(self, text: str, size_px: int) -> Drawn:
        """A word at a size of `size_px` pixels an em."""
        import numpy as np

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
            shaped = _shaped(font, text)
            if best is None or shaped[2] < best[2]:
                best = shaped
            if not shaped[2]:
                break
        assert best is not None  # there is always the film's own font
        if best[2] and (other := _system_font(frozenset(text), self._weight)) is not None:
            shaped = _shaped(other, text)
            return shaped if shaped[2] < best[2] else best
        return best


def _shaped(font: Any, text: str) -> tuple[Any, Any, int]:
    """A font, the glyphs of a text in it, and how many letters it lacks."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return font, buffer, sum(info.codepoint == 0 for info in buffer.glyph_infos)


@lru_cache(maxsize=512)
def _system_font(letters: frozenset[str], weight: float) -> Any:
    """The first font of the system that has outlines for all letters; None: there is none."""
    wanted = [ord(letter) for letter in letters if not letter.isspace()]
    for path in _system_files(_FOLDERS):
        try:
            font = _open_font(str(path), weight)
        except (OSError, hb.HarfBuzzError):
            continue
        if all(_has_outline(font, code) for code in wanted):
            return font
    return None


def _has_outline(font: Any, code: int) -> bool:
    """Whether a font draws a letter: pictures in colours, as of emoji, have no outline."""
    glyph = font.get_nominal_glyph(code)
    if not glyph:
        return unicodedata.category(chr(code)) in ("Cf", "Mn")  # joiners need no glyph
    raster = hb.RasterDraw()
    scale = _TRIED_PX / font.face.upem
    raster.transform = (scale, 0, 0, scale, 0, 0)
    raster.draw_glyph(font, glyph)  # its extents would be those of a picture, too
    extents = raster.render().extents
    return bool(extents.width and extents.height)


@lru_cache(maxsize=4)
def _system_files(folders: tuple[str, ...]) -> tuple[Path, ...]:
    """Font files of the system: Noto's before others, bold ones before plain ones."""
    found = {
        path
        for folder in folders
        for place, _, names in os.walk(os.path.expanduser(folder))  # which passes over what is shut
        for path in (Path(place, name) for name in names)
        if path.suffix.lower() in _SUFFIXES
    }

    def rank(path: Path) -> tuple[bool, bool, str]:
        return not path.name.startswith("Noto"), "Bold" not in path.stem, str(path)

    return tuple(sorted(found, key=rank))


@lru_cache(maxsize=64)
def _open_font(path: str, weight: float) -> Any:
    font = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
    font.set_variations({"wght": weight})
    return font
