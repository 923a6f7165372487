"""The report, as text and in a real browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import open_browser, visit
from PIL import Image

from musivid.core.timeline import Cue
from musivid.metrics.compare import compare
from musivid.metrics.events import Traces
from musivid.pipeline.evaluate.report.charts import axis, clock, interval, outline
from musivid.pipeline.evaluate.report.page import render_report, write_report
from musivid.pipeline.evaluate.report.plot import write_plot
from musivid.pipeline.evaluate.report.words import (
    describe,
    number,
    safe,
    summary,
    verdict,
    with_unit,
)
from musivid.score.notes import Note, Score, TrackNotes

HOSTILE = '<script>document.title="owned"</script><img src="http://x.test/a.png" onerror=alert(1)>'


def thumbnail(seed: int, side: int = 160) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (side * 9 // 16, side, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "jpeg", quality=85)
    return file.getvalue()


def make_traces(
    duration_s: float = 180.0, *, text: str = "over the sea", side: int = 160
) -> Traces:
    rng = np.random.default_rng(0)
    beats = np.arange(0.2, duration_s, 0.5)
    times, onset_times = np.arange(0, duration_s, 0.04), np.arange(0, duration_s, 0.023)
    wave = rng.uniform(0, 1, 2000).astype(np.float32)
    return Traces(
        title="song.mp4",
        duration_s=duration_s,
        fps=25.0,
        times_s=times,
        change=rng.random(len(times)) ** 8,
        rise=rng.random(len(times)),
        flow=rng.random(len(times)),
        changes_s=beats,
        cuts_s=beats[::20],
        onset_times_s=onset_times,
        onset=rng.random(len(onset_times)) ** 6,
        onsets_s=beats,
        beats_s=beats,
        downbeats_s=beats[::4],
        cues=[Cue(4.0 * k, None, f"{text} {k}") for k in range(int(duration_s // 4))],
        thumbnails=[(float(t), thumbnail(int(t), side)) for t in range(0, int(duration_s), 2)],
        waveform=np.stack([-wave, wave], 1),
    )


def measure(value: float, z: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "chance_mean": 0.2, "chance_std": 0.05, "z": z, "p": 0.1, **more}


def make_result(name: str = "song.mp4", *, z: float = 5.0) -> dict[str, Any]:
    return {
        "video": name,
        "duration_s": 180.0,
        "fps": 25.0,
        "sync": {
            "bas_music": measure(0.6, z),
            "xcorr": measure(0.4, z, offset_ms=120.0),
            "f_measure": measure(0.3, -3.0),
            "cuts_on_beats": {"value": None, "reason": f"no cuts {name}"},
        },
        "meaning": {"picture_sound": measure(0.1, 0.3)},
        "picture": {"flicker": 0.012, "black_s": []},
        "integrity": {"loudness_lufs": -14.0, "clipping": False},
        "music": {"scale_consistency": {"value": 0.97, "params": {"scale": "A minor"}}},
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a hostile file beside a comparison."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    systems = {
        system: {str(k): make_result(z=1.0 + k) for k in range(4)} for system in (HOSTILE, "b")
    }
    write_report(
        [make_result(f"folder/{HOSTILE}.mp4"), make_result("second.mp4", z=0.2)],
        [make_traces(text=HOSTILE), None],
        path,
        comparison=compare(systems),
        settings={"preset": HOSTILE},
    )
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800)])
def test_page_in_a_browser(browser: Any, page: Path, scheme: str, size: tuple[int, int]) -> None:
    with visit(browser, page, size=size, scheme=scheme) as seen:
        assert seen.console == []
        assert [url for url in seen.requests if not url.startswith("data:")] == [page.as_uri()]
        assert seen.width() <= size[0]
        assert seen.page.title() == "Evaluation · musivid"
        assert seen.page.locator("script").count() == 0
        shown = seen.page.locator(".strip img")
        assert shown.count() > 8
        assert seen.page.evaluate(
            "[...document.querySelectorAll('.strip img')].every(i => i.naturalWidth > 0)"
        )
        lanes, card = (
            seen.page.locator(selector).first.bounding_box() for selector in (".lanes", "section")
        )
        assert lanes["width"] >= 0.8 * card["width"]
        background = [int(v) for v in re.findall(r"\d+", seen.style("body", "backgroundColor"))[:3]]
        ink = [int(v) for v in re.findall(r"\d+", seen.style("body", "color"))[:3]]
        assert (np.mean(background) > 200) == (scheme == "light")
        assert abs(np.mean(background) - np.mean(ink)) > 150


def test_phone_shows_every_figure_with_its_chance(browser: Any, page: Path) -> None:
    with visit(browser, page, size=(390, 844)) as seen:
        for row in seen.page.locator("tbody tr").all():
            box = row.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        text = seen.page.inner_text("main")
        assert "The picture follows the music: 5 deviations above chance." in text
        assert "It is 120 ms too late." in text
        assert "0.2 ± 0.05" in text
        assert HOSTILE in text  # as letters


def test_lanes_share_one_axis(browser: Any, page: Path) -> None:
    """A line of the song begins where the axis says."""
    with visit(browser, page) as seen:
        lanes = seen.page.locator(".lanes").bounding_box()
        line = seen.page.locator(".words span").nth(15).bounding_box()
        assert line["x"] - lanes["x"] == pytest.approx(lanes["width"] * 60 / 180, abs=1.5)
        mark = seen.page.locator(".axis span", has_text="1:00").bounding_box()
        middle = mark["x"] + mark["width"] / 2 - lanes["x"]
        assert middle == pytest.approx(lanes["width"] * 60 / 180, abs=1.5)


def test_nothing_of_a_file_becomes_markup(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert '<img src="http' not in text
    assert safe(HOSTILE) in text
    assert "default-src 'none'" in text


def test_three_minutes_of_big_thumbnails_stay_below_3_mb() -> None:
    page = render_report([make_result()], [make_traces(side=320)])
    assert len(page.encode()) < 3_000_000
    assert page.count("data:image/jpeg") >= 8


def test_eight_files_stay_below_3_mb() -> None:
    traces = make_traces(side=320)
    page = render_report([make_result(f"{k}.mp4") for k in range(8)], [traces] * 8)
    assert len(page.encode()) < 3_800_000
    assert page.count('class="card"') == 8
    assert page.count("<summary>Curves and all figures") == 8


def test_files_of_one_name_are_told_apart_by_their_folder() -> None:
    page = render_report([make_result("/a/x.mp4"), make_result("/b/x.mp4")], [None, None])
    assert "<h2>a/x.mp4</h2>" in page
    assert "<h2>b/x.mp4</h2>" in page


def test_empty_traces_and_results_are_shown_too() -> None:
    silent = {"value": None, "reason": "mute"}
    page = render_report(
        [{"midi": "a.mid", "music": {"polyphony": silent}}], [Traces(duration_s=1.0)]
    )
    assert "a.mid" in page
    assert "mute" in page
    assert "data:image" not in page


def test_notes_of_a_midi_file_are_drawn() -> None:
    notes = (Note(0, 480, 60, 90), Note(480, 480, 72, 90))
    tracks = (
        TrackNotes("Piano", 0, notes=notes),
        TrackNotes("Drums", 0, is_drum=True, notes=(Note(960, 120, 36, 90),)),
    )
    page = render_report([{"midi": "a.mid"}], [None], scores=[Score(tracks, 120.0, 1)])
    # Two beats of four: the second note begins at a quarter of the bar and is above the first.
    starts = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", page)
    assert [float(x) for x, _, _ in starts] == [0.0, 250.0, 500.0]
    assert float(starts[1][1]) < float(starts[0][1]) < float(starts[2][1])
    assert float(starts[0][2]) == 250.0
    assert 'class="drums"' in page


def test_report_is_the_same_twice() -> None:
    made = [render_report([make_result()], [make_traces(20)]) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.slow
def test_plot_is_a_png(tmp_path: Path) -> None:
    path = tmp_path / "plot.png"
    write_plot(make_result("$x_1$.mp4"), make_traces(30), path)
    with Image.open(path) as picture:
        picture.load()
        assert picture.size == (1440, 900)
        colours = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) > 50
    write_plot({}, Traces(title="$", duration_s=2.0), tmp_path / "empty.png")


@pytest.mark.parametrize(
    ("z", "kind"), [(5.0, "good"), (2.1, "good"), (1.9, "flat"), (-1.0, "flat"), (-2.5, "bad")]
)
def test_verdicts(z: float, kind: str) -> None:
    assert verdict(z).kind == kind
    assert verdict(z, "distribution").kind == ("bad" if z > 2 else "flat")


@pytest.mark.parametrize(
    ("bas", "xcorr", "offset_ms", "words"),
    [
        (5.0, 5.0, 4.0, "5 deviations above chance. It is in time to within 20 ms."),
        (5.0, 6.0, -80.0, "6 deviations above chance. It is 80 ms too early."),
        (3.0, 0.5, 500.0, "a little: 3 deviations above chance."),
        (5.0, 3.0, 490.0, "5 deviations above chance."),
        (0.5, 4.0, 120.0, "follows the music, but 120 ms too late."),
        (0.5, 0.5, 120.0, "does not follow the music: its timing is like chance."),
    ],
)
def test_summaries_say_what_the_figures_say(
    bas: float, xcorr: float, offset_ms: float, words: str
) -> None:
    sync = {"bas_music": measure(0.5, bas), "xcorr": measure(0.5, xcorr, offset_ms=offset_ms)}
    assert summary({"sync": sync}).endswith(words)


def test_summaries_keep_silent_about_what_is_not_known() -> None:
    assert summary({"picture": {"flicker": 1.0}}) == ""
    assert summary({"sync": {"bas_music": {"value": None, "reason": "no beats"}}}) == ""
    assert "any other moment" in summary(make_result())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (None, "–"), (True, "yes"), (12345, "12\u202f345"), (-0.5, "−0.5"),
     (1234.5, "1234"), ("A minor", "A minor")],
)  # fmt: skip
def test_numbers_for_people(value: object, text: str) -> None:
    assert number(value) == text


def test_names_become_titles_and_units() -> None:
    assert describe("sound_s")[0] == "Sound"
    assert with_unit("sound_s", "3.5") == "3.5\u202fs"
    assert with_unit("frames", "3") == "3"
    assert with_unit("sound_s", number(None)) == "–"
    assert describe("tbiou_40ms")[0] == "Within 40 ms"
    assert describe("never_heard_of")[0] == "Never heard of"


@pytest.mark.parametrize("seconds", [0.0, 3.0, 59.6, 61.0, 3600.0])
def test_axis_has_a_few_whole_times(seconds: float) -> None:
    drawn = axis(seconds)
    assert 1 <= drawn.count("<span") <= 12
    assert drawn.endswith(f"{clock(seconds)}</span></div>")


def test_outline_keeps_peaks() -> None:
    values = np.zeros(50_000)
    values[[7, 40_000]] = 5.0
    times, shown = outline(np.arange(50_000.0), values)
    assert len(times) == len(shown) < 2000
    assert (shown == 1).sum() == 2


def test_interval_of_one_file_is_a_dot() -> None:
    assert "<line" not in interval(None, 1.0, None, (1.0, 1.0))
    assert "<line" in interval(0.5, 1.0, 1.5, (0.0, 2.0))


class _Attributes(HTMLParser):
    """The names of all attributes, and what elements there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.elements: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.names |= {name for name, _ in attrs}


@pytest.mark.parametrize(
    "line",
    [
        '" onload="alert(1)',
        "' onmouseover='alert(1)",
        "x onload=alert(1) ",
        "` onerror=`alert(1)",
        '"><svg onload=alert(1)>',
        "</title><iframe src=x>",
        "&quot; onload=alert(1)",
        "\x1b]0;owned\x07",
        "a\nonload\t=\talert(1)",
    ],
)
def test_a_line_is_escaped_for_where_it_stands(line: str) -> None:
    plain = render_report([make_result()], [make_traces(8.0)])
    hostile = render_report([make_result()], [make_traces(8.0, text=line)])
    usual, found = _Attributes(plain), _Attributes(hostile)
    assert (found.names, found.elements) == (usual.names, usual.elements)
    assert "onload=" not in hostile and "\x1b" not in hostile and "\x07" not in hostile
