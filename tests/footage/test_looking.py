"""Looking through footage: faults where they are, twins of other sizes, a memory that is cheap."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile
from footage_fixtures import black_until, blurred_from, pan, shaking, shot, write_clip

from musivid.core.errors import InputError
from musivid.footage.faults import GOOD, NEVER, POOR, Graded, grade
from musivid.footage.looking import clips_in, file_mark, look_at, look_through
from musivid.footage.pool import Pool, pool_of
from musivid.footage.seen import CELL_S
from musivid.footage.speech import listens, spoken


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pan and its smaller copy at another rate, faults of each kind, a photo, what is broken."""
    clips = tmp_path_factory.mktemp("clips")
    write_clip(clips / "a pan.mp4", shot(1, 4, pan(0.2)))
    small = (128, 72)
    write_clip(
        clips / "copy of a.mp4", shot(1, 3, pan(0.2), size=small, fps=30, begin_s=0.6),
        size=small, fps=30,
    )  # fmt: skip
    write_clip(clips / "blurred.mp4", shot(2, 4, pan(0.1), change=blurred_from(2)))
    write_clip(clips / "black.mp4", shot(3, 4, pan(-0.1), change=black_until(2)))
    write_clip(clips / "shaking.mp4", shot(4, 3, shaking))
    write_clip(clips / "cut.mp4", shot(5, 2.4, pan(0.1)), shot(6, 2.4, pan(-0.1)))
    write_clip(clips / "upright.mp4", shot(7, 2, size=(108, 192)), size=(108, 192))
    cv2.imwrite(str(clips / "photo.jpg"), next(shot(8, 1, size=(320, 180)))[..., ::-1])
    (clips / "broken.mp4").write_bytes(b"no film at all")
    return clips


@pytest.fixture(scope="module")
def graded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    looked = look_through(clips_in(folder), cache=tmp_path_factory.mktemp("cache"))
    assert [path.name for path, _ in looked.lost] == ["broken.mp4"]
    return {one.seen.path.stem: one for one in grade(looked.seen)}


@pytest.fixture(scope="module")
def pool(graded: dict[str, Graded]) -> Pool:
    return pool_of(list(graded.values()))


def _grades(one: Graded, from_s: float, to_s: float) -> set[int]:
    return set(one.grades[round(from_s / CELL_S) : round(to_s / CELL_S)].tolist())


def test_faults_are_found_where_they_are_and_nowhere_else(graded: dict[str, Graded]) -> None:
    assert _grades(graded["a pan"], 0, 4) == {GOOD}
    assert _grades(graded["blurred"], 0, 1.75) == {GOOD}
    assert _grades(graded["blurred"], 2, 4) == {NEVER}
    assert _grades(graded["black"], 0, 2) == {NEVER}
    assert _grades(graded["black"], 2.25, 4) == {GOOD}
    assert _grades(graded["shaking"], 0, 3) == {POOR}
    assert _grades(graded["upright"], 0, 2) == {GOOD}
    assert graded["black"].why == {"black": 2.25}
    cut = graded["cut"]
    assert _grades(cut, 0, 2.25) == {GOOD} == _grades(cut, 2.5, 4.5)
    assert cut.grades[9] == NEVER  # the cell in which the cut is
    assert set(cut.shots[:9]) != set(cut.shots[10:])


def test_twins_are_told_at_any_size_and_rate_and_others_are_none(pool: Pool) -> None:
    names = [one.seen.path.stem for one in pool.files]
    assert [(names[a], names[b]) for a, b in pool.pairs()] == [("a pan", "copy of a")]
    alike = pool.twins[(pool.file == names.index("copy of a"))] >= 0
    assert alike.mean() > 0.7
    # Each second of what is there twice counts once: 4 of the pan and next to nothing of its copy.
    both = [one.seen.length_s for one in pool.files if one.seen.path.stem in ("a pan", "copy of a")]
    usable = float((pool.grades < NEVER).sum()) * CELL_S
    assert usable - pool.usable_s == pytest.approx(min(both), abs=0.8)


def test_a_photo_is_a_still_of_some_seconds(graded: dict[str, Graded]) -> None:
    seen = graded["photo"].seen
    assert seen.is_photo and seen.size == (320, 180) and seen.length_s == 6.0
    assert set(graded["photo"].grades) == {GOOD}


def test_speech_makes_borders_that_would_cut_somebody_off(graded: dict[str, Graded]) -> None:
    spoken = replace(graded["a pan"].seen, speech_s=np.array([[1.0, 2.0]]), heard=True)
    pool = pool_of(grade([spoken]))
    assert np.flatnonzero(pool.speaks).tolist() == [5, 6, 7]


def test_what_was_seen_is_remembered_and_a_damaged_memory_made_anew(
    folder: Path, tmp_path: Path
) -> None:
    clip, cache = folder / "a pan.mp4", tmp_path / "cache"
    first = look_through([clip], cache=cache)
    again = look_through([clip], cache=cache)
    assert (first.kept, again.kept) == (0, 1)
    assert np.array_equal(first.seen[0].thumbs, again.seen[0].thumbs)
    assert first.seen[0].fps == again.seen[0].fps == 25
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:200])
    anew = look_through([clip], cache=cache)
    assert anew.kept == 0 and np.array_equal(anew.seen[0].sharp, first.seen[0].sharp)
    assert file_mark(clip) != file_mark(folder / "cut.mp4")


def test_a_folder_without_footage_and_one_that_is_all_broken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        clips_in(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no videos or photos"):
        clips_in(tmp_path)
    (tmp_path / "x.mp4").write_bytes(b"nothing")
    with pytest.raises(InputError, match="none of 1 files"):
        look_through([tmp_path / "x.mp4"])


def test_speech_is_listened_for_in_films_with_sound(folder: Path) -> None:
    heard: list[Path] = []
    seen = look_at(folder / "upright.mp4", hear=heard.append)
    assert not heard and seen.heard  # it has no sound, so nobody is cut off


def test_what_was_made_there_is_no_footage(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4", "photo.png", "cut.png"):
        (tmp_path / name).write_bytes(b"x")
    run = {"recipe": {}, "stages": {}, "finished": True, "results": {"output": "b.mp4"},
           "input_paths": {"song": "song.mp3"}}  # fmt: skip
    (tmp_path / "b.musivid").mkdir()
    (tmp_path / "b.musivid" / "manifest.json").write_text(json.dumps(run))
    (tmp_path / "cut.json").write_text(json.dumps({"kind": "musivid-cut"}))
    (tmp_path / "photo.json").write_text(json.dumps({"kind": "of another program"}))
    assert [path.name for path in clips_in(tmp_path)] == ["a.mp4", "photo.png"]


def test_where_speech_can_be_told_a_tone_is_none(tmp_path: Path) -> None:
    pytest.importorskip("silero_vad")
    tone = 0.2 * np.sin(2 * np.pi * 220 * np.arange(16_000) / 16_000)
    soundfile.write(tmp_path / "tone.wav", tone, 16_000)
    found = spoken(tmp_path / "tone.wav")
    assert listens() and found is not None and found.shape == (0, 2)
