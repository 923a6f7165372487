"""Language models that hear: from a folder to captions, stopped and gone on with; refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from language_fixtures import save_flamingo, save_qwen
from programs import Program
from songs import write_song

from musivid.core.errors import WeightsError
from musivid.nets.captioning.audio_language import AudioLanguage, load_audio_language


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("language")
    write_song(here / "song.wav", 8.0)
    save_flamingo(here / "flamingo")
    save_qwen(here / "qwen")
    return here


@pytest.mark.parametrize(("name", "seconds"), [("flamingo", 6.0), ("qwen", 2.0)])
def test_an_answer_depends_on_sound_question_and_seed(
    world: Path, name: str, seconds: float
) -> None:
    model = load_audio_language(world / name).eval()
    assert (model.rate_hz, model.window_s) == (16_000, seconds)
    clip = np.random.default_rng(0).normal(0, 0.1, round(seconds * 16_000)).astype(np.float32)

    def said(sound: np.ndarray = clip, question: str = "What?", **how: float) -> str:
        wish = {"temperature": 0.0, "seed": 0} | how
        return model.answer(
            sound, question, most=12, temperature=wish["temperature"], top_p=1.0,
            seed=int(wish["seed"]),
        )  # fmt: skip

    plain = said()
    assert plain and plain == said(seed=1)
    drawn = {said(temperature=1.0, seed=seed) for seed in range(3)}
    assert len(drawn) == 3 and said(temperature=1.0, seed=1) in drawn
    assert said(question="How fast is it, and in which key?") != plain
    wish = {"most": 40, "temperature": 1.0, "top_p": 1.0, "seed": 0}
    louder = (clip[: len(clip) // 2] * 3).astype(np.float32)
    assert model.answer(louder, "What?", **wish) != model.answer(clip, "What?", **wish)  # type: ignore[arg-type]


def test_from_a_folder_to_captions(
    world: Path, musivid: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    song, out = str(world / "song.wav"), tmp_path / "song.jsonl"
    asked = ["caption", song, "--preset", "music-flamingo", "--windows", "2s",
             "--set", "answer.max_tokens=8", "-o", str(out)]  # fmt: skip
    code, _, err = musivid(*asked)
    told = " ".join(err.split())
    assert code == 3 and "NVIDIA OneWay Noncommercial License" in told
    assert "musivid models pull music-flamingo" in told
    code, _, err = musivid("models", "import", "qwen2-audio", str(world / "flamingo"))
    assert code == 3 and "as music-flamingo does" in " ".join(err.split())
    assert musivid("models", "import", "music-flamingo", str(world / "flamingo"))[0] == 0
    assert musivid("models", "verify", "music-flamingo")[0] == 0

    asking: list[int] = []
    real = AudioLanguage.answer

    def answer(self: AudioLanguage, clip: np.ndarray, question: str, **how: int) -> str:
        asking.append(len(clip))
        if len(asking) == 3:
            raise KeyboardInterrupt
        return real(self, clip, question, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(AudioLanguage, "answer", answer)
    assert musivid(*asked)[0] == 130
    code, _, err = musivid(*asked)
    assert code == 0, err
    assert len(asking) == 3 + 2 and "2 of 4 answers were kept from before" in " ".join(err.split())
    cues = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(cues) == 4 and all(cue["text"] for cue in cues)
    code, _, err = musivid(*asked[:6], "--seed", "3")
    assert code == 2 and "seed has no effect" in err
    code, _, err = musivid(*asked[:6], "--set", "generation.beams=3")
    assert code == 2 and "generation.beams has no effect" in err
    code, out2, err = musivid(*asked[:4], "--windows", "song", "--set", "answer.max_tokens=4")
    assert code == 0 and "of longer windows the middle 6 s are heard" in " ".join(err.split())
    assert out2.strip()


def test_one_that_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    folder = save_flamingo(tmp_path / "mute")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(WeightsError, match="no template of chats"):
        load_audio_language(folder)
