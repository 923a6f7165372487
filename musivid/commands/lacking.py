"""Plans of work that models are missing for: shown all the same, with all that is to be fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from musivid.weights.missing import lacking_noted

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter

__all__ = ["PlanShower"]


class PlanShower:
    """Shows plans, and tells once what they lack."""

    def __init__(self, reporter: Reporter) -> None:
        """Tell the reporter."""
        self._reporter = reporter
        self._told: set[str] = set()

    def __call__(self, plan: Callable[[], Result]) -> Result:
        """A plan, with the names of the models that its work lacks in its facts.

        Raises:
            MusividError: it cannot be made for another reason.
        """
        with lacking_noted() as lacking:
            result = plan()
        error = lacking.error
        if error is not None and not self._told >= set(lacking.names):
            self._told |= set(lacking.names)
            self._reporter.warn(error.told)
        return replace(result, facts={**result.facts, "lacking": list(lacking.names)})
