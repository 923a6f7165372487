"""A song becomes markers for editors and DAWs (`markers`).

`mark` takes a song and gives its beats, bars, sections, hits and lines, to be saved in any form
that `interchange.writing` has. The command calls `check_markers`, which looks at all that can be
checked before the song is decoded, and `mark_file`.
Inside: `job` what is asked and checked, `form` in which file, `moments` what is marked of what was
heard, `make` the work.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
