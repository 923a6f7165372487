"""Songs for clips: what `bgm infer` writes by default, its wishes, and how pieces are ranked."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bgm_fixtures import CUTS_S, film
from soundfonts_made import write_packed

from musivid.analysis.motion import Motion
from musivid.commands.plans import bgm_text
from musivid.core.progress import Silent
from musivid.core.seeds import dice
from musivid.pipeline.bgm.job import BgmJob, CheckedBgm
from musivid.pipeline.bgm.plan import BgmPlan, _ensemble, cut_distances_s, plan_bgm
from musivid.pipeline.bgm.rank import rank_scores
from musivid.pipeline.bgm.scenes import film_of
from musivid.pipeline.bgm.song import SongComposer
from musivid.pipeline.bgm.told import plan_facts
from musivid.score.midi import read_midi
from musivid.score.notes import Note, Score, TrackNotes
from musivid.score.songs.playbooks import metres_of
from musivid.settings.presets import load_preset

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4")


def a_film(seconds: float = 24.0) -> Motion:
    """A film that is dark and calm, and from 12 s on light and lively."""
    times = np.arange(round(seconds * 25)) / 25
    later = times >= 12
    return Motion(
        fps=25.0,
        times_s=times,
        flow=np.where(later, 6.0, 0.3),
        impact=np.zeros(len(times)),
        brightness=np.where(later, 0.7, 0.2),
        change=np.zeros(len(times)),
        cuts_s=np.array([3.0, 7.2, 12.0, 15.4, 19.0]),
        beats_s=np.array([5.0, 17.3]),
        beat_weights=np.array([0.9, 0.7]),
        tempo_bpm=None,
    )


def planned(**wishes: object) -> tuple[BgmPlan, CheckedBgm]:
    settings = {key.replace("__", "."): value for key, value in wishes.items()}
    preset = load_preset("bgm_infer", None, settings)
    checked = CheckedBgm(BgmJob(Path("film.mp4"), None, preset), None, 24.0, (), None)
    return plan_bgm(checked, Silent(), a_film()), checked


def songs(**wishes: object) -> tuple[BgmPlan, list[Score]]:
    plan, checked = planned(**wishes)
    return plan, list(SongComposer().compose(plan, checked, Silent()).scores)


def test_the_default_is_a_song_with_marks_in_its_midi(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    code, text, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "a.mp4", "--json", "--candidates", "2"),
        *("--genre", "waltz", "--key", "G major", "--instruments", "Piano,Bass"),
    )
    assert code == 0, err
    facts = json.loads(text)["results"][0]
    assert facts["composer"] == "song" and facts["density"] == []
    assert (facts["genre"], facts["meter"]) == ("waltz", "3/4")
    score = read_midi(tmp_path / "a.mid")
    assert (score.beats_per_bar, score.beat_unit) == (3, 4)
    assert {t.name for t in score.tracks} == {"Piano", "Bass"}
    assert score.chords[-1].name == "G" and score.sections[0].name.startswith("verse")
    ends = [score.time_s(n.end) for t in score.tracks for n in t.notes]
    assert max(ends) == pytest.approx(5.0, abs=0.04)
    grid = score.times_s([240 * n for n in range(80)])
    assert all(np.abs(grid - cut).min() < 0.05 for cut in CUTS_S)


def test_soundfonts_of_the_system_are_told_and_taken_when_asked(
    musivid: Call, clip: Path, tmp_path: Path, own_folders: Path
) -> None:
    font = write_packed(own_folders / "xdg_data_home/soundfonts/FluidR3_GM.sf3", program=0)
    arguments = ("bgm", "infer", clip, "-o", tmp_path / "a.mp4", "--candidates", "1")
    code, text, _ = musivid(*arguments, "--dry-run")
    assert code == 0 and "timgm6mb; also here: fluid-r3-gm (--soundfont NAME)" in text
    code, text, err = musivid(*arguments, "--soundfont", "auto", "--json")
    assert code == 0, err
    facts = json.loads(text)["results"][0]
    assert facts["soundfont"] == "fluid-r3-gm"
    assert facts["soundfonts"] == ["fluid-r3-gm", "timgm6mb"]
    kept = json.loads((tmp_path / "a.musivid" / "manifest.json").read_text())
    assert str(font) in json.dumps(kept)


def test_no_network_is_opened_for_it() -> None:
    """Modules of networks stay out: a song starts as fast as the clip is looked at."""
    import subprocess

    code = (
        "import sys, musivid.pipeline.bgm.kinds as k; from musivid.settings.presets import *;"
        "k.open_composer(None, load_preset('bgm_infer')); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--preset", "pocket", "--genre", "waltz"), "genre 'waltz' is in 3/4"),
        (("--preset", "pocket", "--meter", "6/8"), "meter 6/8 is asked for, which composer"),
        (("--genre", "waltz", "--meter", "4/4"), "genre 'waltz' is not played in 4/4"),
        (("--preset", "tiny", "--instruments", "Lead"), "Lead is a player of songs"),
        (("--density", "7"), "control.density has no effect with composer song"),
        (("--set", "sampling.pitch.nucleus=0.5"), "no effect with composer song"),
        (("--set", "composer=tiny-composer"), "the preset is for songs by rules"),
    ],
)
def test_what_it_cannot_is_refused_by_name(
    musivid: Call, clip: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    code, _, err = musivid("bgm", "infer", clip, "-o", tmp_path / "a.mp4", *options)
    assert code == 2 and words in " ".join(err.split())


def test_a_meter_that_is_asked_for_is_planned_and_written() -> None:
    plan, scores = songs(control__meter="6/8", control__genre="folk", candidates=1,
                         tempo__bpm=112, tempo__lock="off")  # fmt: skip
    assert str(plan.metre) == "6/8" and plan.bars == plan.harmony.final_tick // 12
    assert (scores[0].beats_per_bar, scores[0].beat_unit) == (6, 8)
    beats = scores[0].times_s([720 * n for n in range(8)])
    assert beats == pytest.approx(plan.tempo.beats_s[:8], abs=0.001)
    three = load_preset("bgm_infer", None, {"control.meter": "3/4"}).control
    assert str(_ensemble(three, 0.2).metre) == "3/4" and "3/4" in metres_of(
        _ensemble(three, 0.2).genre
    )


def test_wishes_are_kept() -> None:
    plan, scores = songs(tempo__bpm=100.0, control__key="Eb minor", control__genre="rock",
                         candidates=2)  # fmt: skip
    assert plan.tempo.mean_bpm == pytest.approx(100, abs=0.6)
    assert {str(score.key) for score in scores} == {"Eb minor"}
    inside = plan.harmony.key.pitch_classes | {2}  # the dominant's leading note
    pitched = [n.pitch % 12 for t in scores[0].tracks if not t.is_drum for n in t.notes]
    assert np.mean([pc in inside for pc in pitched]) >= 0.95
    tunes = [[n.pitch for n in score.track("Lead").notes] for score in scores]
    assert tunes[0] != tunes[1]


def test_moods_choose_tempo_and_mode() -> None:
    plans = {m: planned(control__emotion=m, control__genre="pop")[0]
             for m in ("happy", "sad")}  # fmt: skip
    assert plans["happy"].tempo.mean_bpm > plans["sad"].tempo.mean_bpm + 5
    assert [plans[m].harmony.key.mode for m in plans] == ["major", "minor"]


def test_a_film_begins_anew_where_light_and_motion_change() -> None:
    film = film_of(a_film(), 24.0, (), ties=True)
    assert film.sections_s == (12.0,)
    assert np.mean(film.energy[:11]) < np.mean(film.energy[13:]) - 0.2
    assert film_of(a_film(), 24.0, (), ties=False).cuts_s == ()


def test_a_soft_transition_is_one_moment_and_no_cut() -> None:
    motion = dataclasses.replace(
        a_film(),
        soft_cuts_s=np.array([9.5]),
        strikes_s=np.array([9.4, 10.5]),
        strike_weights=np.array([0.9, 0.4]),
    )
    film = film_of(motion, 24.0, (), ties=True)
    assert [time for time, _ in film.moments if 9 < time < 11] == [9.5, 10.5]
    assert 9.5 not in film.cuts_s and 9.4 not in film.strikes_s


def test_what_stops_a_little_after_another_move_is_met_and_what_begins_is_not() -> None:
    motion = dataclasses.replace(
        a_film(),
        cuts_s=np.zeros(0),
        strikes_s=np.array([3.0, 3.7, 5.0, 5.4]),
        strike_weights=np.array([0.15, 0.6, 0.55, 0.24]),
    )
    assert film_of(motion, 24.0, (), ties=True).strikes_s == (3.7, 5.0, 5.4)


def test_cuts_that_no_beat_meets_are_listed_with_their_distance() -> None:
    dense = dataclasses.replace(a_film(), cuts_s=np.array([3.0, 3.11, 3.19, 7.2]))
    preset = load_preset("bgm_infer", None, {"tempo.bpm": 60.0, "tempo.variation": 0.0})
    job = BgmJob(Path("film.mp4"), Path("out.mp4"), preset)
    checked = CheckedBgm(job, None, 24.0, (), None)
    plan = plan_bgm(checked, Silent(), dense)
    facts = plan_facts(plan, checked)
    far = cut_distances_s(plan)
    assert [time for time, _ in facts.cuts_missed] == dense.cuts_s[far > 0.04].tolist()
    assert facts.cuts_missed
    time, distance = facts.cuts_missed[0]
    assert f"missed     0:0{time:.2f} by {1000 * distance:.0f} ms" in bgm_text(facts)


def hand_made() -> Score:
    """Four chords and a tune of eight bars, twice, over bass and kick."""
    chords = ((48, 60, 64, 67), (45, 57, 60, 64), (41, 57, 60, 65), (43, 59, 62, 67))
    tune = (76, 79, 76, 72, 72, 76, 74, 72, 77, 81, 77, 72, 74, 79, 77, 74)
    lead, piano, drums = [], [], []
    for bar in range(16):
        first = 1920 * bar
        piano += [Note(first, 1900, p, 70) for p in chords[bar % 4]]
        four = tune[4 * (bar % 4) : 4 * (bar % 4) + 4]
        last = four[:2] if bar % 8 == 7 else four
        lead += [Note(first + 480 * k, 460, p, 90) for k, p in enumerate(last)]
        drums += [Note(first + 960 * k, 100, 36, 90) for k in range(2)]
    return Score(
        (
            TrackNotes("Lead", 73, False, tuple(lead)),
            TrackNotes("Piano", 0, False, tuple(piano)),
            TrackNotes("Drums", 0, True, tuple(drums)),
        ),
        120.0,
        16,
    )


def redrawn(score: Score, kind: str) -> Score:
    """The same rhythm with its pitches in another order, or with any of the scale of C."""
    rng = dice(1)
    tracks = []
    for track in score.tracks:
        pitches = np.array([n.pitch for n in track.notes])
        if kind == "shuffled":
            new = rng.permutation(pitches)
        else:
            scale = [p for p in range(pitches.min(), pitches.max() + 1)
                     if p % 12 in (0, 2, 4, 5, 7, 9, 11)]  # fmt: skip
            new = rng.choice(scale, len(pitches)) if scale else pitches
        notes = tuple(dataclasses.replace(n, pitch=int(p))
                      for n, p in zip(track.notes, new, strict=True))  # fmt: skip
        tracks.append(track if track.is_drum else dataclasses.replace(track, notes=notes))
    return dataclasses.replace(score, tracks=tuple(tracks))


def test_random_pitches_come_last_and_hand_made_songs_first() -> None:
    plan, scores = songs(candidates=1, control__genre="pop", control__key="C major")
    for own in (scores[0], hand_made()):
        pieces = [redrawn(own, "random"), redrawn(own, "shuffled"), own]
        ranked = rank_scores(pieces, plan)
        assert [piece.facts.candidate for piece in ranked] == [2, 1, 0]
        assert ranked[0].worth > ranked[1].worth + 0.2
    control = rank_scores(scores, plan, "control")[0].facts.shares
    assert set(control) == {"sync", "scale", "key", "groove", "filled", "variety", "density"}
