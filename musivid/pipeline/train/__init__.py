"""MIDI files become a composer (`bgm train`).

`train` takes files and gives weights. The command calls `check_train`, which looks at what can be
checked before anything is read, `plan_train`, which prepares songs and network, and `train_job`,
which works in a run's folder and goes on after a kill.
Inside: `sources` MIDI into words, `batches` windows of them, `loop` the updates, `make` the work.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
