"""A song becomes words."""

from .job import LEAST_S as LEAST_S
from .job import CaptionPlanFacts as CaptionPlanFacts
from .job import CheckedCaption as CheckedCaption
from .job import check_caption as check_caption
from .kinds import CaptionKind as CaptionKind
from .kinds import caption_kind as caption_kind
from .make import Captioned as Captioned
from .make import caption as caption
from .make import caption_file as caption_file
from .make import caption_samples as caption_samples
from .make import caption_song as caption_song
from .make import open_captioner as open_captioner
