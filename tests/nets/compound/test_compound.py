"""Compound-word transformers: published mathematics, steps against wholes, and files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from compound_reference import Published
from safetensors.torch import save_file

from musivid.core.errors import WeightsError
from musivid.core.progress import Silent
from musivid.nets.checkpoints import convert_checkpoint, identify
from musivid.nets.compound.files import (
    BMT_SCHEMA,
    CMT_SCHEMA,
    CompoundSchema,
    CompoundTransformer,
    load_compound,
    read_card,
    save_compound,
)
from musivid.nets.compound.published import to_published
from musivid.weights.fetch import import_model
from musivid.weights.registry import find_spec
from musivid.weights.session import Session

SIZES = dict(model_size=128, layers=3, heads=2, ff=96)
CMT, BMT = CMT_SCHEMA.resized(**SIZES), BMT_SCHEMA.resized(**SIZES)
both = pytest.mark.parametrize("schema", [CMT, BMT], ids=["cmt", "bmt"])
both_in_time = pytest.mark.parametrize(
    "schema", [CMT, pytest.param(BMT, marks=pytest.mark.slow)], ids=["cmt", "bmt"]
)


def build(schema: CompoundSchema, seed: int = 0) -> CompoundTransformer:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return CompoundTransformer(schema).eval().requires_grad_(False)


def draw_tokens(schema: CompoundSchema, batch: int, length: int, seed: int = 1) -> torch.Tensor:
    lots = torch.Generator().manual_seed(seed)
    columns = [torch.randint(f.classes, (batch, length), generator=lots) for f in schema.fields]
    return torch.stack(columns, -1)


def write_published(
    path: Path, schema: CompoundSchema, prefix: str = "module.", pe: int = 40
) -> Path:
    tensors = {prefix + k: v for k, v in to_published(build(schema).state_dict(), schema).items()}
    if pe:
        name = {"cmt": "encoder_pos_emb.pe", "bmt": "pos_emb.pe"}[schema.family]
        tensors[prefix + name] = torch.zeros(1, pe, schema.model_size)
    torch.save(tensors, path)
    return path


@pytest.mark.parametrize(
    ("schema", "count"), [(CMT_SCHEMA, 39_006_324), (BMT_SCHEMA, 39_606_797)], ids=["cmt", "bmt"]
)
def test_published_sizes_have_the_published_number_of_parameters(
    schema: CompoundSchema, count: int
) -> None:
    with torch.device("meta"):
        blank = CompoundTransformer(schema).state_dict()
    shapes = {name: tuple(tensor.shape) for name, tensor in to_published(blank, schema).items()}
    assert sum(map(math.prod, shapes.values())) == count
    assert len(shapes) + 1 == {"cmt": 228, "bmt": 232}[schema.family]  # with pe
    assert shapes["transformer_encoder.layers.11.attention.key_projection.weight"] == (512, 512)
    assert shapes["project_concat_type.weight"] == (512, 544)


@both
def test_numbers_are_those_of_the_published_network(schema: CompoundSchema) -> None:
    model = build(schema)
    tokens, types = draw_tokens(schema, 2, 70), torch.randint(3, (2, 70))
    reference = Published(to_published(model.state_dict(), schema), schema)
    expected = reference.logits(tokens, types)
    found = model(tokens, None, types)
    assert set(found) == set(expected)
    for name, logits in expected.items():
        torch.testing.assert_close(found[name], logits, rtol=1e-4, atol=1e-5)
        assert logits.std() > 0.05


@both_in_time
def test_steps_give_what_the_whole_gives(schema: CompoundSchema) -> None:
    model, tokens = build(schema), draw_tokens(schema, 3, 150)
    whole = model(tokens)
    state = model.start(batch=3)
    for index, token in enumerate(tokens.unbind(1)):
        hidden, state = model.step(token, state)
        types = model.type_logits(hidden)
        assert (types - whole["type"][:, index]).abs().max() <= 1e-5
        for name, logits in model.field_logits(hidden, types.argmax(-1)).items():
            assert (logits - whole[name][:, index]).abs().max() <= 1e-5


@both
def test_the_future_is_not_seen_and_the_length_does_not_matter(schema: CompoundSchema) -> None:
    model, tokens = build(schema), draw_tokens(schema, 1, 130)
    changed = tokens.clone()
    changed[:, 100:] = draw_tokens(schema, 1, 30, seed=9)
    torch.testing.assert_close(model.encode(tokens)[:, :100], model.encode(changed)[:, :100])
    torch.testing.assert_close(model.encode(tokens[:, :77]), model.encode(tokens)[:, :77])


@both
def test_the_whole_is_seen_by_gradients(schema: CompoundSchema) -> None:
    model = build(schema).train().requires_grad_(True)
    tokens = draw_tokens(schema, 2, 70)
    logits = model(tokens, None, tokens[..., schema.column("type")])
    sum(part.square().mean() for part in logits.values()).backward()
    unused = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert not unused


def test_initial_tokens_steer_and_default_to_the_published_ones() -> None:
    model, tokens = build(CMT), draw_tokens(CMT, 2, 20)
    given = torch.tensor(CMT.default_init).expand(2, -1, -1)
    torch.testing.assert_close(model.encode(tokens, given), model.encode(tokens))
    other = given.clone()
    other[1, 0, 0] = 6
    found = model.encode(tokens, other)
    torch.testing.assert_close(found[0], model.encode(tokens)[0])
    assert (found[1] - model.encode(tokens)[1]).abs().max() > 1e-3
    hidden, _ = model.step(tokens[:, 0], model.start(other, 2))
    torch.testing.assert_close(hidden, found[:, 0])


def test_tokens_beyond_a_table_are_its_last_in_bmt() -> None:
    model, tokens = build(BMT), draw_tokens(BMT, 1, 8)
    beyond = tokens.clone()
    tokens[0, 3, 0], beyond[0, 3, 0] = BMT["tempo"].classes - 1, BMT["tempo"].classes + 5
    torch.testing.assert_close(model.encode(beyond), model.encode(tokens))


def test_published_sampling_of_bmt_keeps_every_token_at_place_zero() -> None:
    model, token = build(BMT), draw_tokens(BMT, 1, 1)[:, 0]
    moving, still = model.start(), model.start(count=False)
    for _ in range(2):
        moved, _ = model.step(token, moving)
        stayed, _ = model.step(token, still)
    assert (moving.place, still.place) == (2, 0)
    assert (moved - stayed).abs().max() > 1e-3


@both
def test_a_state_can_be_forked(schema: CompoundSchema) -> None:
    model, tokens = build(schema), draw_tokens(schema, 3, 12)
    state = model.start(batch=3)
    for token in tokens[:, :10].unbind(1):
        model.step(token, state)
    rows = torch.tensor([2, 0, 2, 2])
    picked = state.pick(rows, schema.heads)
    expected, _ = model.step(tokens[:, 10], state)
    found, _ = model.step(tokens[rows, 10], picked)
    torch.testing.assert_close(found, expected[rows])


@both_in_time
def test_half_precision_decodes_alike(schema: CompoundSchema) -> None:
    model, tokens = build(schema), draw_tokens(schema, 2, 30)
    half = build(schema).bfloat16()
    state, rough = model.start(batch=2), half.start(batch=2)
    for token in tokens.unbind(1):
        exact, _ = model.step(token, state)
        near, _ = half.step(token, rough)
    assert rough.sums.dtype == torch.float32
    assert torch.nn.functional.cosine_similarity(near.float(), exact).min() > 0.99


@both
@pytest.mark.parametrize("prefix", ["module.", ""])
@pytest.mark.parametrize("pe", [0, 40])
def test_published_files_load(tmp_path: Path, schema: CompoundSchema, prefix: str, pe: int) -> None:
    path = write_published(tmp_path / "loss_8_params.pt", schema, prefix, pe)
    model = load_compound(path)
    assert model.schema == schema
    assert not model.training
    for name, value in build(schema).state_dict().items():
        assert torch.equal(model.state_dict()[name], value)


def test_sizes_come_from_the_tensors(tmp_path: Path) -> None:
    schema = CMT.resized({"strength": 31}, {"pitch": 48}, init_n_class=(9, 25, 6))
    model = load_compound(write_published(tmp_path / "a.pt", schema))
    assert model.schema == schema


@both
def test_own_files_keep_schema_and_card(tmp_path: Path, schema: CompoundSchema) -> None:
    model, path = build(schema), tmp_path / "composer.safetensors"
    save_compound(model, path, {"steps": 7, "licence": "MIT"})
    found = load_compound(path)
    assert found.schema == schema
    assert read_card(path) == {"steps": 7, "licence": "MIT"}
    for name, value in model.state_dict().items():
        assert torch.equal(found.state_dict()[name], value)
    whole = path.stat().st_size
    save_compound(model.bfloat16(), path, {}, half=True)
    assert path.stat().st_size < whole * 0.6
    assert load_compound(path).norm.weight.dtype == torch.float32


@both
def test_slim_copies_load_alike(tmp_path: Path, schema: CompoundSchema) -> None:
    path = write_published(tmp_path / "a.pt", schema)
    tensors, metadata = convert_checkpoint(path, schema.family)
    assert not any("pe" in name.split(".") for name in tensors)
    save_file(tensors, tmp_path / "slim.safetensors", metadata)
    tokens = draw_tokens(schema, 1, 20)
    slim = load_compound(tmp_path / "slim.safetensors")
    torch.testing.assert_close(slim.encode(tokens), load_compound(path).encode(tokens))


def test_the_other_system_is_named(tmp_path: Path) -> None:
    cmt, bmt = (write_published(tmp_path / f"{s.family}.pt", s) for s in (CMT, BMT))
    with pytest.raises(WeightsError, match="holds a CMT, not a BMT"):
        load_compound(cmt, "bmt")
    with pytest.raises(WeightsError, match="holds a BMT, not a CMT"):
        load_compound(bmt, "cmt")
    save_compound(build(CMT), tmp_path / "own.safetensors", {})
    with pytest.raises(WeightsError, match="tokens of CMT, not of BMT"):
        load_compound(tmp_path / "own.safetensors", "bmt")
    assert load_compound(cmt, "cmt").schema.family == "cmt"


def test_other_models_are_named(tmp_path: Path) -> None:
    names = ("word_emb_tempo.lut.weight", "proj_chord.weight")
    torch.save({name: torch.zeros(2, 2) for name in names}, tmp_path / "a.pt")
    with pytest.raises(WeightsError, match="without video control, not a CMT"):
        load_compound(tmp_path / "a.pt")
    save_compound(build(CMT), tmp_path / "own.safetensors", {})
    assert identify(build(CMT).state_dict()) is None
    torch.save({"x": torch.zeros(1)}, tmp_path / "b.pt")
    with pytest.raises(WeightsError, match="an unknown model"):
        load_compound(tmp_path / "b.pt")


@both
def test_a_missing_or_misshapen_tensor_is_named(tmp_path: Path, schema: CompoundSchema) -> None:
    path = write_published(tmp_path / "a.pt", schema)
    tensors = torch.load(path, weights_only=True)
    name = "module.transformer_encoder.layers.1.attention.value_projection.bias"
    torch.save({k: v for k, v in tensors.items() if k != name}, path)
    with pytest.raises(WeightsError, match=r"layers\.1\.attention\.value_projection\.bias"):
        load_compound(path)
    torch.save(tensors | {"module.proj_type.bias": torch.zeros(9)}, path)
    with pytest.raises(WeightsError, match=r"type_head\.bias is \[9\]"):
        load_compound(path)
    torch.save({k: v for k, v in tensors.items() if "in_linear.weight" not in k}, path)
    with pytest.raises(WeightsError, match=r"in_linear\.weight"):
        load_compound(path)


def test_a_file_that_does_not_know_its_tokens_is_refused(tmp_path: Path) -> None:
    tensors = build(CMT).state_dict()
    for text in ("", "[]", '{"family": "cmt"}'):
        save_file(tensors, tmp_path / "a.safetensors", {"family": "compound", "schema": text})
        with pytest.raises(WeightsError, match="doesn't say what its tokens are made of"):
            load_compound(tmp_path / "a.safetensors")


@both
def test_schemas_survive_text(schema: CompoundSchema) -> None:
    assert CompoundSchema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize("sizes", [{"heads": 3}, {"layers": 0}, {"init_widths": (1,)}])
def test_odd_schemas_are_refused(sizes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"sizes must|differ"):
        CMT.resized(**sizes)


def test_initial_tokens_that_are_spread_are_heard_alike_in_steps(tmp_path: Path) -> None:
    model, tokens = build(CMT.resized(init_spread=True)), draw_tokens(CMT, 2, 20)
    plain = build(CMT)
    assert (model.encode(tokens) - plain.encode(tokens)).abs().max() > 1e-3
    state = model.start(batch=2)
    for index, token in enumerate(tokens.unbind(1)):
        hidden, _ = model.step(token, state)
        torch.testing.assert_close(hidden, model.encode(tokens)[:, index], rtol=0, atol=1e-5)
    save_compound(model, tmp_path / "a.safetensors", {})
    assert load_compound(tmp_path / "a.safetensors").schema.init_spread


@pytest.mark.parametrize("name", ["loss_8_params.pt", "loss_13_params.pt"])
def test_published_files_are_imported_under_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("MUSIVID_MODELS", str(tmp_path / "models"))
    larger = CMT.resized({"strength": 31}, layers=CMT.layers + 1)
    for schema in (CMT, BMT) if name == "loss_8_params.pt" else (larger,):
        path = write_published(tmp_path / name, schema)
        import_model(find_spec(schema.family), path, Silent())
        assert Session("cpu").composer(schema.family).schema == schema
    other = write_published(tmp_path / f"bmt_{name}", BMT)
    with pytest.raises(WeightsError, match="holds a BMT, not a CMT"):
        import_model(find_spec("cmt"), other, Silent())


@pytest.mark.slow
@pytest.mark.parametrize("schema", [CMT_SCHEMA, BMT_SCHEMA], ids=["cmt", "bmt"])
def test_published_shapes_load_and_step_exactly(tmp_path: Path, schema: Any) -> None:
    model = load_compound(write_published(tmp_path / "loss_8_params.pt", schema, pe=20_000))
    assert model.schema == schema
    tokens = draw_tokens(schema, 1, 200)
    whole, state = model.encode(tokens), model.start()
    steps = torch.stack([model.step(token, state)[0] for token in tokens.unbind(1)], 1)
    assert (steps - whole).abs().max() <= 1e-5
