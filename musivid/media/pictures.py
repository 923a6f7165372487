"""Picture files of any kind, brought upright into the frame: alpha, CMYK, 16 bit, huge, turned."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from musivid.core.errors import InputError
from musivid.core.limits import PICTURE as PICTURE_LIMIT
from musivid.media.kinds import PICTURE
from musivid.media.labels import PNG_XMP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = [
    "Fit",
    "Picture",
    "check_picture",
    "fit_picture",
    "read_mark",
    "read_picture",
    "save_picture",
]

Picture: TypeAlias = "NDArray[np.uint8]"
Fit = Literal["crop", "pad", "fit", "stretch"]

# Those that Pillow itself decodes; of others, as EPS, it would start a program on the file.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "JPEG2000", "PPM", "TGA",
            "QOI", "PCX", "SGI")  # fmt: skip
_WHOLE = 4096 * 4096  # pixels of a whole picture that are handed on
_DRAFT = 4  # times as large may a JPEG be that is decoded small
_ROWS = 256  # of a deep picture that are scaled at a time
_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, AttributeError,
    OverflowError, RuntimeError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
_BACKGROUND = (0, 0, 0)  # behind transparent pixels
_BLUR_SHARE = 0.06  # of the frame's width: strong enough that borders are colour, not picture


def check_picture(path: Path | bytes, role: str = "picture") -> tuple[int, int]:
    """Its (width, height) as seen, after it was decoded once.

    Raises:
        InputError: it cannot be read as a picture, or is larger than is believed.
    """
    height, width = read_picture(path, (256, 256), role=role).shape[:2]
    return width, height


def read_picture(
    path: Path | bytes, cover: tuple[int, int] | None, *, role: str = "picture"
) -> Picture:
    """The file as RGB uint8 [h, w, 3], upright, just large enough to cover `cover` (or smaller).

    Transparent pixels lie on black; 16 bit and float values are scaled to 8 bit.

    Args:
        path: any file that Pillow reads, or its bytes; of an animation, its first frame.
        cover: (width, height) in pixels that will be needed at most; None: the whole picture, made
            smaller only where it has more than 4096 x 4096 pixels.
        role: what to call it in errors.

    Raises:
        InputError: it cannot be read as a picture, or is larger than is believed.
    """
    import numpy as np

    return np.asarray(_on_background(_upright(path, cover, role)), np.uint8)


def read_mark(path: Path, cover: tuple[int, int], *, role: str = "logo") -> Picture:
    """As `read_picture`, with its alpha: uint8 [h, w, 4]."""
    import numpy as np

    return np.asarray(_upright(path, cover, role).convert("RGBA"), np.uint8)


def _upright(path: Path | bytes, cover: tuple[int, int] | None, role: str) -> Image.Image:
    """The picture upright, 8 bit, RGB or RGBA, no larger than is needed."""
    from PIL import Image, ImageOps

    with _opened(path, role) as picture:
        whole = picture.width * picture.height
        # A plain JPEG is decoded small; all of any other is held before anything of it is shown.
        drafted = picture.format == "JPEG" and "progressive" not in picture.info
        _check_pixels(whole / _DRAFT if drafted else whole, path, role)
        sideways = picture.getexif().get(0x0112, 1) >= 5
        if cover is None:
            share = min(1.0, (_WHOLE / max(1, whole)) ** 0.5)
            wanted = max(1, int(picture.width * share)), max(1, int(picture.height * share))
        else:
            wanted = cover[::-1] if sideways else cover
        if drafted:
            picture.draft("RGB", wanted)  # at a half, a quarter, an eighth
            _check_pixels(picture.width * picture.height, path, role)
        scale = max(wanted[0] / picture.width, wanted[1] / picture.height)
        plain: Image.Image = _eight_bit(picture)
        if scale < 1:
            size = (max(1, round(plain.width * scale)), max(1, round(plain.height * scale)))
            plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        plain.info.update(picture.info)
        return ImageOps.exif_transpose(plain) if sideways or _turned(picture) else plain


def fit_picture(picture: Picture, size: tuple[int, int], fit: Fit) -> Picture:
    """The picture in a frame of `size`: uint8 [height, width, 3].

    Args:
        picture: uint8 [h, w, 3].
        size: (width, height).
        fit: crop fills the frame, pad leaves it whole between black borders, fit between blurred
            ones, stretch bends it.
    """
    import cv2
    import numpy as np

    width, height = size
    if fit == "stretch" or picture.shape[1::-1] == size:
        return _resized(picture, size)
    shares = width / picture.shape[1], height / picture.shape[0]
    if fit == "crop":
        return _middle(_resized(picture, _scaled(picture, max(shares))), size)
    whole = _resized(picture, _scaled(picture, min(shares)))
    frame: Any = np.zeros((height, width, 3), np.uint8)
    if fit == "fit":
        frame = cv2.GaussianBlur(fit_picture(picture, size, "crop"), (0, 0), _BLUR_SHARE * width)
        frame = cv2.convertScaleAbs(frame, alpha=0.7)
    inner_width, inner_height = min(whole.shape[1], width), min(whole.shape[0], height)
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    frame[top : top + inner_height, left : left + inner_width] = whole[:inner_height, :inner_width]
    return np.asarray(frame, np.uint8)


def save_picture(path: Path, picture: Picture, xmp: str = "") -> None:
    """Write uint8 [h, w, 3] RGB as PNG, or as JPEG by its name, whole or not at all.

    With XMP that says how it was made, where there is some.
    """
    import cv2

    from musivid.core.storage import write_atomic

    if xmp:
        write_atomic(path, _labelled(path, picture, xmp))
        return
    options = [cv2.IMWRITE_JPEG_QUALITY, 88] if path.suffix in (".jpg", ".jpeg") else []
    encoded = cv2.imencode(path.suffix, picture[..., ::-1], options)[1]
    write_atomic(path, encoded.tobytes())


def _labelled(path: Path, picture: Picture, xmp: str) -> bytes:
    """The bytes of a picture with XMP in it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    packed, file = Image.fromarray(picture), io.BytesIO()
    if path.suffix.lower() == ".png":
        notes = PngInfo()
        notes.add_itxt(PNG_XMP, xmp)
        packed.save(file, "PNG", pnginfo=notes)
    else:
        packed.save(file, "JPEG", quality=92, subsampling=0, xmp=xmp.encode())
    return file.getvalue()


@contextmanager
def _opened(path: Path | bytes, role: str) -> Iterator[Image.Image]:
    """The file as an open Pillow picture; whatever is wrong with it becomes an InputError."""
    from PIL import Image

    limit = Image.MAX_IMAGE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, and of a size that is checked here
            Image.MAX_IMAGE_PIXELS = None
            file = io.BytesIO(path) if isinstance(path, bytes) else path
            Image.init()
            known = [name for name in _FORMATS if name in Image.OPEN]
            with Image.open(file, formats=known) as picture:
                yield picture
    except _FAULTS as error:
        reason = str(error) or type(error).__name__
        if isinstance(path, Path):
            reason = "it is a folder" if path.is_dir() else reason.replace(str(path), "it")
        raise InputError(
            f"{_called(path, role)} cannot be read as a picture: {reason}",
            hint=f"Give a picture: {PICTURE.listed()}.",
        ) from None
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_pixels(count: float, path: Path | bytes, role: str) -> None:
    """Refuse to decode more pixels than are believed.

    Raises:
        InputError: there are more.
    """
    PICTURE_LIMIT.check(count / 1e6, _called(path, role))


def _called(path: Path | bytes, role: str) -> str:
    return role if isinstance(path, bytes) else f"{role} {path}"


def _turned(picture: Image.Image) -> bool:
    return picture.getexif().get(0x0112, 1) not in (0, 1)


def _eight_bit(picture: Image.Image) -> Image.Image:
    """The picture with 8 bits a channel, in RGB or RGBA."""
    import numpy as np
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        deep = np.asarray(picture)
        most = float(deep.max(initial=0))
        times, divisor = 1.0, 1.0
        if picture.mode == "F":
            times = 255.0 if most <= 1.0 else 1.0
        elif picture.mode != "I" or most > 255:
            divisor = 257.0
        grey = np.empty(deep.shape, np.uint8)
        for top in range(0, len(deep), _ROWS):  # eight times the memory for all of it at once
            rows = np.nan_to_num(deep[top : top + _ROWS].astype(float)) * times / divisor
            grey[top : top + _ROWS] = np.clip(np.rint(rows), 0, 255)
        return Image.fromarray(grey).convert("RGB")
    see_through = picture.mode in ("RGBA", "LA", "PA", "La") or "transparency" in picture.info
    return picture.convert("RGBA" if see_through else "RGB")


def _on_background(picture: Image.Image) -> Image.Image:
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    behind = Image.new("RGBA", picture.size, (*_BACKGROUND, 255))
    return Image.alpha_composite(behind, picture).convert("RGB")


def _scaled(picture: Picture, scale: float) -> tuple[int, int]:
    height, width = picture.shape[:2]
    return max(1, round(width * scale)), max(1, round(height * scale))


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    import cv2
    import numpy as np

    if picture.shape[1::-1] == size:
        return picture
    smaller = size[0] < picture.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _middle(picture: Picture, size: tuple[int, int]) -> Picture:
    """The middle of a picture that is at least about as large as `size`."""
    import numpy as np

    width, height = size
    left, top = (picture.shape[1] - width) // 2, (picture.shape[0] - height) // 2
    if left < 0 or top < 0:  # a pixel was rounded off
        return _resized(picture, size)
    return np.ascontiguousarray(picture[top : top + height, left : left + width])
