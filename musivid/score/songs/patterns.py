"""Rhythms as text: how basses and chords are played, and the letters of drums; a sign a sixteenth.

Every style is a list from sparse to dense. `.` is a rest and `-` holds; `/` parts hands. Signs of
chords: `X`, `x`, `o` the whole chord, `1`..`6` one voice from below, `b` the root below, `B` it in
octaves, `p` root, fifth and octave, `m` damped. Signs of basses: `r` root, `R` accented, `o`
octave, `f` fifth, `t` third, `s` second, `v` seventh below, `a` step to the next root, `g` ghost.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

__all__ = ["BASS", "CHORDS", "DRUM_KEYS", "FILM_BASS", "FILM_CHORDS", "pattern_table"]

# letter: General MIDI drum
DRUM_KEYS = {
    "K": 36, "S": 38, "R": 37, "P": 39, "H": 42, "F": 44, "O": 46, "D": 51, "C": 49, "T": 48,
    "M": 45, "L": 41, "B": 54, "A": 70, "c": 62, "d": 63, "e": 64, "w": 75, "k": 56, "t": 53,
}  # fmt: skip

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

# What songs for films play instead. The songs that models learn from stay as those models know them.
_FILM_CHORDS = """
power: p--------------- || p-------p-----p- || p--p--p-p--p--p- || p-p-p-p-p-p-p-p- || p-ppp-p-p-ppp-pp
chug: p--------------- || p-p-p-p-p-p-p-p- || p..p..p.p.pp.ppp || p.ppp.ppp.ppp.pp || pppppppppppppppp
bossa: X-----x-----x--- || X-----x-----x--- /b-------b------- || X---x-x---x---x- /b-----b-b-----b-
"""
_FILM_BASS = """
rock: r-------r------- || R---r---R---r--- || R--r--r-R--r--r- || R-r-r-r-R-r-r-r- || R-r-r-r-R-r-f-a-
chug: r--------------- || r-r-r-r-r-r-r-r- || R..r..r.R.rr.rrr || R.rrR.rrR.rrR.rr || RrrrRrrrRrrrRrrr
pop: r-------r------- || r-----r-r------- || R-----r-r-r-f-a- || R--r--r-R-r--ra-
techno: r.......r....... || R..r..r.R..r..r. || R..r..rrR..r..or || R.rrR.rrR.rrR.or
bossa: r-------f------- || r-----f-f-----r- || R-----f-f-----a-
tumbao: r--r--f----r--o- || ...r..f-...r..o- || ...r..f-...r..oa || R..r..f-..rr..oa
"""


def pattern_table(text: str) -> dict[str, list[str]]:
    """Read lines of `name: pattern || pattern`."""
    found = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(":")
        found[name] = [variant.replace(" ", "") for variant in rest.split("||")]
    return found


CHORDS, BASS = pattern_table(_CHORDS), pattern_table(_BASS)
FILM_CHORDS = CHORDS | pattern_table(_FILM_CHORDS)
FILM_BASS = BASS | pattern_table(_FILM_BASS)
