"""A table of jobs: what each row asks, and faults told with their lines before any work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from farm_fixtures import InProcess
from programs import Program
from songs import write_song

from musivid.commands import console
from musivid.commands.jobs import Naming
from musivid.commands.shards import Shard
from musivid.commands.targets import Target

TINY = ("--preset", "tiny", "--set", "output.size=64x64", "-q")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        write_song(tmp_path / f"{name}.wav", 1.0)
    return tmp_path / "jobs.csv"


def told(musivid: Program, table: Path, text: str, *more: str) -> str:
    """What is said of a table with faults."""
    table.write_text(text, encoding="utf-8")
    code, out, err = musivid("video", "--jobs", "jobs.csv", *TINY, *more)
    assert code == 2 and not out
    return err


def test_a_row_is_what_was_typed_and_its_cells_behind_it(
    musivid: Program, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(console, "run_batch", lambda inputs, one, **more: asked.update(more))
    table.write_text(
        "\ufeffinput,output,seed,size,keys.every_s,set,burn-lyrics,lyrics,timeline\n"
        'one.wav,a.mp4,1,,1.5,"output.fps=6; output.part_s=2",yes,words.srt,a.edl\n\n'
        'one.wav,"b,c.mp4",,128x64,,,no,,\n'
        "two.wav,,3,,,,,,\n",
        encoding="utf-8",
    )
    (table.parent / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nla\n")
    code, _, err = musivid(
        "video", "--jobs", "jobs.csv", "-o", "made/", *TINY, "--seed", "7", "--set", "output.fps=5"
    )
    assert code == 0, err
    first, second, third = asked["rows"]
    assert [row.line for row in (first, second, third)] == [2, 4, 5]
    assert [row.target.relative_to(table.parent).as_posix() for row in asked["rows"]] == [
        "a.mp4", "b,c.mp4", "made/two.mp4"
    ]  # fmt: skip
    assert [row.settings.seed for row in asked["rows"]] == [1, 7, 3]
    assert [row.settings.output.fps for row in asked["rows"]] == ["6", "5", "5"]
    assert [row.settings.output.size for row in asked["rows"]] == ["64x64", "128x64", "64x64"]
    assert first.settings.keys.every_s == 1.5 and first.settings.output.part_s == 2
    assert first.asked.words.burn_lyrics and first.asked.words.lyrics == Path("words.srt")
    assert not second.asked.words.burn_lyrics and second.asked.words.lyrics is None
    assert asked["writes"] == {"plan": [], "timeline": [Path("a.edl")]}
    shares = [{row.name for row in asked["rows"] if Shard(n, 3).holds(row.name)} for n in (1, 2, 3)]
    assert sum(map(len, shares)) == 3 == len(set().union(*shares))


def test_faults_are_told_together_with_line_and_cure(musivid: Program, table: Path) -> None:
    err = told(
        musivid, table,
        "input,output,seed,burn-lyrics\none.wav,a.mp4,x,\nnone.wav,b.mp4,,\ntwo.wav,a.mp4,,\n"
        "two.wav,a.mp4,,\ntwo.wav,d.mp4,,perhaps\ntwo.wav,d.mp4,2\n",
    )  # fmt: skip
    for line in (
        "jobs.csv has 5 faults", "line 2: Invalid value for '--seed'", "line 3: there is no file",
        "a.mp4, as line 4 is. Name an output for each", "line 6: burn-lyrics 'perhaps' is neither",
        "line 7: 3 cells for 4 columns. Put cells with commas into double quotes.",
    ):  # fmt: skip
        assert line in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("input,seeed\none.wav,1\n", "line 1: there is no column 'seeed'"),
        ("seed\n1\n", "line 1: there is no column input"),
        ("input,seed,seed\none.wav,1,2\n", "line 1: seed is there twice"),
        ("input,farm\none.wav,auto\n", "there is no column 'farm'"),
        ("input\n", "has no rows"),
        ('input\n"one.wav', "line 2: it is no CSV"),
        ("input,output\none.wav,x.xyz\n", "line 2: output"),
        ("input,burn-lyrics\none.wav,yes\n", "Give --lyrics FILE as well."),
        ("input,seed\none.wav,1\none.wav,2\n", "Name an output for each"),
        ("input,timeline\none.wav,a.edl\ntwo.wav,a.edl\n", "a.edl"),
        ("input\n*.wav\n", "Give each file a row."),
    ],
)
def test_a_fault_is_told_before_any_work(
    musivid: Program, table: Path, text: str, said: str
) -> None:
    assert said in told(musivid, table, text)
    assert not list(table.parent.glob("*.musivid"))


def test_inputs_are_typed_or_in_a_table(musivid: Program, table: Path) -> None:
    assert "one.wav was typed" in told(musivid, table, "input\ntwo.wav\n", "one.wav")
    code, _, err = musivid("video")
    assert code == 2 and "--jobs FILE.csv" in err
    table.write_text("input\none.wav\n")
    code, _, err = musivid("evaluate", "--jobs", "jobs.csv", "--reference", ".")
    assert code == 2 and "--jobs measures each file alone" in err


@pytest.mark.slow
def test_one_song_twice_on_a_farm(
    musivid: Program, elsewhere: list[InProcess], table: Path
) -> None:
    table.write_text("input,output,seed\none.wav,a.mp4,1\none.wav,b.mp4,2\n")
    code, out, err = musivid(
        "video", "--jobs", "jobs.csv", *TINY, "--set", "output.fps=5", "--farm", "auto", "--json"
    )
    assert code == 0, err
    assert [Path(found["output"]).name for found in json.loads(out)["results"]] == [
        "a.mp4", "b.mp4"
    ]  # fmt: skip
    assert Path("a.mp4").read_bytes() != Path("b.mp4").read_bytes() and len(elsewhere) == 1


def test_a_result_ends_as_the_settings_of_its_row_ask(tmp_path: Path) -> None:
    naming = Naming(Target.typed(f"{tmp_path}/all/"), ".mp4", ending=lambda own: own or ".mp4")
    song = Path("song.mp3")
    assert naming.target(song, "", "").name == "song.mp4"
    assert naming.target(song, "", "-lyrics.mov") == tmp_path / "all" / "song-lyrics.mov"
    assert naming.target(song, "words/", "-lyrics.mov").name == "song-lyrics.mov"
    assert naming.target(song, "named.webm", "-lyrics.mov").name == "named.webm"
