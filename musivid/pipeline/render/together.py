"""One film made by several: keyframes in groups, parts in runs of neighbours, joined as ever.

`FilmHand` is what actors work with; `make_together` is what the process does that has the run's
folder: it hands out what is missing there and keeps what comes back.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from musivid.core.errors import MusividError, RunError
from musivid.core.progress import Reporter
from musivid.core.refused import explained
from musivid.core.stopping import StopFlag
from musivid.core.storage import temporary_beside, write_atomic
from musivid.farm.foreman import Task, work_off
from musivid.farm.packing import Packed, Storehouse, contents_of, pack_files
from musivid.farm.units import Actor, Crew, Executor, Fault, Lacking, Unit
from musivid.pipeline.render.away import Needs, Workplace, reference_of
from musivid.pipeline.render.parts import PartForm, PartMaker
from musivid.weights.session import Wanted

if TYPE_CHECKING:
    from torch import Tensor

    from musivid.pipeline.render.film import Film, Frame

__all__ = ["FilmHand", "FilmMaker", "KeyGroups", "Team", "make_together"]

_FILM = "film"


class FilmMaker(Protocol):
    """All that a film is made from but networks; can be pickled."""

    @property
    def form(self) -> PartForm:
        """How parts are encoded."""

    def moved(self, places: Mapping[str, str]) -> FilmMaker:
        """The same where its files lie elsewhere."""

    def paint(self, place: Workplace, group: range, previous: Tensor | None) -> list[Tensor]:
        """Latents [1, c, h, w] of a group of keyframes."""

    def open(self, place: Workplace, latents: Mapping[int, Tensor], reporter: Reporter) -> Film:
        """The film; latents of keyframes are there when frames that need them are asked for."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who makes films together.

    Attributes:
        open: the executor whose actors are made of a crew.
        wanted: what sessions there are asked to be like.
        is_any: whether machines that differ may take part.
    """

    open: Callable[[Crew], AbstractContextManager[Executor]]
    wanted: Wanted
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class KeyGroups:
    """Keyframes that are painted before parts can be made.

    Attributes:
        groups: those that are painted at once.
        in_turn: whether each group goes on from the one before.
        needed: the keyframes that a part needs, by its number.
        load: the latent of a keyframe as safetensors; None: it is not there.
        save: keeps a latent.
    """

    groups: Sequence[range] = ()
    in_turn: bool = False
    needed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    load: Callable[[int], bytes | None] = lambda keyframe: None
    save: Callable[[int, bytes], None] = lambda keyframe, data: None


@dataclass(frozen=True, slots=True)
class _Task:
    """What an actor is sent.

    Attributes:
        film: tells the film from others.
        frames: of the part that is wanted; None: keyframes are.
        group: keyframes that are wanted.
        keys: keyframes that are needed.
        packed: files that are read.
        maker: of the film, for who lacks it.
        latents: of keyframes, for who lacks them.
        contents: of files, for who lacks them.
    """

    film: str
    frames: range | None
    group: range
    keys: frozenset[int]
    packed: Packed
    maker: FilmMaker | None = None
    latents: Mapping[int, bytes] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict)


class FilmHand:
    """Paints keyframes and encodes parts of one film after the other."""

    def __init__(self, wanted: Wanted, needs: Needs) -> None:
        """Have a place to work at, and a folder that goes with the hand."""
        self._place = Workplace(wanted, needs)
        above = temporary_beside(Path(tempfile.gettempdir()) / "musivid-farm")
        above.mkdir(exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(dir=above))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._house = Storehouse(self._folder)
        self._name = ""
        self._maker: FilmMaker | None = None
        self._film: Film | None = None
        self._latents: dict[int, Tensor] = {}
        self._frames: Iterator[Frame] = iter(())
        self._coded = False
        self._next = -1

    def facts(self) -> Mapping[str, str]:
        """What frames depend on here."""
        return self._place.facts()

    def do(self, payload: _Task, reporter: Reporter) -> Any:
        """Latents of keyframes, or a part, as bytes; or what is lacking for it."""
        self._house.keep(payload.contents)
        if payload.maker is not None:
            self._begin(payload, payload.maker)
        self._take(payload.latents)
        lacking = set(self._house.lacks(payload.packed))
        if self._name != payload.film:
            lacking.add(_FILM)
        lacking |= {f"key {key}" for key in payload.keys - set(self._latents)}
        if lacking:
            return Lacking(tuple(sorted(lacking)))
        if payload.frames is None:
            return self._paint(payload.group, payload.keys)
        return self._encode(payload.frames, reporter)

    def _begin(self, payload: _Task, maker: FilmMaker) -> None:
        places = self._house.lay_out(payload.packed, self._house.folder("film"))
        self._name, self._maker, self._film = payload.film, maker.moved(places), None
        self._latents.clear()
        self._next = -1

    def _take(self, latents: Mapping[int, bytes]) -> None:
        if not latents:
            return
        from safetensors.torch import load

        device = self._place.session().device
        self._latents |= {key: load(data)["latent"].to(device) for key, data in latents.items()}

    def _paint(self, group: range, keys: frozenset[int]) -> list[bytes]:
        from safetensors.torch import save

        assert self._maker is not None
        previous = self._latents[max(keys)] if keys else None
        painted = self._maker.paint(self._place, group, previous)
        self._latents |= dict(zip(group, painted, strict=True))
        return [save({"latent": latent.detach().cpu().contiguous()}) for latent in painted]

    def _encode(self, frames: range, reporter: Reporter) -> bytes:
        assert self._maker is not None
        if self._film is None:
            self._film = self._maker.open(self._place, self._latents, reporter)
        if self._next != frames.start:
            self._frames, self._coded = self._maker.form.frames(self._film, frames.start)
        self._next = -1  # until it is known to stand at another
        path = self._folder / f"part{self._maker.form.ending}"
        with self._maker.form.sink(path, frames.start, coded=self._coded) as sink:
            for _ in frames:
                sink.write(next(self._frames))
        self._next = frames.stop
        data = path.read_bytes()
        path.unlink()
        return data


def make_together(
    parts: PartMaker,
    maker: FilmMaker,
    team: Team,
    needs: Needs,
    *,
    reads: Sequence[Path],
    stop: StopFlag,
    reporter: Reporter,
    keys: KeyGroups | None = None,
) -> None:
    """Have all missing keyframes and parts of a film made by a team.

    Args:
        parts: where parts are kept.
        maker: of the film.
        team: who makes it.
        needs: what its frames depend on.
        reads: files that it is made from.
        stop: asked between what comes back.
        reporter: told of progress.
        keys: keyframes that parts need.

    Raises:
        Interrupted: stopped; what came back is kept. RunError, or what a unit raised: it cannot be
            made.
    """
    work = _Work(parts, maker, reads, keys or KeyGroups(), reporter)
    units = work.units()
    if not units:
        return
    crew = Crew(FilmHand, (team.wanted, needs))
    with team.open(crew) as executor:
        reference = reference_of(team.wanted, needs, is_any=team.is_any)

        def admit(actor: Actor) -> list[str]:
            other = reference.admit(actor)
            if not other:
                parts.run.note_machine(actor.facts)
            return other

        reporter.stage("farm", len(units), "units")
        faults = work_off(
            units, executor, Task(work.pack, work.keep, admit), stop=stop, reporter=reporter
        )
    if faults:
        raise _worst(faults)


class _Work:
    """What is missing of a film, and what is sent and kept of it."""

    def __init__(
        self,
        parts: PartMaker,
        maker: FilmMaker,
        reads: Sequence[Path],
        keys: KeyGroups,
        reporter: Reporter,
    ) -> None:
        self._parts, self._maker, self._keys = parts, maker, keys
        self._reads, self._reporter = pack_files(reads), reporter
        self._name = str(parts.run.folder.absolute())
        self._todo: dict[str, tuple[range | None, range, frozenset[int]]] = {}

    def units(self) -> list[Unit]:
        """All that is to be done, the keyframes first."""
        units: list[Unit] = []
        before = ""
        by_key: dict[int, str] = {}
        for group in self._keys.groups:
            previous = frozenset({group.start - 1} if self._keys.in_turn and group.start else ())
            if all(self._keys.load(key) is not None for key in group):
                continue
            name = f"keyframe {group.start + 1}"
            needs = frozenset({before} if self._keys.in_turn and before else ())
            units.append(Unit(name, needs))
            self._todo[name] = None, group, previous
            by_key |= dict.fromkeys(group, name)
            before = name
        for part in self._parts.missing():
            name, frames = f"part {part + 1}", self._parts.ranges[part]
            keys = self._keys.needed.get(part, frozenset())
            needs = frozenset(by_key[key] for key in keys if key in by_key)
            units.append(Unit(name, needs, row="parts", size=len(frames)))
            self._todo[name] = frames, range(part, part + 1), keys
        return units

    def pack(self, unit: Unit, lacking: tuple[str, ...]) -> _Task:
        """What is sent for a unit."""
        frames, group, keys = self._todo[unit.name]
        files = [name for name in lacking if name in self._reads.files.values()]
        latents = {key: self._keys.load(key) for key in keys if f"key {key}" in lacking}
        return _Task(
            self._name,
            frames,
            group,
            keys,
            self._reads,
            maker=self._maker if _FILM in lacking else None,
            latents={key: data for key, data in latents.items() if data is not None},
            contents=contents_of(self._reads, files),
        )

    def keep(self, unit: Unit, result: Any) -> None:
        """Put latents or a part into the run's folder."""
        frames, group, _ = self._todo[unit.name]
        if frames is None:
            for key, data in zip(group, result, strict=True):
                self._keys.save(key, data)
        else:
            write_atomic(self._parts.path(group.start), result)
        self._reporter.advance()


def _worst(faults: Mapping[str, Fault]) -> MusividError:
    """Why a film was not made: the first unit that failed by itself."""
    name, fault = next(iter(faults.items()))
    told = explained(fault.error) or RunError(f"{name}: {fault.error}")
    if notes := getattr(fault.error, "__notes__", ()):
        for note in notes:
            told.add_note(note)
    return told
