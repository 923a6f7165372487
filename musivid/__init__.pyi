"""Songs into pictures and pictures into songs."""

from .core.errors import MusividError as MusividError
from .core.progress import Reporter as Reporter
from .core.progress import Silent as Silent
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
from .pipeline.evaluate import Evaluated as Evaluated
from .pipeline.evaluate import evaluate as evaluate
from .pipeline.lyrics import SungLyrics as SungLyrics
from .pipeline.lyrics import lyrics as lyrics
from .pipeline.markers import Marked as Marked
from .pipeline.markers import mark as mark
from .pipeline.train import TrainResult as TrainResult
from .pipeline.train import train as train
from .pipeline.video import Filmed as Filmed
from .pipeline.video import film as film
from .pipeline.visualize import Illustrated as Illustrated
from .pipeline.visualize import illustrate as illustrate
from .settings.presets import load_preset as load_preset
from .weights.session import Session as Session

__version__: str
