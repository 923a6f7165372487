"""From a song to its film through the real program, its worker and a browser."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from browser import open_browser
from programs import started
from source import ROOT

from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video


@pytest.mark.slow
def test_a_song_becomes_a_film(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "musivid", "studio", "--port", str(port), "--device", "cpu"]
    with (
        started([*command, "--data", str(tmp_path)], cwd=ROOT, stderr=-1) as server,
        open_browser() as browser,
    ):
        assert server.stderr is not None
        assert f"http://127.0.0.1:{port}/" in server.stderr.readline()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
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
        with page.expect_download() as download:
            page.click("#files a >> nth=0")
        film = tmp_path / "film.mp4"
        download.value.save_as(film)
        server.terminate()
        assert server.wait(60) == 0
    assert probe_video(film).size == (360, 360)
    assert probe_audio(film).duration_s == pytest.approx(6.0, abs=0.1)
