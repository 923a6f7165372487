"""A song becomes markers."""

from .form import file_ending as file_ending
from .job import CheckedMarkers as CheckedMarkers
from .job import MarkersJob as MarkersJob
from .job import check_markers as check_markers
from .make import Marked as Marked
from .make import MarkersFacts as MarkersFacts
from .make import mark as mark
from .make import mark_file as mark_file
