"""The small BART and its writing: same numbers and same ids as transformers, no prefix twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from musivid.core.errors import WeightsError
from musivid.nets.captioning.bart import Bart, BartSizes
from musivid.nets.captioning.bart_writing import Writing, write_beams, write_nucleus
from musivid.nets.captioning.byte_tokens import ByteWords, load_words

SIZES = BartSizes(120, 32, 2, 2, 4, 64, 64)


def make(seed: int, spread: float = 0.4) -> Bart:
    """A BART with wide random weights, so that it says something else for every clip."""
    torch.manual_seed(seed)
    net = Bart(SIZES).eval()
    for parameter in net.parameters():
        if parameter.dim() > 1:
            parameter.data.normal_(0, spread)
    net.final_logits_bias[0, 2] = 2.0  # so that some texts end by themselves
    return net.requires_grad_(False)


def cached(net: Bart, heard: Tensor, beams: int, most: int) -> Callable[..., Any]:
    """A step that remembers."""
    memory = net.begin(heard, beams, most)

    def step(said: Tensor, parents: Tensor | None) -> Tensor:
        if parents is not None:
            memory.reorder(parents)
        return net.step(said[:, -1], memory)

    return step


def plain(net: Bart, heard: Tensor, beams: int) -> Callable[..., Any]:
    """A step that reads all from the start each time."""
    rows = heard.repeat_interleave(beams, 0)
    return lambda said, parents: net.decode(said, rows)[:, -1]


RULES = [
    Writing(most=24),
    Writing(most=20, early_stopping=False, no_repeat=2, repetition_penalty=1.2, least=6),
    Writing(most=18, early_stopping=False, length_penalty=2.0, no_repeat=0),
    Writing(most=16, beams=1, forced_start=None, forced_end=None),
]


@pytest.mark.parametrize("rules", RULES)
def test_ids_and_numbers_are_those_of_transformers(rules: Writing) -> None:
    transformers = pytest.importorskip("transformers")
    net = make(3)
    config = transformers.BartConfig(
        vocab_size=120, d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
        decoder_ffn_dim=64, max_position_embeddings=64, forced_eos_token_id=None,
    )  # fmt: skip
    other = transformers.BartForConditionalGeneration(config).eval()
    tensors = net.state_dict()
    words = tensors["model.shared.weight"]
    for name in ("model.encoder.embed_tokens", "model.decoder.embed_tokens", "lm_head"):
        tensors[f"{name}.weight"] = words
    other.load_state_dict(tensors, strict=True)
    sound = torch.randn(3, 8, 32)
    heard = net.encode(sound)
    with torch.no_grad():
        theirs = other.model.encoder(inputs_embeds=sound)[0]
    torch.testing.assert_close(heard, theirs, atol=1e-5, rtol=0)
    options = transformers.GenerationConfig(
        num_beams=rules.beams, max_length=rules.most, min_length=rules.least,
        no_repeat_ngram_size=rules.no_repeat, early_stopping=rules.early_stopping,
        repetition_penalty=rules.repetition_penalty, length_penalty=rules.length_penalty,
        forced_bos_token_id=rules.forced_start, forced_eos_token_id=rules.forced_end,
        decoder_start_token_id=2, bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    theirs = other.generate(inputs_embeds=sound, generation_config=options).tolist()
    ours = write_beams(cached(net, heard, rules.beams, rules.most), 3, rules)
    for own, row in zip(ours, theirs, strict=True):
        text = row[1:]
        assert own == (text[: text.index(2) + 1] if 2 in text else text)


@pytest.mark.parametrize("rules", [pytest.param(RULES[0], marks=pytest.mark.slow), RULES[1]])
def test_memory_changes_nothing(rules: Writing) -> None:
    net = make(5)
    heard = net.encode(torch.randn(4, 8, 32))
    together = write_beams(cached(net, heard, rules.beams, rules.most), 4, rules)
    again = write_beams(plain(net, heard, rules.beams), 4, rules)
    alone = [
        write_beams(cached(net, heard[k : k + 1], rules.beams, rules.most), 1, rules)[0]
        for k in range(4)
    ]
    assert together == again == alone
    assert len({tuple(text) for text in together}) > 1


def test_steps_give_the_logits_of_reading_all() -> None:
    net = make(1, 0.1)
    heard, tokens = net.encode(torch.randn(2, 8, 32)), torch.randint(3, 120, (2, 9))
    memory = net.begin(heard, 1, 9)
    steps = torch.stack([net.step(tokens[:, k], memory) for k in range(9)], 1)
    torch.testing.assert_close(steps, net.decode(tokens, heard), atol=1e-5, rtol=1e-5)


def test_rules_are_obeyed() -> None:
    net = make(2)
    heard = net.encode(torch.randn(3, 8, 32))
    rules = Writing(most=20, least=8, no_repeat=2)
    for text in write_beams(cached(net, heard, 5, 20), 3, rules):
        assert text[0] == 0 and text[-1] == 2
        assert 7 <= len(text) <= 19
        pairs = list(zip([2, *text], text, strict=False))
        assert len(pairs) == len(set(pairs))


def test_the_nucleus_depends_on_the_seed_and_not_on_neighbours() -> None:
    net = make(4, 0.1)
    heard = net.encode(torch.randn(3, 8, 32))
    rules = Writing(most=16, top_p=0.9)
    one = write_nucleus(cached(net, heard, 1, 16), [7, 8, 9], rules)
    assert one == write_nucleus(cached(net, heard, 1, 16), [7, 8, 9], rules)
    assert one[2:] == write_nucleus(cached(net, heard[2:], 1, 16), [9], rules)
    assert one != write_nucleus(cached(net, heard, 1, 16), [1, 2, 3], rules)
    # A nucleus of next to nothing is the likeliest token.
    narrow = write_nucleus(cached(net, heard, 1, 16), [1, 2, 3], Writing(most=16, top_p=1e-6))
    greedy = write_beams(cached(net, heard, 1, 16), 3, Writing(most=16, beams=1))
    assert narrow == greedy


def test_tokens_become_text() -> None:
    words = ByteWords({0: "<s>", 2: "</s>", 5: "ĠThis", 6: "Ġsong", 7: "ÃĤ", 8: "âĻ«", 9: "<3"})
    assert words.text([0, 5, 6, 8, 2]) == "This song♫"
    assert words.text([5, 9]) == "This<3"


@pytest.mark.parametrize("content", ["[]", "{", '{"a": "b"}', '{"a": 1}', '{"a": true}'])
def test_a_wrong_vocabulary_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "vocab.json").write_text(content)
    with pytest.raises(WeightsError, match=r"vocab\.json"):
        load_words(tmp_path / "vocab.json", 20)
