"""The pages in a real browser: light, whole at both widths, and a song whose words are tapped."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uvicorn
from axe import serious_faults
from browser import open_browser
from media_fixtures import write_video
from studio_fixtures import Visitor, declared, open_visitor, planned

from musivid.web.app import make_app

SIZES = {"wide": (1360, 900), "small": (390, 844)}
TRANSFERRED = """() => ["resource", "navigation"]
    .flatMap((kind) => performance.getEntriesByType(kind))
    .filter((one) => !new URL(one.name).pathname.startsWith("/files/"))
    .reduce((sum, one) => sum + one.transferSize, 0)"""
NAMELESS = """() => [...document.querySelectorAll("button, a, input, select, textarea")]
    .filter((one) => one.checkVisibility() && !one.closest("[aria-hidden]") && one.type !== "file"
        && !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title))
    .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Visitor]]:
    """A studio that a browser can visit, in this process."""
    visitor = open_visitor(tmp_path_factory.mktemp("studio"))
    app = make_app(visitor.studio, host="127.0.0.1", token=None)
    config = uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", visitor
    visitor.studio.closing = True
    server.should_exit = True
    thread.join(10)


def opened(browser: Any, size: tuple[int, int] = SIZES["wide"], scheme: str = "light") -> Any:
    """A new page, and what it says and asks for."""
    window = {"width": size[0], "height": size[1]}
    page = browser.new_context(viewport=window, color_scheme=scheme).new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    return page


def until(page: Any, expression: str) -> None:
    """Wait for something to be so; the page's own policy forbids the usual way."""
    end = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(20)


def evaluated(visitor: Visitor, film: str) -> str:
    """Two films that were measured."""
    spec = {"films": [film, film]}
    job = visitor.studio.jobs.add("evaluate", "One / Two", spec)
    visitor.studio.jobs.take("film")
    folder = visitor.studio.data / "jobs" / job.id
    folder.mkdir(parents=True)
    page = (
        '<html lang="en"><head><title>r</title></head><body><main><h1>r</h1></main></body></html>'
    )
    (folder / "report.html").write_text(page)
    figure = {"value": 0.4, "chance_mean": 0.3, "chance_std": 0.02, "z": 5.0}
    rows = [{"name": name, "figures": {"bas_music": figure}} for name in ("One", "Two")]
    facts = {"rows": rows, "switched": {"systems": ["One", "Two"], "films": 1, "sounds": 2}}
    write_video(folder / "side.mp4", 50)
    files = {"report": "report.html", "side-film-0": "side.mp4"}
    result = {"files": files, "facts": {"duration_s": 2.0, **facts}}
    visitor.studio.jobs.end(job.id, "done", result=result)
    return job.id


def scored(visitor: Visitor) -> str:
    """Music that was written, of two pieces."""
    import soundfile

    job = visitor.studio.jobs.add("music", "Clip", {"clip": "gone", "preset": "song"})
    visitor.studio.jobs.take("film")
    folder = visitor.studio.data / "jobs" / job.id
    folder.mkdir(parents=True)
    write_video(folder / "silent.mp4", 50)
    notes = [[0.0, 0.5, 60], [0.5, 1.0, 64]]
    roll = [{"name": "Piano", "drum": False, "notes": notes}]
    (folder / "rolls.json").write_text(json.dumps([roll, roll]))
    for rank in (1, 2):
        soundfile.write(folder / f"{rank}.wav", np.zeros(88_200), 44_100)
    files = {"silent": "silent.mp4", "rolls": "rolls.json", "piece-1": "1.wav", "piece-2": "2.wav"}
    piece = {"key": "C major", "worth": 0.7, "sync_z": 1.2, "onsets_per_bar": 8.0, "notes": 20}
    facts = {"duration_s": 2.0, "pieces": [piece, piece | {"sync_z": None}], "chosen": 1}
    visitor.studio.jobs.end(job.id, "done", result={"files": files, "facts": facts})
    return job.id


def places(visitor: Visitor, song: Path) -> dict[str, str]:
    """Every page, with something on it."""
    name = visitor.brought("song", song)
    sheet = planned(visitor, name)
    films = []
    for state in ("waiting", "running", "done", "failed", "stopped"):
        film = visitor.client.post("/api/films", json={"song": name, "preset": "living"}).json()
        films.append(film["id"])
        if state != "waiting":
            visitor.studio.jobs.take("film")
        if state in ("done", "failed", "stopped"):
            visitor.studio.jobs.end(film["id"], state, problem="it broke" * (state == "failed"))
    films += [evaluated(visitor, films[2]), scored(visitor)]
    runs = {f"run {n}": f"/runs/{film}" for n, film in enumerate(films)}
    studies = [declared(visitor, state) for state in ("waiting", "running", "failed", "done")]
    runs |= {f"study {n}": f"/studies/{study}" for n, study in enumerate(studies)}
    return {
        "video": f"/video?song={name}",
        "plan": f"/plans/{sheet}",
        "music": "/music",
        "words": f"/words?song={name}",
        "evaluate": "/evaluate",
        "runs": "/runs",
        "studies": "/studies",
        "new study": f"/studies/new?again={studies[-1]}",
        **runs,
        "missing": "/nothing",
    }


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_light_and_whole(
    served: tuple[str, Visitor], browser: Any, song: Path, size: str
) -> None:
    """No script fails, nobody else is asked, nothing is too wide, axe finds nothing serious."""
    address, visitor = served
    page = opened(browser, SIZES[size], "light" if size == "wide" else "dark")
    for name, path in places(visitor, song).items():
        page.said.clear()
        page.asked.clear()
        page.goto(address + path)
        page.wait_for_timeout(60)
        assert not [text for text in page.said if name != "missing" or "404" not in text], name
        assert all(url.startswith((address, "data:")) for url in page.asked), name
        assert len(page.asked) <= 15, name
        assert page.evaluate(TRANSFERRED) <= 300_000, name
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0], name
        assert not page.evaluate(NAMELESS), name
        assert not serious_faults(page), name
    page.context.close()


def test_words_are_tapped(served: tuple[str, Visitor], browser: Any, song: Path) -> None:
    """Drop a song, paste its words, tap, take one back, nudge, and read the file."""
    address, _ = served
    page = opened(browser)
    page.goto(f"{address}/words")
    page.set_input_files("#song input", song)
    page.fill("#text", "First line\nSecond line\n\nThird line")
    page.click("#start")
    page.evaluate("document.getElementById('audio').muted = true")
    page.evaluate("document.getElementById('audio').playbackRate = 0.5")
    page.keyboard.press("Space")  # plays
    until(page, "document.getElementById('audio').currentTime > 0.1")
    for line in range(1, 4):
        page.keyboard.press("Space")
        until(page, f"document.querySelectorAll('#lines .timed').length === {line}")
        page.wait_for_timeout(150)
    page.keyboard.press("Backspace")
    assert page.locator("#lines .timed").count() == 2
    page.keyboard.press("p")
    second = page.locator("#lines li:nth-child(2) input")
    second.fill("0:01.20")
    second.press("Enter")
    second.blur()
    page.keyboard.press("ArrowRight")
    page.click("#save")
    page.wait_for_selector("#downloads a")
    with page.expect_download() as download:
        page.click("#downloads a >> text=LRC")
    lines = Path(download.value.path()).read_text().splitlines()
    assert [line.partition("]")[2] for line in lines] == ["First line", "Second line"]
    assert lines[1].startswith("[00:01.25]")
    page.click("#on")
    page.wait_for_url("**/video?song=*")
    assert page.locator("#lyrics .brought").inner_text().startswith("My song.json")
    assert not page.said
    page.context.close()


def test_unsure_lines_are_marked(served: tuple[str, Visitor], browser: Any, song: Path) -> None:
    """What was timed by ear opens with its times; a line that is set again is no longer unsure."""
    address, _ = served
    page = opened(browser)
    page.goto(f"{address}/words")
    cues = [(0.5, "La la", 0.9), (1.5, "La la", 0.1), (2.5, "End", 0.2)]
    named = [{"start_s": a, "text": text, "confidence": sure} for a, text, sure in cues]
    content = {"name": "timed.json", "mimeType": "application/json"}
    page.set_input_files("#song input", song)
    page.set_input_files("#file input", [{**content, "buffer": json.dumps(named).encode()}])
    until(page, "!document.getElementById('start').disabled")
    until(page, "document.getElementById('text').value.includes('End')")
    page.click("#start")
    times = page.locator("#lines input").evaluate_all("found => found.map((one) => one.value)")
    assert times == ["0:00.50", "0:01.50", "0:02.50"]  # a refrain has each its own
    assert page.locator("#lines .doubt").count() == 2
    page.click("#doubt")
    last = page.locator("#lines li:nth-child(3) input")
    assert "now" in (page.locator("#lines li:nth-child(3)").get_attribute("class") or "")
    last.fill("0:02.60")
    last.press("Enter")
    last.blur()
    assert page.locator("#lines .doubt").count() == 1
    assert not page.said
    page.context.close()


def test_a_plan_is_changed_by_click_and_key(
    served: tuple[str, Visitor], browser: Any, song: Path
) -> None:
    address, visitor = served
    sheet = planned(visitor, visitor.brought("song", song))
    page = opened(browser)
    page.goto(f"{address}/plans/{sheet}")
    page.click(".rows .card:nth-child(1) .pick")
    page.fill("#editor input", "green")
    page.click("#editor .look")
    page.wait_for_selector(".rows .card:nth-child(1) .pick >> text=aurora · teal")
    page.select_option(".rows .card:nth-child(2) select >> nth=0", "low")
    page.locator(".strip .border >> nth=0").press("ArrowRight")  # on to the next beat
    until(page, "document.querySelector('.border').ariaValueNow === '4.5'")
    wanted = [("aurora", "lake", 0.0), ("sea", "low", 4.5), ("aurora", "sky", 8.0)]
    for _ in range(100):  # what was changed is sent at once, and arrives soon
        rows = visitor.client.get(f"/api/plans/{sheet}").json()["rows"]
        found = [(row["scene"], row["shot"], row["start_s"]) for row in rows]
        if found == wanted:
            break
        page.wait_for_timeout(50)
    assert found == wanted
    assert not page.said
    page.context.close()


def test_scripts_in_words_are_text(served: tuple[str, Visitor], browser: Any, song: Path) -> None:
    """What is written into a plan, a title or a search is shown as it was written."""
    address, visitor = served
    script = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    sheet = planned(visitor, visitor.brought("song", song, f"{script}.wav"))
    row = visitor.client.get(f"/api/plans/{sheet}").json()["rows"][0]["id"]
    visitor.client.patch(f"/api/plans/{sheet}/rows/{row}", json={"line": script})
    page = opened(browser)
    page.on("dialog", lambda dialog: page.said.append(f"dialog: {dialog.message}"))
    page.goto(f"{address}/plans/{sheet}")
    assert script in page.locator(".row .said input >> nth=0").input_value()
    visitor.client.post(f"/api/plans/{sheet}/film", json={})
    page.goto(f"{address}/runs")
    page.fill("#words", script)
    page.wait_for_selector("#none:not([hidden])")
    assert not page.said
    page.context.close()
