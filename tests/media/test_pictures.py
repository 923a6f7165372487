"""Picture files of any kind, and how they are brought into the frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from musivid.core.errors import InputError
from musivid.media.pictures import check_picture, fit_picture, read_picture, save_picture


@pytest.fixture
def ramp() -> np.ndarray:
    """Red grows to the right, green downwards: uint8 [40, 60, 3]."""
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[..., 0] = np.linspace(0, 255, 60)[None]
    picture[..., 1] = np.linspace(0, 255, 40)[:, None]
    return picture


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_common_files_come_back(tmp_path: Path, ramp: np.ndarray, suffix: str) -> None:
    path = tmp_path / f"picture{suffix}"
    Image.fromarray(ramp).save(path)
    seen = read_picture(path, (60, 40))
    assert seen.shape == ramp.shape and seen.dtype == np.uint8
    assert np.abs(seen.astype(int) - ramp).mean() < (0.01 if suffix in (".png", ".bmp") else 6)


def test_transparent_pixels_lie_on_black(tmp_path: Path) -> None:
    pixels = np.full((8, 8, 4), 200, np.uint8)
    pixels[:4, :, 3], pixels[4:, :, 3] = 0, 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    seen = read_picture(tmp_path / "a.png", (8, 8))
    assert (seen[:4] == 0).all() and (seen[4:] == 200).all()
    Image.fromarray(pixels).quantize(8).save(tmp_path / "p.png", transparency=0)
    assert read_picture(tmp_path / "p.png", (8, 8)).shape == (8, 8, 3)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (20, 20), (0, 255, 255, 0)).save(tmp_path / "red.jpg", quality=95)
    red, green, blue = read_picture(tmp_path / "red.jpg", (20, 20))[10, 10]
    assert red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize(("turn", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (0, 1)), (8, (1, 0))])
def test_photographs_are_turned_upright(tmp_path: Path, turn: int, corner: tuple[int, int]) -> None:
    pixels = np.zeros((30, 60, 3), np.uint8)
    pixels[:10, :10] = 255
    exif = Image.Exif()
    exif[0x0112] = turn
    Image.fromarray(pixels).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    seen = read_picture(tmp_path / "photo.jpg", (400, 400))
    assert seen.shape[:2] == ((60, 30) if turn in (6, 8) else (30, 60))
    row, column = (-3 if side else 3 for side in corner)
    assert seen[row, column].mean() > 200


def test_sixteen_bits_and_floats_are_scaled(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    Image.fromarray(values).save(tmp_path / "deep.png")
    seen = read_picture(tmp_path / "deep.png", (8, 8))[..., 0]
    assert np.abs(seen.astype(float).ravel() - np.linspace(0, 255, 64)).max() <= 1
    Image.fromarray(np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)).save(tmp_path / "f.tif")
    assert read_picture(tmp_path / "f.tif", (8, 8)).max() == 255


def test_a_huge_picture_is_read_small(tmp_path: Path) -> None:
    Image.new("L", (20_000, 300), 90).save(tmp_path / "wide.png")
    seen = read_picture(tmp_path / "wide.png", (64, 64))
    assert seen.shape == (64, 4267, 3) and (seen == 90).all()
    assert check_picture(tmp_path / "wide.png")[0] > 4000


def test_more_pixels_than_can_be_held_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musivid.media.pictures._MOST_PIXELS", 100)
    Image.new("RGB", (20, 20)).save(tmp_path / "big.png")
    with pytest.raises(InputError, match="20x20"):
        check_picture(tmp_path / "big.png")


@pytest.mark.parametrize("damage", ["text", "cut", "empty", "folder"])
def test_what_cannot_be_read_is_named(tmp_path: Path, ramp: np.ndarray, damage: str) -> None:
    path = tmp_path / "bad.png"
    if damage == "folder":
        path.mkdir()
    else:
        Image.fromarray(ramp).save(path)
        whole = path.read_bytes()
        path.write_bytes({"text": b"hello", "cut": whole[: len(whole) // 2], "empty": b""}[damage])
    with pytest.raises(InputError, match=r"artwork .*bad\.png cannot be read as a picture"):
        check_picture(path, "artwork")


@pytest.mark.parametrize("size", [(64, 64), (128, 32), (32, 128), (60, 40)])
@pytest.mark.parametrize("fit", ["crop", "pad", "fit", "stretch"])
def test_every_fit_fills_every_frame(ramp: np.ndarray, size: tuple[int, int], fit: str) -> None:
    framed = fit_picture(ramp, size, fit)
    assert framed.shape == (size[1], size[0], 3) and framed.dtype == np.uint8


def test_fits_differ_as_they_say(ramp: np.ndarray) -> None:
    white = np.full((40, 60, 3), 255, np.uint8)
    assert (fit_picture(white, (64, 64), "crop") == 255).all()
    padded = fit_picture(white, (64, 64), "pad")
    assert (padded[0] == 0).all() and (padded[32] == 255).all()
    blurred = fit_picture(white, (64, 64), "fit")
    assert 100 < blurred[0].mean() < 255 and (blurred[32] == 255).all()
    bent = fit_picture(ramp, (64, 64), "stretch")
    cropped = fit_picture(ramp, (64, 64), "crop")
    assert bent[32, 1, 0] < 12 < cropped[32, 1, 0]  # the left edge is cut off


def test_what_is_saved_is_read(tmp_path: Path, ramp: np.ndarray) -> None:
    save_picture(tmp_path / "a.png", ramp)
    assert np.array_equal(read_picture(tmp_path / "a.png", (60, 40)), ramp)
