"""A published pipeline at work, opened when it is first used; smaller where the device is full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from musivid.core.progress import Reporter
from musivid.core.refused import is_full
from musivid.weights.room import SMALLER

if TYPE_CHECKING:
    from musivid.nets.diffusion.pipelines import Offload
    from musivid.weights.session import Session

__all__ = ["Kept"]

_Opened = TypeVar("_Opened")
_Made = TypeVar("_Made")


class Kept(Generic[_Opened]):
    """What paints or films with a pipeline, and how that is kept in memory."""

    def __init__(
        self,
        session: Session,
        reporter: Reporter,
        open_it: Callable[[Offload], _Opened],
        *,
        offload: Offload,
    ) -> None:
        """Open nothing yet.

        Args:
            session: loads it.
            reporter: told where it is kept otherwise.
            open_it: gives it, kept in a way; asked again with a smaller one.
            offload: the way to keep it at first.
        """
        self._session, self._reporter, self._open = session, reporter, open_it
        self._offload: Offload = offload
        self._opened: _Opened | None = None

    def use(self, work: Callable[[_Opened], _Made]) -> _Made:
        """What comes of it; where the card is full, once more in the next smaller way."""
        try:
            if self._opened is None:
                self._opened = self._open(self._offload)
            return work(self._opened)
        except RuntimeError as error:
            smaller = SMALLER.get(self._offload)
            if not is_full(error) or smaller is None or self._session.device.type == "cpu":
                raise
        # Only here, where the error no longer holds on to what filled the card.
        self._reporter.warn(
            f"{self._session.device} is full: once more with models.offload {smaller}"
        )
        self._opened, self._offload = None, smaller
        self._session.release()
        return self.use(work)
