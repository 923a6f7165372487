"""A clip becomes a scored clip (`bgm infer`).

`compose` takes a clip and gives pieces, ranked, to be saved as notes, sound or the clip with them;
`compose_frames` is the rung below, pictures in and scores out. The command goes from file to file:
`check_bgm` looks at all that can be checked before a model loads, `make_bgm` writes all files.
Inside: `job`, `plan` beat and form, `composer` and `decode` notes, `rank`, `sound`, `make`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
