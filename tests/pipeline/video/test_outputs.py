"""What `musivid video` writes: films by their ending, shapes, loops, covers, tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from media_fixtures import click_song
from PIL import Image

from musivid.media.artwork import embedded_artwork
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.media.labels import PNG_XMP
from musivid.media.packets import scan_packets
from musivid.media.pictures import read_picture
from musivid.settings.presets import load_preset

Run = Callable[..., tuple[int, str, str]]

SMALL = ("--size", "96x54", "--fps", "10")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return click_song(tmp_path / "song.wav", 6.0)


@pytest.mark.parametrize(
    ("name", "codec", "sound"), [("a.webm", "vp9", "opus"), ("a.mov", "prores", "pcm_s16le")]
)
def test_the_ending_says_what_a_film_is_coded_in(
    musivid: Run, song: Path, tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    out = tmp_path / name
    code, _, told = musivid("video", song, *SMALL, "--scene", "sea/moon", "-o", out)
    assert code == 0, told
    assert (probe_video(out).codec, probe_audio(out).codec) == (codec, sound)
    assert scan_packets(out).count == 60


@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("a.webm", "output.codec=h264", "cannot hold H.264"),
        ("a.mov", "output.crf=20", "output.crf has no effect with output.codec prores"),
        ("a.avi", "output.crf=20", "does not end in .mp4, .m4v, .mov, .webm"),
    ],
)
def test_what_an_ending_does_not_hold_is_refused(
    musivid: Run, song: Path, tmp_path: Path, name: str, setting: str, said: str
) -> None:
    code, _, told = musivid("video", song, *SMALL, "--set", setting, "-o", tmp_path / name)
    assert code != 0 and said in " ".join(told.split()), told


@pytest.mark.parametrize(
    ("size", "shape", "frame"),
    [
        ("1280x720", None, (1280, 720)),
        ("1280x720", "wide", (1280, 720)),
        ("1280x720", "shorts", (720, 1280)),
        ("1920x1080", "shorts", (1080, 1920)),
        ("1080x1920", "shorts", (1080, 1920)),
        ("1280x720", "square", (720, 720)),
        ("1280x720", "canvas", (720, 1280)),
        ("512x512", "wide", (910, 512)),
        ("720x1280", "wide", (1280, 720)),
    ],
)
def test_a_format_gives_the_shape(size: str, shape: str | None, frame: tuple[int, int]) -> None:
    wish = {"output.size": size, "output.format": shape}
    assert load_preset("video", None, wish).output.frame_size == frame


def test_shorts_are_upright(musivid: Run, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mp4"
    wish = ("--scene", "sea/moon", "--format", "shorts")
    assert musivid("video", song, *SMALL, *wish, "-o", out)[0] == 0
    assert probe_video(out).size == (54, 96)


def test_a_canvas_goes_round_on_whole_bars(musivid: Run, tmp_path: Path) -> None:
    song, out = click_song(tmp_path / "long.wav", 14.0), tmp_path / "a.mp4"
    wish = (*SMALL, "--scene", "sea/moon", "--format", "canvas")
    code, _, told = musivid("video", song, *wish, "-o", out)
    assert code == 0, told
    frames = np.stack([frame for _, frame in read_frames(out)]).astype(int)
    assert probe_video(out).size == (54, 96) and 30 <= len(frames) <= 80
    steps = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert np.abs(frames[-1] - frames[0]).mean() <= steps.max() + 2
    assert probe_audio(out).duration_s == pytest.approx(len(frames) / 10, abs=0.05)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--preset", "tiny"), "canvas is for painting.mode living"),
        (("--lyrics-style", "karaoke"), "living.lyrics has no effect with output.format canvas"),
        (("--to", "3"), "a loop needs"),
    ],
)
def test_what_a_canvas_cannot_be(
    musivid: Run, song: Path, tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    wish = ("--format", "canvas", "--scene", "cover/ring", *flags)
    code, _, told = musivid("video", song, *wish, "-o", tmp_path / "a.mp4")
    assert code == 2 and said in " ".join(told.split()), told


def source_in(packet: str) -> str:
    return packet.split("digitalsourcetype/")[1].split("<")[0]


def test_a_film_carries_its_songs_name_a_cover_and_how_it_was_made(
    musivid: Run, tmp_path: Path
) -> None:
    named = {"metadata:g:0": "title=Neon Coast", "metadata:g:1": "artist=Mira Vale"}
    song = click_song(tmp_path / "song.mp3", 4.0, **named, **{"metadata:g:2": "album=Tides"})
    lyrics, out = tmp_path / "song.lrc", tmp_path / "a.mp4"
    lyrics.write_text("[00:00.00]Words that stand on every frame of it\n")
    wish = (*SMALL, "--scene", "sea/moon", "--lyrics", lyrics)
    assert musivid("video", song, *wish, "-o", out)[0] == 0
    with av.open(str(out), options={"export_xmp": "1"}) as file:
        tags = file.metadata
        assert (tags["title"], tags["artist"], tags["album"]) == (
            "Neon Coast",
            "Mira Vale",
            "Tides",
        )
        assert '"command":"video"' in tags["comment"]
        assert source_in(tags["xmp"]) == "algorithmicMedia"
    cover = embedded_artwork(out)
    assert cover is not None
    code, _, told = musivid("video", song, *wish, "-o", tmp_path / "a.png")
    assert code == 0, told
    still = read_picture(tmp_path / "a.png", (96, 54)).astype(int)
    assert still.shape == (54, 96, 3)
    kept = read_picture(cover, (96, 54)).astype(int)
    assert np.abs(kept - still).mean() < 6, "it is the same picture"
    with Image.open(tmp_path / "a.png") as picture:
        assert source_in(picture.info[PNG_XMP]) == "algorithmicMedia"
    frames = [frame.astype(int) for _, frame in read_frames(out)]
    nearest = min(np.abs(frame - still).mean() for frame in frames)
    assert nearest > 1.0, "no words lie across it"


def test_painted_films_say_that_a_network_learnt_to_make_them(
    musivid: Run, song: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.mp4"
    assert musivid("video", song, "--preset", "tiny", "--to", "2", "-o", out)[0] == 0
    with av.open(str(out), options={"export_xmp": "1"}) as file:
        assert source_in(file.metadata["xmp"]) == "trainedAlgorithmicMedia"
    cover = embedded_artwork(out)
    assert cover is not None and read_picture(cover, (64, 64)).std() > 1


def test_a_preview_is_a_sheet_and_six_seconds(musivid: Run, tmp_path: Path) -> None:
    song = click_song(tmp_path / "long.wav", 14.0)
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "places:\n- {start: 0, scene: sea, look: moon}\n- {start: 5, scene: sea, look: sunset}\n"
    )
    film, sheet = tmp_path / "p.mp4", tmp_path / "p.png"
    wish = ("--size", "640x360", "--fps", "5", "--plan", plan, "--preview", "-o", film)
    code, said, told = musivid("video", song, *wish)
    assert code == 0, told
    assert said.split() == [str(sheet), str(film)]
    assert probe_video(film).size == (640, 360) and scan_packets(film).count == 30
    assert probe_audio(film).duration_s == pytest.approx(6.0, abs=0.05)
    shown = read_picture(sheet, (2000, 2000))
    assert shown.shape[1] > 640 and shown.shape[0] > 200
    assert not (tmp_path / "p.musivid").exists()
    film.unlink()
    code, _, told = musivid("video", song, *wish)
    assert code != 0 and "p.png exists already" in told, "the sheet is not lost unasked"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--preview", "-o", "a.png"), "writes a film and a PNG"),
        (("--preview", "--preset", "tiny", "-o", "a.mp4"), "--preview is for painting.mode living"),
        (("--preset", "tiny", "-o", "a.png"), "one picture is drawn of living scenes alone"),
        (("-o", "a.tiff"), "does not end in .mp4"),
        (("--preview", "--resume", "-o", "a.mp4"), "--resume would have no effect on a preview"),
        (("-l", "song.lrc", "--subtitles", "-o", "a.png"), "one picture has no words"),
    ],
)
def test_pictures_that_cannot_be_made(
    musivid: Run, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    flags: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "song.lrc").write_text("[00:01.00]Golden sunset\n")
    code, _, told = musivid("video", song, *flags)
    assert code != 0 and said in " ".join(told.split()), told


def test_a_picture_can_be_planned(musivid: Run, song: Path, tmp_path: Path) -> None:
    wish = (*SMALL, "--scene", "sea/moon", "--dry-run", "-o", tmp_path / "a.png")
    code, said, told = musivid("video", song, *wish)
    assert code == 0 and "a.png" in said, told


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mov_text"), ("a.mov", "mov_text"), ("a.webm", "webvtt")]
)
def test_lines_become_a_track_that_players_can_show(
    musivid: Run, song: Path, tmp_path: Path, name: str, codec: str
) -> None:
    lyrics, out = tmp_path / "song.lrc", tmp_path / name
    lyrics.write_text("[00:01.00]Golden sunset\n[00:03.00]שלום עולם\n[00:04.50]\n[00:09.00]late\n")
    wish = (*SMALL, "--scene", "sea/moon", "--lyrics", lyrics, "--lyrics-style", "off")
    code, _, told = musivid("video", song, *wish, "--subtitles", "-o", out)
    assert code == 0, told
    with av.open(str(out)) as file:
        assert [stream.codec_context.name for stream in file.streams.subtitles] == [codec]
        assert len(file.streams.audio) == 1
        packets = [p for p in file.demux(subtitles=0) if p.size > 2]
        times = [float(p.pts * p.time_base) for p in packets]
        said = b" ".join(bytes(p) for p in packets).decode("utf-8", "replace")
    assert times == pytest.approx([1.0, 3.0], abs=0.01)
    assert "Golden sunset" in said and "שלום עולם" in said and "late" not in said
    assert scan_packets(out).count == 60


@pytest.mark.parametrize(
    ("flags", "said"),
    [(("--subtitles",), "Give --lyrics FILE"), (("--format", "canvas"), "a canvas has no words")],
)
def test_subtitles_need_lines_to_show(
    musivid: Run, song: Path, tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    lyrics = tmp_path / "song.lrc"
    lyrics.write_text("[00:01.00]Golden sunset\n")
    given = () if flags[0] == "--subtitles" else ("--lyrics", lyrics, "--subtitles")
    code, _, told = musivid("video", song, *given, *flags, "-o", tmp_path / "a.mp4")
    assert code == 2 and said in " ".join(told.split()), told
