"""A session's memory: what models weigh, that they are let go of, and room made for others."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from musivid.core.errors import DeviceError
from musivid.core.progress import Silent
from musivid.weights.session import Session


class Notes(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_models_are_weighed_and_released() -> None:
    session = Session(device="cpu")
    painter = session.painter("tiny-painter")
    tensors: Any = [*painter.parameters(), *painter.buffers()]  # type: ignore[attr-defined]
    assert session.sizes() == {"tiny-painter": sum(4 * tensor.numel() for tensor in tensors)}
    session.release()
    assert session.sizes() == {}
    assert session.painter("tiny-painter") is not painter


def test_a_full_device_gets_room_from_the_models_that_were_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = Notes()
    session = Session(device="cpu", reporter=notes)
    session.dreamer("tiny-dreamer")
    load, calls = Session._load, list[str]()

    def crowded(self: Session, model: Any, listener: str | None) -> Any:
        calls.append(model.given)
        if self.sizes():
            raise torch.OutOfMemoryError("out of memory")
        return load(self, model, listener)

    monkeypatch.setattr(Session, "_load", crowded)
    session.painter("tiny-painter")
    assert calls == ["tiny-painter"] * 2 and list(session.sizes()) == ["tiny-painter"]
    assert notes.notes[-2:] == [
        "no room on cpu for tiny-painter: without tiny-dreamer (0 MB)",
        "loaded tiny-painter",
    ]

    def full(self: Session, model: Any, listener: str | None) -> Any:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(Session, "_load", full)
    with pytest.raises(DeviceError, match="cpu has no room for tiny-perceptor"):
        session.perceptor("tiny-perceptor")
