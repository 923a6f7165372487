"""Songs into pictures and pictures into songs.

The public interface, of which nothing is loaded before it is asked for: `film`, `illustrate`,
`caption`, `lyrics`, `compose`, `evaluate` and `combine` make and measure, `load_preset` gives
settings, a `Session` keeps models. `__init__.pyi` lists all of it; docs/python.md shows it at work.
"""

import lazy_loader

__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
