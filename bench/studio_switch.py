"""Whether a switch between candidates keeps the moment and clicks: `python bench/studio_switch.py`.

Two pieces of a run lie on the studio's page, as sounds that tell their own time: the first has a
pip each tenth of a second on the left, the second at the same moments on the right, both over a
steady tone. The page plays in Chromium and is switched `SWITCHES` times by its own keys, while all
that would reach the loudspeakers is recorded, sample by sample. Prints how far pips lie from the
grid that a sound without switches would have, the largest step between two samples against that of
the tone alone, and how far the film is from the sound before and after switches.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import uvicorn
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]
RATE_HZ = 48_000
SECONDS = 12.0
SWITCHES = 40
TONE_HZ, LOUD = 220.0, 0.2
RECORDER = """() => {
    const context = player.context;
    const recorder = context.createScriptProcessor(4096, 2, 2);
    window.recorded = [];
    recorder.onaudioprocess = ({ inputBuffer }) => {
        const [left, right] = [0, 1].map((side) => Array.from(inputBuffer.getChannelData(side)));
        window.recorded.push([left, right]);
    };
    recorder.connect(context.destination);
    const made = context.createGain.bind(context);
    context.createGain = () => { const gain = made(); gain.connect(recorder); return gain; };
}"""
OFF = "() => 1000 * (player.place() - player.film.currentTime)"


def piece(side: int) -> NDArray[np.float32]:
    """A tone on both sides, and pips on one of them each tenth of a second, [samples, 2]."""
    times = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    sound = np.repeat(LOUD * np.sin(2 * np.pi * TONE_HZ * times)[:, None], 2, 1)
    since = times % 0.1
    pip = np.where(since < 0.004, np.sin(np.pi * since / 0.004) ** 2, 0.0)
    sound[:, side] += 0.5 * pip * np.sin(2 * np.pi * 6000 * times)
    return sound.astype(np.float32)


def serve(folder: Path) -> tuple[str, Any, str]:
    """A studio with a run of two pieces: its address, the studio, and the run's name."""
    from media_fixtures import write_video
    from studio_fixtures import open_visitor
    from test_browser import scored

    from musivid.web.app import make_app

    visitor = open_visitor(folder)
    job = scored(visitor)
    at = visitor.studio.data / "jobs" / job
    write_video(at / "silent.mp4", round(25 * SECONDS))
    for rank in (1, 2):
        soundfile.write(at / f"{rank}.wav", piece(rank - 1), RATE_HZ, subtype="FLOAT")
    app = make_app(visitor.studio, host="127.0.0.1", token=None)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}", visitor, job


def recorded(page: Any) -> tuple[NDArray[np.float64], list[float]]:
    """What the loudspeakers would get, [samples, 2], and how late the film was around switches."""
    page.evaluate(RECORDER)
    page.keyboard.press("Space")
    page.wait_for_timeout(700)
    offs = []
    for number in range(SWITCHES):
        offs.append(page.evaluate(OFF))
        page.keyboard.press(str(2 - number % 2))
        page.wait_for_timeout(30)
        offs.append(page.evaluate(OFF))
        page.wait_for_timeout(170)
    page.keyboard.press("Space")
    blocks = page.evaluate("window.recorded")
    return np.concatenate([np.array(block).T for block in blocks]), offs


def grid_error_ms(sound: NDArray[np.float64], rate_hz: float) -> tuple[float, list[int]]:
    """How far pips lie from one grid of tenths of a second at most, in ms; pips of each side."""
    from scipy.signal import butter, find_peaks, sosfiltfilt

    high = sosfiltfilt(butter(4, 4000, "high", fs=rate_hz, output="sos"), sound.sum(1))
    shape = np.abs(high)
    kernel = np.hanning(int(0.004 * rate_hz))
    smooth = np.convolve(shape, kernel / kernel.sum(), "same")
    peaks, _ = find_peaks(smooth, height=0.05, distance=int(0.05 * rate_hz))
    phases = (peaks / rate_hz) % 0.1
    centre = np.angle(np.exp(2j * np.pi * phases / 0.1).mean()) / (2 * np.pi) * 0.1
    error = (phases - centre + 0.05) % 0.1 - 0.05
    sides = np.abs(sosfiltfilt(butter(4, 4000, "high", fs=rate_hz, output="sos"), sound, axis=0))
    width = int(0.002 * rate_hz)
    heard = [sides[at - width : at + width].sum(0).argmax() for at in peaks]
    return float(1000 * np.abs(error).max()), [heard.count(side) for side in (0, 1)]


def main() -> None:
    from browser import open_browser

    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        address, visitor, job = serve(Path(folder))
        page = browser.new_page()
        page.goto(f"{address}/runs/{job}")
        page.wait_for_selector(".transport button:not([disabled])")
        sound, offs = recorded(page)
        rate_hz = page.evaluate("player.context.sampleRate")
        visitor.studio.closing = True
    error_ms, pips = grid_error_ms(sound, rate_hz)
    low = sound.mean(1)
    # The tone alone is what both pieces share: a click would be a step that it never makes.
    from scipy.signal import butter, sosfiltfilt

    tone = sosfiltfilt(butter(4, 2000, "low", fs=rate_hz, output="sos"), low)
    loud = np.flatnonzero(np.abs(tone) > LOUD / 2)
    inner = tone[loud[0] + rate_hz // 10 : loud[-1] - rate_hz // 10]
    step = float(np.abs(np.diff(inner)).max()) / (LOUD * 2 * np.pi * TONE_HZ / rate_hz)
    before, after = np.array(offs[::2]), np.array(offs[1::2])
    print(f"{SWITCHES} switches, {pips} pips of both: {error_ms:.2f} ms from their grid at most")
    print(f"the largest step is {step:.2f} times that of the tone alone")
    print(
        f"film against sound: {np.median(np.abs(before)):.0f} ms before a switch, "
        f"{np.median(np.abs(after)):.0f} ms after it (median), change of "
        f"{np.abs(after - before).max():.0f} ms at most"
    )


if __name__ == "__main__":
    main()
