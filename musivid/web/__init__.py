"""The studio: songs into films and clips into scored clips in a browser, on this machine.

Two kinds of process. The server (`serve`, `app`) has pages, doors and the database, and imports no
network. Workers (`worker`) do what jobs ask for in their main thread, with one session each; they
leave when the server is gone, and whatever was killed goes on when it starts again.
Inside: `tables` and `jobs` keep what is known, `inputs` takes files in, `forms` makes forms of
settings, `sheets` holds plans of films, `pages`, `api` and `events` answer, `works` is what workers
do.
"""
