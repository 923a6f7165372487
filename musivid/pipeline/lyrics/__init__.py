"""The words of a song get their times (`lyrics`).

`lyrics` takes a song and its words and gives lines and words with times and how sure these are, to
be saved in any format of timed text; without words it writes down what is sung. The command calls
`check_lyrics`, which looks at all that can be checked before a model loads, and `lyrics_file`.
Inside: `spoken` words as letters that a network hears, `numbers` those in figures, `emissions` how
likely each letter is in each moment, `aligned` words onto these, `written` what is written down,
`sung` what comes of it, `make` the work.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
