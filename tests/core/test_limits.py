"""Limits on what headers claim: what is said, and how they are raised."""

from __future__ import annotations

import pytest

from musivid.core.errors import InputError, UsageError
from musivid.core.limits import Limit

LIMIT = Limit(100, "megapixels", "MUSIVID_MAX_MEGAPIXELS")


def test_a_claim_beyond_the_limit_says_how_it_is_raised() -> None:
    LIMIT.check(100, "picture a.gif")
    with pytest.raises(InputError, match=r"picture a\.gif claims 256 megapixels; 100 are") as told:
        LIMIT.check(255.6, "picture a.gif")
    assert "MUSIVID_MAX_MEGAPIXELS=256" in told.value.hint


def test_the_environment_raises_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMIT.variable, "300")
    LIMIT.check(256, "picture a.gif")


@pytest.mark.parametrize("said", ["much", "nan", "-1", "0"])
def test_no_number(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(LIMIT.variable, said)
    with pytest.raises(UsageError, match=f"MUSIVID_MAX_MEGAPIXELS is '{said}'"):
        LIMIT.now()


def test_huge_claims_are_said_shortly() -> None:
    with pytest.raises(InputError, match=r"claims 6e\+30"):
        LIMIT.check(6 * 10**30, "x")
