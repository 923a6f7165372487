"""What work elsewhere needs of a machine, and the device and models that it is done with there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from musivid import __version__
from musivid.core.errors import DeviceError
from musivid.core.recipe import machine_differences
from musivid.farm.units import Actor
from musivid.pipeline.render.depends import film_machine, machine_facts
from musivid.weights.folders import model_digest
from musivid.weights.names import find_files
from musivid.weights.registry import Family
from musivid.weights.session import LateSession, Wanted

__all__ = ["Needs", "Reference", "Workplace", "reference_of"]

_SHOWN = 12  # characters of a hash


@dataclass(frozen=True, slots=True)
class Needs:
    """What of a machine results depend on.

    Attributes:
        films: whether pictures are encoded.
        networks: whether networks compute.
        drawn: whether scenes are drawn.
        worded: whether words are written with fonts.
        published: whether published pipelines paint.
        models: families and names of our own models.
    """

    films: bool = False
    networks: bool = False
    drawn: bool = False
    worded: bool = False
    published: bool = False
    models: frozenset[tuple[Family, str]] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        """What two jobs need together."""
        return Needs(
            self.films or other.films,
            self.networks or other.networks,
            self.drawn or other.drawn,
            self.worded or other.worded,
            self.published or other.published,
            self.models | other.models,
        )


class Workplace:
    """Device and models, each loaded once, for all work that an actor does.

    Attributes:
        session: device and models.
        known_as: what files here are called where the work was asked for; empty: the same.
    """

    def __init__(self, wanted: Wanted, needs: Needs) -> None:
        """Nothing is loaded before it is needed."""
        self.session = LateSession(wanted)
        self.known_as: Mapping[str, str] = {}
        self._needs = needs

    @classmethod
    def of(cls, session: LateSession) -> Workplace:
        """The place of a session that is there already."""
        place = cls(session.wanted, Needs())
        place.session = session
        return place

    def facts(self) -> Mapping[str, str]:
        """What results depend on here, by what people call it.

        Raises:
            WeightsError: weights are missing or damaged. DeviceError: there is no such device.
        """
        needs = self._needs
        session = self.session() if needs.networks else None
        facts = {"musivid": __version__}
        if needs.films:
            facts |= film_machine(
                session, drawn=needs.drawn, worded=needs.worded, published=needs.published
            )
        else:
            facts |= machine_facts(session)
        for family, name in sorted(needs.models):
            for file in find_files({family: name}, offline=self.session.offline).values():
                facts[f"weights of {name}"] = model_digest(file)[:_SHOWN]
        return facts


class Reference:
    """What all actors must be like: this machine; where it lacks the device, the first of them."""

    def __init__(self, facts: Mapping[str, str], *, is_any: bool, open_names: tuple[str, ...] = ()):
        """Expect these facts, but for some that the first actor decides."""
        self._facts = {name: value for name, value in facts.items() if name not in open_names}
        self._open, self._is_any = open_names, is_any
        self.seen: dict[str, set[str]] = {}

    @property
    def facts(self) -> Mapping[str, str]:
        """What actors are compared with."""
        return self._facts

    def admit(self, actor: Actor) -> list[str]:
        """In what an actor differs; nothing where that is no matter."""
        other = machine_differences(self._facts, actor.facts)
        if other and not self._is_any:
            return other
        for name in self._open:
            if name in actor.facts:
                self._facts.setdefault(name, actor.facts[name])
        for name, value in actor.facts.items():
            self.seen.setdefault(name, set()).add(value)
        return []


def reference_of(wanted: Wanted, needs: Needs, *, is_any: bool) -> Reference:
    """What actors are compared with: this machine, as far as it has the device."""
    try:
        return Reference(Workplace(wanted, needs).facts(), is_any=is_any)
    except DeviceError:
        facts = Workplace(replace(wanted, device="cpu"), needs).facts()
        return Reference(facts, is_any=is_any, open_names=("device", "device model", "dtype"))
