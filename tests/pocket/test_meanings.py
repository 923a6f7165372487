"""What the pocket perceptor was taught, and what it makes of words and sounds it never met."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import yaml

from musivid.nets.pocket import load_pocket_perceptor
from musivid.pocket.captions import FAMILY_WORDS, caption_words
from musivid.pocket.scenes import FAMILIES, render, sample_scene
from musivid.pocket.sights import THEMES, sight_of
from musivid.pocket.songs import GENRES, draw_facts, snippet
from musivid.pocket.tables import mean_sights, read_table
from musivid.pocket.vocabulary import associations, translations

ROOT = Path(__file__).parents[2]
DATA = ROOT / "bench" / "data"
NAMES = list(FAMILY_WORDS)
TABLES = ["ar", "de", "fr", "hi", "id", "it", "ja", "ko", "ru", "tr"]


@pytest.fixture(scope="module")
def net() -> Any:
    return load_pocket_perceptor(ROOT / "models" / "pocket" / "perceptor.safetensors")


@pytest.fixture(scope="module")
def centres(net: Any) -> torch.Tensor:
    """Mean directions [families, dim] of two pictures of each family."""
    rows = []
    for family in NAMES:
        pictures = [render(sample_scene(60_000_000 + k, family), 96) for k in range(2)]
        images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
        with torch.inference_mode():
            rows.append(F.normalize(net.embed_image(images).mean(0), dim=0))
    return torch.stack(rows)


def share_understood(net: Any, centres: torch.Tensor, file: str) -> float:
    accepted = yaml.safe_load((DATA / file).read_text("utf-8"))
    with torch.inference_mode():
        top = (net.embed_text(list(accepted)) @ centres.T).topk(3).indices.tolist()
    named = [{NAMES[i] for i in row} for row in top]
    hits = [bool(set(a.split()) & b) for a, b in zip(accepted.values(), named, strict=True)]
    return sum(hits) / len(hits)


def test_words_of_the_test_are_in_no_lesson() -> None:
    tested = yaml.safe_load((DATA / "lyric_words.yaml").read_text("utf-8"))
    assert len(tested) == 150
    taught = " ".join(text for texts in associations().values() for text in texts)
    known = set(re.findall(r"[a-z']+", taught.lower())) | set(caption_words())
    assert not set(tested) & known
    assert {family for right in tested.values() for family in right.split()} <= set(FAMILIES)


def test_lyric_words_bring_fitting_families_to_mind(net: Any, centres: torch.Tensor) -> None:
    assert share_understood(net, centres, "lyric_words.yaml") >= 0.85


@pytest.mark.parametrize("language", ["zh", "es", "pt", *TABLES])
def test_other_languages_are_understood(net: Any, centres: torch.Tensor, language: str) -> None:
    assert share_understood(net, centres, f"lyric_words_{language}.yaml") >= 0.9


def test_the_shipped_perceptor_has_the_tables_of_the_source(net: Any) -> None:
    for language in TABLES:
        table = read_table(language)
        assert len(table) > 400 and net.text._tongues[language]._words == table
    assert tuple(net.families) == tuple(NAMES)


def test_landmarks_are_where_pictures_are(net: Any, centres: torch.Tensor) -> None:
    marks = torch.stack([net.landmarks()[name] for name in NAMES])
    near = F.normalize(marks, dim=1) @ centres.T
    assert (near.argmax(1) == torch.arange(len(NAMES))).float().mean() > 0.9
    assert torch.allclose(marks.norm(dim=1), torch.ones(len(NAMES)), atol=1e-2)


def test_words_of_tables_are_called_by_words_that_the_tower_knows(net: Any) -> None:
    known = set(net.text.words)
    for language in TABLES:
        called = {part for words in read_table(language).values() for part in words.split()}
        assert called <= known, language


def test_mean_sights_have_a_row_a_family(net: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musivid.pocket.tables._RENDER_PX", 64)  # 192 takes seconds
    assert mean_sights(net, 1).shape == (len(NAMES), net.dim)


def test_translations_leave_common_english_words_alone() -> None:
    found = translations(["the", "no", "solo"])
    assert found["corazon"] == "heart" and found["大海"] == "sea"
    assert "no" not in found and "solo" not in found
    assert all("_" not in word for word in found)


def test_every_genre_has_sights_from_calm_to_wild() -> None:
    assert set(THEMES) == set(GENRES)
    families = [family for theme in THEMES.values() for family in theme]
    assert len(set(families)) == len(families) == 60 and set(families) <= set(FAMILIES)
    low, high = GENRES["rock"].energy
    calm, wild = (sight_of(draw_facts(3, genre="rock", energy=e), 1) for e in (low, high))
    assert (calm.family, wild.family) == ("car", "crowd") and calm.near < wild.near


def test_ears_find_the_sight_of_a_sound(net: Any) -> None:
    heard, seen = [], []
    for seed in range(70_000_000, 70_000_012):
        sound, facts = snippet(seed)
        heard.append(sound)
        seen.append(render(sight_of(facts, seed), 96))
    images = torch.from_numpy(np.stack(seen)).permute(0, 3, 1, 2).float() / 255
    with torch.inference_mode():
        near = net.embed_audio(torch.from_numpy(np.stack(heard))) @ net.embed_image(images).T
    rank = (near > near.diagonal()[:, None]).sum(1)
    assert (rank < 1).float().mean() >= 0.4 and (rank < 4).float().mean() >= 0.8
