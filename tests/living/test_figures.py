"""Bodies as fields of distance: inside and outside, joined softly, mirrored, clipped."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.living.canvas import Planes, new_planes
from musivid.living.figures.animals import cat
from musivid.living.figures.body import Body, Ink, contact, draw, measure, shaped, smooth_line
from musivid.living.figures.clothes import daylight, draw_dressed
from musivid.living.figures.outlines import cloth
from musivid.living.figures.people import alone, pair
from musivid.living.figures.sitting import Head, embraced, seated
from musivid.living.figures.things import timber
from musivid.living.figures.umbrella import GRIP, in_the_rain, umbrella
from musivid.living.figures.walking import STRIDE, couple, stride_legs
from musivid.living.wet import paint_drops, paint_puddles

INK = Ink(dark=(1.0, 1.0, 1.0), edge=0.0, soft_px=0.6, coarse=1)


def drawn(body: Body, at: tuple[float, float] = (0.8, 0.9), ink: Ink = INK) -> Planes:
    planes = new_planes((160, 100))
    draw(planes, body, at, 1.0, ink)
    return planes


def test_a_capsule_covers_what_lies_within_its_radius() -> None:
    seen = drawn(Body().limb((-0.3, -0.4), (0.3, -0.4), 0.1))[0]
    assert seen[50, 80] == 1 and seen[50, 42] == 1 and seen[42, 80] == 1
    assert seen[50, 36] == 0 and seen[37, 80] == 0 and seen[63, 80] == 0
    area = 0.6 * 0.2 + np.pi * 0.1**2
    assert seen.sum() / 100**2 == pytest.approx(area, rel=0.02)


def test_an_outline_is_filled_even_where_it_turns_inwards() -> None:
    corner = [(-0.3, -0.7), (0.3, -0.7), (0.3, -0.5), (-0.1, -0.5), (-0.1, -0.1), (-0.3, -0.1)]
    seen = drawn(Body().outline(corner, 0.002, rounded=1))[0]
    assert seen[30, 100] == 1 and seen[70, 60] == 1
    assert seen[70, 95] == 0, "what the corner leaves free"
    assert seen.sum() / 100**2 == pytest.approx(0.6 * 0.2 + 0.2 * 0.4, rel=0.04)


def test_parts_join_softly() -> None:
    def waist(k: float) -> float:
        body = Body().limb((-0.12, -0.5), (-0.12, -0.5), 0.1, k=0.001)
        return float(drawn(body.limb((0.12, -0.5), (0.12, -0.5), 0.1, k=k))[0, 40, 80])

    assert waist(0.001) == 0 and waist(0.2) == 1


def test_a_mirror_shows_it_upside_down() -> None:
    body = Body().limb((0.0, -0.3), (0.2, -0.1), 0.05)
    up = drawn(body, (0.8, 0.5))
    down = drawn(body, (0.8, 0.5), Ink(dark=(1, 1, 1), edge=0.0, mirror=0.5, soft_px=0.6, coarse=1))
    assert np.abs(up[:, ::-1] - down).max() < 1e-3


def test_flip_faces_the_other_way() -> None:
    body = Body().limb((0.0, -0.3), (0.2, -0.1), 0.05)
    planes = new_planes((160, 100))
    draw(planes, body, (0.8, 0.9), 1.0, INK, flip=-1)
    assert np.abs(planes[:, :, ::-1] - drawn(body)).max() < 1e-3


@pytest.mark.parametrize("at", [(0.0, 0.5), (1.6, 0.5), (0.8, 0.0), (0.8, 1.3), (-4.0, 9.0)])
def test_what_lies_beyond_the_border_is_cut(at: tuple[float, float]) -> None:
    body = Body().limb((0.0, -0.2), (0.0, 0.0), 0.2)
    large = new_planes((480, 300))
    part = drawn(body, at)
    draw(large, body, ((at[0] + 1.6) / 3, (at[1] + 1.0) / 3), 1 / 3, INK)
    whole = large[:, 100:200, 160:320]
    assert np.abs(part - whole).max() < 1e-2


def test_only_the_side_to_the_light_has_a_rim() -> None:
    ink = Ink(dark=(0, 0, 0), rim=(1, 1, 1), light=(1.6, 0.5), reach=9.0, width=0.03, coarse=1)
    planes = drawn(Body().limb((0.0, -0.6), (0.0, -0.2), 0.15), ink=ink)
    assert planes[0, 50, 85:98].max() > 0.3
    assert planes[0, 50, 62:80].max() < 0.01


def test_added_bodies_bring_their_parts_and_places() -> None:
    small = Body().limb((0, 0), (0, -1), 0.1)
    small.parts["hat"], small.places["hand"] = Body().limb((0, -1), (0, -1), 0.2), (0.5, -0.5)
    body = Body().add(small, (1.0, 0.0), 0.5, flip=-1)
    assert body.places["hand"] == (0.75, -0.25)
    assert body.parts["hat"].cones[0][:3] == (1.0, -0.5, 0.1)
    box = measure(body, (0.0, 0.0), 1.0)[3]
    assert box[0] == pytest.approx((0.95, -0.55)) and box[1] == pytest.approx((1.05, 0.05))


def test_a_smooth_line_goes_through_its_points() -> None:
    points = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    assert np.allclose(smooth_line(points, 5)[::5], points)


def test_a_shadow_is_darkest_in_its_middle() -> None:
    planes = new_planes((160, 100)) + 1
    contact(planes, (0.8, 0.5), 0.2, flat=0.3, dark=0.7)
    assert planes[0, 50, 80] == pytest.approx(0.3, abs=0.02)
    assert planes[0, 50, 10] == 1 and planes.min() >= 0.29


def test_one_foot_always_stands_on_the_ground() -> None:
    for phase in np.linspace(0, 1, 23):
        legs, up = stride_legs(float(phase))
        lowest = max(max(heel[1], toe[1]) for _, _, heel, toe in legs)
        assert lowest + 0.012 == pytest.approx(up)
        assert 0.4 < up < 0.6


def test_a_foot_that_stands_stays_where_it_is() -> None:
    phases = np.linspace(0.10, 0.34, 13)
    ankles = np.array([stride_legs(float(phase))[0][0][1][0] for phase in phases])
    assert np.abs(ankles + STRIDE * phases - (ankles + STRIDE * phases).mean()).max() < 1e-6


def test_knees_bend_as_those_of_people_who_walk() -> None:
    bends = []
    for phase in np.linspace(0, 1, 40, endpoint=False):
        knee, ankle, _, _ = stride_legs(float(phase))[0][0]
        shin = ankle - knee
        turn = np.arctan2(knee[0], knee[1]) - np.arctan2(shin[0], shin[1])
        bends.append(float(np.degrees(turn)))
    assert min(bends) > 0, "no knee bends back"
    assert max(bends[:20]) < 32 and 40 < max(bends[24:34]) < 66


def test_wind_carries_cloth() -> None:
    still, blown = cloth("dress_back"), cloth("dress_back", 1.0, 1.0)
    assert blown[:, 0].min() < still[:, 0].min() - 0.1
    assert np.allclose(cloth("dress_back", 5.0, 0.0), still)


def test_two_stand_on_the_ground_and_are_as_tall_as_they_say() -> None:
    for body in (pair(1.0), couple(0.3, 1.0)):
        low, high = measure(body, (0.0, 0.0), 1.0)[3]
        assert abs(high[1]) < 0.03 and -1.06 < low[1] < -0.9
        assert body.parts["dress"].outlines


@pytest.mark.parametrize("head", ["hood", "hat", "beanie", "ponytail"])
def test_who_sits_has_feet_on_the_ground_and_a_head_above_the_log(head: Head) -> None:
    low, high = measure(seated(1.0, head, reach=0.5), (0.0, 0.0), 1.0)[3]
    assert abs(high[1]) < 0.03 and -0.9 < low[1] < -0.7


def test_people_are_lit_by_sky_and_ground_before_a_high_sun_and_dark_before_a_low_one() -> None:
    def seen(light: tuple[float, float]) -> Planes:
        planes = np.full((3, 100, 160), 0.3, np.float32)
        planes[2, :50] = 0.5  # a blue sky
        place = (0.8, 0.95)
        day = daylight(planes, place, 0.8, light)
        ink = Ink((0, 0, 0), light=light, edge=0.0, coarse=1)
        draw_dressed(planes, alone(0.0, woman=True), place, 0.8, ink, day=day,
                     accents={"dress": (0.4, 0.01, 0.01)})  # fmt: skip
        return planes[:, 20:95, 60:100]

    high, low = seen((0.8, 0.0)), seen((0.8, 0.6))
    skin = high[:, 60, 20:].T[high[:, 60, 20:].sum(0) < 0.7].mean(0)
    assert skin[0] > 1.3 * skin[2], "legs have the colour of skin"
    assert high.min() > 1.5 * low.min()
    red = (high[0] > 0.2) & (high[1] < 0.05)
    assert red.sum() > 100, "her dress has its own colour"


def test_a_rim_alone_adds_light_and_hides_nothing() -> None:
    planes = np.full((3, 100, 160), 0.2, np.float32)
    ink = Ink((0, 0, 0), rim=(1, 1, 1), light=(1.6, 0.5), reach=9.0, width=0.03, coarse=1)
    found = shaped(planes, Body().limb((0.0, -0.6), (0.0, -0.2), 0.15), (0.8, 0.9), 1.0, ink)
    assert found is not None
    found.lay(planes, ink, rim_alone=True)
    assert planes.min() == pytest.approx(0.2) and planes[0, 50, 85:98].max() > 0.4


def test_a_strumming_hand_moves_and_the_guitar_does_not() -> None:
    up, down = (seated(1.0, "hat", strum=strum) for strum in (-1.0, 1.0))
    assert up.parts["guitar"].cones == down.parts["guitar"].cones
    assert up.parts["arms"].cones[1][4] < down.parts["arms"].cones[1][4] - 0.05


def test_her_head_comes_to_his_shoulder() -> None:
    apart, close = (drawn(embraced(1.0, nod=nod))[0] for nod in (0.0, 1.0))
    row = 90 - 57
    assert apart[row].sum() > close[row].sum(), "the gap between them closes over her hair"


def test_a_log_is_as_long_and_thick_as_it_is_asked_for() -> None:
    low, high = measure(timber(0.6, 0.1, 4), (0.0, 0.0), 1.0)[3]
    assert high[0] - low[0] == pytest.approx(0.6, abs=0.1)
    assert high[1] - low[1] == pytest.approx(0.2, abs=0.03)


def test_a_cat_turns_its_head_and_sways_its_tail() -> None:
    left, right = (drawn(cat(0.0, look=look))[0] for look in (-1.0, 1.0))
    assert right[5:30, 80:].sum() > left[5:30, 80:].sum() + 20
    assert np.allclose(left[64:80, 60:90], right[64:80, 60:90])
    ends = [cat(time_s).cones[-1][3:5] for time_s in (0.0, 1.2)]
    assert np.hypot(*np.subtract(*ends)) > 0.05


def test_an_umbrella_covers_who_holds_it() -> None:
    person, cover = (measure(body, (0.0, 0.0), 1.0)[3] for body in (in_the_rain(1.0), umbrella()))
    assert cover[0, 0] < person[0, 0] and cover[1, 0] > person[1, 0]
    assert cover[0, 1] < person[0, 1]
    hand = in_the_rain(1.0).parts["hand"].cones[0]
    assert np.hypot(hand[0] - GRIP[0], hand[1] - GRIP[1]) < 0.03


def test_puddles_mirror_what_is_above_and_drops_turn_it_over() -> None:
    planes = new_planes((160, 100))
    planes[0, :40], planes[2, 40:80] = 1.0, 1.0
    xs, ys = ((np.arange(n) + 0.5).astype(np.float32) / np.float32(100) for n in (160, 100))
    tone = np.zeros((2, 3), np.float32)
    paint_puddles(planes, xs, ys, 0.8, 1.0, 0.0, 80, tone)
    assert planes[2, 80:].max() > 0.5 and planes[0, 80:].max() < 0.1
    pane = new_planes((160, 100))
    pane[0, :50] = 1.0
    clear = pane.copy()
    paint_drops(pane, clear, np.array([(80, 50, 8, 8, 0)], np.float32))
    assert pane[0, 45, 80] < 0.2 and pane[0, 55, 80] > 0.5
