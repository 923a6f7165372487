"""A song becomes a film."""

from .estimate import estimate_s as estimate_s
from .filmed import Filmed as Filmed
from .filmed import film as film
from .filmed import film_samples as film_samples
from .job import CheckedJob as CheckedJob
from .job import VideoJob as VideoJob
from .job import check_job as check_job
from .job import files_read as files_read
from .job import needs_of as needs_of
from .listen import listen_to as listen_to
from .make import make_video as make_video
from .places import find_places as find_places
from .places import plan_text as plan_text
from .places import read_words as read_words
from .plan import PlaceFacts as PlaceFacts
from .plan import VideoPlanFacts as VideoPlanFacts
from .plan import plan_facts as plan_facts
from .preview import PreviewResult as PreviewResult
from .preview import StillResult as StillResult
from .preview import make_preview as make_preview
from .preview import make_still as make_still
from .sketch import SKETCH_SIZE as SKETCH_SIZE
from .sketch import Sketchbook as Sketchbook
from .stages import VideoResult as VideoResult
from .timeline_file import check_timeline as check_timeline
