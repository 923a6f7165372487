"""A film cut from somebody's own videos and photos: looked through, chosen, laid on the music.

`looking` sees what a file shows, `faults` says what of it is not to be shown, `twins` what is there
more than once. `rhythm` says when a song cuts, `choosing` which piece goes where, `framing` and
`film` show it. `pipeline/video` calls them.
"""
