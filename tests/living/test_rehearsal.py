"""A rehearsal draws each shot of each scene once, also where no bar was heard."""

from __future__ import annotations

import pytest

from musivid.living import rehearsal
from musivid.living.world import read_world


def test_each_shot_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [look for look in read_world() if look.scene in ("fireworks", "sea")]
    monkeypatch.setattr(rehearsal, "read_world", lambda: known)
    drawn = list(rehearsal.rehearse((64, 36)))
    assert set(drawn) == {"fireworks", "sea"}
    assert drawn == sorted(drawn, key=drawn.index)  # scene by scene
    assert drawn.count("sea") > 1
