"""Marks and cuts in the forms of editors, in and out; a file a format.

`timecode` counts frames, `marks` says what is exchanged, `formats` is the table that reading,
writing, help and messages go by. `reading` lays what a file says on the clock of a film.
"""
