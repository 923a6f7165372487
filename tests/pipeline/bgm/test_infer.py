"""`musivid bgm infer` from end to end with a tiny composer, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from bgm_fixtures import CUTS_S, film
from media_fixtures import click_samples, convert, write_video, write_wav

from musivid.analysis.loudness import loudness_lufs, true_peak_dbtp
from musivid.media.audio import load_track, probe_audio
from musivid.media.ffmpeg import run_ffmpeg
from musivid.media.frames import probe_video
from musivid.media.packets import scan_packets
from musivid.media.sink import FrameSink
from musivid.score.midi import read_midi, write_midi
from musivid.score.notes import Note, Score, TrackNotes

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny", "--candidates", "1")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture(scope="module")
def scored(
    clip: Path, tmp_path_factory: pytest.TempPathFactory, module_call: Callable[..., None]
) -> Path:
    """A folder with everything that comes of the clip."""
    folder = tmp_path_factory.mktemp("scored")
    module_call(clip, folder)
    return folder


@pytest.fixture(scope="module")
def module_call() -> Callable[..., None]:
    def call(clip: Path, folder: Path) -> None:
        from musivid.pipeline.bgm.job import BgmJob, check_bgm
        from musivid.pipeline.bgm.make import make_bgm
        from musivid.settings.presets import load_preset
        from musivid.weights.session import Session

        preset = load_preset("bgm_infer", "tiny", ["candidates=2", "control.key=D minor"])
        job = BgmJob(clip, folder / "clip-bgm.mp4", preset)  # type: ignore[arg-type]
        make_bgm(check_bgm(job), Session("cpu"))

    return call


def picture_hash(path: Path) -> list[bytes]:
    """The packets of the picture as they are stored."""
    import av

    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_all_files_are_there_and_fit(clip: Path, scored: Path) -> None:
    names = {path.name for path in scored.iterdir()}
    made = {"clip-bgm.mp4", "clip.mid", "clip.wav", "clip-bgm.png", "clip-bgm.json"}
    assert names == made | {"clip-bgm.musivid"}
    assert picture_hash(scored / "clip-bgm.mp4") == picture_hash(clip)
    sound, rate = soundfile.read(scored / "clip.wav", always_2d=True)
    assert rate == 44_100 and sound.shape == (5 * 44_100, 2)
    assert loudness_lufs(sound.T, rate) == pytest.approx(-16, abs=0.3)
    assert true_peak_dbtp(sound.T) <= -0.99
    assert np.abs(sound[-200:]).max() < 0.02  # it has faded
    muxed = probe_audio(scored / "clip-bgm.mp4").duration_s or 0
    assert muxed == pytest.approx(5.0, abs=0.04)


def test_the_midi_ends_with_the_picture_on_its_tempo_map(scored: Path) -> None:
    score = read_midi(scored / "clip.mid")
    facts = json.loads((scored / "clip-bgm.json").read_text())
    ends = [score.time_s(n.end) for track in score.tracks for n in track.notes]
    assert max(ends) == pytest.approx(5.0, abs=0.04)
    assert {t.name for t in score.tracks} == {"Drums", "Piano", "Guitar", "Bass", "Strings"}
    assert str(score.key) == "D minor"
    beats = np.array([score.time_s(480 * beat) for beat in range(40)])
    assert all(np.abs(beats - cut).min() < 0.04 for cut in CUTS_S)
    assert facts["plan"]["cuts_s"] == list(CUTS_S)
    scale = score.key.pitch_classes if score.key else ()
    pitched = [n.pitch for t in score.tracks if not t.is_drum for n in t.notes]
    assert all(pitch % 12 in scale for pitch in pitched)


def test_the_ranking_is_kept(scored: Path) -> None:
    candidates = json.loads((scored / "clip-bgm.json").read_text())["candidates"]
    assert {c["candidate"] for c in candidates} == {0, 1}
    assert candidates[0]["worth"] >= candidates[1]["worth"]
    assert set(candidates[0]["shares"]) >= {"sync", "scale", "groove", "filled"}


@pytest.mark.slow
def test_the_same_seed_writes_the_same_bytes(
    clip: Path, scored: Path, tmp_path: Path, module_call: Callable[..., None]
) -> None:
    module_call(clip, tmp_path)
    for name in ("clip.mid", "clip.wav"):
        hashes = [hashlib.sha256((f / name).read_bytes()).hexdigest() for f in (scored, tmp_path)]
        assert hashes[0] == hashes[1]


def test_wishes_reach_the_midi(musivid: Call, clip: Path, tmp_path: Path) -> None:
    code, text, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "mine.mp4", *TINY, "--json"),
        *("--tempo", "97", "--key", "Eb major", "--instruments", "piano,bass"),
        *("--genre", "jazz", "--density", "6", "--seed", "3"),
    )
    assert code == 0, err
    facts = json.loads(text)["results"][0]
    score = read_midi(tmp_path / "mine.mid")
    assert {t.name for t in score.tracks} == {"Piano", "Bass"}
    assert {t.program for t in score.tracks} == {0, 32}
    assert str(score.key) == "Eb major" and facts["genre"] == "jazz"
    assert facts["tempo_bpm"] == pytest.approx(97, abs=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mine.json",
        "mine.mid",
        "mine.mp4",
        "mine.musivid",
        "mine.png",
        "mine.wav",
    ]


def test_results_go_beside_the_clip_and_are_not_overwritten(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    mine = Path(shutil.copy(clip, tmp_path / "clip.mp4"))
    (tmp_path / "clip.wav").write_bytes(b"the user's own")
    code, _, err = musivid("bgm", "infer", mine, *TINY)
    assert code == 2 and "clip.wav exists already" in err
    assert (tmp_path / "clip.wav").read_bytes() == b"the user's own"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clip.mp4", "clip.wav"]


def test_a_dry_run_shows_the_plan_and_makes_nothing(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    code, text, err = musivid("bgm", "infer", clip, "-o", tmp_path / "a.mp4", *TINY, "--dry-run")
    assert code == 0, err
    assert "3 cuts" in text and "bpm" in text
    assert not list(tmp_path.iterdir())


def test_the_clips_own_sound_is_kept_and_ducks_the_music(tmp_path: Path, musivid: Call) -> None:
    samples = np.zeros(5 * 44_100, np.float32)
    samples[44_100 : 2 * 44_100] = 0.5 * np.sin(np.arange(44_100) * 2 * np.pi * 3000 / 44_100)
    own = write_wav(tmp_path / "own.wav", samples, 44_100)
    clip = film(tmp_path / "clip.mp4", sound=own)
    code, _, err = musivid(
        "bgm", "infer", clip, "-o", tmp_path / "out.mp4", *TINY, "--keep-audio", "--json"
    )
    assert code == 0, err
    mixed = load_track(tmp_path / "out.mp4", rate_hz=44_100).mono()

    def tone(start_s: float) -> float:
        part = mixed[int(start_s * 44_100) : int((start_s + 0.5) * 44_100)]
        return float(np.abs(np.fft.rfft(part))[1500])

    assert tone(1.25) > 20 * max(tone(0.2), tone(2.5))


def test_hit_points_are_met_and_faults_are_told_by_line(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    points = tmp_path / "points.txt"
    points.write_text("# bang\n0:03.3\n")
    code, _, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "a.mp4", *TINY, "--hit-points", points),
        *("--lock-cuts", "off"),
    )
    assert code == 0, err
    score = read_midi(tmp_path / "a.mid")
    assert min(abs(score.time_s(480 * beat) - 3.3) for beat in range(30)) < 0.04
    points.write_text("1.0\nsoon\n")
    code, _, err = musivid(
        "bgm", "infer", clip, "-o", tmp_path / "b.mp4", *TINY, "--hit-points", points
    )
    assert code == 2 and "points.txt:2" in err
    points.write_text("99\n")
    code, _, err = musivid(
        "bgm", "infer", clip, "-o", tmp_path / "b.mp4", *TINY, "--hit-points", points
    )
    assert code == 2 and "not within the clip" in err


@pytest.mark.slow
def test_published_metadata_is_written_and_read(musivid: Call, clip: Path, tmp_path: Path) -> None:
    file = tmp_path / "metadata.json"
    code, _, err = musivid(
        "bgm", "infer", clip, "-o", tmp_path / "a.mp4", *TINY, "--save-metadata", file
    )
    assert code == 0, err
    facts = json.loads(file.read_text())
    assert set(facts) == {"duration", "tempo", "vbeats", "flow_magnitude_per_bar"}
    assert facts["duration"] == pytest.approx(5.0)
    facts["vbeats"] = [{"start_time": 2.0, "bar": 1, "tick": 0, "weight": 0.9}]
    file.write_text(json.dumps(facts))
    arguments = ("bgm", "infer", clip, "-o", tmp_path / "b.mp4", *TINY, "--metadata", file)
    code, text, err = musivid(*arguments, "--dry-run", "--json")
    assert code == 0, err
    plan = json.loads(text)["results"][0]
    assert plan["visual_beats"] == 1 and plan["cuts_s"] == []
    file.write_text('{"duration": 5, "tempo": "fast", "vbeats": []}')
    code, _, err = musivid(*arguments)
    assert code == 2 and "metadata.json has a wrong value" in err


def four_bars(**changes: object) -> Score:
    notes = tuple(Note(480 * n, 240, 60 + n % 5, 90) for n in range(16))
    score = Score(tracks=(TrackNotes("Piano", 0, False, notes),), tempo_bpm=110, bars=4)
    import dataclasses

    return dataclasses.replace(score, **changes)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_folder_of_midi_is_chosen_from(musivid: Call, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "midi"
    folder.mkdir()
    write_midi(four_bars(), folder / "fits.mid")
    write_midi(four_bars(beats_per_bar=3), folder / "waltz.mid")
    write_midi(four_bars(tracks=()), folder / "empty.mid")
    data = (folder / "fits.mid").read_bytes()
    (folder / "broken.mid").write_bytes(data[: len(data) // 2])
    arguments = ("bgm", "infer", clip, "-o", tmp_path / "a.mp4", "--preset", "match")
    code, _, err = musivid(*arguments, "--music", folder)
    assert code == 0, err
    for name in ("waltz", "empty"):
        assert f"skipped {folder / name}.mid" in err
    assert "broken.mid cannot be read as MIDI: it is cut off" in err
    matches = json.loads((tmp_path / "a.json").read_text())["candidates"][0]["matches"]
    assert matches[0]["file"].endswith("fits.mid")
    score = read_midi(tmp_path / "a.mid")
    assert max(score.time_s(n.end) for n in score.tracks[0].notes) == pytest.approx(5, abs=0.04)
    (folder / "fits.mid").unlink()
    (folder / "broken.mid").unlink()
    code, _, err = musivid(*arguments, "--music", folder, "--force")
    assert code == 2 and "no MIDI file" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--genre", "popp"), "genre 'popp' is not known"),
        (("--key", "H major"), "is not a key"),
        (("--tempo", "900"), "tempo.bpm"),
        (("--tempo-range", "fast"), "is not a range"),
        (("--tempo-range", "150-90"), "below lowest"),
        (("--instruments", "Kazoo"), "Kazoo"),
        (("--density", "40"), "control.density"),
        (("--soundfont", "nowhere.sf2"), "nowhere.sf2"),
        (("--soundfont", "fluid-r3"), "nearest: fluid-r3-gm"),
        (("--soundfont", __file__), "is not a SoundFont"),
        (("--keep-audio",), "has no sound to keep"),
        (("--music", "nowhere"), "not a folder with MIDI files"),
        (("--preset", "match"), "neither a composer nor music"),
        (("-o", "x.avi"), "does not end in .mp4"),
    ],
)
def test_what_cannot_be_is_refused(
    musivid: Call,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny = () if "match" in options or "--music" in options else TINY  # music is not composed
    arguments = ["bgm", "infer", clip, "-o", "out.mp4", *tiny, *options]
    code, _, err = musivid(*arguments)
    assert code == 2 and words in err.replace("\n", " ")
    assert not list(tmp_path.iterdir())


def test_odd_clips_are_scored_or_refused_with_the_reason(musivid: Call, tmp_path: Path) -> None:
    one = write_video(tmp_path / "one.mp4", count=1)
    silent = write_wav(tmp_path / "song.wav", click_samples(1.0))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 5000)
    code, _, err = musivid("bgm", "infer", one, "-o", tmp_path / "x.mp4", *TINY)
    assert code == 2 and "1 frame)" in err
    code, _, err = musivid("bgm", "infer", silent, "-o", tmp_path / "x.mp4", *TINY)
    assert code == 2 and "no moving picture" in err
    code, _, err = musivid("bgm", "infer", broken, "-o", tmp_path / "x.mp4", *TINY)
    assert code == 2 and str(broken) in err
    still = tmp_path / "still.mp4"
    with FrameSink(still, size=(48, 64), fps=Fraction(10)) as sink:
        for _ in range(20):
            sink.write(np.zeros((64, 48, 3), np.uint8))
    code, _, err = musivid("bgm", "infer", still, "-o", tmp_path / "still-bgm.mp4", *TINY)
    assert code == 0 and "nothing moves" in err
    assert read_midi(tmp_path / "still.mid").tracks


@pytest.mark.slow
def test_names_that_no_plot_can_read_are_drawn_as_they_are(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "midi"
    folder.mkdir()
    notes = four_bars().tracks[0].notes
    names = ("", "_hidden", r"$\x$")
    tracks = tuple(TrackNotes(name, 0, False, notes) for name in names)
    write_midi(four_bars(tracks=tracks), folder / "odd.mid")
    odd = tmp_path / "a$\\x$\u65e5.mp4"
    shutil.copy(clip, odd)
    code, _, err = musivid("bgm", "infer", odd, "--preset", "match", "--music", folder)
    assert code == 0, err
    assert odd.with_name(f"{odd.stem}-bgm.png").exists()


def test_a_damaged_soundfont_is_told_before_anything_is_written(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    font = tmp_path / "cut.sf2"
    font.write_bytes(b"RIFF\x10\0\0\0sfbkLIST\x04\0\0\0INFO")
    arguments = ("bgm", "infer", clip, "-o", tmp_path / "x.mp4", *TINY, "--soundfont", font)
    code, _, err = musivid(*arguments, "--dry-run")
    assert code == 2 and "cut.sf2 cannot be read as a SoundFont" in err


def test_one_bad_clip_of_several_does_not_stop_the_others(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    one = write_video(tmp_path / "one.mp4", count=1)
    code, text, err = musivid("bgm", "infer", one, clip, "-o", tmp_path / "out", *TINY, "--json")
    assert code == 4, err
    found = json.loads(text)
    assert len(found["results"]) == len(found["failed"]) == 1
    assert (tmp_path / "out" / "clip-bgm.mp4").exists()


def test_uneven_times_and_turned_pictures_keep_their_clock(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    uneven = convert(
        clip, tmp_path / "uneven.mp4", filters=[("select", {"expr": "not(mod(n,5)*mod(n,7))"})],
        **{"fps_mode": "vfr", "c:v": "libx264"},
    )  # fmt: skip
    code, _, err = musivid("bgm", "infer", uneven, "-o", tmp_path / "u.mp4", *TINY)
    assert code == 0, err
    before, after = scan_packets(uneven), scan_packets(tmp_path / "u.mp4")
    assert before.count == after.count
    assert after.jitter_s == pytest.approx(before.jitter_s, abs=0.002)
    assert probe_video(tmp_path / "u.mp4").size == probe_video(uneven).size


def test_a_picture_that_begins_late_begins_with_its_music(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    import ffmpeg

    late = tmp_path / "late.mp4"
    sine = ffmpeg.input("sine=d=8", f="lavfi")["a:0"]
    moved = ffmpeg.input(str(clip), itsoffset=1.5)["v:0"]
    run_ffmpeg(ffmpeg.output(sine, moved, str(late), **{"c:v": "copy", "c:a": "aac"}))
    assert probe_video(late).delay_s == pytest.approx(1.5, abs=0.05)
    code, _, err = musivid("bgm", "infer", late, "-o", tmp_path / "l.mp4", *TINY)
    assert code == 0, err
    assert probe_video(tmp_path / "l.mp4").delay_s == pytest.approx(0, abs=0.05)
    assert scan_packets(tmp_path / "l.mp4").count == scan_packets(clip).count
