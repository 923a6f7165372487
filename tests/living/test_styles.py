"""Every style over every look that sound alone may choose: something is drawn, in its form."""

from __future__ import annotations

import functools

import cv2
import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.developing import develop
from musivid.living.scene import Section
from musivid.living.scenes import scene_class
from musivid.living.world import read_world
from musivid.painting.looks import FINISHES, Finish

SIZE = (192, 108)
MUSIC = made_music()
LOOKS = [(look.scene, look.look) for look in read_world()]
# A few that are hard: pale, dark, foggy, or of one colour.
HARD = [("ink", "water"), ("camp", "night"), ("sea", "sunset"), ("threads", "paper")]
EMPTY = 4.0  # of luma, coarser than grain: what an empty sheet has
LIKE = 0.4  # how far what is drawn follows from the picture


@functools.cache
def picture(scene: str, look: str) -> np.ndarray:
    """A frame of a look while music plays."""
    made = scene_class(scene)(SIZE, look, seed=3)
    made.cue(Section.of(2.0, 10.0, MUSIC), 0)
    return develop(made.paint(MUSIC.at(60)), made.grade, 60, made.added)


def _coarse(plane: np.ndarray) -> np.ndarray:
    """Without paper grain and dots."""
    return cv2.GaussianBlur(plane.astype(np.float32), (0, 0), SIZE[1] / 50)


def _luma(frame: np.ndarray) -> np.ndarray:
    return frame.astype(np.float32) @ np.array([0.3, 0.59, 0.11], np.float32)


def _likeness(shown: np.ndarray, drawn: np.ndarray) -> float:
    """Correlation of a drawing's light with what its picture's colours and edges foretell."""
    luma = _luma(shown)
    edges = np.hypot(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1))
    causes = [_coarse(shown[..., channel]) for channel in range(3)] + [_coarse(edges)]
    rows = np.stack([*(cause.ravel() for cause in causes), np.ones(luma.size)], 1)
    light = _coarse(_luma(drawn)).ravel()
    told = rows @ np.linalg.lstsq(rows, light, rcond=None)[0]
    return float(np.corrcoef(told, light)[0, 1])


def _check(style: str, looks: list[tuple[str, str]]) -> None:
    finish = Finish(style, SIZE)
    for look in looks:
        shown = picture(*look)
        drawn = finish(shown)
        assert _coarse(_luma(drawn)).std() > EMPTY, look
        assert _likeness(shown, drawn) > LIKE, look


@pytest.mark.parametrize("style", sorted(FINISHES))
def test_styles_leave_hard_looks_their_form(style: str) -> None:
    _check(style, HARD)


@pytest.mark.slow
@pytest.mark.parametrize("style", sorted(FINISHES))
def test_styles_leave_every_look_its_form(style: str) -> None:
    _check(style, LOOKS)


def test_an_empty_sheet_would_be_noticed() -> None:
    sheet = np.full((SIZE[1], SIZE[0], 3), 230, np.uint8)
    drawn = Finish("ink", SIZE)(sheet)
    assert _coarse(_luma(drawn)).std() < EMPTY or _likeness(picture(*HARD[2]), drawn) < LIKE
