"""The pocket composer: the songs it learns from, and how its weights are shipped."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from musivid.nets.compound.files import (
    CMT_SCHEMA,
    CompoundSchema,
    CompoundTransformer,
    load_compound,
    read_card,
    save_compound,
)
from musivid.pocket.composer_songs import _thinned, learning_song, playable_genres, write_songs
from musivid.pocket.train_composer import ship
from musivid.score.cmt.initial_tokens import key_class
from musivid.score.cmt.tokens import BAR, encode
from musivid.score.corpus import Corpus
from musivid.weights.files import check_weights

SEEDS = range(24)


def test_every_genre_but_the_waltz_can_be_learnt() -> None:
    assert len(playable_genres()) >= 10
    assert "waltz" not in playable_genres()


def test_learning_songs_are_in_the_key_and_metre_that_is_said() -> None:
    shares = []
    for seed in SEEDS:
        score, genre = learning_song(seed)
        assert genre in playable_genres()
        assert (score.beats_per_bar, score.key.mode in ("major", "minor", "harmonic minor")) == (
            4,
            True,
        )
        assert 1 <= key_class(score.key) <= 24
        rows = encode(score)
        notes = rows[(rows[:, 3] > 0) & (rows[:, 5] != 1), 3] - 1
        assert len(notes)
        shares.append(np.isin(notes % 12, sorted(score.key.pitch_classes)).mean())
    assert np.mean(shares) > 0.97


def test_learning_songs_come_with_any_players_and_densities() -> None:
    rows = [encode(learning_song(seed)[0]) for seed in SEEDS]
    bands = {tuple(np.unique(r[r[:, 5] > 0, 5]).tolist()) for r in rows}
    densities = np.concatenate([r[r[:, 0] == BAR, 2] - 1 for r in rows])
    assert len(bands) >= 6
    assert set(range(1, 17)) <= set(densities.tolist())


def test_thinning_takes_moments_away_and_adds_none() -> None:
    score, _ = learning_song(3)
    thin = _thinned(score, np.random.default_rng(1))
    before = {(t.name, n) for t in score.tracks for n in t.notes}
    after = {(t.name, n) for t in thin.tracks for n in t.notes}
    assert after < before


def test_songs_are_the_same_each_time(tmp_path: Path) -> None:
    write_songs(tmp_path / "a", 3, 50)
    write_songs(tmp_path / "b", 3, 50)
    assert (tmp_path / "a" / "words.i16").read_bytes() == (
        tmp_path / "b" / "words.i16"
    ).read_bytes()
    found = Corpus(tmp_path / "a")
    assert [entry.name for entry in found.entries] == ["song 50", "song 51", "song 52"]
    assert all(entry.genre and entry.key for entry in found.entries)


def small() -> CompoundSchema:
    return CMT_SCHEMA.resized(
        model_size=16, layers=1, heads=2, ff=16, init_n_class=(4, 25, 6), init_widths=(4, 4, 4),
        init_spread=True,
    )  # fmt: skip


def test_what_is_said_reaches_every_token_whole_and_step_by_step() -> None:
    torch.manual_seed(0)
    model = CompoundTransformer(small()).eval()
    tokens = torch.stack(
        [torch.randint(0, min(f.classes, 99), (2, 80)) for f in small().fields], -1
    )
    said = torch.tensor([[[1, 0, 0], [0, 5, 0]], [[2, 0, 0], [0, 7, 0]]])
    with torch.inference_mode():
        whole = model.encode(tokens, said)
        other = model.encode(tokens, said.flip(0))
        state = model.start(said, 2)
        for place in range(80):
            hidden, state = model.step(tokens[:, place], state)
            assert torch.allclose(hidden, whole[:, place], atol=1e-5)
        assert (whole - other).abs().mean(-1)[:, -1].min() > 0.05
        picked = state.pick(torch.tensor([1]), 2)
        assert torch.equal(picked.said[0], state.said[1])


def test_shipped_weights_are_half_as_large_and_checked(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = CompoundTransformer(small())
    save_compound(model, tmp_path / "full.safetensors", {"genres": ["pop"], "updates": 3})
    out = tmp_path / "composer.safetensors"
    ship(tmp_path / "full.safetensors", out)
    assert read_card(out)["genres"] == ["pop"]
    assert "licence" in read_card(out)
    assert out.stat().st_size < 0.7 * (tmp_path / "full.safetensors").stat().st_size
    assert check_weights(out) == json.loads(out.with_name(f"{out.name}.json").read_text())["sha256"]
    weight = load_compound(out, "cmt").norm.weight
    assert torch.allclose(weight, model.norm.weight, atol=1e-3)
