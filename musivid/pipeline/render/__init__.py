"""Frames into parts into one file, so that a killed run goes on with the same frames.

`studio` holds the networks, `keyframes` says when pictures are painted and `keyframe_painting`
paints them; `reactions` is what the music does to each frame. A `Film` gives frames in order,
`parts` encodes them one part at a time, `assembly` joins parts and song. `checks` asks beforehand
whether there is room.
"""
