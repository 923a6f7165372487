"""Cuts of footage: on beats, nothing twice, by names, single shots changed, the same frames."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import footage_fixtures as made
import numpy as np
import pytest

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import InputError
from musivid.core.timeline import Timeline
from musivid.footage.cut import Cut, Wish, plan_cut
from musivid.footage.cutfile import cut_text, numbers_in, read_cut
from musivid.footage.edit import cut_lane
from musivid.footage.faults import grade
from musivid.footage.film import CutFilm
from musivid.footage.framing import cover_size, framed, moved_photo
from musivid.footage.looking import clips_in, look_through
from musivid.footage.meaning import by_names, name_words
from musivid.footage.pool import Pool, pool_of
from musivid.footage.rhythm import MOST_EQUAL, place_slots, song_beats
from musivid.interchange.edit import Edit
from musivid.interchange.otio_written import OTIO_OUT
from musivid.interchange.timecode import Rate
from musivid.interchange.writing import written
from musivid.media.frames import read_frames

FPS = Fraction(25)
SIZE = (160, 90)


@pytest.fixture(scope="module")
def timeline(facts: SoundFacts) -> Timeline:
    return Timeline(facts.duration_s, FPS)


@pytest.fixture(scope="module")
def cut(pool: Pool, facts: SoundFacts, timeline: Timeline, clips: Path) -> Cut:
    lines = [(2.0, 5.0, "Waves of the sea"), (12.0, 15.0, "you dance, dancers in the street")]
    return plan_cut(pool, facts, timeline, lines, Wish(), root=clips)


def _film(cut: Cut, pool: Pool) -> CutFilm:
    return CutFilm(cut, SIZE, {one.seen.path: one.seen.size for one in pool.files})


def _spans(cut: Cut) -> dict[Path, list[tuple[int, int]]]:
    found: dict[Path, list[tuple[int, int]]] = {}
    for shot in cut.shots:
        found.setdefault(shot.path, []).append((shot.source, shot.source + shot.frames))
    return {path: sorted(spans) for path, spans in found.items()}


def test_cuts_stand_on_beats_and_come_faster_where_it_is_loud(
    cut: Cut, facts: SoundFacts, timeline: Timeline
) -> None:
    beats = song_beats(facts)
    for shot in cut.shots[1:]:
        assert np.abs(beats - float(shot.first / FPS)).min() <= 0.5 / FPS + 1e-6
    assert [(a.last, b.first) for a, b in pairwise(cut.shots) if a.last != b.first] == []
    assert cut.shots[0].first == 0 and cut.shots[-1].last == timeline.frames
    middle = timeline.frames / 2
    quiet = sum(shot.first < middle for shot in cut.shots)
    assert len(cut.shots) - quiet > quiet


def test_no_run_of_equal_lengths(facts: SoundFacts) -> None:
    slots, parts = place_slots(facts, pace=1.5)
    beats = song_beats(facts)
    lengths = [round(s.length_s / float(np.median(np.diff(beats)))) for s in slots]
    runs, run = [1], 1
    for before, after in pairwise(lengths):
        run = run + 1 if before == after else 1
        runs.append(run)
    assert max(runs) <= MOST_EQUAL and slots[-1].end_s == pytest.approx(parts[-1].end_s)


def test_nothing_is_shown_twice_while_others_are_left(cut: Cut) -> None:
    for spans in _spans(cut).values():
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert not any(shot.repeated for shot in cut.shots)


def test_names_of_files_meet_the_words_that_are_sung(cut: Cut, clips: Path) -> None:
    assert "by names" in cut.meaning
    sung = [s for s in cut.shots if s.first / FPS < 4.5 and s.last / FPS > 2.5]
    assert any("sea" in s.path.stem for s in sung)
    words = [name_words(path, clips) for path in (clips / "sea waves.mp4", clips / "IMG_2041.mov")]
    assert words[0] and not words[1]
    assert by_names(words, ["the wave", "", "a stone"]).tolist() == [[1, 0], [0, 0], [0, 0]]


def test_too_little_footage_is_said_and_repeats_what_was_seen_longest_ago(
    pool: Pool, facts: SoundFacts, timeline: Timeline, clips: Path
) -> None:
    few = replace(pool, grades=np.where(pool.file < 2, pool.grades, 2).astype(np.int8))
    with pytest.raises(InputError, match=r"lacks [\d.]+ s.*12\.0 s can be shown") as told:
        plan_cut(few, facts, timeline, [], Wish(), root=clips)
    assert "--reuse" in told.value.hint
    cut = plan_cut(few, facts, timeline, [], Wish(reuse=True), root=clips)
    fresh = sum(shot.frames for shot in cut.shots if not shot.repeated) / FPS
    first = next(shot for shot in cut.shots if shot.repeated)
    assert fresh >= 9 and first.first / FPS >= 8  # only where too little is left for a shot
    assert any("shown again" in note for note in cut.notes)


def test_single_shots_change_and_all_others_stay(
    cut: Cut, pool: Pool, facts: SoundFacts, timeline: Timeline, clips: Path, tmp_path: Path
) -> None:
    path = tmp_path / "cut.json"
    path.write_text(cut_text(cut, clips))
    old = read_cut(path, pool, timeline, clips)

    def again(**wish: object) -> list[tuple[Path, int]]:
        new = plan_cut(pool, facts, timeline, [], Wish(old=old, **wish), root=clips)  # type: ignore[arg-type]
        assert [s.first for s in new.shots] == [s.first for s in cut.shots]
        return [(shot.path, shot.source) for shot in new.shots]

    whole = [(shot.path, shot.source) for shot in cut.shots]
    assert again() == whole
    banned = again(ban={3})
    assert banned[2] != whole[2] and banned[:2] + banned[3:] == whole[:2] + whole[3:]
    assert again(keep={4}, seed=3)[3] == whole[3]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows.pop(2), "line 4: shot 3 leaves a gap"),
        (lambda rows: rows[1].update(file="else/x.mp4"), "line 3: shot 2 shows else/x.mp4"),
        (lambda rows: rows[1].update(source=99_999), "line 3: shot 2 asks for"),
        (lambda rows: rows[1].pop("until"), "line 3: shot 2 does not say 'until'"),
        (lambda rows: rows.pop(), "the shots end at frame"),
    ],
)
def test_cuts_with_faults_are_refused_by_their_line(
    change: object, says: str, cut: Cut, pool: Pool, timeline: Timeline, clips: Path, tmp_path: Path
) -> None:
    held = json.loads(cut_text(cut, clips))
    change(held["shots"])  # type: ignore[operator]
    rows = ",\n".join(json.dumps(row) for row in held.pop("shots"))
    path = tmp_path / "cut.json"
    path.write_text(json.dumps(held)[:-1] + ', "shots": [\n' + rows + "\n]}")
    with pytest.raises(InputError, match=says) as told:
        read_cut(path, pool, timeline, clips)
    assert told.value.hint
    path.write_text('{"kind": "musivid-cut",\n')
    with pytest.raises(InputError, match="line 2: no JSON"):
        read_cut(path, pool, timeline, clips)


def test_numbers_of_shots() -> None:
    assert numbers_in("3, 7-9", "--keep", 9) == {3, 7, 8, 9}
    for text in ("0", "10", "x", "", "9-7"):
        with pytest.raises(InputError, match="--ban"):
            numbers_in(text, "--ban", 9)


def test_frames_are_those_of_the_timeline_that_is_written(
    cut: Cut, pool: Pool, tmp_path: Path
) -> None:
    otio = pytest.importorskip("opentimelineio")
    seen = {one.seen.path: one.seen for one in pool.files}
    lane = cut_lane(cut, seen)
    assert all(Path(clip.media.path) in seen for clip in lane.clips)
    edit = Edit("cut", Rate(FPS), cut.timeline.frames / FPS, lanes=(lane,), size=SIZE)
    held = otio.adapters.read_from_string(written(edit, OTIO_OUT, tmp_path).data.decode())
    whole = CutFilm(cut, (192, 108), {path: one.size for path, one in seen.items()})
    frames = list(whole.frames())
    sources = {path: [frame for _, frame in read_frames(path)] for path in seen}
    at, (lane,) = 0, held.video_tracks()
    for clip in lane:
        path = (tmp_path / clip.media_reference.target_url.replace("%20", " ")).resolve()
        span = clip.trimmed_range()
        assert clip.available_range().duration.value >= (
            span.start_time.value + span.duration.value
        )
        own = sources[path]
        for number in (0, int(span.duration.value) - 1):
            picture = own[int(span.start_time.value) + number]
            assert np.array_equal(picture, frames[at + number])
        at += int(span.duration.value)
    assert at == len(frames) == cut.timeline.frames


def test_a_film_that_goes_on_shows_the_same(cut: Cut, pool: Pool) -> None:
    first = cut.shots[2].first + 7
    whole = list(_film(cut, pool).frames())
    rest = list(_film(cut, pool).frames(first))
    assert all(np.array_equal(a, b) for a, b in zip(whole[first:], rest, strict=True))
    assert np.array_equal(_film(cut, pool).still(first), whole[first])


def test_pictures_of_other_shapes_are_cut_where_little_is_or_stand_whole() -> None:
    wide = np.zeros((90, 240, 3), np.uint8)
    wide[:, 200:] = 255
    assert cover_size((240, 90), (160, 90)) == (240, 90)
    assert framed(wide, (160, 90), (0.95, 0.5))[:, -30:].mean() == 255  # towards what is there
    tall = np.full((*cover_size((90, 160), (160, 90))[::-1], 3), 200, np.uint8)
    shown = framed(tall, (160, 90), (0.5, 0.5))
    assert tall.shape[0] > 90 and 60 < tall.shape[1] < 160  # larger than if all of it stood there
    assert shown[45, 80, 0] == 200 and 40 < shown[45, 5, 0] < 120  # dim beside it, never black
    photo = np.random.default_rng(0).integers(0, 255, (108, 192, 3), np.uint8)
    ends = [moved_photo(photo, SIZE, (0.5, 0.5), share, inward=True) for share in (0.0, 1.0)]
    assert ends[0].shape == (90, 160, 3) and np.abs(ends[0].astype(int) - ends[1]).mean() > 3


def test_what_was_never_shown_comes_before_what_was(
    facts: SoundFacts, timeline: Timeline, tmp_path: Path
) -> None:
    """Short shots are shown too, where the music asks for longer ones."""
    made.write_clip(tmp_path / "long.mp4", made.shot(50, 6, made.pan(0.05)))
    short = [made.shot(60 + n, 1.5, made.pan(0.1)) for n in range(4)]
    made.write_clip(tmp_path / "short.mp4", *short)
    pool = pool_of(grade(look_through(clips_in(tmp_path)).seen))
    cut = plan_cut(pool, facts, timeline, (), Wish(reuse=True), root=tmp_path)
    own = sorted(s.source // 37 for s in cut.shots if s.path.name == "short.mp4" and not s.repeated)
    assert len(set(own)) >= 3
    beats = song_beats(facts)
    assert all(np.abs(beats - float(s.first / FPS)).min() <= 0.5 / FPS for s in cut.shots[1:])
    assert [s.number for s in cut.shots] == list(range(1, len(cut.shots) + 1))


def test_slots_that_no_piece_is_long_enough_for_are_cut_once_more(
    facts: SoundFacts, timeline: Timeline, tmp_path: Path
) -> None:
    for n in range(2):
        made.write_clip(tmp_path / f"{n}.mp4", made.shot(70 + n, 1.5, made.pan(0.1)))
    pool = pool_of(grade(look_through(clips_in(tmp_path)).seen))
    assert max(slot.length_s for slot in place_slots(facts)[0]) > 2.0
    cut = plan_cut(pool, facts, timeline, (), Wish(reuse=True), root=tmp_path)
    assert max(shot.frames for shot in cut.shots) <= 38 and cut.shots[-1].last == timeline.frames
