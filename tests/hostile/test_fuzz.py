"""No input makes a parser fail in any other way than with an error of ours."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hostile.fuzz import drive
from hostile.parsers import PARSERS


@pytest.mark.parametrize("name", PARSERS)
def test_some_inputs(name: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numpy and Pillow, about headers
        assert drive(PARSERS[name], tmp_path, 30) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_more_inputs(name: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert drive(PARSERS[name], tmp_path, 1500, number=1) >= 500


def test_inputs_that_are_read_are_among_them(tmp_path: Path) -> None:
    for name, parser in PARSERS.items():
        for number, content in enumerate(parser.seeds):
            path = tmp_path / f"{name}{number}{parser.suffix}"
            path.write_bytes(content)
            parser.read(path)
