"""Films, songs and notes are measured, each figure of timing beside what chance gives (`evaluate`).

`evaluate` takes a file, or pictures in memory, and gives figures, to be saved as JSON, report or
drawing; `evaluate_frames` is the rung below. The command calls `evaluate_file`, and `round_trip`:
a song is filmed, music is written for the film, and both are compared.
Inside: `hearing` and `looking` read a file once, `meaning`, `notes`, `reference`, `report`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
