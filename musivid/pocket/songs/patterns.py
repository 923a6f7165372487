"""Grooves, accompaniments, bass lines and rhythms, written as one sign for each sixteenth.

Every style is a list from sparse to dense. `.` is a rest and `-` holds; `|` parts bars and `/`
parts hands. Signs of drums: `X` accent, `x` normal, `o` soft. Signs of chords: `X`, `x`, `o` the
whole chord, `1`..`6` one voice from below, `b` the root below, `B` it in octaves, `p` root, fifth
and octave, `m` damped. Signs of basses: `r` root, `R` accented, `o` octave, `f` fifth, `t` third,
`s` second, `v` seventh below, `a` step to the next root, `g` ghost.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

__all__ = ["BASS", "CHORDS", "DRUMS", "DRUM_KEYS", "FILLS", "RHYTHMS"]

# letter: General MIDI drum
DRUM_KEYS = {
    "K": 36, "S": 38, "R": 37, "P": 39, "H": 42, "F": 44, "O": 46, "D": 51, "C": 49, "T": 48,
    "M": 45, "L": 41, "B": 54, "A": 70, "c": 62, "d": 63, "e": 64, "w": 75, "k": 56, "t": 53,
}  # fmt: skip

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

_CHORDS = """
pop: X-------x------- || X-------x-----x- /b-------b------- || X---x---x---x--- /b-------b------- || X--x--x-X--x--x- /b-----b-b-----b- || x-x-x-x-x-x-x-x-/b-------b-----b-
strum: X-------x------- || X---x-x-..x-x-x- || X-x-x-x-X-x-x-x- || X-xxx-xxX-xxx-xx
power: p---------------  || p-------p-----p- || p-p-p-p-p-p-p-p- || p-ppp-p-p-ppp-pp
chug: p--------------- || p-p-p-p-p-p-p-p- || p.ppp.ppp.ppp.pp || pppppppppppppppp
block: X--------------- || X-------x------- || X-----x-x-----x- || X---x---x---x---
offbeat: X-----.......... || ..X-..X-..X-..X- || X..x..x...x..x.. || X..x..x..x..x.x. /b-------b-------
stab: X--............. || X.....x......... || X..x......x..... || X..x..x...x..x..
skank: ....x.......x... || ....X.......X... || ..x...x...x...x. || ....X.x.....X.x.
pulse: 1---2---1---2--- || 1-1-1-1-1-1-1-1- || 1-2-1-3-1-2-1-3- || 1121131411211314
sparse: X--------------- || 1-----3---2----- || 1---2---3---4--- || 1--2--3--4--3--2
arp8: 1---3---2---3--- || 1-2-3-2-4-2-3-2- || 1-2-3-4-3-2-3-4- || 12341234123412 3-
arp16: 1-2-3-4-3-2-3-4- || 1.2.3.1.2.3.1.2. || 1213141312131413 || 1234321412343214
ballad: X--------------- /b--------------- || 1---2---3---2--- /b-------b------- || 1-2-3-2-4-2-3-2- /B-------b------- || 1-2-3-4-3-2-3-4- /B---b---B---b--- || X-23x-32X-23x-32/B-------B-----b-
charleston: X-----x-........ || X-----x-......x- || ..x-......x-..x- || X--..x--..x-x-..
bossa: X--x--x---x--x-- || X--x---x--x--x-- /b-------b------- || X--x--x-x--x--x- /b-----bb-----b-- 
montuno: 1-3-..3-1-3-..3- || 1-34.34.1-34.34. || 14.314.34.314.34 /b..b..b.b..b..b. || X.34.34X.34.34X. /b..b..b.b..b..b.
folk: b---X---b---x--- || b---X-x-b---X-x- || b-3-2-3-b-4-2-3- || b-324-32b-324-32
boomchick: b---x---b---x--- || b---X-x-b---X-x- || b-x-X-x-b-x-X-xx
funk: X..m..x......... || m..mX..m..x.m..m || mmxmm.xmmmxmX.mm
lofi: X--------------- || X-------..x----- || X-----x---x----- || X--4--3-x--4-3-2
pad: X---------------  
sweep: X--------------- || X-------X------- || 1-2-3-2-1-2-3-2- || XxxxXxxxXxXxXxxx
waltz: X----------- /b----------- || ....x---x--- /b----------- || ....x---x--- /b---....b--- || 1-2-3-4-3-2- /b-----------
"""

_BASS = """
pop: r-------r------- || r-----r-r------- || R-----r-r---f-a- || R-r-r-r-R-r-r-a-
rock: r-------r------- || R---r---R---r--- || R-r-r-r-R-r-r-r- || R-r-r-r-R-r-f-a-
chug: r--------------- || r-r-r-r-r-r-r-r- || R.rrR.rrR.rrR.rr || RrrrRrrrRrrrRrrr
house: r-------........ || ..r-..r-..r-..r- || ..R-..R-..R-.or- || r..r..o..r..o.r.
offbeat: ..r-..r-..r-..r- || .rrr.rrr.rrr.rrr || .rro.rro.rro.rro
techno: r.......r....... || ..r-..r-..r-..r- || .rr..rr..rr..ro. || .rrr.rrr.rro.rrr
eighths: r-------r------- || r-r-r-r-r-r-r-r- || R-r-r-r-R-r-r-o- || RrorRrorRrorRror
long: r--------------- || r-----------f--- || r-------f---o--- 
walking: r-------f------- || r---t---f---a--- || r---s---t---a--- || R---f-o-t---a-g-
bossa: r-------f------- || r-----ff-----r-- || R-----ff-----fa-
tumbao: r-----f-----r--- || ......f-....o--- || r.....f-....o-a- || R..r..f-..r.o-a-
root5: r-------f------- || r-------f-----a- || r---g---f---a--- || R-r-f---r-f-a---
hiphop: r--------------- || r------r--r----- || R--....r..o-..a- || R--r...r.fo-.r..
lofi: r---------------|| r------r--f----- || r------r..t-f-a-
funk: r.....r...r..... || R..r..o...r.v.r. || R.gr..o.gr.ov.ra || R.orgro.gr.ovrra
reggae: r-----..f---..r- || ..r-r-..f-t-..r- || r-.r-.r-f-.t-.a-
waltz: r----------- || r-------f--- || r---f---t--- || r---f---a---
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


def _table(text: str) -> dict[str, list[str]]:
    found = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(":")
        found[name] = [variant.replace(" ", "") for variant in rest.split("||")]
    return found


def _drums(text: str) -> dict[str, list[dict[str, str]]]:
    found = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(":")
        variants = [variant.split() for variant in rest.split("||")]
        found[name] = [dict(zip(v[::2], v[1::2], strict=True)) for v in variants]
    return found


DRUMS = _drums(_DRUMS)
FILLS = {int(beats): fills for beats, fills in _drums(_FILLS).items()}
CHORDS, BASS, RHYTHMS = _table(_CHORDS), _table(_BASS), _table(_RHYTHMS)
