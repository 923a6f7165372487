"""What tells genres apart beside their bands: grooves in layers, rhythms of tunes, manners.

Of each lane of a groove the pattern of the highest level reached is played, so that what a genre is
known by (level 0) is never lost where it is quiet. A sign is a sixteenth: `X` accented, `x` normal,
`o` soft; 32 signs are two bars.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "FILLS",
    "GROOVES",
    "RHYTHMS",
    "STYLES",
    "DrumLane",
    "Fills",
    "Rhythms",
    "Style",
    "read_fills",
    "read_grooves",
    "read_rhythms",
]

Fills = tuple[tuple[tuple[str, str], ...], ...]
"""Of each fill, drums and what they play in its bar."""

_GROOVES = """
pop: K 0 X.......x.x..... ; K .6 X.....x.x.x..... ; K .85 X..x..x.x.x..x.. ; S 0 ....X.......X... ; S .8 ....X.......X..o ; H 0 x.o.x.o.x.o.x.o. ; H .7 xoxoxoxoxoxoxoxo ; P .45 ....x.......x... ; B .85 ..x...x...x...x.
rock: K 0 X.......X.x..... ; K .6 X.....x.X.x..... ; K .85 X.x...x.X.x...x. ; S 0 ....X.......X... ; S .85 ....X.......X..o ; H 0 X.x.X.x.X.x.X.x. ; H .85 - ; D .85 X.x.X.x.X.x.X.x.
metal: K 0 X.x.x.x.X.x.x.x. ; K .6 X.xxX.xxX.xxX.xx ; K .85 XxxxXxxxXxxxXxxx ; S 0 ....X.......X... ; D 0 X...X...X...X... ; C .9 X.......X.......
house: K 0 X...X...X...X... ; O 0 ..X...X...X...X. ; P .4 ....X.......X... ; H .6 xo.oxo.oxo.oxo.o ; B .85 ..x...x...x...xx
techno: K 0 X...X...X...X... ; H 0 ..x...x...x...x. ; R .4 ......x........x ; A .6 xoxoxoxoxoxoxoxo ; P .7 ....X.......X... ; O .8 ..X...X...X...X.
trance: K 0 X...X...X...X... ; O 0 ..X...X...X...X. ; P .4 ....X.......X... ; H .6 xoxoxoxoxoxoxoxo
synthwave: K 0 X.......X....... ; K .65 X...X...X...X... ; S 0 ....X.......X... ; H .3 x.x.x.x.x.x.x.x. ; H .75 xoxoxoxoxoxoxoxo
ambient: A .5 ....o.......o... ; A .8 ..o.x.o...o.x.o. ; K .75 x...............
ballad: K 0 X.........x..... ; K .7 X.....x.x.x..... ; R 0 ....x.......x... ; R .7 - ; S .7 ....X.......X... ; H 0 x.x.x.x.x.x.x.x.
jazz: D 0 x...X.x.x...X.x. ; F 0 ....x.......x... ; K .5 o...o...o...o... ; S .6 ......o.......o.......o......o.. ; S .85 ..o...o....o..o...o..o....o...o.
bossa nova: K 0 x.....o.x.....o. ; R 0 x.....x.....x.......x.....x..... ; H 0 x.o.x.o.x.o.x.o. ; A .6 x.oox.oox.oox.oo
latin: w 0 x..x..x...x.x... ; A 0 x.o.x.o.x.o.x.o. ; c .3 ..o...x...o...x. ; e .5 ......xx......xx ; K .5 X..x..x.X..x..x. ; k .7 x...x...x...x... ; d .8 ..o.x.....o.x...
folk: K 0 X.......x....... ; K .6 X.......x.x..... ; B 0 ..o...o...o...o. ; B .55 o.x.o.x.o.x.o.x. ; L .7 ..oo..xo..oo..xo
orchestral: L .35 X............... ; L .65 X.......x.....x. ; L .85 X..x..x.X.x.x.x. ; S .8 o.ooo.ooo.ooo.oo ; C .9 X...............................
hip hop: K 0 X......x..x..... ; K .6 X..x...x..x..x.. ; S 0 ....X.......X... ; S .8 ....X.......X..o ; H 0 x.x.x.x.x.x.x.x. ; H .55 x.x.x.xxx.x.x.x.x.x.xxx.x.x.xxxx ; O .8 ..............x.
lo-fi: K 0 X......x..x..... ; K .6 X.....xx..x..... ; S 0 ....x.......x... ; H 0 x.o.x.oox.o.x.oo ; H .7 x.xox.xox.xox.xo
funk: K 0 X.x.......x..x.. ; K .7 X.x..x...xx..x.x ; S 0 ....X..o.o..X..o ; S .7 ....X..o.o.oX.oo ; H 0 XxxxXxxxXxxxXx.x ; O 0 ..............x.
reggae: K 0 ........X....... ; R 0 ........X....... ; H 0 x.xox.xox.xox.xo ; S .7 ........X.....x. ; K .85 X...X...X...X...
country: K 0 X.......X....... ; R 0 ....x.......x... ; R .55 - ; S .55 ..o.X.oo..o.X.oo ; H 0 ..x...x...x...x.
waltz: K 0 X........... ; F 0 ....x...x... ; D .5 x...x...x... ; R .6 ....x...x... ; K .85 X.......x...
"""

# Ends of phrases: drums that replace cymbals and soft strokes from their first sign on; the
# later, the fuller.
_FILLS = """
S ............x.xx
S ............xxxx T ..............x.
S ........o.x.xxXx T ..........x.....
T ........xx...... M ..........xx.... L ............xx.. S ..............xX
"""

# One bar each: openings from sparse to dense / endings. `x` begins, `-` holds, `.` rests.
_RHYTHMS = """
straight: x---x---x---x--- x---x-x-x---x--- x-x-x---x-x-x--- x---x-x-x-x-x--- x-x-x-x-x---x-x- / x-x-x---x------- x---x---x------- x-x-x-x-x-------
drive: x-------x---x--- x---x---x-x-x--- x-x-x---x-x-x--- x-x-x-x-x---x--- / x---x---x------- x-x-x---x-------
sync: x--x--x-----x--- x--x--x---x---x- x--x--x-x-x-x--- x-x..x--x-x-..x- / x--x--x--------- x--x--x-x------- x-x..x--x-------
slow: x-------x------- x-----x-x------- x-------x---x--- x---x---x------- x---x---x---x--- / x-------x------- x-----x-x------- x---x---x-------
swing: ..x-x-x-x------- x---x-x-..x-x--- ..x-x-x-x-x-x--- x-x-..x-x-x-x--- / x-x-x---x------- ..x-x-x-x------- x-x-x-x-x-------
latin: x-----x-----x--- x--x--x---x-x--- ..x---x-x---x--- x-----x-x-x-x--- / x--x--x--------- x---x---x------- ..x-x---x-------
three: x-------x--- x---x---x--- x-----x-x--- x---x-x-x--- / x----------- x---x------- x-------x---
"""

# family of harmony, rhythm of tunes, chance of fills within a section, how busy basses and chords
# are, share of films in which chords go round, lag of the back-beat in ticks
_STYLES = """
pop         pop   straight 0.6 0.50 0.5 0
rock        rock  straight 0.7 0.60 1   0
metal       rock  drive    0.7 0.70 1   0
house       dance sync     0.4 0.60 1   0
techno      drone sync     0.3 0.60 1   0
trance      dance sync     0.4 0.60 1   0
synthwave   pop   sync     0.6 0.55 0.5 0
ambient     still slow     0.0 0.20 0   0
ballad      pop   slow     0.4 0.40 0.5 6
jazz        jazz  swing    0.5 0.60 0   0
bossa_nova  jazz  latin    0.3 0.50 0   0
latin       folk  latin    0.4 0.60 0   0
folk        folk  straight 0.3 0.50 0   0
orchestral  epic  slow     0.6 0.50 0   0
hip_hop     loop  sync     0.3 0.50 1   9
lo-fi       loop  latin    0.3 0.40 1   14
funk        loop  sync     0.5 0.70 1   4
reggae      folk  latin    0.5 0.50 0   6
country     folk  straight 0.5 0.60 0   0
waltz       waltz three    0.3 0.50 0   0
"""


@dataclass(frozen=True, slots=True)
class DrumLane:
    """One drum of a groove.

    Attributes:
        drum: its letter in `DRUM_KEYS`.
        level: fullness from which it is played so, 0..1.
        pattern: one or two bars; `-` leaves the drum out.
    """

    drum: str
    level: float
    pattern: str


@dataclass(frozen=True, slots=True)
class Rhythms:
    """Bars of which tunes are made: openings from sparse to dense, and endings."""

    openings: tuple[str, ...]
    endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """The manner of a genre.

    Attributes:
        family: of its harmony, in `FAMILIES`.
        rhythm: of its tunes, in `RHYTHMS`.
        fills: chance of a fill where a phrase ends within a section.
        busy: how dense basses and chords are, 0..1.
        loops: share of songs whose chords go round while the tune alone comes home.
        late: ticks by which the back-beat is laid back.
    """

    family: str
    rhythm: str
    fills: float
    busy: float
    loops: float
    late: int


def read_grooves(text: str) -> dict[str, tuple[DrumLane, ...]]:
    """Read lines of `genre: drum level pattern ; drum level pattern`."""
    found = {}
    for line in text.strip().splitlines():
        name, rest = line.split(": ", 1)
        rows = (lane.split() for lane in rest.split(";"))
        found[name] = tuple(DrumLane(drum, float(level), pattern) for drum, level, pattern in rows)
    return found


def read_fills(text: str) -> Fills:
    """Read lines of `drum pattern drum pattern`."""
    rows = (line.split() for line in text.strip().splitlines())
    return tuple(tuple(zip(words[::2], words[1::2], strict=True)) for words in rows)


def read_rhythms(text: str) -> dict[str, Rhythms]:
    """Read lines of `style: openings / endings`."""
    found = {}
    for line in text.strip().splitlines():
        name, rest = line.split(": ", 1)
        openings, endings = (tuple(half.split()) for half in rest.split(" / "))
        found[name] = Rhythms(openings, endings)
    return found


def _styles() -> dict[str, Style]:
    found = {}
    for line in _STYLES.strip().splitlines():
        name, family, rhythm, *numbers = line.split()
        fills, busy, loops, late = (float(number) for number in numbers)
        name = name.replace("_", " ")
        found[name] = Style(family, rhythm, fills, busy, loops, int(late))
    return found


GROOVES = read_grooves(_GROOVES)
FILLS = read_fills(_FILLS)
RHYTHMS = read_rhythms(_RHYTHMS)
STYLES = _styles()
