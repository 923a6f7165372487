"""Words without times are laid over a song and told as a guess; words with times are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_songs import tone, write_sound

from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Silent
from musivid.pipeline.video.job import VideoJob, check_job
from musivid.pipeline.video.listen import listen_to
from musivid.settings.presets import load_preset


def _job(tmp_path: Path, text: str, *, spread: bool = True) -> VideoJob:
    song, lyrics = tmp_path / "song.wav", tmp_path / "l.txt"
    write_sound(song, tone(4.0, 16000, 1), 16000, "pcm_s16le")
    lyrics.write_text(text)
    preset = load_preset("video", "tiny")
    return VideoJob(song, tmp_path / "o.mp4", preset, lyrics=lyrics, spread_lyrics=spread)


def test_plain_words_are_spread_and_told_as_a_guess(tmp_path: Path) -> None:
    _, _, plan = listen_to(check_job(_job(tmp_path, "[Verse]\nwe sing\n\nand sing\n")), Silent())
    assert [cue.text for cue in plan.cues] == ["we sing", "and sing"]
    assert 0 <= plan.cues[0].start_s < plan.cues[1].start_s < 4.0
    assert [span.text for span in plan.spans[0]] == ["we sing", "and sing"]
    told = next(told for told in plan.warnings if "2 lines have no times" in told)
    assert "a guess" in told and "musivid studio" in told


def test_what_spreading_has_no_effect_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has times of its own"):
        check_job(_job(tmp_path, "0:01 we sing\n"))
    with pytest.raises(InputError, match="plain text") as error:
        check_job(_job(tmp_path, "we sing\n", spread=False))
    assert "--spread-lyrics" in error.value.hint
    job = _job(tmp_path, "we sing\n")
    with pytest.raises(UsageError, match="--spread-lyrics has no lines"):
        check_job(VideoJob(job.song, job.out, job.preset, spread_lyrics=True))
