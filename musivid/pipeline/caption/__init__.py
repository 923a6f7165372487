"""A song becomes words (`caption`).

`caption` takes a song and gives timed captions, to be saved in any format of cues;
`caption_samples` is the rung below, sound in and cues out. The command calls `check_caption`, which
looks at all that can be checked before a model loads, and `caption_file`.
Inside: `windows` what one caption is for, `kinds` who says it, `make` the work.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
