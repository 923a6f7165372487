"""Grooves, fills and rhythms of melodies for the songs that models learn from, a sign a sixteenth.

Basses, accompaniments and the letters of drums are those of `score/songs`. Every style is a list
from sparse to dense. `.` is a rest and `-` holds; `|` parts bars; drums are `X` accented, `x`
normal, `o` soft.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from musivid.score.songs.patterns import pattern_table

__all__ = ["DRUMS", "FILLS", "RHYTHMS"]

_DRUMS = """
pop: K x.......x....... S ....x.......x... H x.x.x.x.x.x.x.x. || K X.....x.x....... S ....X.......X... H x.x.x.x.x.x.x.x. || K X.....x.x.x..... S ....X.......X..o H x.x.x.x.x.x.x.O. B ..x...x...x...x. || K X..x..x.x.x..... S ....X.......X... P ....x.......x... H xoxoxoxoxoxoxoxo
rock: K x.......x....... R ....x.......x... H x...x...x...x... || K X.......X.x..... S ....X.......X... H x.x.x.x.x.x.x.x. || K X.....x.X.x..... S ....X.......X... H X.x.X.x.X.x.X.x. || K X.x...x.X.x...x. S ....X.......X... D X.x.X.x.X.x.X.x. O ................
metal: K x...x...x...x... S ........X....... D x...x...x...x... || K X.x.x.x.X.x.x.x. S ....X.......X... D X...x...X...x... || K X.xxX.xxX.xxX.xx S ....X.......X... H X.x.X.x.X.x.X.x. || K XxxxXxxxXxxxXxxx S ....X.......X... C X...X...X...X...
house: K X...X...X...X... H ..x...x...x...x. || K X...X...X...X... P ....x.......x... O ..x...x...x...x. || K X...X...X...X... P ....X.......X... O ..x...x...x...x. H xoxoxoxoxoxoxoxo || K X...X...X...X... S ....X.......X... P ....X.......X... O ..X...X...X...X. H xoxoxoxoxoxoxoxo B ..x...x...x...xx
techno: K X...X...X...X... || K X...X...X...X... H ..x...x...x...x. R ......x........x || K X...X...X...X... O ..x...x...x...x. P ....x.......x... A xoxoxoxoxoxoxoxo || K X...X...X...X..x O ..X...X...X...X. P ....X..x....X... H xxxxxxxxxxxxxxxx R ..x..x....x..x..
synthwave: K X.......X....... S ....X.......X... || K X.......X....... S ....X.......X... H x.x.x.x.x.x.x.x. || K X...X...X...X... S ....X.......X... H x.x.x.x.x.x.x.x. || K X...X..xX...X... S ....X.......X... H xoxoxoxoxoxoxoOo
ambient: A x.......o....... || A x...o...x...o... K x............... || K x.........x..... A x.o.x.o.x.o.x.o. R ........x.......
ballad: K x............... R ........x....... || K x.........x..... R ....x.......x... H x...x...x...x... || K X.....x...x..... S ....x.......x... H x.x.x.x.x.x.x.x. || K X.....x.x.x..... S ....X.......X... D x.x.x.x.x.x.x.x.
jazz: D x...x...x...x... F ....x.......x... || D x...x.x.x...x.x. F ....x.......x... || D X...x.x.X...x.x. F ....x.......x... K x.......o....... S ......o.......o. || D X...x.x.X...x.x. F ....x.......x... K x.......x.o..... S ..o...o...o...x.
bossa: R x..x...x..x..... H x.x.x.x.x.x.x.x. || K x...x.x...x.x.x. R x..x..x...x..x.. H x.x.x.x.x.x.x.x. || K x..xx..xx..xx..x R x..x..x...x..x.. H xoxoxoxoxoxoxoxo || K x..xx..xx..xx..x R X..x..x...X..x.. A xoxoxoxoxoxoxoxo D x...x...x...x...
latin: w x..x..x...x.x... A x.o.x.o.x.o.x.o. || w x..x..x...x.x... c ..x.x...x.x.x... d ....o.......o... k x...x...x...x... || K x..x..x.x..x..x. w X..X..X...X.X... e ......xx......xx c ..o...o...o...o. k x.x.x.x.x.x.x.x. || K X..x..x.X..x..x. S ...x..x....x..x. e ......xx......xx d ..xx....x.xx.... k X.x.X.x.X.x.X.x. H xoxoxoxoxoxoxoxo
folk: K x.......x....... B ....x.......x... || K x.......x....... R ....x.......x... A x.o.x.o.x.o.x.o. || K X.....x.x....... S ....x.......x... B x.x.x.x.x.x.x.x. || K X.....x.X.x..... S ....X.......X..o B x.xox.xox.xox.xo
orchestral: L x............... || L X.......x.....x. || L X.....x.X...x... S ............o.oo C x............... || L X..x..x.X.x.x.x. S o.ooo.ooo.ooX.oo C X...............
hiphop: K x.......x....... S ....x.......x... || K X......x..x..... S ....X.......X... H x.x.x.x.x.x.x.x. || K X..x...x..x..x.. S ....X.......X... H x.x.x.xxx.x.x.x. || K X..x...x.xx..x.. S ....X.......X..o P ....x.......x... H x.xxx.x.xxx.xxxx O ..............x.
lofi: K x.........x..... R ....x.......x... || K X......x..x..... S ....x.......x... H x.x.x.x.x.x.x.x. || K X.....xx..x..... S ....x.......x... H x.x.xox.x.x.xoxo || K X..x...x..x..x.. S ....x..o....x..o H x.xox.xox.xox.xo O ......x.........
funk: K x.........x..... S ....x.......x... H x.x.x.x.x.x.x.x. || K X.x.......x..x.. S ....X..o.o..X..o H xxxxxxxxxxxxxxxx || K X.x...x...x..x.. S ....X..o.o.oX..o H XxxxXxxxXxxxXxOx || K X.x..xx..xx..x.x S ....X..o.o.oX.oo H XxxxXxxxXxOxXxxx k x...x...x...x...
reggae: K ........x....... R ........x....... H x.x.x.x.x.x.x.x. || K ........X....... R ........X....... H x.xox.xox.xox.xo || K x.......X....... S ........X....... H x.xxx.xxx.xxx.xx || K X...X...X...X... S ........X.....x. H x.xxx.xxx.xxx.xx B ....x.......x...
country: K x.......x....... R ....x.......x... || K x.......x....... S ....x.......x... H x.x.x.x.x.x.x.x. || K X.......X....... S ..x.X.xx..x.X.xx || K X.......X.....x. S o.oxX.ooo.oxX.oo H ..x...x...x...x. D x...x...x...x...
waltz: K x........... F ....x...x... || K x........... R ....x...x... D x...x...x... || K X.........x. S ....x...x... D x...x...x... || K X.....x..... S ....x.o.x.oo D X.x.x.x.x.x. C ............
"""


_RHYTHMS = """
pop: x-------x---x--- | x--------------- || x---x---x-x-x--- | x---x-----x-x--- || x-x-x---x--x--x- | ..x-x-x-x---x--- || x-x-x-xxx--x--x- | ..x-x-x-xxx-x-x-
rock: x-------x------- | x---x----------- || x---x---x--x--x- | x---x-------.... || x-x-x-x-x--x--x- | x-x-..x-x-x-x--- || x-xxx-xxx-xxx-x- | xxx-xxx-x-x-xxxx
dance: x--x--x-....x--- | x--x--x-........ || x--x--x--x--x-x- | x--x--x--x--x--- || x.xx.xx.x.xx.xx. | x.xx.xx.x-x-x-x- || xxx.xxx.xx.xxx.x | xxx.xxx.x.x.x.x.
anthem: x-----------x--- | x--------------- || x-------x-----x- | x-------x------- || x-----x-x---x--- | x---x---x------- || x--x--x-x--x--x- | x--x--x-x---x-x-
long: x--------------- | ................ || x-----------x--- | x--------------- || x-------x------- | x-----------.... || x---x---x------- | x-------x---x---
ballad: ....x---x---x--- | x--------------- || ..x-x-x-x---x--- | x-----------.... || x---x-x-x-----x- | x-x-x---x---.... || x-x-x-x-x---xxx- | x-x-x---x-x-x---
jazz: ....x-x-x------- | ......x-x---.... || x-..x-x-..x-x--- | x-----x-x-..x--- || ..x-x-x-x-x-x--x | x--x..x-x-x-.... || x-x-x-xxx-x-x-x- | ..x-x-x-xxx-x-x-
bossa: x-----x-------x- | ....x---x------- || x-----x-----x--- | ..x--x----x----- || x--x--x---x--x-- | ..x-x-x-x------- || x-xx--x-x-xx--x- | ..x-x-x-x-x-x---
latin: x-----x-----x--- | x--------------- || x--x--x---x-x--- | ....x-x-x------- || x--x--x---x-x-x- | x--x--x-x------- || x-xxx-x-..xxx-x- | x--x--x-xxx-x---
folk: x-------x---x--- | x-------x------- || x---x-x-x---x--- | x---x---x------- || x-x-x---x-x-x--- | x-x-x-x-x------- || x-x-x-x-xxx-x-x- | x-x-xxx-x---x---
hiphop: x-------....x--- | ................ || x--x------x----- | x--x------....x- || x--x--x---x-x-x- | x--x------..x-x- || x-xx.x.x-.x-xx.. | x-xx.x..x-x-....
lofi: ....x---x------- | ................ || x-----x---x----- | ..x---x--------- || ..x-x--x--x-x--- | x-----x-..x----- || x-x-x--xx-x-x--- | ..x-x-xxx---x---
funk: x-..x-.......... | ..x-x-.......... || x-.x.x--....x-x- | x-.x.x--........ || x-xx.x-x..x-xx-- | x-xx.x--..x-x-x- || xxxx.x-x.xx-xx-x | x-xx.x-xxxx-x-x-
waltz: x-----------| x----------- || x-------x--- | x----------- || x---x---x--- | x-------x--- || x---x-x-x--- | x-x-x-x-x---
"""

# The end of a section: drums that replace the last bar from its middle or last beat on.
_FILLS = """
4: S ............x.xx || S ............xxxx T ................ || S ........x.x.xxxx || T ........xx......  M ..........xx.... L ............xx.. S ..............xx || S ........xxoxX.xx T ................ || T ............x... M .............x.. L ..............xx
3: S ........x.xx || T ........x... L ..........xx || S ......x.x.xx
"""


def _drums(text: str) -> dict[str, list[dict[str, str]]]:
    found = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(":")
        variants = [variant.split() for variant in rest.split("||")]
        found[name] = [dict(zip(v[::2], v[1::2], strict=True)) for v in variants]
    return found


DRUMS = _drums(_DRUMS)
FILLS = {int(beats): fills for beats, fills in _drums(_FILLS).items()}
RHYTHMS = pattern_table(_RHYTHMS)
