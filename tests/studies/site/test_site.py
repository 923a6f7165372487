from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from study_fixtures import SYSTEMS, begin, opened, reply, stimuli_of, study, write_films

from musivid.core.errors import InputError
from musivid.studies.assign import trials_of
from musivid.studies.manifest import ANCHOR, SILENCE, Manifest
from musivid.studies.site.serve import open_answers
from musivid.studies.stimuli import Stimuli

NAMES = (*SYSTEMS, ANCHOR, SILENCE, "clip0", "clip1", "clip2")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Stimuli]:
    folder = tmp_path_factory.mktemp("study")
    write_films(folder)
    return folder, stimuli_of(study(folder), folder)


@pytest.fixture(params=["rate", "multi", "compare", "pictures"])
def visit(
    request: pytest.FixtureRequest, made: tuple[Path, Stimuli], tmp_path: Path
) -> Iterator[tuple[Any, Any, Manifest]]:
    folder, stimuli = made
    manifest = study(folder, design=request.param) if request.param != "pictures" else None
    if manifest is None:
        manifest = study(folder, design="multi", vary="picture")
        stimuli = stimuli_of(manifest, tmp_path, folder)
    visitor, site = opened(manifest, tmp_path, dataclasses.replace(stimuli, digest="x"))
    yield visitor, site, manifest


def test_a_whole_visit_leaves_its_answers_and_names_no_system(
    visit: tuple[Any, Any, Manifest],
) -> None:
    visitor, site, manifest = visit
    sent = [visitor.get("/").content, visitor.get("/?lang=zh").content]
    code = begin(visitor)
    sent.append(visitor.get(f"/p/{code}").content)
    for _ in range(8):
        answer = visitor.get(f"/p/{code}/now")
        sent.append(answer.content)
        trial = answer.json()["trial"]
        for address in (*trial["films"], *trial["sounds"]):
            media = visitor.get(f"/p/{code}/{address}")
            assert media.status_code == 200 and len(media.content) > 500
            sent += [media.content, str(media.headers).encode()]
        assert visitor.post(f"/p/{code}/answer", json=reply(manifest, trial)).json() == {
            "kept": True
        }
    assert visitor.get(f"/p/{code}/now").json() == {"finished": False, "trial": None}
    assert visitor.post(f"/p/{code}/finish", data={"comment": "fine"}).status_code == 303
    sent.append(visitor.get(f"/p/{code}").content)
    assert code.encode() in sent[-1]
    for data in sent:
        assert not any(name.encode() in data for name in NAMES)
    answers = site.store.answers()
    assert [p.state for p in answers.participants] == ["finished"]
    assert answers.participants[0].role == "amateur"
    shown = [t for t in trials_of(manifest, ("clip0", "clip1", "clip2"), 0) if t.kind == "rated"]
    counted = {(row.position, row.clip) for row in (*answers.ratings, *answers.votes)}
    assert counted == {(trial.position, trial.clip) for trial in shown}
    assert {check.kind for check in answers.checks} == {"instructed", "gold", "repeat"}
    found = {check.kind: check.found for check in answers.checks}
    assert found["instructed"] == 0 and found["repeat"] == 0
    assert len(answers.events) == 8 and answers.events[0].what == "play"


def test_an_open_reference_is_heard_and_not_rated(
    made: tuple[Path, Stimuli], tmp_path: Path
) -> None:
    """The same sound as the hidden one, under an address of its own; without it, none is sent."""
    folder, stimuli = made
    plain = study(folder, design="multi", reference=SYSTEMS[1])
    manifest = study(folder, design="multi", reference=SYSTEMS[1], open_reference=True)
    assert "open_reference" not in plain.model_dump(exclude_defaults=True)
    assert plain.freeze() != manifest.freeze()
    visitor, _ = opened(manifest, tmp_path, dataclasses.replace(stimuli, digest="x"))
    code = begin(visitor)
    trial = visitor.get(f"/p/{code}/now").json()["trial"]
    openly = visitor.get(f"/p/{code}/{trial['reference']}")
    assert openly.status_code == 200 and trial["reference"] not in trial["sounds"]
    same = [visitor.get(f"/p/{code}/{one}").content == openly.content for one in trial["sounds"]]
    assert same.count(True) == 1
    assert visitor.post(f"/p/{code}/answer", json=reply(manifest, trial)).status_code == 200
    (tmp_path / "closed").mkdir()
    visitor, _ = opened(plain, tmp_path / "closed", dataclasses.replace(stimuli, digest="x"))
    assert visitor.get(f"/p/{begin(visitor)}/now").json()["trial"]["reference"] is None


def test_a_reload_stays_and_a_repeated_answer_changes_nothing(
    visit: tuple[Any, Any, Manifest],
) -> None:
    visitor, site, manifest = visit
    code = begin(visitor)
    first = visitor.get(f"/p/{code}/now").json()["trial"]
    assert visitor.get(f"/p/{code}/now").json()["trial"] == first
    answer = reply(manifest, first, 2)
    for _ in range(3):
        assert visitor.post(f"/p/{code}/answer", json=answer).status_code == 200
    second = visitor.get(f"/p/{code}/now").json()["trial"]
    assert second["position"] == 1
    late = {**reply(manifest, second), "position": 5}
    assert visitor.post(f"/p/{code}/answer", json=late).status_code == 409
    other = reply(manifest, second, 4)
    assert visitor.post(f"/p/{code}/answer", json={**other, "position": 0}).json()["kept"]
    assert visitor.get(f"/p/{code}/now").json()["trial"]["position"] == 1
    assert len(site.store.answers().events) == 1


@pytest.mark.parametrize(
    "sent",
    [
        b"{", b"[]", b"{}", b'{"position": true}', b'{"position": "0"}', b"[" * 5000, b"\xff",
        b'{"position": 0}', b'{"position": 0, "values": []}', b'{"position": 0, "values": [3]}',
        b'{"position": 0, "values": [{"rhythm": 9, "emotion": 3, "overall": 3}]}',
        b'{"position": 0, "values": [{"rhythm": true, "emotion": 3, "overall": 3}]}',
        b'{"position": 0, "values": [{"rhythm": NaN, "emotion": 3, "overall": 3}]}',
        b'{"position": 0, "values": [{"rhythm": 3}]}', b'{"position": 0, "choice": "<b>"}',
    ],
)  # fmt: skip
def test_answers_that_no_page_sends_are_refused(
    made: tuple[Path, Stimuli], tmp_path: Path, sent: bytes
) -> None:
    folder, stimuli = made
    visitor, site = opened(study(folder), tmp_path, stimuli)
    code = begin(visitor)
    answer = visitor.post(f"/p/{code}/answer", content=sent)
    assert answer.status_code == 422 and "detail" in answer.json()
    assert not site.store.answers().ratings
    assert visitor.get(f"/p/{code}/now").json()["trial"]["position"] == 0


def test_others_files_and_pages_are_not_to_be_had(
    made: tuple[Path, Stimuli], tmp_path: Path
) -> None:
    folder, stimuli = made
    visitor, _ = opened(study(folder), tmp_path, stimuli)
    one, two = begin(visitor), begin(visitor)
    film = visitor.get(f"/p/{one}/now").json()["trial"]["films"][0]
    for path in (
        f"/p/{two}/{film}", f"/p/{one}/media/film-000.mp4", f"/p/{one}/media/..%2fstimuli.json",
        f"/p/{one}/media/", "/p/nobody", "/p/nobody/now", "/static/../app.py", "/stimuli.json",
        "/docs", "/openapi.json",
    ):  # fmt: skip
        assert visitor.get(path).status_code == 404, path
    assert visitor.post(f"/p/{one}/finish").status_code == 409
    assert visitor.post("/begin", data={"language": "en"}).status_code == 422


def test_scripts_in_texts_are_text(made: tuple[Path, Stimuli], tmp_path: Path) -> None:
    folder, stimuli = made
    evil = '"><script>alert(1)</script>'
    manifest = study(
        folder, title=evil, consent={"en": evil, "zh": evil}, completion={"code": evil},
        checks={"training": 0, "instructed": 0, "gold": 0, "repeat": 0}, trials=1,
    )  # fmt: skip
    visitor, _ = opened(manifest, tmp_path, stimuli)
    pages = [visitor.get("/"), visitor.get(f"/?PROLIFIC_PID={evil}"), visitor.get("/nothing")]
    code = begin(visitor, age=evil, role=evil)
    pages.append(visitor.get(f"/p/{code}"))
    trial = visitor.get(f"/p/{code}/now").json()["trial"]
    visitor.post(f"/p/{code}/answer", json=reply(manifest, trial))
    visitor.post(f"/p/{code}/finish", data={"comment": evil})
    pages.append(visitor.get(f"/p/{code}"))
    for page in pages:
        assert "<script>alert" not in page.text and page.status_code in (200, 404)
        assert page.headers["content-type"].startswith("text/html")


def test_panels_people_are_known_again_without_their_names(
    made: tuple[Path, Stimuli], tmp_path: Path
) -> None:
    folder, stimuli = made
    visitor, _ = opened(study(folder), tmp_path, stimuli)
    first = begin(visitor, "?PROLIFIC_PID=5f1a2b")
    assert begin(visitor, "?PROLIFIC_PID=5f1a2b") == first
    assert begin(visitor, "?PROLIFIC_PID=other") != first
    assert b"5f1a2b" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_who_withdraws_leaves_nothing_and_their_number_goes_to_the_next(
    visit: tuple[Any, Any, Manifest],
) -> None:
    visitor, site, manifest = visit
    gone, stays = begin(visitor), begin(visitor)
    trial = visitor.get(f"/p/{gone}/now").json()["trial"]
    visitor.post(f"/p/{gone}/answer", json=reply(manifest, trial))
    assert visitor.post(f"/p/{gone}/withdraw").status_code == 200
    assert visitor.get(f"/p/{gone}").status_code == 404
    answers = site.store.answers()
    assert [p.code for p in answers.participants] == [stays] and not answers.events
    again = begin(visitor)
    numbers = {p.code: p.number for p in site.store.answers().participants}
    assert numbers == {stays: 1, again: 0}


def test_a_study_that_began_takes_no_other_manifest(
    made: tuple[Path, Stimuli], tmp_path: Path
) -> None:
    folder, stimuli = made
    manifest = study(folder)
    visitor, _ = opened(manifest, tmp_path, stimuli)
    open_answers(study(folder, seed=9), tmp_path, stimuli.clips())[1].close()  # nobody began
    begin(visitor)
    with pytest.raises(InputError, match="changed after the first participant"):
        open_answers(study(folder, seed=9), tmp_path, stimuli.clips())
    open_answers(manifest, tmp_path, stimuli.clips())[1].close()


def test_languages_are_those_of_the_study(made: tuple[Path, Stimuli], tmp_path: Path) -> None:
    folder, stimuli = made
    visitor, _ = opened(study(folder), tmp_path, stimuli)
    assert "我同意" in visitor.get("/?lang=zh").text
    assert "I agree to this" in visitor.get("/?lang=xx").text
    code = begin(visitor, language="zh")
    assert 'lang="zh"' in visitor.get(f"/p/{code}").text
    questions = visitor.get(f"/p/{code}/now").json()["trial"]["questions"]
    assert questions[0]["text"] == "音乐节奏与画面节奏是否匹配？"
