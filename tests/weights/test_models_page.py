"""Whether the table of docs/models.md has every model, with its licence, size and memory."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

import pytest
import torch
from published import F16, GUMBEL_F8, Taming
from source import ROOT

from musivid.nets.captioning.bart import BartSizes
from musivid.nets.captioning.lp_musiccaps import LpMusicCaps
from musivid.nets.clip import ClipShape, build_clip
from musivid.nets.compound.files import BMT_SCHEMA, CMT_SCHEMA, CompoundTransformer
from musivid.weights.registry import ModelSpec, model_specs

PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
NAME, _, LICENCE, DOWNLOAD, MEMORY, RUN = range(6)
AWAY = [
    spec
    for spec in model_specs().values()
    if not spec.built_in and not str(spec.file).startswith("pocket/") and "/" not in str(spec.file)
]
LICENCES = ("MIT", "Apache-2.0", "BSD-2-Clause", "CC-BY-NC 4.0", "OpenRAIL", "Noncommercial")


def _row(name: str) -> list[str]:
    found = [row for row in ROWS if any(
        fnmatch.fnmatch(name, each) for each in re.findall("`([^`]+)`", row[NAME]))]  # fmt: skip
    assert len(found) == 1, f"{name} stands in {len(found)} rows"
    return found[0]


def _sizes_gb(cell: str) -> list[float]:
    """All numbers of a cell in GB; one unit counts for those before it."""
    sizes = []
    for numbers, unit in re.findall(r"((?:[\d.]+(?:, | and | or | to )?)+) (GB|MB)", cell):
        scale = 1.0 if unit == "GB" else 1e-3
        sizes += [scale * float(number) for number in re.findall(r"\d+(?:\.\d+)?", numbers)]
    return sizes


@pytest.mark.parametrize("spec", AWAY, ids=lambda spec: spec.name)
def test_every_model_has_its_row(spec: ModelSpec) -> None:
    row = _row(spec.name)
    assert len(row) == 6 and all(row)
    for word in LICENCES:
        assert word not in spec.licence or word in row[LICENCE], f"{spec.name}: {word}"
    if spec.size_mb is not None:
        near = [size for size in _sizes_gb(row[DOWNLOAD])
                if size == pytest.approx(spec.size_mb / 1e3, rel=0.1)]  # fmt: skip
        assert near, f"{spec.name}: {spec.size_mb} MB, and the page has {row[DOWNLOAD]}"
    if spec.memory_gb is not None:
        assert spec.memory_gb in _sizes_gb(row[MEMORY]), f"{spec.name}: {row[MEMORY]}"


def test_no_row_is_without_a_model() -> None:
    names = [spec.name for spec in AWAY]
    for row in ROWS:
        for each in re.findall("`([^`]+)`", row[NAME]):
            assert fnmatch.filter(names, each), each


def _clip(width: int, layers: object, patch: int, dim: int, text: int) -> torch.nn.Module:
    return build_clip(ClipShape(width, layers, patch, 224, dim, text, 12, 77, 49408))  # type: ignore[arg-type]


NETWORKS: dict[str, Callable[[], torch.nn.Module]] = {
    "vqgan-imagenet-f16-16384": lambda: Taming(F16),
    "vqgan-gumbel-f8": lambda: Taming(GUMBEL_F8, True),
    "clip-vit-b-32": lambda: _clip(768, 12, 32, 512, 512),
    "clip-vit-b-16": lambda: _clip(768, 12, 16, 512, 512),
    "clip-vit-l-14": lambda: _clip(1024, 24, 14, 768, 768),
    "clip-rn50": lambda: _clip(64, (3, 4, 6, 3), 0, 1024, 512),
    "cmt": lambda: CompoundTransformer(CMT_SCHEMA),
    "bmt": lambda: CompoundTransformer(BMT_SCHEMA),
    "lp-musiccaps": lambda: LpMusicCaps(BartSizes()),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_memory_is_that_of_all_parameters(name: str) -> None:
    with torch.device("meta"):
        count = sum(parameter.numel() for parameter in NETWORKS[name]().parameters())
    told = _sizes_gb(_row(name)[MEMORY])
    assert any(size == pytest.approx(4e-9 * count, abs=0.006) for size in told), (count, told)
