"""MIDI files become a composer."""

from .export import check_export as check_export
from .export import export_songs as export_songs
from .facts import ExportResult as ExportResult
from .facts import TrainPlanFacts as TrainPlanFacts
from .facts import TrainResult as TrainResult
from .job import TrainJob as TrainJob
from .job import check_train as check_train
from .make import TrainPlan as TrainPlan
from .make import plan_train as plan_train
from .make import train_job as train_job
from .taught import train as train
