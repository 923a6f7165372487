"""No line of any script or shape leaves the picture, whichever way it is written."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from living_fixtures import made_music
from written import LINES

from musivid.core.timeline import Cue
from musivid.living.canvas import new_planes
from musivid.living.lettering.lyrics import LyricsOverlay
from musivid.living.scene import Backdrop, Zone
from musivid.media.frames import read_frames
from musivid.media.lyrics.ass import cues_to_ass
from musivid.media.lyrics.face import Face, display_fonts
from musivid.media.sink import FrameSink

FACE = Face(display_fonts())
MUSIC = made_music()
ZONES = (Zone(), Zone("right", 0.7), Zone("middle", 0.9, firm=True), Zone("left", 0.5, start=0.9))
SIZES = [(320, 180), (180, 320), (256, 256)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("style", ["rise", "karaoke", "punch", "type", "subtitle"])
def test_words_that_light_up_stay_inside(size: tuple[int, int], style: Any) -> None:
    margin = max(1, round(min(size) * 0.015))
    for number, (kind, text) in enumerate(LINES.items()):
        overlay = LyricsOverlay([(1.0, 5.0, text)], FACE, size, style=style)
        zone = ZONES[number % len(ZONES)]
        shown = 0.0
        for frame in (45, 60, 90):
            planes = new_planes(size)
            overlay(planes, MUSIC.at(frame), Backdrop(zone, (0.5, 0.5, 0.5)))
            shown = max(shown, float(planes.max()))
            planes[:, margin:-margin, margin:-margin] = 0
            assert planes.max() < 0.3, f"{kind}: a letter touches the border"
        assert shown > 0.5, f"{kind}: nothing is written"


@pytest.mark.parametrize("size", SIZES)
def test_subtitles_stay_inside(tmp_path: Path, size: tuple[int, int]) -> None:
    texts = [FACE.without_boxes(text)[0] for text in LINES.values()]
    cues = [Cue(float(n), n + 1.0, text) for n, text in enumerate(texts)]
    path = tmp_path / "l.ass"
    path.write_text(cues_to_ass(cues, size))
    grey = np.full((size[1], size[0], 3), 90, np.uint8)
    film = tmp_path / "o.mp4"
    with FrameSink(film, size=size, fps=Fraction(2), crf=4, subtitles=path) as sink:
        for _ in range(2 * len(cues)):
            sink.write(grey)
    margin = max(1, round(min(size) * 0.02))
    frames = [frame.astype(int) for _, frame in read_frames(film)]
    for kind, frame in zip(LINES, frames[1::2], strict=True):
        drawn = np.abs(frame - 90).max(2) > 60
        assert drawn.any(), f"{kind}: nothing is written"
        drawn[margin:-margin, margin:-margin] = False
        assert not drawn.any(), f"{kind}: a letter touches the border"


def test_emoji_without_a_font_are_left_out_and_named() -> None:
    text, lacking = FACE.without_boxes("love \U0001f9ff\u200d\U0001fae8 you")
    if lacking:  # else a font here draws them
        assert text == "love you" and lacking.startswith("\U0001f9ff")
    assert FACE.without_boxes("la 1, 2") == ("la 1, 2", "")
