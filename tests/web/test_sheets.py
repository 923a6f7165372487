"""Plans as rows: changed, divided, joined, and written as the file that films take."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from source import PACKAGE
from studio_fixtures import Visitor, planned

from musivid.living.planfile import read_plan
from musivid.living.world import read_world
from musivid.web.sheets import plan_of
from musivid.web.works import choices_of_plans


@pytest.fixture
def sheet(visitor: Visitor, song: Path) -> str:
    return planned(visitor, visitor.brought("song", song))


def rows(visitor: Visitor, sheet: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.client.get(f"/api/plans/{sheet}").json()["rows"]
    return found


def change(visitor: Visitor, sheet: str, index: int, given: dict[str, Any]) -> Any:
    row = rows(visitor, sheet)[index]["id"]
    return visitor.client.patch(f"/api/plans/{sheet}/rows/{row}", json=given)


def test_a_change_of_scene_takes_what_it_has(visitor: Visitor, sheet: str) -> None:
    before = rows(visitor, sheet)
    answer = change(visitor, sheet, 1, {"scene": "aurora", "look": "teal"})
    assert answer.status_code == 200
    after = answer.json()["rows"]
    assert (after[1]["scene"], after[1]["shot"], after[1]["figure"]) == ("aurora", "lake", "")
    assert after[1]["line"] == before[1]["line"]
    assert [row["key"] == old["key"] for row, old in zip(after, before, strict=True)] == [
        True, False, True,
    ]  # fmt: skip
    (job,) = visitor.studio.jobs.listed(("draw",))
    assert job.spec == {"sheet": sheet}
    change(visitor, sheet, 2, {"shot": "lake"})
    assert len(visitor.studio.jobs.listed(("draw",))) == 1  # one that waits will see it, too


def test_what_was_drawn_is_found_again(visitor: Visitor, sheet: str) -> None:
    old = rows(visitor, sheet)[1]
    path = visitor.studio.sheets.picture(sheet, old["key"])
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xd8 a picture")
    assert change(visitor, sheet, 1, {"shot": "low"}).json()["rows"][1]["picture"] == ""
    again = change(visitor, sheet, 1, {"shot": "wide"}).json()["rows"][1]
    assert again["picture"] == old["key"]
    got = visitor.client.get(f"/plans/{sheet}/pictures/{old['key']}")
    assert got.status_code == 200 and got.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"scene": "hell"}, "scene"),
        ({"look": "teal"}, "look"),
        ({"shot": "sky"}, "shot"),
        ({"figure": "dragon"}, "figure"),
        ({"figure": "walker flies"}, "figure"),
        ({"cut": "wipe"}, "cut"),
        ({"action": "explode 0:05"}, "action"),
        ({"action": "sink soon"}, "action"),
        ({"start_s": 8.0}, "start_s"),
        ({"start_s": -1.0}, "start_s"),
    ],
)
def test_what_cannot_be(visitor: Visitor, sheet: str, given: dict[str, Any], key: str) -> None:
    before = rows(visitor, sheet)
    answer = change(visitor, sheet, 1, given)
    assert answer.status_code == 422
    assert [fault["key"] for fault in answer.json()["faults"]] == [key]
    assert rows(visitor, sheet) == before


def test_borders_move(visitor: Visitor, sheet: str) -> None:
    moved = change(visitor, sheet, 1, {"start_s": 5.25}).json()["rows"]
    assert [row["start_s"] for row in moved] == [0.0, 5.25, 8.0]
    assert change(visitor, sheet, 0, {"start_s": 1.0}).status_code == 422


def test_rows_are_divided_and_joined(visitor: Visitor, sheet: str) -> None:
    path = f"/api/plans/{sheet}/rows"
    second = rows(visitor, sheet)[1]["id"]
    divided = visitor.client.post(f"{path}/{second}/split").json()["rows"]
    assert [row["start_s"] for row in divided] == [0.0, 4.0, 6.0, 8.0]
    assert divided[2]["line"] == "" and divided[2]["id"] != second
    joined = visitor.client.post(f"{path}/{divided[1]['id']}/join").json()["rows"]
    assert [row["start_s"] for row in joined] == [0.0, 6.0, 8.0]
    assert joined[0]["line"] == "Somebody is <b>here</b>"
    assert visitor.client.post(f"{path}/{joined[0]['id']}/join").status_code == 422
    assert visitor.client.post(f"{path}/nobody/split").status_code == 422


def test_the_plan_is_what_films_take(visitor: Visitor, sheet: str, tmp_path: Path) -> None:
    change(visitor, sheet, 1, {"action": "sink 0:05, fall", "line": 'quote " and: colon'})
    answer = visitor.client.get(f"/plans/{sheet}/plan.yaml")
    (tmp_path / "plan.yaml").write_text(answer.text)
    read = read_plan(tmp_path / "plan.yaml", 12.0)
    assert [(row.start_s, row.scene, row.look) for row in read] == [
        (0.0, "sea", "moon"), (4.0, "sea", "moon"), (8.0, "aurora", "teal"),
    ]  # fmt: skip
    assert read[1].acts == (("sink", 5.0), ("fall", None))
    assert read[1].line == 'quote " and: colon' and read[1].figure == "walker walks"
    assert read[0].figure == ""  # nobody, and not: whoever is chosen
    film = visitor.client.post(f"/api/plans/{sheet}/film").json()
    job = visitor.studio.jobs.get(film["id"])
    assert (visitor.studio.data / "plans" / job.spec["plan"]).read_text() == answer.text
    assert str(visitor.studio.data) not in str(film)


def test_the_same_plan_is_one_file(visitor: Visitor, sheet: str) -> None:
    text = plan_of(rows(visitor, sheet))
    assert visitor.studio.sheets.plan_file(text) == visitor.studio.sheets.plan_file(text)


def test_again_with_another_seed(visitor: Visitor, sheet: str) -> None:
    made = visitor.client.post(f"/api/plans/{sheet}/again", json={"seed": 5}).json()
    assert made["id"] != sheet and made["spec"]["settings"]["seed"] == 5 and made["rows"] == []
    assert visitor.workers.woken[-1] == "desk"


def test_a_film_may_have_no_places(visitor: Visitor, song: Path) -> None:
    """Painted films are planned, too; they have key pictures instead of rows."""
    name = visitor.brought("song", song)
    asked = {"song": name, "preset": "dream"}
    found = visitor.client.post("/api/plans", json=asked).json()["id"]
    visitor.studio.sheets.fill(found, {"duration_s": 2.0, "editable": False}, [])
    shown = visitor.client.get(f"/api/plans/{found}").json()
    assert shown["rows"] == [] and shown["facts"]["duration_s"] == 2.0


def test_the_artwork_stays_where_it_was_planned(visitor: Visitor, song: Path) -> None:
    """It is no scene to choose, and its row can be changed all the same."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    brought = visitor.brought("song", song)
    artwork = visitor.brought("picture", picture.getvalue(), "cover.png")
    wish = {"song": brought, "preset": "dream", "artwork": artwork}
    refused = visitor.client.post("/api/plans", json=wish)
    assert [fault["key"] for fault in refused.json()["faults"]] == ["artwork"]
    sheet = planned(visitor, brought, artwork=artwork)
    held = visitor.studio.sheets.get(sheet)
    assert held is not None and held.spec["artwork"] == artwork
    own = {**held.rows[0], "scene": "picture", "look": "1", "shot": "wide", "figure": ""}
    visitor.studio.sheets.fill(sheet, held.facts, [own, *held.rows[1:]])
    assert change(visitor, sheet, 0, {"line": "Here"}).json()["rows"][0]["line"] == "Here"
    assert change(visitor, sheet, 0, {"shot": "low"}).status_code == 422
    assert change(visitor, sheet, 1, {"scene": "picture"}).status_code == 422
    assert visitor.client.post("/api/plans", json={**wish, "artwork": brought}).status_code == 422


def test_each_look_has_its_small_picture() -> None:
    """A tile of 112 x 63 each, ten in a row, as `bench/studio_looks.py` draws them."""
    with Image.open(PACKAGE / "web" / "static" / "looks.jpg") as sheet:
        assert sheet.size == (1120, 63 * -(-len(read_world()) // 10))
    scenes = choices_of_plans()["scenes"].values()
    tiles = [tile for known in scenes for tile in known["tiles"].values()]
    assert sorted(tiles) == list(range(len(read_world())))
