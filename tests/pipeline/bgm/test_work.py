"""Runs of music: stopped anywhere they go on to the same bytes, and keep all pieces if asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bgm_fixtures import film
from numpy.typing import NDArray

from musivid.analysis.loudness import loudness_lufs
from musivid.core.errors import Interrupted, OutputError, UsageError
from musivid.media.audio import load_track
from musivid.pipeline.bgm import BgmJob, BgmResult, check_bgm, make_bgm
from musivid.pipeline.bgm import composed as composed_room
from musivid.pipeline.bgm import make as make_room
from musivid.pipeline.bgm import mix as mix_room
from musivid.pipeline.bgm import work as work_room
from musivid.score.midi import read_midi
from musivid.score.notes import Score
from musivid.score.plain_scores import dump_scores, parse_scores
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

Call = Callable[..., tuple[int, str, str]]


def make(clip: Path, out: Path, *settings: str, **how: bool) -> BgmResult:
    preset = load_preset("bgm_infer", "song", ["candidates=2", *settings])
    assert isinstance(preset, BgmInferPreset)
    checked = check_bgm(BgmJob(clip, out, preset), force=how.get("force", False))
    return make_bgm(checked, Session("cpu"), **how)


def digests(result: BgmResult) -> list[str]:
    """Of all files; names of the folder are left out of the last one."""
    folder = str(result.outputs.video.parent).encode()
    texts = [path.read_bytes().replace(folder, b"") for path in result.outputs.all()]
    return [hashlib.sha256(text).hexdigest() for text in texts]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture(scope="module")
def whole(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> BgmResult:
    """What a run gives that was never stopped."""
    return make(clip, tmp_path_factory.mktemp("whole") / "a.mp4")


def stops(monkeypatch: pytest.MonkeyPatch, room: Any, name: str, *, first: bool) -> Iterator[None]:
    """Stop before or after a function of a room does its work, once."""
    real = getattr(room, name)

    def stop(*arguments: Any, **named: Any) -> None:
        if not first:
            real(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(room, name, stop)
        yield


@pytest.mark.parametrize(
    ("room", "name", "first"),
    [
        pytest.param(composed_room, "plan_bgm", True, marks=pytest.mark.slow),
        pytest.param(work_room, "write_atomic", False, marks=pytest.mark.slow),
        pytest.param(work_room, "write_wav", False, marks=pytest.mark.slow),
        (composed_room, "score_clip", True),
        pytest.param(make_room, "plot_bgm", False, marks=pytest.mark.slow),
    ],
)
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(
    clip: Path, whole: BgmResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    room: Any, name: str, first: bool,
) -> None:  # fmt: skip
    out = tmp_path / "a.mp4"
    for _ in stops(monkeypatch, room, name, first=first):
        with pytest.raises(Interrupted, match="what is done is kept"):
            make(clip, out)
    assert [path.name for path in tmp_path.iterdir()] == ["a.musivid"]
    assert digests(make(clip, out, resume=True)) == digests(whole)


@pytest.mark.slow
def test_files_that_were_put_in_place_before_a_kill_are_no_obstacle(
    clip: Path, whole: BgmResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real = tmp_path / "a.mp4", make_room.os.replace
    moved: list[Path] = []

    def replace(path: Path, final: Path) -> None:
        if len(moved) == 2:
            raise KeyboardInterrupt
        moved.append(final)
        real(path, final)

    with monkeypatch.context() as patched:
        patched.setattr(make_room, "os", type("os", (), {"replace": staticmethod(replace)}))
        with pytest.raises(Interrupted):
            make(clip, out)
    assert len(moved) == 2 and not out.exists()  # the film comes last: with it all are there
    assert digests(make(clip, out)) == digests(whole)
    with pytest.raises(OutputError, match="exists already"):
        make(clip, out)


@pytest.mark.slow
def test_pieces_are_composed_once(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in stops(monkeypatch, work_room, "Mix", first=True):
        with pytest.raises(Interrupted):
            make(clip, tmp_path / "a.mp4")
    monkeypatch.setattr("musivid.pipeline.bgm.song.compose_song", None)
    assert make(clip, tmp_path / "a.mp4").score.tracks


@pytest.mark.slow
def test_other_settings_and_nothing_to_go_on_with_are_refused(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.mp4"
    with pytest.raises(UsageError, match="nothing to continue"):
        make(clip, out, resume=True)
    for _ in stops(monkeypatch, work_room, "Mix", first=True):
        with pytest.raises(Interrupted):
            make(clip, out)
    with pytest.raises(OutputError, match="other settings"):
        make(clip, out, "seed=5")
    assert make(clip, out, "seed=5", force=True).outputs.video.exists()


def test_candidates_stems_and_copies_are_kept_if_asked(
    musivid: Call, clip: Path, whole: BgmResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played, real = list[int](), mix_room.play

    def play(score: Score, *given: Any, **named: Any) -> Iterator[NDArray[np.float32]]:
        played.append(len(score.tracks))
        return real(score, *given, **named)

    monkeypatch.setattr(mix_room, "play", play)
    asked = ("bgm", "infer", clip, "-o", tmp_path / "a.mp4", "--candidates", "2", "--json")
    code, text, err = musivid(*asked, "--keep-candidates", "--stems", "--sound-copies", "flac,mp3")
    assert code == 0, err
    facts = json.loads(text)["results"][0]
    check_candidates(facts["kept"], whole)
    assert {Path(path).stem for path in facts["stems"]} == {
        track.name for track in whole.score.tracks if track.notes
    }
    assert sorted(played)[: -len(facts["kept"])] == [1] * len(facts["stems"])  # all else but once
    music = read_sound(tmp_path / "a.wav")
    parts = [read_sound(path) for path in facts["stems"]]
    assert all(part.shape == music.shape for part in parts)
    check_project(Path(facts["stems"][0]).parent, len(parts), whole)
    together = np.sum(parts, axis=0)
    assert np.corrcoef(together.ravel(), music.ravel())[0, 1] > 0.98
    assert loudness_lufs(np.float32(together.T), 44_100) == pytest.approx(-16, abs=0.1)
    assert np.array_equal(read_sound(tmp_path / "a.flac"), music)
    assert str(tmp_path / "a.mp3") in facts["outputs"]
    assert load_track(tmp_path / "a.mp3").duration_s == pytest.approx(5.0, abs=0.06)


def check_project(folder: Path, players: int, whole: BgmResult) -> None:
    """Notes and a project lie with the stems, on one clock."""
    assert (folder / "music.mid").read_bytes() == whole.outputs.midi.read_bytes()
    lines = [line.split() for line in (folder / "music.rpp").read_text().split("\n")]
    files = [Path(line[1].strip('"')) for line in lines if line and line[0] == "FILE"]
    assert len(files) == players and all((folder / file).is_file() for file in files)
    assert {line[1] for line in lines if line and line[0] == "POSITION"} == {"0.000000000"}
    points = [(float(line[1]), float(line[2])) for line in lines if line and line[0] == "PT"]
    score = whole.score
    bars = [score.time_s(bar * score.ticks_per_bar) for bar in range(score.bars + 1)]
    assert [time for time, _ in points] == pytest.approx(bars, abs=0.001)
    assert points[0][1] == pytest.approx(60 * score.beats_per_bar / (bars[1] - bars[0]), abs=0.1)
    assert sum(line[0] == "MARKER" for line in lines if line) >= len(score.sections)


def check_candidates(kept: list[dict[str, str]], whole: BgmResult) -> None:
    assert [Path(one["sound"]).name for one in kept] == ["1.wav", "2.wav"]
    assert Path(kept[0]["notes"]).read_bytes() == whole.outputs.midi.read_bytes()
    assert Path(kept[0]["sound"]).read_bytes() == whole.outputs.sound.read_bytes()
    figures = [json.loads(Path(one["facts"]).read_text()) for one in kept]
    assert [one["worth"] for one in figures] == [piece.worth for piece in whole.ranking]
    assert read_midi(Path(kept[1]["notes"])).tracks != whole.score.tracks


def read_sound(path: Path | str) -> NDArray[np.float64]:
    samples: NDArray[np.float64] = soundfile.read(path, always_2d=True)[0]
    return samples


def test_scores_come_back_as_they_were(whole: BgmResult) -> None:
    assert parse_scores(dump_scores([whole.score])) == (whole.score,)
