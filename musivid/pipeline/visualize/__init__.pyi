"""A song becomes pictures, and a film that walks through them."""

from .illustrated import Illustrated as Illustrated
from .illustrated import illustrate as illustrate
from .illustrated import illustrate_samples as illustrate_samples
from .job import CheckedVisualize as CheckedVisualize
from .job import VisualizeJob as VisualizeJob
from .job import check_visualize as check_visualize
from .job import files_read as files_read
from .job import needs_of as needs_of
from .make import VisualizeResult as VisualizeResult
from .make import make_visual as make_visual
from .preview import VisualizePlanFacts as VisualizePlanFacts
from .preview import draw_preview as draw_preview
from .preview import plan_facts as plan_facts
