"""Addresses of databases that are none are told as such, and none of their words is shown."""

from __future__ import annotations

import pytest

pytest.importorskip("sqlalchemy")

from musivid.core.errors import UsageError
from musivid.serving.database import open_server_database


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "sqlite:////etc/passwd",
        "postgresql://me:secret@[::1/x",
        "postgresql://me:secret@here:abc/x",
        f"postgresql://me:secret@here:{'9' * 5000}/x",
    ],
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(UsageError) as found:
        open_server_database(address, [])
    assert found.value.hint and "secret" not in str(found.value)
