"""What everything stands on; it knows nothing of sound, pictures or models.

`timeline` is the clock of an output and `clock` times as people write them; `seeds` is where
numbers are drawn; `outputs` asks whether a file may be written, `storage` writes it whole or not at
all, and `run` keeps the folder of a piece of work with its `recipe`. `errors`, `progress` and
`stopping` are how work fails, talks and ends; `device` and `paths` where it computes and looks.
"""
