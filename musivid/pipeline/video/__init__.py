"""A song becomes a film (`video`, and `interpolate` between sound and words).

`film` takes a song and gives its frames, or a file when it is saved; `film_samples` is the rung
below, sound in and frames out. The commands go from file to file: `check_job` looks at all that
can be checked before a model loads, `make_video` works in a run's folder and goes on after a kill.
Inside: `job` what is asked, `listen` and `plan` before models load, `stages` and `make` the work.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
