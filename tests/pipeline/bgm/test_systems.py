"""Which composers a preset of `musivid bgm infer` takes, and what BMT tokens mean."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from bgm_fixtures import film, own_weights, published_weights

from musivid.core.errors import PresetError
from musivid.pipeline.bgm.kinds import open_composer
from musivid.score.bmt.vocabulary import FAMILIES, PUBLISHED_VOCABULARY, Vocabulary
from musivid.score.midi import read_midi
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "clip.mp4", 2.0)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("weights")
    return {
        "pocket": own_weights(folder / "pocket.safetensors", "pocket", {"genres": ["pop", "jazz"]}),
        "cmt": published_weights(folder / "cmt.pt", "cmt"),
        "bmt": published_weights(folder / "bmt.pt", "bmt"),
    }


def write_dictionary(path: Path, vocabulary: Vocabulary = PUBLISHED_VOCABULARY) -> Path:
    """A `dictionary.pkl` in the published form."""
    names = {"beat": "bar-beat"}
    ids = {names.get(f, f): dict(vocabulary.ids[f]) for f in FAMILIES}
    values = {name: {number: value for value, number in n.items()} for name, n in ids.items()}
    path.write_bytes(pickle.dumps((ids, values), protocol=3))
    return path


def swapped() -> Vocabulary:
    """The published vocabulary with the numbers of pitches the other way round."""
    values = dict(PUBLISHED_VOCABULARY.values)
    values["pitch"] = (0, *reversed(values["pitch"][1:]))
    return Vocabulary(values)


@pytest.mark.slow
def test_each_system_composes_under_its_preset(
    musivid: Call, clip: Path, tmp_path: Path, weights: dict[str, Path]
) -> None:
    for system, tracks in (("cmt", 5), ("bmt", 1)):
        code, _, err = musivid(
            *("bgm", "infer", clip, "-o", tmp_path / f"{system}.mp4", "--preset", system),
            *("--set", f"composer={weights[system]}", "--candidates", "1"),
        )
        assert code == 0, err
        assert 1 <= len(read_midi(tmp_path / f"{system}.mid").tracks) <= tracks


@pytest.mark.parametrize(
    ("preset", "given", "named"),
    [
        ("pocket", "bmt", "BMT (piano tokens in four moods)"),
        ("pocket", "cmt", "CMT in its published form"),
        ("cmt", "pocket", "a pocket composer"),
        ("cmt", "bmt", "BMT (piano tokens in four moods)"),
        ("bmt", "cmt", "CMT in its published form"),
        ("bmt", "pocket", "a pocket composer"),
    ],
)
def test_a_composer_of_another_system_is_named(
    preset: str, given: str, named: str, weights: dict[str, Path]
) -> None:
    settings = load_preset("bgm_infer", preset, [f"composer={weights[given]}"])
    assert isinstance(settings, BgmInferPreset)
    with pytest.raises(PresetError) as error:
        open_composer(Session("cpu", "float32"), settings)
    assert f"it is {named}" in str(error.value) and f"--preset {given}" in str(error.value)
    settings = settings.model_copy(update={"words": None})
    assert open_composer(Session("cpu", "float32"), settings).kind == given


def test_the_wrong_system_is_told_before_the_clip_is_looked_at(
    musivid: Call, clip: Path, tmp_path: Path, weights: dict[str, Path]
) -> None:
    code, _, err = musivid(
        *("bgm", "infer", clip, "-o", tmp_path / "x.mp4", "--preset", "cmt"),
        *("--set", f"composer={weights['bmt']}"),
    )
    assert code == 2 and "does not fit this preset: it is BMT" in err and "look" not in err
    assert not list(tmp_path.iterdir())


def bmt_composer(path: Path, **changes: object) -> Vocabulary:
    settings = load_preset("bgm_infer", "bmt", [f"composer={path}"])
    settings = settings.model_copy(update=changes)
    assert isinstance(settings, BgmInferPreset)
    return open_composer(Session("cpu", "float32"), settings).vocabulary


def test_tokens_mean_what_the_weights_bring_along(tmp_path: Path) -> None:
    path = published_weights(tmp_path / "bmt.pt", "bmt")
    assert bmt_composer(path).values == PUBLISHED_VOCABULARY.values
    own = swapped()
    write_dictionary(tmp_path / "dictionary.pkl", own)
    assert bmt_composer(path).values == own.values
    other = write_dictionary(tmp_path / "other.pkl")
    assert bmt_composer(path, vocabulary=str(other)).values == PUBLISHED_VOCABULARY.values
    trained = own_weights(tmp_path / "trained.safetensors", "bmt", {"vocabulary": own.values})
    (tmp_path / "dictionary.pkl").unlink()
    assert bmt_composer(trained).values == own.values


def test_a_vocabulary_that_does_not_fit_is_refused(
    musivid: Call, clip: Path, tmp_path: Path
) -> None:
    path = published_weights(tmp_path / "bmt.pt", "bmt")
    values = dict(PUBLISHED_VOCABULARY.values)
    values["pitch"] = values["pitch"][:-2]
    dictionary = write_dictionary(tmp_path / "dictionary.pkl", Vocabulary(values))
    arguments = (
        *("bgm", "infer", clip, "-o", tmp_path / "x.mp4", "--preset", "bmt"),
        *("--set", f"composer={path}"),
    )
    code, _, err = musivid(*arguments)
    text = " ".join(err.split())
    assert code == 2 and "not the vocabulary of these weights: pitch 83 against 85" in text
    values["beat"] = (0, "Bar", "Beat_1")
    write_dictionary(dictionary, Vocabulary(values))
    code, _, err = musivid(*arguments, "--set", f"vocabulary={dictionary}")
    assert code == 2 and "lacks what every piece needs: Beat_0 of beat" in " ".join(err.split())
    dictionary.write_bytes(pickle.dumps(Path("/")))
    code, _, err = musivid(*arguments)
    assert code == 2 and "is not plain data" in " ".join(err.split())
