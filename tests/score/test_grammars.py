"""Grammars of CMT and BMT tokens: whatever is drawn, the piece is whole and obeys."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from musivid.nets.compound.files import BMT_SCHEMA, CompoundTransformer, State
from musivid.nets.tiny import tiny_composer
from musivid.pipeline.bgm.decode import compose_cmt, draw
from musivid.score.bmt import grammar as bmt
from musivid.score.bmt.tokens import decode as decode_bmt
from musivid.score.bmt.tokens import to_tokens
from musivid.score.bmt.vocabulary import PUBLISHED_VOCABULARY
from musivid.score.cmt import grammar as cmt
from musivid.score.cmt.grammar import BAR
from musivid.score.cmt.tokens import decode, encode
from musivid.score.control_rows import (
    WEAKEST_BEAT,
    BarControl,
    Hit,
    bar_controls,
    density_class,
    scale_density,
    strength_class,
)
from musivid.settings.bgm import SamplingPreset

CONTROLS = (
    BarControl(3, (Hit(0, 4), Hit(10, 2))),
    BarControl(0),
    BarControl(16),
    BarControl(5, (Hit(15, 10),)),
    BarControl(2, (Hit(3, 2), Hit(4, 3))),
)


def rules(instruments: tuple[int, ...] = (1, 2, 3, 4, 5), free: bool = False) -> cmt.Rules:
    pitches = np.zeros(129, np.bool_)
    pitches[[p + 1 for p in range(40, 80) if p % 12 in (0, 2, 4, 5, 7, 9, 11)]] = True
    return cmt.Rules(
        controls=CONTROLS,
        is_free=(free,) * len(CONTROLS),
        instruments=instruments,
        pitches=dict.fromkeys(instruments, pitches),
        most_notes={1: 3, 2: 4, 3: 4, 4: 1, 5: 4},
        density_range=(4, 6),
        length_ticks=16 * len(CONTROLS),
    )


def pieces(count: int = 4, **asked: object) -> list[np.ndarray]:
    return compose_cmt(
        tiny_composer(),
        rules(**asked),  # type: ignore[arg-type]
        None,
        seeds=range(count),
        sampling=SamplingPreset(),
    )


def test_every_piece_has_the_bars_onsets_and_hits_that_were_asked_for() -> None:
    for rows in pieces():
        score = decode(rows, tempo_bpm=100)
        assert score.bars == len(CONTROLS)
        for bar, control in enumerate(CONTROLS):
            first = bar * 16
            ticks = {n.start // 120 - first for t in score.tracks for n in t.notes}
            ticks = {tick for tick in ticks if 0 <= tick < 16}
            assert len(ticks) == control.density
            assert {hit.tick for hit in control.hits} <= ticks


def test_visual_beats_call_the_first_three_players_with_their_strength() -> None:
    for rows in pieces():
        score = decode(rows, tempo_bpm=100)
        starts = {t.name: [n.start for n in t.notes] for t in score.tracks}
        assert starts["Drums"].count(0) == 3  # asked 4, drums play 3 at most
        assert starts["Piano"].count(0) == starts["Guitar"].count(0) == 4
        assert starts["Piano"].count(120 * 10) == 2


def test_tokens_keep_the_published_grammar() -> None:
    for rows in pieces(2):
        again = encode(decode(rows, tempo_bpm=100))
        # Drawn in another order within a group, and held notes may be cut by the same pitch.
        for column in (0, 1, 2, 6, 8):
            assert again[:-1, column].tolist() == rows[:-1, column].tolist()
        assert (np.diff(rows[:-1, 7]) >= 0).all() and rows[:-1, 7].max() <= 101
        notes = rows[rows[:, 1] == 2]
        assert (notes[:, [3, 4, 5]] > 0).all() and (notes[:, 0] == 0).all()
        assert (rows[rows[:, 1] == 1][:, [3, 4]] == 0).all()


def test_only_the_players_asked_for_play_in_the_scale() -> None:
    for rows in pieces(2, instruments=(2, 4)):
        notes = rows[rows[:, 1] == 2]
        assert set(notes[:, 5].tolist()) <= {2, 4}
        assert all((p - 1) % 12 in (0, 2, 4, 5, 7, 9, 11) for p in notes[:, 3])


def test_free_bars_choose_within_the_range_but_answer_hits() -> None:
    for rows in pieces(2, free=True):
        density = rows[rows[:, 0] == BAR][1:, 2] - 1  # the first is the opening
        assert (density >= 4).all() and (density <= 6).all()


def test_a_candidate_does_not_depend_on_the_others() -> None:
    alone = compose_cmt(tiny_composer(), rules(), None, seeds=[2], sampling=SamplingPreset())
    np.testing.assert_array_equal(alone[0], pieces(3)[2])


def test_what_is_remembered_is_bounded_and_begins_on_a_bar() -> None:
    model, heard = tiny_composer(), []
    step = model.step

    def spy(token: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        heard.append(token.tolist())
        return step(token, state)

    model.step = spy  # type: ignore[method-assign]
    facts = {"sampling": SamplingPreset(), "memory": 40}
    first, second = compose_cmt(model, rules(), None, seeds=[0, 2], **facts)  # type: ignore[arg-type]
    places = np.array([[row[8] for row in rows] for rows in heard])
    assert len(heard) > max(len(first), len(second)) > 60
    assert places.max() < max(first[:, 8].max(), second[:, 8].max())
    begun = np.flatnonzero(places[1:, 0] < places[:-1, 0]) + 1
    assert len(begun) and (places[begun] < 16).all()
    (alone,) = compose_cmt(tiny_composer(), rules(), None, seeds=[2], **facts)  # type: ignore[arg-type]
    np.testing.assert_array_equal(alone, second)


def test_draws_follow_mask_temperature_and_nucleus() -> None:
    rng = np.random.default_rng(0)
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05]))
    everything = np.ones(4, np.bool_)
    assert {draw(logits, everything, rng, nucleus=0.6) for _ in range(200)} == {0, 1}
    assert {draw(logits, everything, rng, nucleus=0.4) for _ in range(50)} == {0}
    assert {draw(logits, everything, rng, temperature=0.01) for _ in range(50)} == {0}
    counts = np.bincount([draw(logits, everything, rng) for _ in range(4000)], minlength=4)
    np.testing.assert_allclose(counts / 4000, [0.5, 0.3, 0.15, 0.05], atol=0.03)
    mask = np.array([False, True, False, True])
    assert {draw(logits, mask, rng) for _ in range(100)} == {1, 3}


def test_classes_have_the_published_thresholds() -> None:
    assert [density_class(f) for f in (0, 0.008, 0.009, 0.3, 5.0)] == [0, 0, 1, 8, 16]
    assert [strength_class(w) for w in (-0.1, 0, 0.2, 0.23, 0.9999, 1)] == [0, 1, 1, 2, 10, 10]
    flows = (0.004, 0.014, 0.025, 0.035, 0.056, 0.088, 0.124, 0.167, 0.35, 0.63, 0.87, 1.1, 1.42,
             1.83, 2.25, 2.64, 2.82)  # fmt: skip
    assert [density_class(flow) for flow in flows] == list(range(17))
    weights = (-0.1, 0.1, 0.36, 0.64, 0.84, 0.93, 0.98, 0.995, 0.999, 0.9998, 0.9999)
    assert [strength_class(weight) for weight in weights] == list(range(11))


def test_controls_pass_over_weak_beats_and_keep_the_strongest() -> None:
    hits = [(0, 0.9), (3, 0.1), (5, 0.5), (16, 0.95), (99, 0.9)]
    controls = bar_controls(2, np.array([0.0, 1.0]), hits, density_range=(1, 8))
    assert [c.density for c in controls] == [2, 8]
    assert controls[0].hits == (Hit(0, 5), Hit(5, 3)), "a still bar keeps all that strikes"
    assert controls[1].hits == (Hit(0, 5),)
    few = bar_controls(1, np.array([0.0]), hits, density_range=(0, 1))
    assert few == [BarControl(1, (Hit(0, 5),))]


def test_the_threshold_decides_which_visual_beats_are_answered() -> None:
    hits = [(0, 0.19), (4, 0.2), (8, 0.25), (12, -0.1)]
    by_threshold = {
        weakest: bar_controls(1, np.array([0.0]), hits, weakest=weakest)[0].hits
        for weakest in (0.0, 0.2, WEAKEST_BEAT)
    }
    assert by_threshold[0.0] == (Hit(0, 1), Hit(4, 1), Hit(8, 2))
    assert by_threshold[0.2] == (Hit(4, 1), Hit(8, 2))
    assert by_threshold[WEAKEST_BEAT] == (Hit(8, 2),)


def test_a_slow_wish_keeps_what_strikes() -> None:
    hits = tuple(Hit(tick, 3) for tick in (0, 3, 6, 9))
    scaled = scale_density([BarControl(4, hits), BarControl(4), BarControl(4)], 2)
    assert scaled[0] == BarControl(4, hits)
    assert [c.density for c in scaled[1:]] == [1, 1]


@pytest.mark.parametrize("mean", [1.0, 3.3, 7.5, 15.2])
def test_density_is_scaled_to_its_mean(mean: float) -> None:
    controls = [BarControl(d, (), 0.0) for d in (0, 2, 4, 9, 16, 3, 3, 12)]
    scaled = scale_density(controls, mean)
    assert np.mean([c.density for c in scaled]) == pytest.approx(mean, rel=0.1)


def test_bmt_tokens_obey_whatever_is_drawn() -> None:
    scale = frozenset(p for p in range(22, 106) if p % 12 in (0, 2, 4, 5, 7, 9, 11))
    asked = bmt.Rules(
        controls=CONTROLS,
        is_free=(False,) * len(CONTROLS),
        bar_share=[n / len(CONTROLS) for n in range(len(CONTROLS) + 1)],
        tempo_bpm=120.4,
        emotion=3,
        pitches=scale,
        density_range=(0, 16),
    )
    rng = np.random.default_rng(0)
    grammar = bmt.Grammar(asked, PUBLISHED_VOCABULARY)
    events = grammar.opening()
    while not grammar.is_done:
        kind = rng.choice(grammar.types)
        masks = grammar.masks(str(kind))
        assert all(mask.any() for mask in masks.values())
        events.append(
            grammar.add(
                str(kind), {n: int(rng.choice(np.flatnonzero(m))) for n, m in masks.items()}
            )
        )
    assert events[0].emotion == 3 and events[-1].type == "EOS"
    tokens = to_tokens(events, PUBLISHED_VOCABULARY)
    score = decode_bmt(tokens, tempo_bpm=120)
    assert score.bars == len(CONTROLS)
    for bar, control in enumerate(CONTROLS):
        ticks = {n.start // 120 - 16 * bar for n in score.tracks[0].notes}
        ticks = {tick for tick in ticks if 0 <= tick < 16}
        assert len(ticks) == control.density and {h.tick for h in control.hits} <= ticks
    assert {n.pitch for n in score.tracks[0].notes} <= scale
    assert {e.tempo for e in events if e.tempo} == {"Tempo_119"}
    shares = [e.p_time for e in events if e.type in ("Metrical", "Note")]
    assert shares == sorted(shares)


def test_bmt_steps_take_the_tokens_of_the_grammar() -> None:
    narrow = dict.fromkeys((f.name for f in BMT_SCHEMA.token_fields), 4)
    model = CompoundTransformer(
        BMT_SCHEMA.resized(widths=narrow, model_size=16, layers=1, heads=2, ff=16)
    ).eval()
    tokens = to_tokens(
        bmt.Grammar(
            bmt.Rules(CONTROLS, (False,) * 5, [0, 1, 1, 1, 1, 1], 100, 1, frozenset({60}), (0, 16)),
            PUBLISHED_VOCABULARY,
        ).opening(),
        PUBLISHED_VOCABULARY,
    )
    hidden, _ = model.step(torch.tensor(tokens[:1]), model.start())
    assert hidden.shape == (1, 16)


def test_a_groove_is_kept_and_bent_to_hits() -> None:
    import dataclasses

    controls = (BarControl(6), BarControl(6), BarControl(6, (Hit(7, 3),)), BarControl(4))
    asked = dataclasses.replace(
        rules(), controls=controls, is_free=(False,) * 4, grooves=True, length_ticks=64
    )
    (rows,) = compose_cmt(tiny_composer(), asked, None, seeds=[5], sampling=SamplingPreset())
    places = [set(), set(), set(), set()]  # type: list[set[int]]
    for row in rows[rows[:, 1] == 1]:
        if row[0] != BAR:
            places[row[8] // 16].add(int(row[0]) - 1)
    assert places[0] == places[1]
    assert 7 in places[2] and len(places[2]) == 6 and len(places[2] & places[0]) >= 5
    assert len(places[3]) == 4  # the fourth bar is free


def test_a_scaled_density_keeps_half_of_its_shape() -> None:
    controls = [BarControl(d, (), 0.0) for d in (0, 2, 4, 9, 16, 3, 3, 12)]
    assert [c.density for c in scale_density(controls, 6)] == [3, 4, 5, 7, 11, 5, 4, 9]
    assert [c.density for c in scale_density(controls, 9)] == [5, 6, 7, 11, 16, 7, 7, 13]
    assert [c.density for c in scale_density([BarControl(0)] * 3, 2.5)] == [2, 3, 2]


def test_drums_and_bars_have_their_published_numbers() -> None:
    assert (cmt.DRUMS, cmt.BAR) == (1, 17)
