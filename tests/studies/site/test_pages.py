"""A participant's whole way in a real browser: sound check, trials with the player, the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe import serious_faults
from browser import open_browser
from study_fixtures import opened, stimuli_of, study, write_films

from musivid.serving.doors import Doors

NO_CHECKS = {"training": 0, "instructed": 0, "gold": 0, "repeat": 0}
PLACE = "({at: player.place(), film: document.getElementById('film').currentTime})"
_PATIENCE_S = 40.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Any]]:
    write_films(tmp_path)
    manifest = study(tmp_path, design="compare", trials=2, checks=NO_CHECKS)
    _, site = opened(manifest, tmp_path, stimuli_of(manifest, tmp_path))
    from musivid.studies.site.app import make_site

    doors = Doors(make_site(site), host="127.0.0.1", token=None, most_bytes=10_000)
    server = uvicorn.Server(uvicorn.Config(doors, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/", site
    server.should_exit = True
    thread.join()


def until(page: Any, condition: str) -> None:
    """Wait for a condition; the page's own rules forbid the browser's way of waiting."""
    ends = time.monotonic() + _PATIENCE_S
    while not page.evaluate(condition):
        assert time.monotonic() < ends, condition
        page.wait_for_timeout(50)


@pytest.mark.slow
def test_from_the_link_to_the_code(browser: Any, served: tuple[str, Any]) -> None:
    address, site = served
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert not serious_faults(page)
    page.check("input[name=agree]")
    page.click("button.main")
    page.wait_for_selector("#hearing h2")
    assert not serious_faults(page)
    page.click(".tones")
    for _ in range(3):  # who cannot count them may go on, and it is noted
        page.select_option("select[name=sound_left]", "5")
        page.click("#hearing form button")
    page.wait_for_selector("#seeing canvas")
    assert not serious_faults(page)
    for _ in range(2):  # wrong once, then right
        page.select_option("select[name=rings]", "0")
        page.click("#seeing form button")
    page.select_option("select[name=rings]", str(page.evaluate("seeing.rings")))
    page.click("#seeing form button")
    for trial in range(2):
        until(page, f"trial !== null && trial.position === {trial}")
        until(page, "!document.getElementById('play').disabled")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert trial or not serious_faults(page)
        page.click("#play")
        until(page, "player.place() > 0.3")
        seen = page.evaluate(PLACE)
        page.keyboard.press("2")
        page.wait_for_timeout(60)
        assert page.evaluate("player.gains.map((gain) => gain.gain.value)") == [0, 1]
        # The same moment goes on: the clock was not set back by the switch.
        assert page.evaluate("player.place()") >= seen["at"]
        until(page, "!player.playing && player.from === player.length")
        assert not page.is_enabled("#answers button.main")
        page.check("input[value=left]", force=True)
        for track in (0, 1):
            page.keyboard.press(str(track + 1))
            page.click("#play")
            until(page, f"!player.playing && player.heard[{track}] >= player.length - 0.3")
        until(page, "!document.querySelector('#answers button.main').disabled")
        page.click("#answers button.main")
    page.wait_for_selector("#over textarea")
    page.click("#over button.main")
    page.wait_for_selector(".code")
    assert not serious_faults(page)
    page.close()
    assert said == [] and all(url.startswith(address) for url in asked)
    answers = site.store.answers()
    assert len(answers.votes) == 2 and answers.participants[0].state == "finished"
    whats = [event.what for event in answers.events]
    assert whats.count("hearing") == whats.count("seeing") == 1 and whats.count("switch") >= 2
