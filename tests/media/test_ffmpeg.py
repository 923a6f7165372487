"""The one process: its messages become advice, and it never hangs."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import ffmpeg
import pytest
from media_fixtures import RATE_HZ, click_song

from musivid.core.errors import EncodeError, MissingError
from musivid.media import ffmpeg as under_test
from musivid.media.ffmpeg import Process, ffmpeg_path, file_url, run_ffmpeg, supported


def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """An ffmpeg that behaves as the script says."""
    path = tmp_path / "ffmpeg"
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(under_test, "ffmpeg_path", lambda: path)


def _graph() -> Any:
    return ffmpeg.output(ffmpeg.input("pipe:0", format="s16le"), "-", format="null")


def test_the_executable_has_what_we_need() -> None:
    assert ffmpeg_path().is_file()
    assert {"libx264", "aac"} <= supported("encoders")
    assert {"subtitles", "scale", "setparams", "apad"} <= supported("filters")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("av_interleaved_write_frame(): No space left on device", "disk is full"),
        ("Unknown encoder 'libx264'", "lacks a part"),
        ("x.mp4: Permission denied", "cannot be written"),
        ("Cannot allocate memory", "Memory ran out"),
        ("song.mp3: Invalid data found when processing input", "damaged"),
        ("something strange", "doctor"),
    ],
)
def test_last_words_become_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, advice: str
) -> None:
    _fake(tmp_path, monkeypatch, f'echo "{said}" >&2; exit 1')
    with pytest.raises(EncodeError) as error:
        run_ffmpeg(_graph())
    assert advice in error.value.hint
    assert said in error.value.problem


def test_a_killed_process_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path, monkeypatch, "kill -9 $$")
    with pytest.raises(EncodeError, match="signal 9"):
        run_ffmpeg(_graph())


def test_a_death_while_writing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path, monkeypatch, 'echo "No space left on device" >&2; exit 1')
    process = Process(_graph())
    with pytest.raises(EncodeError) as error:
        for _ in range(100):
            process.write(bytes(100_000))
    assert "disk is full" in error.value.hint
    process.kill()


def test_a_flood_of_messages_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, "head -c 3000000 /dev/zero >&2; yes line | head -n 90000 >&2")
    assert run_ffmpeg(_graph()).splitlines()[-1] == "line"


def test_missing_executable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(under_test, "ffmpeg_path", lambda: tmp_path / "none")
    with pytest.raises(MissingError, match="cannot be started") as error:
        run_ffmpeg(_graph())
    assert "pip install" in error.value.command


def test_no_executable_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    import imageio_ffmpeg

    def find() -> None:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", find)
    with pytest.raises(MissingError, match="no ffmpeg"):
        ffmpeg_path()


def test_killing_twice_and_after_the_end_is_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(tmp_path, monkeypatch, "exec sleep 60")
    process = Process(_graph())
    started = time.monotonic()
    process.kill()
    process.kill()
    assert time.monotonic() - started < 10


def test_names_with_any_characters(tmp_path: Path) -> None:
    folder = tmp_path / "it's [a], b;c:d=e %d -x"
    folder.mkdir()
    song = click_song(folder / "-s:o;n'g.wav", 0.5, RATE_HZ)
    out = folder / "http:x.flac"
    run_ffmpeg(ffmpeg.output(ffmpeg.input(file_url(song)), file_url(out)))
    assert out.stat().st_size > 0
