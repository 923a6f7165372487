"""`musivid evaluate` end to end: films whose truth is known, and everything that can be wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import ffmpeg
import numpy as np
import pytest
from evaluate_fixtures import (
    FPS,
    RATE_HZ,
    SECONDS,
    SIZE,
    TIMES,
    clicks,
    folder,
    measure,
    no_session,
    quick,
    scene,
    write_film,
)
from media_fixtures import convert, write_wav

from musivid.core.errors import InputError
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.media.frames import probe_video, read_pictures
from musivid.metrics.events import Traces
from musivid.metrics.picture import LegacyEvents, PictureMeter
from musivid.metrics.sync.measures import SYNC_NAMES
from musivid.pipeline.evaluate.make import EvaluateJob, evaluate_file, find_kind, find_video
from musivid.score.midi import write_midi
from musivid.score.midi_mending import Mended, mend
from musivid.score.notes import Note, Score, TrackNotes
from musivid.settings.evaluate import EvaluatePreset
from musivid.settings.presets import load_preset

__all__ = ["folder", "quick"]  # fixtures


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


def test_each_file_is_decoded_once(
    folder: Path, quick: EvaluatePreset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes.mid"
    tracks = (TrackNotes("Piano", 0, notes=(Note(0, 480, 60, 90), Note(480, 480, 64, 90))),)
    write_midi(Score(tracks, 120.0, 1), notes)
    opened: Counter[str] = Counter()

    def counted(opens: Callable[..., Any]) -> Callable[..., Any]:
        def count(file: object, *more: Any, **named: Any) -> Any:
            opened[str(getattr(file, "name", file)).removeprefix("file:")] += 1
            return opens(file, *more, **named)

        return count

    monkeypatch.setattr(av, "open", counted(av.open))

    def mended(data: bytes) -> Mended:
        opened[str(notes)] += 1
        return mend(data)

    monkeypatch.setattr("musivid.score.midi.mend", mended)
    song, film, other = folder / "clicks.wav", folder / "good.mp4", folder / "late.mp4"
    assert "f_measure" in measure(film, quick, midi=notes)["sync"]
    assert not measure(song, quick)["integrity"]["silent"]
    assert "f_measure" in measure(other, quick, audio=song)["sync"]
    # Films are opened once for the stamps of their packets, and once for what these hold.
    assert opened == {str(film): 2, str(notes): 1, str(song): 2, str(other): 2}


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
    assert facts.flicker == pytest.approx(np.abs(steps).mean() / 255, rel=1e-5)
    assert facts.smoothness == pytest.approx((np.diff(steps) ** 2).mean() / 255**2, rel=1e-5)
    pairs = [(float(shades[k]), float(shades[k + 1])) for k in range(4, 39, 5)]
    c1 = (0.01 * 255) ** 2  # even pictures have no structure: luminance alone is left
    expected = np.mean([(2 * a * b + c1) / (a * a + b * b + c1) for a, b in pairs])
    assert facts.ssim == pytest.approx(expected, abs=0.02)


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
