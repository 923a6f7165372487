"""Words held against sounds: figures by hand, and the whole way from a folder to a figure."""

from __future__ import annotations

import json
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from judging_fixtures import save_clap, save_pe_av, save_siglip
from media_fixtures import write_video
from programs import Program
from songs import write_song
from torch import Tensor

from musivid.core.timeline import Cue
from musivid.pipeline.evaluate.telling import measure_telling
from musivid.score.ensemble import GENRES

RATE = 100
OTHERS = 8 * len(GENRES)  # descriptions


class Whistler:
    """Hears the height of a tone, and reads it where a text begins with it."""

    rate_hz, window_s, dim = RATE, 2.0, 64

    def embed_audio(self, clips: Tensor) -> Tensor:
        """One row a clip, by how often it swings a second."""
        crossed = [int((clip[1:] * clip[:-1] < 0).sum()) for clip in clips]
        turns = [round(n / 2 * RATE / clips.shape[1]) for n in crossed]
        return torch.eye(self.dim)[turns]

    def embed_text(self, texts: list[str]) -> Tensor:
        """One row a text."""
        heights = [int(t) if t.isdigit() else 40 + zlib.crc32(t.encode()) % 20 for t in texts]
        return torch.eye(self.dim)[heights]


def tones(*heights: int) -> np.ndarray:
    times = np.arange(2 * RATE) / RATE
    return np.concatenate([np.sin(2 * np.pi * hz * times + 0.3) for hz in heights]).astype(
        np.float32
    )


def test_lines_are_held_against_the_sound_of_their_span() -> None:
    sung = tones(5, 10, 15, 20)
    lines = [Cue(2.0 * k, 2.0 * k + 2, str(5 * k + 5)) for k in range(4)]
    judge = Whistler()
    found = measure_telling(judge, sung, lines, None)
    assert list(found) == ["sound_words"]
    assert found["sound_words"].value == pytest.approx(1.0)
    assert found["sound_words"].z is not None and found["sound_words"].z > 1
    wrong = [Cue(2.0 * k, 2.0 * k + 2, str(5 * k + 6)) for k in range(4)]
    assert measure_telling(judge, sung, wrong, None)["sound_words"].value == pytest.approx(0.0)
    beyond = [*lines, Cue(30.0, 32.0, "5"), Cue(7.9, None, "20")]
    assert measure_telling(judge, sung, beyond, None)["sound_words"].params["n_pairs"] == 4


def test_a_description_is_held_against_all_of_the_sound() -> None:
    judge = Whistler()
    half = measure_telling(judge, tones(5, 10), [], "5")["sound_prompt"]
    assert half.value == pytest.approx(0.5)
    assert half.chance_mean == pytest.approx(0.0)
    assert half.params == {"n_windows": 2, "surrogates": OTHERS}
    silent = measure_telling(judge, np.zeros(400, np.float32), [Cue(0.0, 1.0, "5")], "5")
    assert [one.reason for one in silent.values()] == ["no sound", "no sound"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("telling")
    write_song(here / "song.wav", 6.0)
    words = "".join(f"[00:0{k}.00]line {'abcdef'[k]}\n" for k in range(6))
    (here / "song.lrc").write_text(words, encoding="utf-8")
    save_clap(here / "clap")
    return here


def test_from_a_folder_to_a_figure(
    world: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(world / "models"))
    asked = ["evaluate", str(world / "song.wav"), "--prompt", "calm piano", "--json",
             "--set", "structure=false"]  # fmt: skip
    code, _, err = musivid(*asked)
    assert code == 3 and "musivid models pull clap-htsat-unfused" in err
    code, _, err = musivid("models", "import", "clap-htsat-fused", str(world / "clap"))
    assert code == 3
    assert "enable_fusion False instead of audio_config.enable_fusion True" in " ".join(err.split())
    assert "as clap-htsat-unfused does" in " ".join(err.split())
    assert musivid("models", "import", "clap-htsat-unfused", str(world / "clap"))[0] == 0
    code, out, _ = musivid("models", "verify", "clap-htsat-unfused", "--json")
    assert json.loads(out)["models"] == [{"name": "clap-htsat-unfused", "state": "ok"}]
    code, out, err = musivid(*asked, "--lyrics", str(world / "song.lrc"))
    assert code == 0, err
    meaning = json.loads(out)["files"][0]["meaning"]
    assert meaning["sound_prompt"]["params"] == {"n_windows": 3, "surrogates": OTHERS}
    assert meaning["sound_words"]["params"]["n_pairs"] == 6
    code, _, err = musivid("evaluate", str(world / "song.wav"), "--judge", str(world / "clap"))
    assert code == 2 and "--judge holds sound against words" in err
    code, _, err = musivid(*asked, "--set", "judge=null")
    assert code == 2 and "judge is null" in err


@pytest.mark.slow
def test_films_are_judged_by_what_is_there(
    world: Path, musivid: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_video(world / "film.mp4", count=30, fps=Fraction(5))
    save_siglip(world / "siglip")
    save_pe_av(world / "films")
    monkeypatch.setenv("MUSIVID_MODELS", str(world / "models"))
    asked = ["evaluate", str(film), "--audio", str(world / "song.wav"), "--lyrics",
             str(world / "song.lrc"), "--set", "judge=null", "--json"]  # fmt: skip

    def meaning(*more: str) -> dict[str, dict[str, object]]:
        code, out, err = musivid(*asked, *more)
        assert code == 0, err
        found: dict[str, dict[str, object]] = json.loads(out)["files"][0]["meaning"]
        return found

    seen = meaning("--perceptor", str(world / "siglip"))
    assert seen["picture_sound"]["reason"] == "the perceptor hears nothing"
    assert isinstance(seen["picture_words"]["value"], float)
    code, _, err = musivid("models", "import", "siglip2-so400m", str(world / "siglip"))
    assert code == 3 and "as siglip2-base does" in " ".join(err.split())
    assert musivid("models", "import", "pe-av-small", str(world / "films"))[0] == 0
    watched = meaning()
    assert watched == meaning("--perceptor", "pe-av-small") != seen
    assert isinstance(watched["picture_words"]["value"], float)
    code, *_ = musivid("evaluate", str(world / "song.wav"), "--perceptor", str(world / "clap"))
    assert code == 0  # a song alone is looked at by nobody
    code, _, err = musivid("evaluate", str(film), "--perceptor", str(world / "clap"))
    assert code == 3 and "is no perceptor: it holds ClapModel" in " ".join(err.split())
