"""The eye: it blinks, its pupil answers the music, and it weeps where the words do."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import Planes
from musivid.living.moment import Moment
from musivid.living.plan import Act
from musivid.living.scene import Section
from musivid.living.scenes.eye import Eye

MUSIC = made_music()
SIZE = (160, 90)


def eye(look: str = "grey", acts: tuple[Act, ...] = ()) -> Eye:
    scene = Eye(SIZE, look, 1)
    scene.acts = acts
    scene.cue(Section.of(0.0, MUSIC.timeline.duration_s, MUSIC, held=True))
    return scene


def painted(scene: Eye, moment: Moment) -> Planes:
    return scene.paint(moment).copy()


def test_a_tear_runs_down_below_the_lid_where_the_words_weep() -> None:
    moment = MUSIC.at(60)
    weeps = painted(eye(acts=(Act("cry", 0.0, 4.0),)), moment)
    changed = np.abs(weeps - painted(eye(), moment)).max(0) > 0.004
    assert changed.any()
    rows, columns = np.nonzero(changed)
    assert rows.min() > SIZE[1] * 0.5 and np.ptp(columns) < SIZE[0] * 0.2


def test_it_blinks_on_every_fourth_bar() -> None:
    scene = eye()
    assert len(scene.section.bars_s) >= 4
    third = float(scene.section.bars_s[2])
    shut = max(scene._shut(MUSIC.at(round((third + t) * 25))) for t in (0.08, 0.16, 0.24))
    assert shut > 0.5
    assert scene._shut(MUSIC.at(round((third + 0.6) * 25))) == 0


@pytest.mark.parametrize("look", Eye.looks)
def test_the_iris_is_coloured_and_the_pupil_dark(look: str) -> None:
    planes = painted(eye(look), MUSIC.at(30))
    middle = planes[:, 35:60, 70:92]
    assert middle.max(0).min() < 0.08 < middle.max()
