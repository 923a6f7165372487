"""What is said where models are not on this machine: all that a job lacks, told at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from musivid.core.errors import WeightsError
from musivid.weights.registry import ModelSpec, by_hand, models_folder

__all__ = [
    "Lacking",
    "MissingModels",
    "gather",
    "lacking_noted",
    "miss",
    "missed_at_once",
    "size_told",
    "unless_missing",
]

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

    @property
    def told(self) -> str:
        """All of it for a plan that is shown all the same."""
        typed = f"try: {self.command}" if self.command else ""
        return "\n".join(filter(None, (self.problem, self.hint, typed)))

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


class Lacking:
    """Models that are not here, of a plan that is shown all the same."""

    def __init__(self) -> None:
        """Lack nothing yet."""
        self._errors: list[MissingModels] = []

    def note(self, error: MissingModels) -> None:
        """Keep what is missing."""
        self._errors.append(error)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all that are missing, each once."""
        return tuple(dict.fromkeys(spec.name for one in self._errors for spec in one.specs))

    @property
    def error(self) -> MissingModels | None:
        """One error of all that are missing; None: none is."""
        return _joined(self._errors) if self._errors else None


_NOTED: ContextVar[Lacking | None] = ContextVar("noted", default=None)


@contextlib.contextmanager
def lacking_noted() -> Iterator[Lacking]:
    """A time in which models that are not here are noted instead of refused: plans need none."""
    lacking = Lacking()
    token = _NOTED.set(lacking)
    try:
        yield lacking
    finally:
        _NOTED.reset(token)


@contextlib.contextmanager
def missed_at_once() -> Iterator[None]:
    """A time behind which all models that were missing in it are told at once.

    Raises:
        MissingModels: some are, and nobody notes it.
    """
    with lacking_noted() as lacking:
        yield
    if lacking.error is not None:
        miss(lacking.error)


def miss(error: MissingModels) -> None:
    """Say that models are missing: to who notes it, or as the error that it is.

    Raises:
        MissingModels: nobody notes it.
    """
    lacking = _NOTED.get()
    if lacking is None:
        raise error
    lacking.note(error)


def unless_missing(find: Callable[[], _T]) -> _T | None:
    """What is found; None where it is missing and that is noted.

    Raises:
        MissingModels: nobody notes it.
    """
    try:
        return find()
    except MissingModels as error:
        miss(error)
        return None


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
    if missing:
        raise _joined(missing)
    return found


def _joined(missing: list[MissingModels]) -> MissingModels:
    """One error of all of them."""
    if len({spec.name for error in missing for spec in error.specs}) == len(missing[0].specs):
        return missing[0]
    specs = [spec for error in missing for spec in error.specs]
    return MissingModels(specs, offline=missing[0].offline)


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
