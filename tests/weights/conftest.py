"""What tests of fetching share."""

from __future__ import annotations

from loopback import server

__all__ = ["server"]
