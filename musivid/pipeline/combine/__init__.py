"""Films become one film (`combine`).

`combine` takes films and a song and gives one film: its frames, or a file when it is saved. The
command goes from files to file: `plan_combine` looks at everything and refuses early,
`make_combined` then does what the plan says: parts that agree are copied, others encoded again.
Inside: `plan` lengths and reasons, `make` the work, `combined` what is offered to Python.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
