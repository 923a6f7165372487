"""Picture files of any kind, and how they are brought into the frame."""

from __future__ import annotations

import os
import subprocess
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
    Image.new("P", (16_000, 16_000)).save(tmp_path / "big.gif")
    with pytest.raises(InputError, match=r"big\.gif claims 256 megapixels; 100 are read") as told:
        check_picture(tmp_path / "big.gif")
    assert "MUSIVID_MAX_MEGAPIXELS=256" in told.value.hint
    monkeypatch.setenv("MUSIVID_MAX_MEGAPIXELS", "0.001")
    Image.new("RGB", (40, 40)).save(tmp_path / "small.png")
    with pytest.raises(InputError, match=r"0\.0016 megapixels"):
        check_picture(tmp_path / "small.png")


def test_a_progressive_photo_is_held_whole(tmp_path: Path) -> None:
    for progressive in (False, True):
        path = tmp_path / f"{progressive}.jpg"
        Image.new("L", (14_000, 14_000)).save(path, progressive=progressive)
    assert check_picture(tmp_path / "False.jpg")[0] < 2000
    with pytest.raises(InputError, match="196 megapixels"):
        check_picture(tmp_path / "True.jpg")


def test_no_program_is_started_on_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    for name in ("Popen", "check_call", "run"):
        monkeypatch.setattr(subprocess, name, start)
    monkeypatch.setattr(os, "system", start)
    lines = (
        "%!PS-Adobe-3.0 EPSF-3.0",
        "%%BoundingBox: 0 0 9 9",
        "%%EndComments",
        "showpage",
        "%%EOF",
    )
    path = tmp_path / "cover.png"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=r"cover\.png cannot be read as a picture"):
        check_picture(path)


def test_deep_pictures_are_scaled_a_strip_at_a_time(tmp_path: Path) -> None:
    deep = np.arange(600 * 300, dtype=np.uint16).reshape(600, 300) % 60_000
    Image.fromarray(deep).save(tmp_path / "deep.png")
    seen = read_picture(tmp_path / "deep.png", None)
    assert (seen[..., 0] == np.rint(deep / 257.0)).all()


def test_a_whole_picture_has_a_size_that_can_be_held(tmp_path: Path) -> None:
    Image.new("L", (50_000, 1_000)).save(tmp_path / "long.png")
    height, width, _ = read_picture(tmp_path / "long.png", None).shape
    assert height * width <= 4096 * 4096 and abs(width / height - 50) < 1


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
