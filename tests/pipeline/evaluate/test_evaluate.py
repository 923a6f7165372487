"""`musivid evaluate` end to end: films whose truth is known, and everything that can be wrong."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import ffmpeg
import miditoolkit
import numpy as np
import pytest
from media_fixtures import convert, write_wav

from musivid.cli import main
from musivid.core.errors import InputError
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.frames import probe_video, read_pictures
from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound
from musivid.metrics.events import Traces
from musivid.metrics.picture import LegacyEvents, PictureMeter
from musivid.metrics.sync.measures import SYNC_NAMES
from musivid.pipeline.evaluate.make import EvaluateJob, evaluate_file, find_kind, find_video
from musivid.score.midi import write_midi
from musivid.score.notes import Note, Score, TrackNotes
from musivid.settings.evaluate import EvaluatePreset
from musivid.settings.presets import load_preset

RATE_HZ, FPS, SECONDS = 22050, 25, 12.0
SIZE = (320, 256)
TIMES = np.array([1.12, 2.4, 3.2, 4.6, 5.72, 6.8, 7.48, 8.72, 9.92, 10.8])


def clicks(times: np.ndarray = TIMES, seconds: float = SECONDS) -> np.ndarray:
    sound = 0.002 * np.random.default_rng(0).standard_normal(int(seconds * RATE_HZ))
    ring = 0.8 * np.sin(np.arange(660) * 0.28) * np.exp(-np.arange(660) / 170)
    for start in np.round(times * RATE_HZ).astype(int):
        sound[start : start + 660] += ring
    return sound.astype(np.float32)


def write_film(
    path: Path,
    frames: list[np.ndarray],
    sound: Path | None = None,
    fps: int = FPS,
    size: tuple[int, int] = SIZE,
) -> Path:
    plan = Sound(sound, 0.0, len(frames) / fps) if sound else None
    with FrameSink(path, size=size, fps=Fraction(fps), speed="ultrafast", sound=plan) as sink:
        for frame in frames:
            sink.write(frame)
    return path


def scene(seed: int = 0, light: int = 0) -> np.ndarray:
    """A soft picture: uint8 [h, w, 3]."""
    small = np.random.default_rng(seed).uniform(40, 150, (6, 8, 3))
    soft = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.clip(soft + light, 0, 255).astype(np.uint8)


def flashing(late_s: float = 0.0, seconds: float = SECONDS) -> list[np.ndarray]:
    dark, light = scene(), scene(light=80)
    lit = np.zeros(int(seconds * FPS), bool)
    for frame in np.round((TIMES + late_s) * FPS).astype(int):
        lit[frame : frame + 3] = True
    return [light if on else dark for on in lit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films and songs that the tests share."""
    path = tmp_path_factory.mktemp("evaluate")
    write_wav(path / "clicks.wav", clicks(), RATE_HZ)
    write_film(path / "good.mp4", flashing(), path / "clicks.wav")
    write_film(path / "late.mp4", flashing(0.12), path / "clicks.wav")
    write_film(path / "mute.mp4", flashing()[:100])
    return path


@pytest.fixture
def quick() -> EvaluatePreset:
    return load_preset("evaluate", "quick", ["surrogates=200"])


def no_session() -> None:
    raise AssertionError("no network is asked for")


def measure(path: Path, quick: EvaluatePreset, **more: Path) -> dict[str, Any]:
    return evaluate_file(EvaluateJob(path, **more), quick, no_session).facts


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: Path | str
) -> tuple[int, str, str]:
    """Exit code and what was printed."""
    monkeypatch.setattr(sys, "argv", ["musivid", "evaluate", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, said.out, said.err


def test_a_good_film_is_told_from_a_late_one(folder: Path, quick: EvaluatePreset) -> None:
    good, late = (measure(folder / name, quick) for name in ("good.mp4", "late.mp4"))
    assert list(good["sync"]) == list(SYNC_NAMES)
    assert good["duration_s"] == SECONDS and good["fps"] == FPS
    assert good["sync"]["bas_music"]["z"] > 4 and good["sync"]["f_measure"]["value"] > 0.9
    assert abs(good["sync"]["xcorr"]["params"]["offset_ms"]) < 10
    assert late["sync"]["xcorr"]["params"]["offset_ms"] == pytest.approx(120, abs=10)
    assert late["sync"]["f_measure"]["value"] < 0.3
    assert {"value", "chance_mean", "chance_std", "z", "p", "n_audio", "n_video", "params"} == set(
        good["sync"]["bas_music"]
    )
    assert good["integrity"]["dropped_frames"] == 0 and not good["integrity"]["variable_rate"]
    assert abs(good["integrity"]["ends_apart_s"]) < 0.05
    assert good["integrity"]["loudness_lufs"] < -10 and not good["integrity"]["silent"]
    assert json.loads(json.dumps(good)) == good


def test_each_file_is_opened_once(
    folder: Path, quick: EvaluatePreset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes.mid"
    tracks = (TrackNotes("Piano", 0, notes=(Note(0, 480, 60, 90), Note(480, 480, 64, 90))),)
    write_midi(Score(tracks, 120.0, 1), notes)
    opened: Counter[str] = Counter()

    def counted(opens: Callable[..., Any]) -> Callable[..., Any]:
        def count(file: object, *more: Any, **named: Any) -> Any:
            opened[str(file).removeprefix("file:")] += 1
            return opens(file, *more, **named)

        return count

    monkeypatch.setattr(av, "open", counted(av.open))
    monkeypatch.setattr(miditoolkit, "MidiFile", counted(miditoolkit.MidiFile))
    song, film, other = folder / "clicks.wav", folder / "good.mp4", folder / "late.mp4"
    assert "f_measure" in measure(film, quick, midi=notes)["sync"]
    assert not measure(song, quick)["integrity"]["silent"]
    assert "f_measure" in measure(other, quick, audio=song)["sync"]
    assert opened == {str(film): 1, str(notes): 1, str(song): 2, str(other): 1}


def test_published_events_are_those_of_opencv_at_full_size(folder: Path) -> None:
    seen = LegacyEvents()
    for picture in read_pictures(folder / "good.mp4"):
        seen.see(picture)
    capture = cv2.VideoCapture(str(folder / "good.mp4"))
    expected, before, last = [], None, 0.0
    while True:
        there, frame = capture.read()
        if not there:
            break
        now = capture.get(cv2.CAP_PROP_POS_MSEC)
        if before is not None:
            count = np.count_nonzero(cv2.absdiff(frame, before))
            if count > 225_000 and now - last > 1000:
                expected.append(now / 1000)
                last = now
        before = frame
    assert len(expected) > 4
    assert seen.times_s == pytest.approx(expected, abs=1e-6)


def test_stillness_darkness_and_shots_are_found(tmp_path: Path, quick: EvaluatePreset) -> None:
    moving = [np.roll(scene(1), 3 * k, axis=1) for k in range(50)]
    black = [np.zeros((SIZE[1], SIZE[0], 3), np.uint8)] * 25
    frames = [*moving, *[scene(2)] * 50, *black, *[np.roll(scene(5), k, 0) for k in range(25)]]
    found = measure(write_film(tmp_path / "film.mp4", frames), quick)["picture"]
    (start, end), *_ = found["black"]
    assert (start, end) == (pytest.approx(4.0, abs=0.1), pytest.approx(5.0, abs=0.1))
    # An encoder goes on refining a still picture for some frames.
    assert found["frozen"][0] == pytest.approx([2.0, 4.0], abs=0.3)
    assert found["cuts"] >= 2 and found["shots"] == found["cuts"] + 1
    assert 0.5 < found["ssim"] < 1 and found["flicker"] > 0 and found["smoothness"] > 0


def test_flicker_and_likeness_agree_with_plain_computation() -> None:
    rng = np.random.default_rng(0)
    shades = rng.integers(60, 160, 40)
    meter = PictureMeter(25.0, (64, 64))
    grey = np.full((32, 32), 128, np.uint8)
    for shade in shades:
        meter.see((np.full((64, 64), shade, np.uint8), grey, grey))
    facts = meter.facts(meter.events([]))
    steps = np.diff(shades.astype(float))
    assert facts["flicker"] == pytest.approx(np.abs(steps).mean() / 255, rel=1e-5)
    assert facts["smoothness"] == pytest.approx((np.diff(steps) ** 2).mean() / 255**2, rel=1e-5)
    pairs = [(float(shades[k]), float(shades[k + 1])) for k in range(4, 39, 5)]
    c1 = (0.01 * 255) ** 2  # even pictures have no structure: luminance alone is left
    expected = np.mean([(2 * a * b + c1) / (a * a + b * b + c1) for a, b in pairs])
    assert facts["ssim"] == pytest.approx(expected, abs=0.02)


def test_frames_that_were_lost_are_counted(
    folder: Path, tmp_path: Path, quick: EvaluatePreset
) -> None:
    moving = [np.roll(scene(1), 3 * k, axis=1) for k in range(100)]
    whole = write_film(tmp_path / "whole.mp4", moving)
    lost = convert(
        whole,
        tmp_path / "lost.mkv",
        filters=[("select", {"expr": "not(between(n,40,43))"})],
        fps_mode="passthrough",
    )
    assert measure(lost, quick)["integrity"]["dropped_frames"] == 4
    assert measure(whole, quick)["integrity"]["dropped_frames"] == 0


def test_a_variable_rate_is_laid_on_an_even_grid(tmp_path: Path, quick: EvaluatePreset) -> None:
    moving = [np.roll(scene(1), 3 * k, axis=1) for k in range(150)]
    whole = write_film(tmp_path / "whole.mp4", moving)
    chosen = convert(
        whole,
        tmp_path / "variable.mkv",
        filters=[("select", {"expr": "lt(mod(n*n,7),3)"})],
        fps_mode="passthrough",
    )
    found = measure(chosen, quick)
    assert found["integrity"]["variable_rate"] and found["integrity"]["dropped_frames"] == 0
    assert found["duration_s"] == pytest.approx(6.0, abs=0.3)


def test_a_song_may_be_longer_than_the_picture(
    folder: Path, tmp_path: Path, quick: EvaluatePreset
) -> None:
    write_wav(tmp_path / "long.wav", clicks(seconds=20.0), RATE_HZ)
    found = measure(folder / "good.mp4", quick, audio=tmp_path / "long.wav")
    assert found["integrity"]["ends_apart_s"] == pytest.approx(8.0, abs=0.05)
    assert found["audio"] == str(tmp_path / "long.wav")
    assert found["sync"]["bas_music"]["z"] > 4


def test_no_sound_silence_and_one_frame_are_measured_as_far_as_can_be(
    folder: Path, tmp_path: Path, quick: EvaluatePreset
) -> None:
    mute = measure(folder / "mute.mp4", quick)
    assert {one["reason"] for one in mute["sync"].values()} == {"there is no sound"}
    assert mute["integrity"]["sound_s"] is None
    write_wav(tmp_path / "silence.wav", np.zeros(12 * RATE_HZ, np.float32), RATE_HZ)
    silent = measure(folder / "good.mp4", quick, audio=tmp_path / "silence.wav")
    assert silent["sync"]["f_measure"]["reason"] == "nothing begins in the sound"
    assert silent["integrity"]["silent"] and silent["integrity"]["loudness_lufs"] is None
    one = measure(write_film(tmp_path / "one.mp4", [scene()]), quick)
    assert one["picture"]["mean_change"] is None and one["picture"]["shots"] == 1
    assert one["integrity"]["frames"] == 1


def test_a_black_film_is_no_error(tmp_path: Path, quick: EvaluatePreset) -> None:
    black = [np.zeros((SIZE[1], SIZE[0], 3), np.uint8)] * 100
    write_wav(tmp_path / "song.wav", clicks(TIMES[:2], 4.0), RATE_HZ)
    found = measure(write_film(tmp_path / "black.mp4", black, tmp_path / "song.wav"), quick)
    assert found["picture"]["black_s"] == 4.0
    assert found["sync"]["bas_music"]["reason"] == "nothing changes suddenly in the picture"


def test_sound_alone_has_level_and_no_picture(folder: Path, quick: EvaluatePreset) -> None:
    found = measure(folder / "clicks.wav", quick)
    assert "picture" not in found and "sync" not in found
    assert found["integrity"]["sound_s"] == SECONDS


def test_clipping_is_counted(tmp_path: Path, quick: EvaluatePreset) -> None:
    loud = np.clip(3 * np.sin(np.arange(4 * RATE_HZ) * 0.05), -1, 1).astype(np.float32)
    write_wav(tmp_path / "loud.wav", loud, RATE_HZ)
    level = measure(tmp_path / "loud.wav", quick)["integrity"]
    assert level["clipped_share"] > 0.5 and level["true_peak_dbtp"] > -0.5


def test_what_is_no_media_is_refused(folder: Path, tmp_path: Path, quick: EvaluatePreset) -> None:
    junk = tmp_path / "junk.mp4"
    junk.write_bytes(b"nothing to see" * 50)
    for path in (junk, tmp_path / "none.mp4", tmp_path):
        with pytest.raises(InputError, match=str(path.name)):
            measure(path, quick)
    assert find_kind(folder / "good.mp4") == "video"
    assert find_kind(folder / "clicks.wav") == "audio"


def test_the_folder_of_a_finished_run_means_its_video(folder: Path, tmp_path: Path) -> None:
    run_folder = tmp_path / "clip.musivid"
    run_folder.mkdir()
    manifest = run_folder / "manifest.json"
    manifest.write_text('{"finished": false}')
    with pytest.raises(InputError, match="not finished"):
        find_video(run_folder)
    manifest.write_text('{"finished": true, "results": {"output": "/etc/passwd"}}')
    with pytest.raises(InputError, match="is gone"):
        find_video(run_folder)
    (tmp_path / "clip.mp4").write_bytes((folder / "good.mp4").read_bytes())
    assert find_video(run_folder) == tmp_path / "clip.mp4"
    manifest.write_text("{")
    with pytest.raises(InputError, match="manifest"):
        find_video(run_folder)


def test_traces_hold_what_a_report_draws(folder: Path, quick: EvaluatePreset) -> None:
    traces = evaluate_file(EvaluateJob(folder / "good.mp4"), quick, no_session).traces
    assert isinstance(traces, Traces)
    assert len(traces.change) == len(traces.times_s) == SECONDS * FPS
    assert len(traces.thumbnails) == 24 and traces.thumbnails[0][1][:2] == b"\xff\xd8"
    assert len(traces.onsets_s) == len(TIMES) and traces.waveform.shape == (1200, 2)


def test_the_command_prints_one_json_object(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        monkeypatch, capsys, folder / "good.mp4", "-p", "quick", "--json", "-q",
        "--fail-under", "sync.bas_music.z=2",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0 and set(result) == {"musivid", "files"}
    assert {"video", "duration_s", "fps", "sync", "picture", "integrity"} <= set(result["files"][0])


def test_the_command_fails_under_a_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (folder / "late.mp4", "-p", "quick", "-q")
    code, out, err = run(monkeypatch, capsys, *arguments, "--fail-under", "sync.f_measure.z=3")
    assert code == 1 and "sync.f_measure.z is" in err and "xcorr" in out
    mute = (folder / "mute.mp4", "-p", "quick", "-q", "--fail-under", "sync.bas_music.z=-9")
    code, _, err = run(monkeypatch, capsys, *mute)
    assert code == 1 and "was not measured: there is no sound" in err
    for wrong in ("sync.bas_music.z", "tempo=3"):
        code, _, err = run(monkeypatch, capsys, *arguments, "--fail-under", wrong)
        assert code == 2 and wrong in err


def test_the_command_goes_on_after_a_broken_file(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.mp4").write_bytes((folder / "mute.mp4").read_bytes())
    (tmp_path / "b.mp4").write_bytes(b"broken" * 100)
    (tmp_path / "notes.txt").write_text("junk is passed over")
    code, out, _ = run(monkeypatch, capsys, tmp_path, "-p", "quick", "--json", "-q")
    result = json.loads(out.splitlines()[0])
    assert code == 4 and len(result["files"]) == 1
    assert result["failed"][0]["input"].endswith("b.mp4")
    (tmp_path / "empty").mkdir()
    code, _, err = run(monkeypatch, capsys, tmp_path / "empty")
    assert code == 2 and "nothing to work on" in err


def test_outputs_are_written_and_never_overwritten(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, plot, data = tmp_path / "r.html", tmp_path / "p.png", tmp_path / "d.json"
    quick = (folder / "good.mp4", "-p", "quick", "-q")
    arguments = (*quick, "--report", page, "--plot", plot, "-o", data)
    assert run(monkeypatch, capsys, *arguments)[0] == 0
    assert "<html" in page.read_text()[:200] and plot.read_bytes()[1:4] == b"PNG"
    assert json.loads(data.read_text())["files"][0]["fps"] == FPS
    before = page.read_bytes()
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert code == 2 and "exists already" in err and page.read_bytes() == before


def test_a_dry_run_measures_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "r.html"
    code, out, _ = run(monkeypatch, capsys, folder / "good.mp4", "--dry-run", "--report", page)
    assert code == 0 and "video:" in out and not page.exists()


def test_systems_are_put_side_by_side(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "r.html"
    code, out, _ = run(
        monkeypatch, capsys, "--compare", folder / "good.mp4", folder / "late.mp4",
        "-p", "quick", "-q", "--json", "--report", page,
    )  # fmt: skip
    found = json.loads(out)["comparison"]["measures"]["sync.f_measure"]
    assert code == 0 and len(found["systems"]) == 2 and page.stat().st_size > 1000


def test_notes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from musivid.pocket.songs.composer import compose
    from musivid.score.midi import write_midi

    score, _ = compose(1, bars=8)
    write_midi(score, tmp_path / "song.mid")
    code, out, _ = run(monkeypatch, capsys, tmp_path / "song.mid", "-p", "quick", "--json")
    (found,) = json.loads(out)["files"]
    assert code == 0 and found["midi"].endswith("song.mid")
    assert 0 < found["music"]["pitch_class_entropy"]["value"] < 3.6


def test_features_of_different_width_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, width in (("a", 8), ("b", 16)):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "f.npy", np.random.default_rng(0).random((40, width)))
    arguments = (tmp_path / "a", "--reference", tmp_path / "b", "-q")
    code, _, err = run(monkeypatch, capsys, *arguments)
    assert code == 2 and "16" in err and "8" in err
    alike = (tmp_path / "a", "--reference", tmp_path / "a", "-q", "--json")
    code, out, _ = run(monkeypatch, capsys, *alike)
    assert code == 0 and abs(json.loads(out)["distribution"]["frechet"]["value"]) < 1e-3


def test_meaning_is_measured_by_the_pocket_perceptor(folder: Path, tmp_path: Path) -> None:
    from musivid.weights.session import Session

    settings = ["surrogates=200", "perceptor=pocket-perceptor"]
    preset = load_preset("evaluate", "pocket", settings)
    session = Session("cpu", offline=True)
    write_wav(tmp_path / "long.wav", clicks(seconds=40.0), RATE_HZ)
    job = EvaluateJob(folder / "good.mp4", audio=tmp_path / "long.wav")
    found = evaluate_file(job, preset, lambda: session).facts
    assert found["meaning"]["picture_sound"]["params"]["n_pairs"] == 3  # of 4 s each
    assert found["meaning"]["frame_to_frame"]["value"] > 0.5
    assert found["meaning"]["picture_words"]["reason"] == "no words"


def test_pixels_are_measured_as_stored(folder: Path, tmp_path: Path) -> None:
    """Ten-bit and turned films go through the same planes."""
    deep = tmp_path / "deep.mkv"
    stream = ffmpeg.input(file_url(folder / "mute.mp4"))
    options = {"c:v": "ffv1", "pix_fmt": "yuv420p10le"}
    run_ffmpeg(ffmpeg.output(stream, file_url(deep), **options))
    planes = next(iter(read_pictures(deep))).planes()
    assert [plane.dtype for plane in planes] == [np.uint8] * 3
    plain = next(iter(read_pictures(folder / "mute.mp4"))).planes()
    assert np.abs(planes[0].astype(int) - plain[0]).max() <= 2
    assert probe_video(deep).pixel_format == "yuv420p10le"
