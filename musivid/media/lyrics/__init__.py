"""Timed words in files: `read_cues` of `reading`, `write_cues` of `writing`.

Each format has a module of its own that makes a row of `formats.FORMATS`; what several share is in
`lines` (what was found), `rows`, `objects` and `subtitles`. `encoding` makes text of bytes; `ass`
draws lyrics onto the picture.
"""
