"""What bands play where beats have three parts: tables in the signs of `styles` and `patterns`.

A bar is twelve signs, two beats of six. The second beat is the back-beat; between the beats the
third eighth leads on, as the off-beat of a shuffle does.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

__all__ = ["BASS", "CHORDS", "FILLS", "GROOVES", "RHYTHMS", "WALK"]

GROOVES = """
pop: K 0 X........... ; K .6 X...x....... ; K .85 X...x.....x. ; S 0 ......X..... ; S .8 ......X....o ; H 0 x.o.o.x.o.o. ; P .45 ......x..... ; B .85 ..x.x...x.x.
rock: K 0 X.........x. ; K .6 X...x.....x. ; K .85 X.x.x.....x. ; S 0 ......X..... ; S .85 ......X...o. ; H 0 X.x.x.X.x.x. ; H .85 - ; D .85 X.x.x.X.x.x.
metal: K 0 X.x.x.x.x.x. ; K .6 X.xxx.x.xxx. ; K .85 XxxxxxXxxxxx ; S 0 ......X..... ; D 0 X.....X..... ; C .9 X...........
house: K 0 X.....X..... ; O 0 ....X.....X. ; P .4 ......X..... ; H .6 x.o...x.o... ; B .85 ..x.x...x.x.
techno: K 0 X.....X..... ; H 0 ....x.....x. ; R .4 ..x.....x... ; A .6 x.o.o.x.o.o. ; P .7 ......X..... ; O .8 ....X.....X.
trance: K 0 X.....X..... ; O 0 ....X.....X. ; P .4 ......X..... ; H .6 x.o.o.x.o.o.
synthwave: K 0 X........... ; K .65 X.....X..... ; S 0 ......X..... ; H .3 x.x.x.x.x.x. ; H .75 x.o.xox.o.xo
ambient: A .5 ....o.....o. ; A .8 ..o.o...o.o. ; K .75 x...........
ballad: K 0 X........... ; K .7 X...x.....x. ; R 0 ......x..... ; R .7 - ; S .7 ......X..... ; H 0 x.x.x.x.x.x.
jazz: D 0 x.o.x.X.o.x. ; F 0 ......x..... ; K .5 o.....o..... ; S .6 ....o.............o..... ; S .85 ....o...o.....o...o...o.
bossa nova: K 0 x.....x...o. ; R 0 x...x...x.....x...x..... ; H 0 x.o.o.x.o.o. ; A .6 x.oxo.x.oxo.
latin: w 0 x...x...x.x...x...x...x. ; A 0 x.o.o.x.o.o. ; c .3 ....x.....o. ; e .5 ..x.....x.x. ; K .5 X.....X...x. ; k .7 x.....x..... ; d .8 ..o.x...o.x.
folk: K 0 X.....x..... ; K .6 X...x.X...x. ; B 0 ..o.o...o.o. ; B .55 x.o.x.x.o.x. ; L .7 ....xo....xo
orchestral: L .35 X........... ; L .65 X.....X...x. ; L .85 X...x.X.x.x. ; S .8 o.o.ooo.o.oo ; C .9 X.......................
hip hop: K 0 X.........x. ; K .6 X...x.....x. ; S 0 ......X..... ; S .8 ......X....o ; H 0 x.x.x.x.x.x. ; H .55 x.x.x.xxx.x.x.x.x.x.xxxx ; O .8 ..........x.
lo-fi: K 0 X...x....... ; K .6 X...x.....x. ; S 0 ......x..... ; H 0 x.o.x.x.o.x. ; H .7 x.x.o.x.x.oo
funk: K 0 X...x....... ; K .7 X...x...x.x. ; S 0 ..o...X...o. ; S .7 ..o...X.o.oo ; H 0 X.x.x.X.x.x.
reggae: K 0 ......X..... ; R 0 ......X..... ; H 0 x.o.x.x.o.x. ; S .7 ......X...x. ; K .85 X.....X.....
country: K 0 X........... ; R 0 ......x..... ; R .55 - ; S .55 ..o.o.X.o.o. ; H 0 ....x.....x.
waltz: K 0 X........... ; F 0 ..x.x...x.x. ; D .5 x.....x..... ; R .6 ..x.x...x.x. ; K .85 X.....X.....
"""

FILLS = """
S ........x.x.
S ......x.x.xx T ..........x.
S ......o.x.Xx T ........x...
T ......x..... M ........x... L ..........x. S ..........XX
"""

RHYTHMS = """
straight: x-----x----- x---x-x----- x---x-x---x- x-x-x-x---x- x-x-x-x-x-x- / x-----x----- x---x-x----- x-x-x-x-----
drive: x-----x---x- x---x-x---x- x-x-x-x---x- x-x-x-x-x-x- / x-----x----- x-x-x-x-----
sync: x---x---x--- x---x-..x-x- x-x---x-x--- x-x-x---x-x- / x---x------- x-x---x----- x---x-x-----
slow: x----------- x-----x----- x---x-x----- x-----x---x- x---x-x---x- / x----------- x-----x----- x---x-x-----
swing: ..x-x-x----- x---x-..x-x- ..x-x-x-x-x- x-x-x-..x-x- / x---x-x----- ..x-x-x----- x-x-x-x-----
latin: x---x---x--- x-x---x---x- ..x-x---x-x- x---x-x-x-x- / x---x------- x---x-x----- ..x-x-x-----
three: x-----x----- x---x-x----- x---x-x---x- x-x-x-x---x- / x----------- x-----x----- x---x-x-----
"""

CHORDS = """
pop: X-----x----- || X---x-x----- /b-----b----- || X---x-x---x- /b-----b----- || X-x-x-X-x-x- /b-----b---b- || x-x-x-x-x-x- /b---b-b---b-
strum: X-----x----- || X---x-x---x- || X-x-x-X-x-x- || X-xxx-X-xxx-
power: p----------- || p-----p----- || p---p-p---p- || p-p-p-p-p-p- || p-ppp-p-ppp-
chug: p----------- || p...p.p...p. || p-p-p-p-p-p- || p.ppp.p.ppp. || pppppppppppp
block: X----------- || X-----x----- || X---x-x----- || X---x-x---x-
offbeat: X---........ || ....X-....X- || X...x.....x. || X...x.x...x. /b-----b-----
stab: X--......... || X...x....... || X...x.....x. || X...x.x...x.
skank: ....x.....x. || ....X.....X. || ..x.x...x.x. || ....X.x...X.
pulse: 1-----2----- || 1-1-1-1-1-1- || 1-2-1-3-2-1- || 1-2-3-1-2-3-
sparse: X----------- || 1-----3----- || 1---2-3----- || 1-2-3-4---3-
arp8: 1---2-3---2- || 1-2-3-2-3-2- || 1-2-3-4-3-2- || 1-2-3-4-3-4-
arp16: 1-2-3-4-3-2- || 1.2.3.1.2.3. || 1-2-3-2-3-4- || 1-3-2-4-3-2-
ballad: X----------- /b----------- || 1---2-3---2- /b-----b----- || 1-2-3-4-3-2- /B-----b----- || 1-2-3-4-3-2- /B-----B---b- || X-2-3-X-3-2- /B-----B---b-
charleston: X---x-...... || X---x-....x- || ..x-....x-x- || X---x-x-..x-
bossa: X---x---x--- || X---x---x--- /b-----b----- || X-x---x-x--- /b---b-b-----
montuno: 1-3-3-1-3-3- || 1-3-4-3-1-3- || 1.4.3.1.4.3. /b.....b...b. || X.3.4.X.3.4. /b.....b...b.
folk: b---x-b---x- || b-X-x-b-X-x- || b-3-2-b-4-2- || b-3-2-X-4-2-
boomchick: b---x-b---x- || b-X-x-b-X-x- || b-x-X-b-x-X- || b-x-Xxb-x-Xx
funk: X...m.x..... || m...X.m...m. || m.X.m.x.m.m. || m.m.X.m.m.X.
lofi: X----------- || X---..x----- || X---x-x----- || X-4-3-x-4-3-
pad: X-----------
sweep: X----------- || X-----X----- || 1-2-3-2-3-2- || X-x-x-X-x-x-
waltz: X----------- /b----------- || ..x-x-..x-x- /b----------- || ..x-x-..x-x- /b-----b----- || 1-2-3-4-3-2- /b-----b-----
"""

BASS = """
pop: r-----r----- || r---r-r----- || R---r-r---a- || R-r-r-R-r-a-
rock: r-----r----- || R-----R---r- || R---r-R---r- || R-r-r-R-r-r- || R-r-r-R-f-a-
chug: r----------- || R...r.R...r. || r-r-r-r-r-r- || R.rrr.R.rrr. || RrrrrrRrrrrr
house: r-----...... || ....r-....r- || ..R-r-..R-r- || r...r.r...o.
offbeat: ....r-....r- || ..r.r...r.r. || ..r.r...r.o.
techno: r.....r..... || R...r.R...r. || R.r.r.R.r.r. || R.r.r.R.r.o.
eighths: r-----r----- || r-r-r-r-r-r- || R-r-r-R-r-o- || R-r-o-R-r-o-
long: r----------- || r---------f- || r-----f---o-
walking: r-----f----- || r---t-f---a- || r---s-t---a- || R---f-o---a-
bossa: r-----f----- || r---f-f---r- || R---f-f---a-
tumbao: r---f---o--- || ....f-....o- || r...f-..r.o- || R.r.f-..r.a-
root5: r-----f----- || r-----f---a- || r---g-f---a- || R---r-f-f-a-
hiphop: r----------- || r---r------- || R---r.....a- || R---r...f-a-
lofi: r----------- || r---r-f----- || r---r-..f-a-
funk: r.....r..... || R...r.o...r. || R.g.r.o.r.a. || R.r.g.R.o.a.
reggae: r---..f----- || ..r-r-f---t- || r-r-..f-t-a-
waltz: r----------- || r-----f----- || r---t-f----- || r---f-a-----
"""

WALK = "r---t-f---a-"
