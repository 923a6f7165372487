"""The pages: in both languages, with every word in use, and no word of users taken for code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from source import PACKAGE
from studio_fixtures import Visitor, planned

from musivid.web.texts import LANGUAGES, TEXTS

FOLDER = PACKAGE / "web"
PLACES = ("video", "words", "music", "evaluate", "studies", "runs")
SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
# Keys that are put together from a part that is fixed and a name.
MADE = ("state.", "stage.", "preset.", "music.", "shape.", "file.", "kind.",
        "set.", "figure.", "z.", "word.", "study.is.", "group.", "language.")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [f"/{place}" for place in PLACES] + ["/studies/new", "/nothing"])
def test_every_page_in_every_language(visitor: Visitor, path: str, language: str) -> None:
    visitor.client.cookies.set("musivid_language", language)
    answer = visitor.client.get(path)
    assert answer.status_code == (404 if path == "/nothing" else 200)
    assert f'<html lang="{language}">' in answer.text
    data = re.search(r'id="data">(.*?)</script>', answer.text, re.DOTALL)
    assert data is not None
    at = list(LANGUAGES).index(language)
    assert json.loads(data[1])["texts"]["runs.menu"] == TEXTS["runs.menu"][at]


def test_the_browser_chooses_the_language(visitor: Visitor) -> None:
    chinese = visitor.client.get("/video", headers={"accept-language": "zh-CN,en;q=0.5"})
    assert '<html lang="zh">' in chinese.text
    french = visitor.client.get("/video", headers={"accept-language": "fr"})
    assert '<html lang="en">' in french.text
    visitor.client.get("/language/zh?back=/runs")
    assert '<html lang="zh">' in visitor.client.get("/video").text


def test_no_text_is_missing_or_in_vain() -> None:
    said = {path.name: path.read_text(encoding="utf-8") for path in (*SCRIPTS, *TEMPLATES)}
    whole = "\n".join(said.values())
    asked = set(re.findall(r"""\bt\(\s*["']([\w.\- ]+)["']""", whole))
    asked |= {f"{name}.menu" for name in PLACES}
    asked |= {f"{name}.short" for name in PLACES}
    asked |= {f"{path.stem}.title" for path in TEMPLATES if path.stem != "base"}
    assert not {key for key in asked if not key.endswith(".")} - TEXTS.keys()
    fixed = {key for key in TEXTS if not key.startswith(MADE)}
    quoted = set(re.findall(r"""["']([\w.\-]+)["']""", whole))
    assert not fixed - asked - quoted


def test_texts_have_the_same_places() -> None:
    assert list(TEXTS) == sorted(TEXTS)
    for key, (english, chinese) in TEXTS.items():
        assert english and chinese, key
        places = [set(re.findall(r"\{\w+\}", text)) for text in (english, chinese)]
        assert places[0] == places[1], key


def test_words_of_users_are_no_code(visitor: Visitor, song: Path) -> None:
    name = visitor.brought("song", song)
    sheet = planned(visitor, name)
    hostile = "</script><script>alert(1)</script>"
    row = visitor.client.get(f"/api/plans/{sheet}").json()["rows"][0]["id"]
    changed = visitor.client.patch(f"/api/plans/{sheet}/rows/{row}", json={"line": hostile})
    assert changed.json()["rows"][0]["line"] == hostile
    page = visitor.client.get(f"/plans/{sheet}").text
    assert hostile not in page and "\\u003c/script\\u003e" in page
    film = visitor.client.post(f"/api/plans/{sheet}/film").json()["id"]
    for path in (f"/runs/{film}", f"/video?again={film}", f"/words?song={name}"):
        assert visitor.client.get(path).status_code == 200


def test_scripts_ask_nobody_else() -> None:
    for path in (*SCRIPTS, *TEMPLATES, FOLDER / "static" / "studio.css"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|@import", text), path.name
        assert " style=" not in text and not re.search(r"\son\w+=", text.replace("onclick:", ""))


def test_pages_are_light() -> None:
    pages = {path.stem for path in TEMPLATES} - {"base"}
    for page in pages:
        asked = [f"{page}.js", "studio.js", "studio.css", "icon.svg", "styles.jpg"]
        assert sum((FOLDER / "static" / name).stat().st_size for name in asked) < 200_000
