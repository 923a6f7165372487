"""Songs into pictures and pictures into songs."""

from .core.errors import MusividError as MusividError
from .core.progress import Reporter as Reporter
from .core.timeline import Cue as Cue
from .media.audio import Track as Track
from .media.audio import load_track as load_track
from .media.clip import Clip as Clip
from .pipeline.bgm import Composed as Composed
from .pipeline.bgm import compose as compose
from .pipeline.caption import Captioned as Captioned
from .pipeline.caption import caption as caption
from .pipeline.combine import Combined as Combined
from .pipeline.combine import combine as combine
from .pipeline.video import Filmed as Filmed
from .pipeline.video import film as film
from .settings.presets import load_preset as load_preset
from .weights.session import Session as Session

__version__: str
