"""A farm for commands, in the process of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from farm_fixtures import InProcess

from musivid.commands import farming
from musivid.farm import packing
from musivid.farm.units import Crew


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> list[InProcess]:
    """A farm in this process that shares no files with it."""
    opened: list[InProcess] = []

    @contextmanager
    def open_farm(farm: Any, crew: Crew, wanted: Any) -> Iterator[InProcess]:
        opened.append(InProcess(crew))
        yield opened[-1]

    monkeypatch.setattr(farming, "joined", lambda farm, reporter: nullcontext())
    monkeypatch.setattr(farming, "open_farm", open_farm)
    monkeypatch.setattr(packing, "_is_same", lambda path, sha256: False)
    return opened
