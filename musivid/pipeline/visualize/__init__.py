"""A song becomes pictures, and a film that walks through them (`visualize`).

`illustrate` takes a song and gives captions, prompts, keyframes and frames, or a film when it is
saved; `illustrate_samples` is the rung below, sound in and frames out. The command goes from file
to file: `check_visualize` before a model loads, `make_visual` in a run's folder, `draw_preview`.
Inside: `job`, `listen` and `plan`, `prompts` and `styles`, `pocket` and `artists`, `ways`, `make`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
