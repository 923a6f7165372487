"""A film cut from footage, planned: which piece is shown when, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import InputError
from musivid.core.timeline import Timeline
from musivid.footage.choosing import Chooser, Piece, Wants
from musivid.footage.faults import GOOD
from musivid.footage.meaning import by_names, name_words
from musivid.footage.packing import cells_of, pack, shortened
from musivid.footage.pool import Pool
from musivid.footage.rhythm import Slot, place_slots, song_beats
from musivid.footage.seen import CELL_S

__all__ = ["Cut", "Line", "Shot", "Sight", "Wish", "plan_cut"]

Line = tuple[float, float, str]
"""When a line begins and ends, and what it says."""

_ROUNDS = 8  # how often shots that repeat are made shorter for what was never shown
_FITS = 0.8  # from which on a piece is said to fit its line: the best by name, or as seen
_ENOUGH = 0.35  # difference of energies from which a piece is not said to move as the music does


@dataclass(frozen=True, slots=True)
class Shot:
    """A piece of footage in its place.

    Attributes:
        number: counted from 1.
        first: the first frame of the film that shows it.
        last: the frame behind its last.
        path: the file.
        source: how many frames of the film's rate lie in the file before what is shown first.
        part: the part of the song.
        why: why it is there.
        at: where in the picture there is most to see, in shares of width and height.
        photo: whether it is a still picture.
        repeated: whether it was shown before.
        poor: whether it is there for want of better.
    """

    number: int
    first: int
    last: int
    path: Path
    source: int
    part: int = 0
    why: str = ""
    at: tuple[float, float] = (0.5, 0.5)
    photo: bool = False
    repeated: bool = False
    poor: bool = False

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Cut:
    """A film that is cut.

    Attributes:
        timeline: the film's clock.
        shots: from its first frame to its last, without gaps.
        parts_s: where the parts of the song begin.
        meaning: what was made of words, for people.
        notes: what they should know.
    """

    timeline: Timeline
    shots: tuple[Shot, ...]
    parts_s: tuple[float, ...] = ()
    meaning: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """How lines are held against what footage shows.

    Attributes:
        name: of the network that sees, for people.
        fits: lines to how well each shot of the pool fits them, float64 [lines, shots], 0..1.
    """

    name: str
    fits: Callable[[Sequence[str]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Wish:
    """How a film is to be cut.

    Attributes:
        seed: in what order is tried what is about as good.
        pace: factor on how often it cuts.
        reuse: whether footage may be shown again where it is not enough.
        old: a cut to go by; None: all is chosen.
        keep: numbers of its shots that stay; all others are chosen anew.
        ban: numbers of its shots that are shown no more; without `keep` all others stay.
        sight: what knows how well pictures fit words; None: names alone say it.
    """

    seed: int = 0
    pace: float = 1.0
    reuse: bool = False
    old: Cut | None = None
    keep: Collection[int] = ()
    ban: Collection[int] = ()
    sight: Sight | None = None


def plan_cut(
    pool: Pool,
    facts: SoundFacts,
    timeline: Timeline,
    lines: Sequence[Line],
    wish: Wish,
    *,
    root: Path,
) -> Cut:
    """Choose what a film shows when.

    Args:
        pool: the footage.
        facts: what was heard.
        timeline: the film's clock.
        lines: what is sung.
        wish: how it is to be cut.
        root: the folder of the footage, below which names mean something.

    Raises:
        InputError: there is too little footage, and none may be shown again.
    """
    beats = song_beats(facts)
    slots, parts = place_slots(facts, pace=wish.pace)
    if wish.old is not None:
        slots = _slots_of(wish.old, slots)
        packed = replace(pack(pool, slots, timeline, beats), slots=tuple(slots), places={})
    else:
        packed = pack(pool, slots, timeline, beats)
    if packed.missing_s and not wish.reuse:
        raise _too_little(pool, facts.duration_s, packed.missing_s)
    for _ in range(_ROUNDS):
        said, meaning, told = _meaning(pool, packed.slots, lines, wish, root)
        wants = Wants(
            packed.slots, tuple(parts[slot.part].kind for slot in packed.slots), meaning,
            meaning.max(1) > 0, reuse=wish.reuse,
        )  # fmt: skip
        fixed, barred = _fixed(pool, packed.slots, timeline, wish)
        chooser = Chooser(pool, wants, timeline, seed=wish.seed, barred=barred)
        if lacking := chooser.choose(fixed, packed.places):
            raise _too_little(pool, facts.duration_s, sum(slot.length_s for slot in lacking))
        # Rather a short shot of what was never shown, or not lately, than a long one that was.
        finer = shortened(packed.slots, chooser.better_s(), beats) if wish.old is None else []
        if not finer:
            break
        packed = replace(packed, slots=tuple(finer))
    shots = [
        _shot(pool, chooser, place, timeline, said[place]) for place in range(len(packed.slots))
    ]
    notes = _notes(shots, float(timeline.fps), len(slots), len(packed.slots))
    return Cut(timeline, tuple(shots), tuple(part.start_s for part in parts), told, notes)


def _too_little(pool: Pool, needed_s: float, missing_s: float) -> InputError:
    clips = len(pool.files)
    return InputError(
        f"the footage lacks {missing_s:.1f} s: the film takes {needed_s:.1f} s, and of {clips} "
        f"clips {pool.usable_s:.1f} s can be shown without a fault and without repeating",
        hint="Add clips, or give --reuse: what was seen longest ago is then shown again.",
    )


def _slots_of(old: Cut, slots: Sequence[Slot]) -> list[Slot]:
    """The slots of an older cut, with the energy that the music has there."""
    found = []
    fps = old.timeline.fps
    for shot in old.shots:
        start_s, end_s = float(shot.first / fps), float(shot.last / fps)
        middle = (start_s + end_s) / 2
        near = min(slots, key=lambda slot: abs((slot.start_s + slot.end_s) / 2 - middle))
        found.append(Slot(shot.number, start_s, end_s, near.part, near.energy, near.begins_part))
    return found


def _meaning(
    pool: Pool, slots: Sequence[Slot], lines: Sequence[Line], wish: Wish, root: Path
) -> tuple[list[str], NDArray[np.float64], str]:
    """The line of each slot, how well each shot fits it, and what to say of that.

    What somebody called a file says more of it than a network can see in it.
    """
    said = [_line_at(slot, lines) for slot in slots]
    none = np.zeros((len(slots), int(pool.shot[-1]) + 1))
    if not any(said):
        return said, none, "not used: there are no lyrics"
    words = [name_words(one.seen.path, root) for one in pool.files]
    named = by_names(words, said)[:, pool.file_of_shot]
    met = named.max(1) > 0
    count = f"{int(met.sum())} of {len(slots)} shots have one"
    if wish.sight is not None:
        fits = np.where(met[:, None], named, wish.sight.fits(said))
        told = f"by what {wish.sight.name} sees"
        return said, fits, f"{told}, and by names of files: {count}" if met.any() else told
    lacking = "and no published SigLIP or CLIP is there to see what it shows"
    if not any(words):
        return said, none, f"not used: names of files and folders say nothing, {lacking}"
    if not met.any():
        return said, none, f"not used: no name of a file or folder is sung, {lacking}"
    return said, named, f"by names of files and folders: {count}"


def _line_at(slot: Slot, lines: Sequence[Line]) -> str:
    """The line that is sung most of the time in a slot."""
    best, text = 0.0, ""
    for start_s, end_s, said in lines:
        shared = min(end_s, slot.end_s) - max(start_s, slot.start_s)
        if shared > best:
            best, text = shared, said
    return text


def _fixed(
    pool: Pool, slots: Sequence[Slot], timeline: Timeline, wish: Wish
) -> tuple[dict[int, Piece], NDArray[np.bool_]]:
    """What of an older cut stays, and what is not to be shown any more."""
    barred = np.zeros(len(pool), bool)
    if wish.old is None:
        return {}, barred
    fixed: dict[int, Piece] = {}
    names = {one.seen.path.resolve(): n for n, one in enumerate(pool.files)}
    for place, (shot, slot) in enumerate(zip(wish.old.shots, slots, strict=True)):
        file = names[shot.path.resolve()]
        own = np.flatnonzero(pool.file == file)
        start = float(shot.source / timeline.fps) / CELL_S
        count = cells_of(slot, timeline)
        first = 0 if shot.photo else min(int(start + 1e-6), len(own) - 1)
        cell = int(own[first])
        if shot.number in wish.ban:
            barred[own[first : first + count]] = True
        elif shot.number in wish.keep or not wish.keep:
            count = min(count, len(own) - first)
            fixed[place] = Piece(slot, file, cell, count, shot.repeated, shot.poor)
    return fixed, barred


def _shot(pool: Pool, chooser: Chooser, place: int, timeline: Timeline, line: str) -> Shot:
    """A piece as a shot of the film."""
    piece, slot = chooser.pieces[place], chooser.wants.slots[place]
    one = pool.files[piece.file]
    borders = timeline.split([0.0, slot.start_s, slot.end_s])
    first, last = borders[1].start, borders[1].stop
    begin_s = float(pool.start_s[piece.cell])
    # Never before the cell: what is shown there may be another shot.
    source = 0 if one.seen.is_photo else int(np.ceil(begin_s * float(timeline.fps) - 1e-6))
    cells = slice(piece.cell, piece.cell + piece.count)
    local = cells.start - int(np.searchsorted(pool.file, piece.file))
    seen = slice(local, local + piece.count)
    at = float(one.seen.at_x[seen].mean()), float(one.seen.at_y[seen].mean())
    return Shot(
        slot.number, first, last, one.seen.path, source,
        part=slot.part, why=_why(pool, chooser, place, line), at=at, photo=one.seen.is_photo,
        repeated=piece.repeated, poor=piece.poor or bool((pool.grades[cells] > GOOD).any()),
    )  # fmt: skip


def _why(pool: Pool, chooser: Chooser, place: int, line: str) -> str:
    """Why a piece stands where it does, for people."""
    piece, wants = chooser.pieces[place], chooser.wants
    slot, reasons = wants.slots[place], []
    energy = float(pool.energy[piece.cell : piece.cell + piece.count].mean())
    if wants.spoken_of[place] and wants.meaning[place, pool.shot[piece.cell]] > _FITS:
        reasons.append(f"fits '{line}'")
    if abs(energy - slot.energy) <= _ENOUGH:
        level = "lively" if slot.energy > 0.66 else "calm" if slot.energy < 0.33 else "steady"
        reasons.append(f"{level} as the music")
    family = chooser.families.get(wants.kinds[place])
    if family is not None and int(pool.family[piece.file]) == family:
        again = any(kind == wants.kinds[place] for kind in wants.kinds[:place]) and (
            wants.kinds[place] in _returning(wants)
        )
        reasons.append(f"{pool.families[family]}{', again' if again else ''}")
    if piece.poor:
        reasons.append("shaking, but nothing better is left")
    if piece.repeated:
        reasons.append("seen longest ago")
    return "; ".join(reasons) or "the best of what is left"


def _returning(wants: Wants) -> set[int]:
    """Kinds of parts that come more than once."""
    runs = [slot_kind for n, slot_kind in enumerate(wants.kinds)
            if n == 0 or wants.slots[n].part != wants.slots[n - 1].part]  # fmt: skip
    return {kind for kind in runs if runs.count(kind) > 1}


def _notes(shots: Sequence[Shot], fps: float, wanted: int, got: int) -> tuple[str, ...]:
    notes = []
    repeated = [shot.frames for shot in shots if shot.repeated]
    poor = [shot.number for shot in shots if shot.poor]
    if repeated:
        missing_s = sum(repeated) / fps
        notes.append(f"{missing_s:.1f} s are missing: {len(repeated)} shots are shown again")
    if poor:
        said = ", ".join(map(str, poor[:8]))
        notes.append(f"shots {said} shake or cut somebody off: nothing better is left")
    if got > wanted:
        notes.append(f"{got - wanted} shots more than the music asks for: long pieces are lacking")
    return tuple(notes)
