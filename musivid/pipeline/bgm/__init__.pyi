"""A clip becomes a scored clip."""

from .chosen import CandidateFiles as CandidateFiles
from .chosen import deliver_candidate as deliver_candidate
from .composed import Composed as Composed
from .composed import compose as compose
from .composed import compose_frames as compose_frames
from .facts import BgmPlanFacts as BgmPlanFacts
from .facts import plan_facts as plan_facts
from .job import BgmJob as BgmJob
from .job import BgmOutputs as BgmOutputs
from .job import CheckedBgm as CheckedBgm
from .job import check_bgm as check_bgm
from .job import check_settings as check_settings
from .make import BgmResult as BgmResult
from .make import make_bgm as make_bgm
from .plan import plan_bgm as plan_bgm
from .rank import PieceFacts as PieceFacts
