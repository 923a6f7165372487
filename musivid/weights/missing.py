"""What is said where models are not on this machine: all that a job lacks, told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from musivid.core.errors import WeightsError
from musivid.weights.registry import ModelSpec, by_hand, models_folder

__all__ = ["MissingModels", "gather", "size_told"]

_T = TypeVar("_T")


class MissingModels(WeightsError):
    """Models that are known and not here, with size, address, folder and what to type."""

    def __init__(self, specs: Iterable[ModelSpec], *, offline: bool = False) -> None:
        """Say what is missing.

        Args:
            specs: the models; each is told once.
            offline: nothing may be fetched, so that no download is suggested.
        """
        self.specs = tuple({spec.name: spec for spec in specs}.values())
        self.offline = offline
        pulled = [spec.name for spec in self.specs if spec.fetched and not offline]
        command = f"musivid models pull {' '.join(pulled)}" if pulled else self._importing()
        super().__init__(self._problem(), hint=self._hint(bool(pulled)), command=command)

    def _importing(self) -> str:
        """The command for those who have the files; none for what ships with musivid."""
        if all(spec.file and spec.file.startswith("pocket/") for spec in self.specs):
            return ""
        name = self.specs[0].name if len(self.specs) == 1 else "NAME"
        kinds = {"FOLDER" if spec.is_folder else "FILE" for spec in self.specs}
        return f"musivid models import {name} {'|'.join(sorted(kinds))}"

    def _problem(self) -> str:
        if len(self.specs) == 1:
            [spec] = self.specs
            if spec.family == "soundfont":
                return f"the SoundFont {spec.name!r} is missing"
            return f"the weights of {spec.name!r} are missing"
        rows = [f"  {spec.name}: {_told(spec, self.offline)}" for spec in self.specs]
        return "\n".join([f"the weights of {len(rows)} models are missing", *rows])

    def _hint(self, pulled: bool) -> str:
        if not self._importing():
            return "It ships with musivid: install it again."
        said = ["--offline fetches nothing." if self.offline else "Nothing is fetched unasked."]
        if len(self.specs) == 1:
            said.append(f"{_told(self.specs[0], self.offline)}.")
        said.append(f"Models are kept in {models_folder()}.")
        if pulled:
            said.append(f"What you have already, take over with {self._importing()}.")
        return " ".join(said)


def gather(checks: Iterable[Callable[[], _T]]) -> list[_T]:
    """What all checks find; where models are missing, after all of them were asked.

    Raises:
        MissingModels: with those of every check. Other errors come at once.
    """
    found: list[_T] = []
    missing: list[MissingModels] = []
    for check in checks:
        try:
            found.append(check())
        except MissingModels as error:
            missing.append(error)
    if len(missing) == 1:
        raise missing[0]
    if missing:
        specs = [spec for error in missing for spec in error.specs]
        raise MissingModels(specs, offline=missing[0].offline)
    return found


def size_told(spec: ModelSpec) -> str:
    """How much is fetched, for people."""
    if spec.size_mb is None:
        return "size not stated"
    return f"{spec.size_mb / 1e3:.1f} GB" if spec.size_mb >= 1e4 else f"{spec.size_mb:.0f} MB"


def _told(spec: ModelSpec, offline: bool) -> str:
    """Size, licence and address of a model."""
    if not spec.fetched:
        return f"{by_hand(spec)} ({spec.licence})"
    where = "get it elsewhere" if offline else f"from {spec.urls[0] if spec.urls else spec.source}"
    return f"{size_told(spec)}; {spec.licence}; {where}"
