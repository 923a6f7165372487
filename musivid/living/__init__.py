"""Scenes drawn at full size, in motion and with light; moved by the music, without a network.

`moment` lays the music on frames, `scenes/` draw them, `light` develops them, `film` puts them
together by a `plan`. `kernels`, `shade` and `canvas` are what scenes are made of. A frame is a
function of its number, so parts can be made anywhere.
"""
