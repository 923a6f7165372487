"""The player in a real browser: a switch is heard at the same moment, and as no click."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import open_browser
from media_fixtures import write_video
from numpy.typing import NDArray

from musivid.pipeline.render.switched import PLAYER, write_silent_film

RATE_HZ, SECONDS = 44_100, 3.0
PAGE = """<!doctype html><video id=film muted></video><button id=go>go</button>
<script src=player.js></script><script>
let player = null, heard = [];
document.getElementById("go").onclick = async () => {
  player = new Player(document.getElementById("film"), () => {});
  await player.load("film.mp4", ["one.wav", "two.wav"]);
  await player.play();
  const tap = player.context.createScriptProcessor(4096, 1, 1);
  tap.onaudioprocess = (event) => heard.push(...event.inputBuffer.getChannelData(0));
  for (const gain of player.gains) gain.connect(tap);
  tap.connect(player.context.destination);
  let at = 0;
  const turn = setInterval(() => player.choose((at += 1) % 2), 230);
  setTimeout(() => { clearInterval(turn); document.title = "over"; }, 2200);
};</script>"""


def chirp() -> NDArray[np.float64]:
    """A tone that rises, so that each moment sounds otherwise than all others: float64 [time]."""
    times = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    return 0.5 * np.sin(2 * np.pi * (200 * times + 300 * times**2))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A page with the player, a film, and one sound under two names."""
    import soundfile

    write_video(tmp_path / "clip.mp4", round(25 * SECONDS))
    write_silent_film(tmp_path / "clip.mp4", tmp_path / "film.mp4")
    for name in ("one.wav", "two.wav"):
        soundfile.write(tmp_path / name, chirp(), RATE_HZ)
    (tmp_path / "player.js").write_bytes(PLAYER.read_bytes())
    (tmp_path / "index.html").write_text(PAGE)
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def off_by(page: Any, address: str) -> float:
    """How far at most what was heard over eight switches is from the sound."""
    page.goto(address)
    page.click("#go")
    page.wait_for_function("document.title === 'over'")
    heard = np.array(page.evaluate("heard"))
    rate = page.evaluate("player.context.sampleRate")
    assert rate in (44_100, 48_000)
    wave = np.interp(np.arange(SECONDS * rate) / rate, np.arange(len(chirp())) / RATE_HZ, chirp())
    part = heard[np.flatnonzero(np.abs(heard) > 0.01)[0] :][: round(1.6 * rate)]
    shifts = np.correlate(wave, part[: rate // 4], "valid")  # where in the sound it began
    begin = int(np.argmax(shifts))
    return float(np.abs(part - wave[begin : begin + len(part)]).max())


def test_switches_are_not_heard(address: str) -> None:
    """Among two equal sounds eight switches leave the sound as it is, sample by sample."""
    with open_browser() as browser:
        page: Any = browser.new_page()
        # Any other moment of the sound, or a jump, would stand out by its whole height. A busy
        # machine may drop a block of its own while it records; never three times over.
        assert any(off_by(page, address) < 0.05 for _ in range(3))
