"""What bands play in three-four beside the waltz: tables in the signs of `styles` and `patterns`.

A bar is twelve signs, three beats of four; only its first beat is strong, the third one answers.
"""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

__all__ = ["BASS", "CHORDS", "GROOVES", "RHYTHMS", "WALK"]

GROOVES = """
pop: K 0 X.....x..... ; K .85 X..x..x..... ; S 0 ........X... ; S .8 ........X..o ; H 0 x.o.x.o.x.o. ; P .45 ........x... ; B .85 ..x...x...x.
rock: K 0 X.....x..... ; K .85 X.x...x...x. ; S 0 ........X... ; S .85 ....o...X..o ; H 0 X.x.X.x.X.x. ; H .85 - ; D .85 X.x.X.x.X.x.
synthwave: K 0 X........... ; K .65 X...X....... ; S 0 ........X... ; H .3 x.x.x.x.x.x. ; H .75 xoxoxoxoxoxo
ambient: A .5 ....o...o... ; A .8 ..o.x.o.o.x. ; K .75 x...........
ballad: K 0 X........... ; K .7 X.....x..... ; R 0 ........x... ; R .7 - ; S .7 ........X... ; H 0 x.x.x.x.x.x.
jazz: D 0 x...X.x.X... ; F 0 ....x....... ; K .5 o........... ; S .6 ......o...............o. ; S .85 ..o...o.......o...o...o.
folk: K 0 X........... ; K .6 X.......x... ; B 0 ....o...o... ; B .55 o.o.x.o.x.o. ; L .7 ....xo..x.xo
orchestral: L .35 X........... ; L .65 X.......x... ; L .85 X...x...x.x. ; S .8 o.ooo.o.o.oo ; C .9 X.......................
country: K 0 X........... ; R 0 ....x...x... ; R .55 - ; S .55 ..o.X.o.X.oo ; H 0 ..x...x...x.
"""

RHYTHMS = """
straight: x-------x--- x---x---x--- x---x-x-x--- x-x-x---x-x- x-x-x-x-x-x- / x----------- x---x------- x---x-x-----
slow: x----------- x-------x--- x-----x-x--- x---x---x--- / x----------- x-------x--- x---x-------
swing: ..x-x---x--- x---x-x-x-x- ..x-x-x-x--- x-x-x-x-x--- / x---x------- x-x-x------- ..x-x-x-----
sync: x-----x----- x--x--x-x--- x---..x-x-x- x-x-..x-x--- / x----------- x--x--x-----
"""

CHORDS = """
pop: X-------x--- || X-----x-x--- /b-------b--- || X---x---x--- /b----------- || X-x-x-x-x-x- /b-------b---
strum: X---x---x--- || X---x-x-x-x- || X-x-x-x-x-x- || X-xxx-xxx-xx
power: p----------- || p-------p--- || p-p-p-p-p-p- || p-ppp-p-ppp-
block: X----------- || X-------x--- || X---x---x--- || X-----x-x---
pulse: 1---2---1--- || 1-1-1-1-1-1- || 1-2-1-3-1-2- || 1-2-3-4-3-2-
sparse: X----------- || 1-----3-2--- || 1---2---3--- || 1--2--3--4--
arp8: 1---3---2--- || 1-2-3-2-3-2- || 1-2-3-4-3-2- || 1-2-3-4-2-3-
ballad: X----------- /b----------- || 1---2---3--- /b----------- || 1-2-3-4-3-2- /B----------- || 1-2-3-4-3-2- /B-------b---
charleston: X-----x-.... || X-----x-..x- || ..x---x---x- || X-----x-x---
folk: b---X---x--- || b---X-x-x-x- || b-3-2-3-4-2- || b-3-2-4-3-2-
boomchick: b---x---x--- || b---X-x-X-x- || b-x-X-x-X-x-
pad: X-----------
sweep: X----------- || X-------X--- || 1-2-3-2-3-2- || X-x-X-x-X-x-
"""

BASS = """
pop: r-------r--- || r-----r-r--- || R-----r-f-a- || R-r-r-r-r-a-
rock: r-------r--- || R---R---r--- || R-r-r-r-r-r- || R-r-r-r-f-a-
eighths: r-------r--- || r-r-r-r-r-r- || R-r-r-r-r-o- || R-o-r-o-r-o-
long: r----------- || r-------f--- || r---f---o---
walking: r---t---f--- || r---t---a--- || r---s---a---
root5: r-------f--- || r-------f-a- || r---g---f--- || R---f---f-a-
"""

WALK = "r---t---a---"
