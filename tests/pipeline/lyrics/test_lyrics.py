"""`musivid lyrics`: from a made checkpoint to a file, in windows, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from programs import Program
from songs import write_song
from speech_fixtures import save_aligner, save_tongues, save_transcriber

import musivid
from musivid.core.errors import InputError, PresetError, UsageError, WeightsError
from musivid.core.progress import Silent
from musivid.media.lyrics.reading import read_cues
from musivid.nets.speech.ctc import tiny_aligner
from musivid.pipeline.lyrics.emissions import hear_letters
from musivid.settings.lyrics import AlignmentPreset
from musivid.weights.session import Session

WORDS = "[Verse 1]\nA red sea\nOver the hill (x2)\n"


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 5.0)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(WORDS)
    return path


def test_words_that_are_given(song: Path, words: Path, tmp_path: Path) -> None:
    made = musivid.lyrics(song, words, preset="tiny")
    assert [line.text for line in made] == ["A red sea", "Over the hill (x2)"]
    assert [word.text for line in made for word in line.words] == [
        "A", "red", "sea", "Over", "the", "hill"]  # fmt: skip
    times = [word.start_s for line in made for word in line.words]
    assert times == sorted(times) and times[-1] < 5.0
    for form in ("lrc", "srt", "vtt", "json"):
        path = made.save(tmp_path / f"out.{form}")
        assert [cue.text for cue in read_cues(path).cues if cue.text] == [x.text for x in made]
    cues = read_cues(tmp_path / "out.json").cues
    assert [cue.confidence for cue in cues] == [line.confidence for line in made]
    assert [cue.words for cue in cues] == [cue.words for cue in made.cues]
    first = read_cues(tmp_path / "out.lrc").cues[0]
    assert [word for _, word in first.words] == ["A", "red", "sea"]
    with pytest.raises(musivid.MusividError, match="exists"):
        made.save(tmp_path / "out.lrc")
    with pytest.raises(musivid.MusividError, match="text"):
        made.save(words, force=True)


def test_a_track_and_words_in_memory(song: Path) -> None:
    track = musivid.load_track(song)
    made = musivid.lyrics(track, ["A red sea", "Over the hill (x2)"], preset="tiny")
    assert made.lines == musivid.lyrics(song, list(WORDS.split("\n"))[1:3], preset="tiny").lines
    with pytest.raises(InputError, match="has no letters for these words"):
        musivid.lyrics(track, ["~~~"], preset="tiny")
    with pytest.raises(InputError, match="do not fit into the song"):
        musivid.lyrics(track, ["a very long line"] * 100, preset="tiny")
    with pytest.raises(PresetError, match="no effect with words given"):
        musivid.lyrics(song, ["a"], preset="tiny", settings={"transcription.beams": 2})


def test_what_is_sung_is_written_down(song: Path) -> None:
    settings = {"transcription.silence": 1.0}
    made = musivid.lyrics(song, preset="tiny", settings=settings, language="de")
    assert made.language == "de" and len(made) and made.model == "tiny-transcriber"
    assert all(0 <= a.start_s < a.end_s <= 5.1 for a in made)
    again = musivid.lyrics(song, preset="tiny", settings=settings)
    assert again.language in ("en", "de")
    with pytest.raises(musivid.MusividError, match="does not know the language 'xx'"):
        musivid.lyrics(song, preset="tiny", language="xx")


def test_windows_do_not_show_in_what_is_heard(song: Path) -> None:
    """With all of a song beside each window, one window or several hear the same."""
    session, aligner = Session("cpu", "float32", offline=True), tiny_aligner()
    samples = musivid.load_track(song).mono(aligner.rate_hz)

    def heard(**settings: float) -> NDArray[np.float32]:
        preset = AlignmentPreset.model_validate(settings)
        return hear_letters(samples, [0, 5, 6], session, aligner, preset, reporter=Silent())

    whole = heard(window_s=100)
    assert np.shape(whole) == ((len(samples) - 400) // 320 + 1, 3)
    assert np.allclose(heard(window_s=2, overlap_s=20), whole, atol=1e-5)
    apart = heard(window_s=2, overlap_s=0.5)
    assert np.allclose(apart, heard(window_s=2, overlap_s=0.5, at_once=4), atol=1e-5)
    assert np.shape(apart) == np.shape(whole)


def test_a_voice_alone_is_heard_in_place_of_the_song(song: Path, tmp_path: Path) -> None:
    voice = write_song(tmp_path / "voice.wav", 3.0)
    given = musivid.lyrics(song, ["a red sea"], preset="tiny", voice=voice)
    assert given.lines != musivid.lyrics(song, ["a red sea"], preset="tiny").lines
    assert given.lines[0].end_s <= 3.4 and given.duration_s == pytest.approx(5.0, abs=0.05)


def test_from_a_checkpoint_to_a_file(
    musivid: Program, song: Path, words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    out = tmp_path / "song.json"
    asked = ["lyrics", str(song), "--text", str(words), "-o", str(out)]
    code, said, told = musivid(*asked)
    assert code == 3 and "musivid models pull wav2vec2-base-960h" in told
    assert "--spread-lyrics" in told and "Time the words" in told and "378 MB" in told
    code, said, told = musivid(*asked, "--dry-run")
    assert code == 0 and "2 lines given, by wav2vec2-base-960h (not on this machine)" in said
    saved = save_aligner(tmp_path / "saved")
    assert musivid("models", "import", "wav2vec2-base-960h", str(saved))[0] == 0
    assert musivid("models", "verify", "wav2vec2-base-960h")[0] == 0
    code, said, told = musivid(*asked)
    assert code == 0 and "lines are unsure" in told, told
    found = json.loads(out.read_text())
    assert [one["text"] for one in found] == ["A red sea", "Over the hill (x2)"]
    assert all(0 <= one["confidence"] <= 1 for one in found)
    assert musivid(*asked)[0] == 2 and musivid(*asked, "--force")[0] == 0
    code, said, _ = musivid(*asked[:4], "--json")
    assert code == 0 and json.loads(said)["results"][0]["lines"][0]["words"][0]["text"] == "A"
    code, said, _ = musivid(*asked[:4])
    assert code == 0 and said.startswith("[00:") and "<00:" in said
    saved = save_transcriber(tmp_path / "whisper")
    assert musivid("models", "import", "whisper-small", str(saved))[0] == 0
    code, said, told = musivid(*asked[:2], "--set", "transcription.silence=1", "--json")
    assert code == 0 and json.loads(said)["results"][0]["model"] == "whisper-small", told


def test_an_aligner_of_mms_without_marks_between_words(song: Path, tmp_path: Path) -> None:
    folder = save_aligner(tmp_path / "mms", mms=True)
    made = musivid.lyrics(
        song, ["Привет мир"], preset="tiny", settings={"models.aligner": str(folder)}
    )
    assert [word.text for word in made.lines[0].words] == ["Привет", "мир"]


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("{song} --text {empty}", 2, "cannot be recognised|no words"),
        ("{silent} --text {words} --preset tiny", 2, "nothing is heard in"),
        ("{song} --text {words} --set models.aligner=nobody", 2, "'nobody' is no aligner"),
        ("{song} --text {long} --preset tiny", 2, "do not fit into the song"),
        ("{song} --text {words} --preset tiny -o {words} --force", 2, "is the text|is also|output"),
        ("{song} --text {words} --set transcription.beams=2", 2, "no effect with words given"),
        ("{song} --language English", 2, "code of a language"),
        ("{song} --text {words} --voice {words}", 2, "words.txt"),
        ("{song} --set models.transcriber=wav2vec2-base-960h", 2, "not a transcriber"),
    ],
)  # fmt: skip
def test_what_is_refused(
    musivid: Program, song: Path, words: Path, tmp_path: Path, typed: str, code: int, said: str
) -> None:
    silent, empty, long = (tmp_path / name for name in ("silent.wav", "empty.txt", "long.txt"))
    soundfile.write(silent, np.zeros(32_000), 16_000)
    empty.write_text("[Chorus]\n\n")
    long.write_text("never ending words\n" * 99)
    places = {"song": song, "words": words, "silent": silent, "empty": empty, "long": long}
    found, _, told = musivid("lyrics", *typed.format(**places).split())
    assert found == code and re.search(said, told), told
    assert words.read_text() == WORDS


def test_a_transcription_that_was_killed_goes_on(
    song: Path, monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    settings = {"transcription.silence": 1.0, "unsure": 0.0}
    session = Session("cpu", "float32")
    transcriber = session.transcriber("tiny-transcriber")
    real, windows = type(transcriber).write, list[int]()

    def write(network: object, *heard: object, **asked: object) -> object:
        windows.append(len(windows))
        if len(windows) == dies_at:
            raise KeyboardInterrupt
        return real(network, *heard, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(type(transcriber), "write", write)
    dies_at = 0
    whole = musivid.lyrics(song, preset="tiny", settings=settings, session=session)
    count = len(windows)
    assert count > 2
    dies_at = 2
    for _ in range(2):  # killed twice: each time one window further
        windows.clear()
        with pytest.raises(KeyboardInterrupt):
            musivid.lyrics(song, preset="tiny", settings=settings, session=session)
    kept = list((own_folders / "xdg_cache_home" / "musivid" / "lyrics").glob("*.json"))
    assert len(kept) == 1
    windows.clear()
    dies_at = 0
    assert musivid.lyrics(song, preset="tiny", settings=settings, session=session) == whole
    assert len(windows) == count - 2 and not kept[0].exists()
    kept[0].write_text('{"start_s": "x"')  # damaged: from the beginning
    assert musivid.lyrics(song, preset="tiny", settings=settings, session=session) == whole


def test_what_is_not_heeded_is_refused_in_python_too(song: Path) -> None:
    from musivid.media.audio import load_track

    track = load_track(song)
    with pytest.raises(PresetError, match=r"beams has no effect with words given"):
        musivid.lyrics(track, ["a"], preset="tiny", settings={"transcription.beams": 3})
    apart = {"models.separator": "tiny-separator", "separation.window_s": 5}
    with pytest.raises(PresetError, match=r"window_s has no effect with voice given"):
        musivid.lyrics(track, ["a"], preset="tiny", settings=apart, voice=song)


def test_an_aligner_with_an_adapter_for_each_language(song: Path, tmp_path: Path) -> None:
    folder, session = save_tongues(tmp_path / "tongues"), Session("cpu", "float32")

    def timed(words: str, language: str | None) -> list[tuple[float, float]]:
        made = musivid.lyrics(
            song, [words], preset="tiny", settings={"models.aligner": str(folder)},
            language=language, session=session,
        )  # fmt: skip
        return [(word.start_s, word.confidence) for word in made.lines[0].words]

    russian = timed("привет мир", "ru")
    assert len(russian) == 2 and all(confidence > 0 for _, confidence in russian)
    english = timed("hello world", "en")
    assert len(english) == 2 and all(confidence > 0 for _, confidence in english)
    assert timed("привет мир", "rus") == russian  # back again, and by three letters
    with pytest.raises(UsageError, match="an adapter for each language, and none is named"):
        timed("hello", None)
    with pytest.raises(UsageError, match="does not know the language 'de'") as told:
        timed("hallo", "de")
    assert "eng, rus" in told.value.hint
    (folder / "adapter.rus.safetensors").unlink()
    with pytest.raises(WeightsError, match="adapter of rus cannot be loaded"):
        timed("привет", "ru")
