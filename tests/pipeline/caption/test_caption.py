"""`musivid caption`: windows, words, formats that are read back, and bad input."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from programs import Program
from songs import write_song

from musivid.analysis.harmony import measure_harmony
from musivid.analysis.key import KeyGuess, find_key
from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.analysis.tonality import Key
from musivid.core.errors import UsageError
from musivid.media.audio import Track
from musivid.media.lyrics.reading import read_cues
from musivid.nets.captioning.tagger import tiny_tagger
from musivid.pipeline.caption.facts import SegmentFacts, listen_closely, measure_segment
from musivid.pipeline.caption.lp_musiccaps import cut_clip
from musivid.pipeline.caption.pocket import pulse_of
from musivid.pipeline.caption.sentences import Pulse, describe, describe_song
from musivid.pipeline.caption.windows import place_captions
from musivid.pipeline.guidance.windows import Window
from musivid.pocket.songs import compose, draw_facts
from musivid.score.synthesis.player import render
from musivid.settings.caption import parse_windows


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 24.5)


@pytest.fixture(scope="module")
def heard() -> SoundFacts:
    """What is known of 33.5 s of hits at 120 bpm."""
    from songs import RATE_HZ, make_song

    return analyse(make_song(33.5).mean(1), RATE_HZ)


def spans(windows: list[Window]) -> list[tuple[float, float]]:
    return [(round(w.start_s, 2), round(w.end_s, 2)) for w in windows]


def test_even_windows_keep_the_remainder(heard: SoundFacts) -> None:
    assert spans(place_captions(heard, "10s")) == [(0, 10), (10, 20), (20, 30), (30, 33.5)]
    # Under a second is too little for a caption of its own.
    assert spans(place_captions(heard, "11s"))[-1] == (22, 33.5)
    assert spans(place_captions(heard, "60s")) == [(0, 33.5)]
    assert spans(place_captions(heard, "song")) == [(0, 33.5)]
    lapped = spans(place_captions(heard, "10s", overlap=True))
    assert lapped == [(0, 10), (5, 15), (10, 20), (15, 25), (20, 30), (25, 33.5)]


@pytest.mark.parametrize("windows", ["beats:16", "sections"])
def test_musical_windows_cover_the_song(heard: SoundFacts, windows: str) -> None:
    found = place_captions(heard, windows)
    assert found[0].start_s == 0 and found[-1].end_s == heard.duration_s
    for early, late in pairwise(found):
        assert early.end_s == late.start_s
    if windows == "beats:16":
        assert [w.end_s - w.start_s for w in found[1:-1]] == pytest.approx(
            [8.0] * (len(found) - 2), abs=0.05
        )


def test_windows_that_cannot_be_are_refused(heard: SoundFacts) -> None:
    for text in ("0s", "0.5s", "ten", "beats:0", "beats", "-3s", "9999s", ""):
        with pytest.raises(UsageError, match="windows"):
            parse_windows(text)
    for text in ("sections", "song", "beats:15"):
        with pytest.raises(UsageError):
            place_captions(heard, text, overlap=True)


def test_a_song_without_a_pulse_has_windows_of_beats_all_the_same() -> None:
    silent = analyse(np.zeros(20 * ANALYSIS_RATE_HZ, np.float32), ANALYSIS_RATE_HZ)
    assert spans(place_captions(silent, "beats:16")) == [(0, 8), (8, 16), (16, 20)]
    assert pulse_of(silent, Window(0, 0, 8)).words() == "without a steady pulse"


FACTS = SegmentFacts(
    Window(0, 0, 10), False, KeyGuess(Key(4, "minor"), 0.9, Key(7)), 0.9, "rising", 1500.0, 6.0,
    (("drums", 0.9), ("distorted guitar", 0.8), ("organ", 0.5)), ("rock", 0.8), 0.9, 0.5,
)  # fmt: skip


def test_words_say_what_is_sure_and_doubt_what_is_not() -> None:
    from dataclasses import replace

    pulse = Pulse(128.0)
    assert describe(FACTS, pulse) == (
        "Driving rock at 128 bpm in E minor, loud, bright and dense, growing louder, "
        "with drums and distorted guitar."
    )
    assert describe(FACTS, pulse, 1).startswith("Drums and distorted guitar play intense ")
    doubtful = replace(
        FACTS,
        key=KeyGuess(Key(4, "minor"), 0.25, Key(7)),
        genre=("rock", 0.4),
        instruments=(("drums", 0.5),),
    )
    text = describe(doubtful, Pulse(172.0, 86.0, 0.2))
    assert "at about 172 or 86 bpm" in text
    assert "in E minor or G major" in text
    assert "perhaps rock" in text and "perhaps drums" in text
    nothing = replace(doubtful, key=KeyGuess(None, 0.0, None), instruments=())
    assert " in " not in describe(nothing, Pulse(0.0))
    assert describe(replace(FACTS, silent=True), pulse) == "Silence."
    whole = describe_song(FACTS, pulse, "A B A", 75.0)
    assert whole.startswith("0:10 of driving rock at 128 bpm in E minor in four-four time")
    assert whole.endswith("in the form A B A.")


def test_a_silence_amid_music_is_called_one() -> None:
    sound = np.zeros(12 * ANALYSIS_RATE_HZ, np.float32)
    played = np.sin(np.arange(4 * ANALYSIS_RATE_HZ) * 0.06).astype(np.float32) * 0.3
    sound[: len(played)] = sound[-len(played) :] = played
    track = Track(sound[None], ANALYSIS_RATE_HZ, Path("gap.wav"))
    listening = listen_closely(track, analyse(sound, ANALYSIS_RATE_HZ), tiny_tagger())
    silent = [measure_segment(listening, Window(at, at, at + 4)).silent for at in (0, 4, 8)]
    assert silent == [False, True, False]


def test_tempo_and_key_of_a_composed_song_are_heard() -> None:
    facts = draw_facts(4, genre="rock", mode="minor", key="A", tempo_bpm=124.0)
    score, _ = compose(4, facts, bars=16)
    sound = render(score, ANALYSIS_RATE_HZ, channels=1)[0]
    heard = analyse(sound, ANALYSIS_RATE_HZ)
    pulse = pulse_of(heard, Window(0, 0, heard.duration_s))
    assert pulse.tempo_bpm == pytest.approx(124, rel=0.04)
    guess = find_key(measure_harmony(sound, ANALYSIS_RATE_HZ), 0, heard.duration_s)
    assert guess.key is not None
    assert guess.key.tonic_name == "A"


def test_syncopated_funk_is_not_counted_at_four_thirds() -> None:
    score, facts = compose(7_000_056)
    assert facts.genre == "funk"
    sound = render(score, ANALYSIS_RATE_HZ, channels=1)[0][: 45 * ANALYSIS_RATE_HZ]
    assert analyse(sound, ANALYSIS_RATE_HZ).tempo_bpm == pytest.approx(facts.tempo_bpm, rel=0.01)


def test_silence_has_no_key() -> None:
    assert find_key(measure_harmony(np.zeros(40000, np.float32), 22050), 0, 1).key is None


def test_clips_are_the_middle_or_padded() -> None:
    samples = np.arange(100, dtype=np.float32)
    assert cut_clip(samples, Window(0, 2, 8), 10, 20).tolist() == list(range(40, 60))
    assert cut_clip(samples, Window(0, 9, 10), 10, 20).tolist() == [*range(90, 100), *[0] * 10]


@pytest.mark.parametrize("form", ["json", "jsonl", "srt", "vtt", "csv", "txt"])
def test_what_is_written_is_read_back(
    musivid: Program, tmp_path: Path, song: Path, form: str
) -> None:
    out = tmp_path / f"captions.{form}"
    code, printed, _ = musivid("caption", song, "--preset", "tiny", "-o", out, "-q")
    assert code == 0 and Path(printed.strip()) == out
    cues = read_cues(out).cues
    assert [cue.start_s for cue in cues] == [0, 10, 20]
    assert all(cue.text.endswith(".") for cue in cues)
    code, _, err = musivid("caption", song, "--preset", "tiny", "-o", out, "-q")
    assert code == 2 and "--force" in err


def test_stdout_holds_captions_alone(musivid: Program, song: Path) -> None:
    code, out, _ = musivid("caption", song, "--preset", "tiny", "--windows", "song")
    assert code == 0 and out.count("\n") == 1 and out.startswith("00:00.000 0:24 of ")
    code, out, _ = musivid("caption", song, "--preset", "tiny-lp", "--overlap", "--json", "-q")
    captions = json.loads(out)["results"][0]["captions"]
    assert code == 0 and [c["start_s"] for c in captions] == [0, 5, 10, 15]
    again = json.loads(musivid("caption", song, "--preset", "tiny-lp", "--overlap", "--json", "-q",
                               "--set", "generation.memory_mb=50")[1])  # fmt: skip
    assert again["results"][0]["captions"] == captions


def test_several_songs_and_one_that_fails(musivid: Program, tmp_path: Path, song: Path) -> None:
    short = write_song(tmp_path / "short.wav", 0.6)
    code, _, err = musivid(
        "caption", song, short, "--preset", "tiny", "-o", tmp_path / "out/", "--format", "srt", "-q"
    )
    assert code == 4 and "short.wav" in err
    assert (tmp_path / "out" / "song.srt").exists()
    assert not (tmp_path / "out" / "short.srt").exists()


def test_bad_input_is_told_before_anything_is_made(
    musivid: Program, tmp_path: Path, song: Path
) -> None:
    (tmp_path / "empty.mp3").write_bytes(b"")
    for arguments in (
        (tmp_path / "none.mp3",),
        (tmp_path / "empty.mp3",),
        (song, "--windows", "soon"),
        (song, "--windows", "song", "--overlap"),
        (song, "--format", "srt", "-o", tmp_path / "x.json"),
        (song, "--set", "models.captioner=tiny-painter"),
    ):
        code, out, err = musivid("caption", *arguments, "--preset", "tiny", "-q")
        assert code == 2 and not out and err
    code, out, _ = musivid("caption", song, "--preset", "tiny", "--dry-run", "-q")
    assert code == 0 and "windows 10s" in out
    assert {p.name for p in tmp_path.iterdir()} == {"empty.mp3"}
