"""A song and what is said of it, from Python: as the program says it, in every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from songs import RATE_HZ, make_song, write_song

import musivid as api
from musivid.media.lyrics.formats import written_formats
from musivid.media.lyrics.reading import read_cues
from musivid.pipeline.caption import caption_samples

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 5.0)


@pytest.fixture(scope="module")
def session() -> api.Session:
    return api.Session("cpu", "float32")


def test_it_says_what_the_program_says(
    musivid: Call, song: Path, session: api.Session, tmp_path: Path
) -> None:
    made = api.caption(song, preset="tiny", windows="2s", seed=3, session=session)
    assert len(made) == 3 and [cue.start_s for cue in made] == [0.0, 2.0, 4.0]
    options = ("--preset", "tiny", "--windows", "2s", "--seed", "3")
    code, text, err = musivid("caption", song, *options)
    assert code == 0, err
    assert text == made.text()
    of_track = api.caption(
        api.load_track(song), preset="tiny", windows="2s", seed=3, session=session
    )
    assert of_track == made


@pytest.mark.parametrize("form", tuple(written_formats()))
def test_all_formats_are_read_back(
    song: Path, session: api.Session, tmp_path: Path, form: str
) -> None:
    made = api.caption(song, preset="tiny", windows="2s", session=session)
    path = made.save(tmp_path / "new" / f"song.{form}")
    cues = read_cues(path).cues
    assert [(cue.start_s, cue.text) for cue in cues if cue.text] == [
        (cue.start_s, cue.text) for cue in made
    ]
    with pytest.raises(api.MusividError, match="exists already"):
        made.save(path)
    assert made.save(path, force=True) == path
    with pytest.raises(api.MusividError, match="'doc'"):
        made.save(tmp_path / "song.doc")


def test_sound_in_memory(session: api.Session) -> None:
    samples = np.ascontiguousarray(make_song(3.0).T)
    preset = api.load_preset("caption", "tiny", {"windows": "song"})
    (cue,) = caption_samples(samples, RATE_HZ, preset=preset, session=session)
    assert (cue.start_s, cue.end_s) == (0.0, 3.0) and cue.text
    with pytest.raises(api.MusividError, match=r"lasts 0\.50 s"):
        caption_samples(samples[:, : RATE_HZ // 2], RATE_HZ, preset=preset, session=session)


def test_captions_guide_a_film(song: Path, session: api.Session) -> None:
    made = api.caption(song, preset="tiny", windows="2s", session=session)
    filmed = api.film(song, made, preset="tiny", session=session)
    assert [span.text for span in filmed.plan.spans[0]] == [cue.text for cue in made]
