"""Sound, pictures and lyrics in and out of files; the only room that knows ffmpeg and PyAV.

In: `audio` (`load_track`), `frames` and `reader` (films), `pictures`, `lyrics/`. Out: `sink` writes
frames and sound, `join` parts into one film, `scored` music under a clip; `delivery` looks at what
was written before it gets its name. `kinds` is the table of endings, `mp4` what our films have in
common, `ffmpeg` the one place where a process is started.
"""
