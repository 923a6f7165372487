"""Work shared out among machines: units, actors, what is tried again; nothing of films or music.

`units` holds the words and protocols, `rows` says who gets what next, `foreman` sees to it that
all is done once; `hosting` is what runs where the work is done. Actors are processes of this
machine (`processes`) or of a Ray cluster (`cluster`); `packing` carries files there and back.
"""
