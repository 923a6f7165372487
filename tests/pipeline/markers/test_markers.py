"""`musivid markers`: what is marked, in which file, for whom, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from programs import Program
from songs import write_song

import musivid
from musivid.core.errors import InputError, PresetError, UsageError
from musivid.core.timeline import Cue
from musivid.interchange.reading import MediaClock, Wish, read_marks
from musivid.interchange.timecode import parse_rate

SECONDS = 12.0


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hits every half second."""
    return write_song(tmp_path_factory.mktemp("songs") / "söng.wav", SECONDS)


def starts(marks: object) -> list[float]:
    return [float(mark.time) for mark in marks]  # type: ignore[attr-defined]


def test_bars_beats_and_every_other_one(song: Path) -> None:
    bars = musivid.mark(song)
    assert [mark.kind for mark in bars] == ["bar"] * len(bars) and len(bars) >= 4
    assert np.diff(starts(bars))[1:] == pytest.approx(0.5 * bars.beats_per_bar, abs=0.02)
    assert [m.name for m in bars][:2] == ["bar 1", "bar 2"]
    other = musivid.mark(song, settings={"every": 2})
    assert starts(other) == starts(bars)[::2] and [m.name for m in other][1] == "bar 3"
    beats = musivid.mark(song, what=["beats"])
    assert np.diff(starts(beats))[1:] == pytest.approx(0.5, abs=0.02)
    assert {mark.colour for mark in beats} == {"cyan"}
    both = musivid.mark(song, what=["beats", "bars"])
    assert starts(both) == starts(beats)  # a beat that begins a bar is the bar's
    first = [mark.name for mark in both if mark.time >= bars.marks[0].time]
    assert first[:5] == ["bar 1", "beat 1.2", "beat 1.3", "beat 1.4", "bar 2"]


def test_parts_hits_and_lines(song: Path) -> None:
    words = [Cue(1.0, None, "sea  é"), Cue(2.0, 3.0, ""), Cue(4.0, 5.0, "愛"), Cue(50.0, None, "x")]
    made = musivid.mark(song, words, what=["sections", "hits", "lyrics"],
                        settings={"hits.per_minute": 20, "colours.lyric": "pink"})  # fmt: skip
    kinds = [mark.kind for mark in made]
    assert kinds.count("section") >= 1 and made.marks[0].name == "part 1"
    lines = [mark for mark in made if mark.kind == "lyric"]
    assert [(m.name, float(m.time), float(m.end or 0), m.colour) for m in lines] == [
        ("sea é", 1.0, 2.0, "pink"), ("愛", 4.0, 5.0, "pink")]  # fmt: skip
    hits = [float(mark.time) for mark in made if mark.kind == "hit"]
    assert 2 <= len(hits) <= 4 and min(np.diff(hits)) >= 1.0
    assert all(abs(time * 2 - round(time * 2)) < 0.05 for time in hits)


@pytest.mark.parametrize("name", ["a.edl", "a.fcpxml", "a.otio", "a.csv", "a.mid", "a.json"])
def test_what_is_saved_is_read_back(song: Path, tmp_path: Path, name: str) -> None:
    made = musivid.mark(song, what=["bars"], fps="29.97df", start="01:00:00:00")
    path = made.save(tmp_path / name)
    rate = parse_rate("29.97df")
    film = MediaClock("film", SECONDS, rate.fps)
    found = read_marks(path, film, Wish(rate=rate)).marks
    assert [mark.name for mark in found] == [mark.name for mark in made]
    far = np.abs(np.array(starts(found)) - starts(made))
    assert far.max() <= float(1 / (2 * rate.fps)) + 1e-6
    with pytest.raises(musivid.MusividError, match="exists"):
        made.save(path)


def test_form_and_start_are_as_the_programme_has_them(song: Path) -> None:
    made = musivid.mark(song, programme="resolve")
    facts = made.facts(Path("a.edl"))
    assert (facts.form, facts.fps, facts.start) == ("resolve-edl", "25", "01:00:00:00")
    assert "frames are counted at 25 a second" in facts.warnings[0]
    assert b" 01:00:0" in made.written(Path("a.edl")).data
    timed = musivid.mark(song, fps=25, start="00:00:10:00")
    assert timed.facts(Path("a.fcpxml")).start == "00:00:10:00"
    told = timed.facts(Path("a.txt")).warnings
    assert len(told) == 2 and "fps 25 has no place" in told[0] and "start" in told[1]
    with pytest.raises(UsageError, match="for resolve"):
        made.facts(Path("a.csv"))
    with pytest.raises(UsageError, match="drop frame"):
        musivid.mark(song, fps="25df")
    with pytest.raises(UsageError, match="leaves that label out"):
        musivid.mark(song, fps="29.97df", start="00:01:00:00").facts(Path("a.edl"))
    blue = musivid.mark(song, settings={"colours.bar": "red"})
    assert b"ResolveColorRed" in blue.written(Path("a.edl")).data
    with pytest.raises(PresetError, match=r"colours\.bar has no effect with colours not shown"):
        blue.written(Path("a.fcpxml"))


def test_what_does_not_go_together_is_refused(song: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none are given"):
        musivid.mark(song, what=["lyrics"])
    with pytest.raises(UsageError, match="not to be marked"):
        musivid.mark(song, [Cue(0.0, None, "x")])
    with pytest.raises(PresetError, match="every has no effect with what sections"):
        musivid.mark(song, what=["sections"], settings={"every": 2})
    with pytest.raises(InputError, match="nothing to mark"):
        musivid.mark(write_song(tmp_path / "short.wav", 0.4))


def test_the_command_writes_shows_and_takes_beats_back(
    song: Path, tmp_path: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = musivid("markers", str(song), "-o", "a.txt", "--dry-run", "--json")
    assert code == 0 and json.loads(out)["results"][0]["form"] == "audacity"
    assert not (tmp_path / "a.txt").exists()
    code, out, _ = musivid("markers", str(song), "--for", "avid", "--fps", "25")
    assert (code, out.strip()) == (0, str(tmp_path / "söng-markers.txt"))
    assert musivid("markers", str(song), "--for", "avid")[0] == 2  # it is there
    rows = "".join(f"{n * 0.7 + 0.1:.3f}\t{n * 0.7 + 0.1:.3f}\tbeat {n}\n" for n in range(15))
    (tmp_path / "beats.txt").write_text(rows)
    code, _, err = musivid("markers", str(song), "-o", "b.csv", "--what", "beats", "--beats",
                           "beats.txt")  # fmt: skip
    assert code == 0, err
    read = read_marks(tmp_path / "b.csv", MediaClock("song", SECONDS)).marks
    assert [mark.time for mark in read] == [Fraction(n * 7 + 1, 10) for n in range(15)]
    assert musivid("markers", str(song), "-o", "c.csv", "--beats-fps", "25")[0] == 2
    assert musivid("markers", str(song), "-o", "beats.txt", "--beats", "beats.txt", "-f")[0] == 2
    assert (tmp_path / "beats.txt").read_text() == rows
