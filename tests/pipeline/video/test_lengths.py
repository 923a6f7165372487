"""Nothing is decided on a length that a file only guesses: lines are fitted to what is heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import packets_of, tone, write_sound

from musivid.core.progress import Silent
from musivid.pipeline.video.job import VideoJob, check_job
from musivid.pipeline.video.listen import listen_to
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.listen import listen
from musivid.settings.presets import load_preset


class _Told(Silent):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        if "damaged" not in message:  # as a seam is
            self.warnings.append(message)


def _joined(path: Path) -> Path:
    """Two songs of 2 s in one file, of which the first alone seems to be there, or half."""
    options = {
        ".mp3": ("libmp3lame", {"muxer": {"write_xing": "0"}}),
        ".flac": ("flac", {}),
        ".ogg": ("flac", {}),
        ".aac": ("aac", {}),
    }
    codec, more = options[path.suffix]
    parts = [
        write_sound(path.with_stem(f"part{n}"), tone(2.0, 16000, 2), 16000, codec, b=rate, **more)
        for n, rate in enumerate(("128000", "16000"))
    ]
    path.write_bytes(packets_of(*parts))
    return path


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".aac"])
def test_lines_within_what_is_heard_are_kept(tmp_path: Path, suffix: str) -> None:
    song, lyrics = _joined(tmp_path / f"song{suffix}"), tmp_path / "l.lrc"
    lyrics.write_text("[00:00.50]one\n[00:03.60]two\n[00:09.00]three\n")
    preset = load_preset("video", "tiny")
    checked = check_job(VideoJob(song, tmp_path / "o.mp4", preset, lyrics=lyrics))
    assert not checked.warnings
    told = _Told()
    track, _, plan = listen_to(checked, told)
    assert 3.9 < track.duration_s < 4.5
    assert [span.text for span in plan.spans[0]] == ["one", "two"]
    assert len(told.warnings) == 1 and "0:09.00" in told.warnings[0]


def test_of_a_part_nothing_is_said_of_lines_that_may_come_later(tmp_path: Path) -> None:
    song, lyrics = _joined(tmp_path / "song.mp3"), tmp_path / "l.lrc"
    lyrics.write_text("[00:00.50]one\n[00:03.60]two\n")
    preset, told = load_preset("video", "tiny"), _Told()
    job = VideoJob(song, tmp_path / "o.mp4", preset, lyrics=lyrics, end_s=3.0)
    _, _, plan = listen_to(check_job(job), told)
    assert [span.text for span in plan.spans[0]] == ["one"]
    assert not told.warnings


def test_captions_that_begin_late_are_not_refused(tmp_path: Path) -> None:
    song, captions = _joined(tmp_path / "song.mp3"), tmp_path / "c.lrc"
    captions.write_text("[00:03.60]late\n")
    preset = load_preset("visualize", "living")
    job = VisualizeJob(song, tmp_path / "o.mp4", preset, captions=captions)
    heard = listen(check_visualize(job, preview=tmp_path / "p.png"), Silent())
    assert "late" in [cue.text for cue in heard.sections]
