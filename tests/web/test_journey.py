"""From song to film and from clip to music: the real program, its workers, a browser."""

from __future__ import annotations

import socket
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from browser import open_browser
from media_fixtures import write_video
from programs import started
from source import ROOT
from study_fixtures import SYSTEMS, take_part, write_films

from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.score.midi import read_midi

pytestmark = pytest.mark.slow


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Any, str]]:
    """A page in a browser, and the address of a studio in a folder; both are closed properly."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "musivid", "studio", "--port", str(port), "--device", "cpu"]
    with (
        started([*command, "--data", str(folder)], cwd=ROOT, stderr=-1) as server,
        open_browser() as browser,
    ):
        assert server.stderr is not None
        assert f"http://127.0.0.1:{port}/" in server.stderr.readline()
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page, f"http://127.0.0.1:{port}"
        assert not said
        server.terminate()
        assert server.wait(60) == 0


def downloaded(page: Any, role: str, target: Path) -> Path:
    """A file of the run that a page shows."""
    with page.expect_download() as download:
        page.click(f"#files a[href*='/{role}?']")
    download.value.save_as(target)
    return target


def test_a_song_becomes_a_film(tmp_path: Path) -> None:
    with opened(tmp_path) as (page, address):
        page.goto(address)
        page.set_input_files("#song input", ROOT / "examples" / "song.mp3")
        page.set_input_files("#lyrics input", ROOT / "examples" / "lyrics.lrc")
        page.wait_for_selector("#lyrics .brought")
        page.click("#shapes [data-value=square]")
        page.click("#sharps [data-value='360']")
        page.fill("#end", "0:06")
        page.click("#plan")
        page.wait_for_url("**/plans/*")
        page.wait_for_selector(".row img", timeout=240_000)
        page.wait_for_selector("#film:not([disabled])")
        page.click("#film")
        page.wait_for_url("**/runs/*")
        page.wait_for_selector("#files a", timeout=400_000)
        film = downloaded(page, "film", tmp_path / "film.mp4")
    assert probe_video(film).size == (360, 360)
    assert probe_audio(film).duration_s == pytest.approx(6.0, abs=0.1)


def test_films_are_compared(tmp_path: Path) -> None:
    films = [tmp_path / name for name in ("one.mp4", "two.mp4")]
    for film, hz in zip(films, (2.0, 3.0), strict=True):
        flash_film(film, hz)
    with opened(tmp_path / "data") as (page, address):
        page.goto(f"{address}/evaluate")
        for n, film in enumerate(films, start=1):
            page.set_input_files("#film input", film)
            page.wait_for_selector(f"#films li:nth-child({n})")
        page.click("#make")
        page.wait_for_url("**/runs/*")
        page.wait_for_selector(".figures tbody tr:nth-child(2)", timeout=240_000)
        page.click(".transport .round")
        page.wait_for_selector(".transport .round[aria-label=Pause]")
        page.keyboard.press("2")
        assert (
            page.get_attribute(".acts button[aria-pressed]:nth-child(2)", "aria-pressed") == "true"
        )
        frame = page.frame_locator("iframe.report")
        assert frame.locator("h1").inner_text()
        report = downloaded(page, "report", tmp_path / "report.html")
    assert "Against chance" in report.read_text(encoding="utf-8")


def flash_film(path: Path, hz: float) -> None:
    """Eight seconds that flash and click at a rate."""
    sound = path.with_suffix(".wav")
    rate, times = 44_100, np.arange(8 * 44_100) / 44_100
    soundfile.write(sound, np.sin(times * 3000) * np.exp(-((times * hz) % 1) * 12) * 0.4, rate)
    with FrameSink(path, size=(64, 48), fps=Fraction(25), sound=Sound(sound, 0.0, 8.0)) as sink:
        for frame in range(200):
            light = np.exp(-((frame / 25 * hz) % 1) * 6)
            sink.write(np.full((48, 64, 3), int(40 + 200 * light), np.uint8))


def test_a_clip_gets_the_music_that_is_chosen(tmp_path: Path) -> None:
    clip = tmp_path / "My clip.mp4"
    write_video(clip, 100)
    with opened(tmp_path / "data") as (page, address):
        page.goto(f"{address}/music")
        page.set_input_files("#clip input", clip)
        page.wait_for_selector("#clip .brought")
        page.fill("#s-candidates", "2")
        page.click("#make")
        page.wait_for_url("**/runs/*")
        page.wait_for_selector(".piece", timeout=240_000)
        page.wait_for_selector(".transport button:not([disabled])", timeout=60_000)
        page.keyboard.press("2")
        assert page.get_attribute(".piece:nth-child(2) .pick", "aria-pressed") == "true"
        page.click(".piece:nth-child(2) .acts button >> nth=0")
        page.wait_for_selector("#files a[href*='/stems?']", timeout=240_000)
        film = downloaded(page, "film", tmp_path / "film.mp4")
        notes = downloaded(page, "midi", tmp_path / "music.mid")
        sound = downloaded(page, "sound", tmp_path / "music.wav")
        stems = downloaded(page, "stems", tmp_path / "stems.zip")
        assert page.inner_text(".piece:nth-child(2) .acts button >> nth=0").startswith("✓")
    assert probe_video(film).has_sound
    assert probe_audio(sound).duration_s == pytest.approx(probe_video(clip).duration_s, abs=0.05)
    kept = next((tmp_path / "data" / "jobs").glob("*/film.musivid/candidates/2.mid"))
    assert notes.read_bytes() == kept.read_bytes()
    tracks = [track for track in read_midi(notes).tracks if track.notes]
    with zipfile.ZipFile(stems) as archive:
        assert len(archive.namelist()) == len(tracks) > 1


def test_a_study_goes_from_making_to_report(tmp_path: Path) -> None:
    """Folders of films are chosen, looked at, opened, answered by somebody, counted, exported."""
    write_films(tmp_path / "films", clips=2)
    with opened(tmp_path / "data") as (page, address):
        page.goto(f"{address}/studies")
        page.click("a.main")
        page.wait_for_selector("#s-title")
        for n, system in enumerate(SYSTEMS):
            page.set_input_files("#folder", tmp_path / "films" / system)
            page.wait_for_selector(f"#table li >> nth={2 * n + 1}")
            assert page.input_value(f"#table li >> nth={2 * n + 1} >> input >> nth=0") == system
        page.fill("#s-title", "Which music fits?")
        page.select_option("#s-design", "compare")
        page.fill("#s-trials", "2")
        page.click("#all summary")
        for check in ("training", "instructed", "gold", "repeat"):
            page.fill(f"#s-checks-{check}", "0")
        page.fill("#s-exclusion-fastest", "0")
        page.click("#make")
        page.wait_for_selector("#open", timeout=120_000)
        with page.expect_popup() as popup:
            page.click("#acts button >> nth=0")
        popup.value.wait_for_selector("p.preview", timeout=60_000)
        popup.value.close()
        page.click("#open")
        link = page.wait_for_selector("#link", timeout=60_000).get_attribute("href")
        assert link is not None
        take_part(link)
        page.wait_for_selector("#report", timeout=20_000)
        assert page.inner_text("#far dd >> nth=0") == "1 / 20"
        page.click("#close")
        page.wait_for_selector("#open")
        page.click("#report")
        page.wait_for_selector("iframe.report", timeout=120_000)
        title = page.frame_locator("iframe.report").locator("h1").inner_text()
        with page.expect_download() as download:
            page.click("#takes a")
        download.value.save_as(tmp_path / "export.zip")
    assert title == "Which music fits?"
    with zipfile.ZipFile(tmp_path / "export.zip") as archive:
        votes = archive.read("votes.csv").decode().splitlines()
    assert len(votes) == 3 and SYSTEMS[0] in "".join(votes)
