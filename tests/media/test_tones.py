"""HDR shown plainly: grey cards and white paper of PQ and HLG come out as BT.2408 has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_fixtures import write_hdr, write_video

from musivid.analysis.motion import read_motion
from musivid.media.frames import probe_video, read_frames, read_pictures
from musivid.media.tones import tone_mapped
from musivid.pipeline.combine import make_combined, plan_combine
from musivid.settings.combine import CombinePreset

# Signals of BT.2408, table 1: a grey card, and paper in diffuse light.
GREY, PAPER = {"pq": 0.38, "hlg": 0.38}, {"pq": 0.58, "hlg": 0.75}
GREY_SHOWN = 108  # 42.5 % of 255


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_grey_card_and_paper(tmp_path: Path, transfer: str) -> None:
    clip = write_hdr(tmp_path / "clip.mp4", transfer, [GREY[transfer], PAPER[transfer], 0.0, 1.0])
    assert probe_video(clip).hdr == transfer
    seen = [int(frame[20, 30].mean()) for _, frame in read_frames(clip)]
    assert abs(seen[0] - GREY_SHOWN) <= 2
    assert 215 <= seen[1] <= 235  # room for what shines is left above paper
    assert seen[2] <= 1 and seen[3] >= 254
    small = [frame for _, frame in read_frames(clip, (16, 12))]
    assert small[0].shape == (12, 16, 3) and abs(int(small[0][5, 5, 0]) - GREY_SHOWN) <= 2


def test_both_show_the_same_light(tmp_path: Path) -> None:
    shown = [
        next(frame[9, 9] for _, frame in read_frames(write_hdr(tmp_path / f"{k}.mp4", k, [v[k]])))
        for v in (GREY, PAPER)
        for k in ("pq", "hlg")
    ]
    assert np.abs(shown[0].astype(int) - shown[1]).max() <= 1
    assert np.abs(shown[2].astype(int) - shown[3]).max() <= 1


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_planes_are_plain_luma(tmp_path: Path, transfer: str) -> None:
    clip = write_hdr(tmp_path / "clip.mp4", transfer, [GREY[transfer]])
    luma, *chroma = next(iter(read_pictures(clip))).planes()
    assert luma.dtype == np.uint8 and abs(int(luma[20, 30]) - (16 + GREY_SHOWN * 219 / 255)) <= 2
    assert all(abs(int(plane[5, 5]) - 128) <= 1 for plane in chroma)


def test_turned_and_untagged_matrix(tmp_path: Path) -> None:
    clip = write_hdr(tmp_path / "clip.mkv", "pq", [GREY["pq"]], matrix=2)
    assert abs(int(next(read_frames(clip))[1][4, 4, 0]) - GREY_SHOWN) <= 2


def test_colours_keep_their_hue() -> None:
    codes = np.zeros((2, 2, 3), np.uint16)
    codes[..., 0] = round(0.75 * 65535)  # a red light that no plain screen has
    red = tone_mapped(codes, "pq")[0, 0]
    assert red[0] > 240 and red[1] == red[2] == 0
    assert (tone_mapped(np.full((3, 3, 3), 30000, np.uint16), "hlg", 1).std(axis=2) == 0).all()


def test_brighter_is_brighter() -> None:
    ramp = np.linspace(0, 65535, 512).astype(np.uint16)
    codes = np.repeat(ramp[None, :, None], 3, 2)
    for transfer in ("pq", "hlg"):
        shown = tone_mapped(codes, transfer)[0, :, 1].astype(int)  # type: ignore[arg-type]
        assert (np.diff(shown) >= 0).all() and np.diff(shown).max() <= 3


def test_combine_mixes_hdr_with_plain_parts(tmp_path: Path) -> None:
    bright = write_hdr(tmp_path / "bright.mp4", "hlg", [GREY["hlg"]] * 5)
    plain, out = write_video(tmp_path / "plain.mp4", 5), tmp_path / "out.mp4"
    plan = plan_combine([bright, plain], out)
    assert any("colours" in text and "bright.mp4" in text for text in plan.warnings)
    make_combined(plan)
    frames = [frame for _, frame in read_frames(out)]
    assert len(frames) == 10 and abs(int(frames[2][20, 30].mean()) - GREY_SHOWN) <= 3
    assert probe_video(out).hdr is None


def test_combine_copies_hdr_as_it_is(tmp_path: Path) -> None:
    parts = [write_hdr(tmp_path / f"{k}.mp4", "pq", [GREY["pq"]] * 3) for k in range(2)]
    plan = plan_combine(parts, tmp_path / "out.mp4")
    assert not plan.reasons and not plan.warnings
    make_combined(plan)
    assert probe_video(tmp_path / "out.mp4").hdr == "pq"
    again: Any = plan_combine(
        parts, tmp_path / "again.mp4", preset=CombinePreset.model_validate({"reencode": True})
    )
    assert len(again.warnings) == 1


def test_bgm_sees_a_film_as_people_do(tmp_path: Path) -> None:
    grey = [0.0] * 12 + [PAPER["pq"]] * 12
    film = read_motion(write_hdr(tmp_path / "film.mp4", "pq", grey))
    assert list(film.cuts_s) == pytest.approx([0.48], abs=0.05)
