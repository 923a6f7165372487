"""Songs into pictures and pictures into songs."""

__version__ = "0.1.0"
