"""Timed words in files: one module a format; `reading` tells which it is."""
