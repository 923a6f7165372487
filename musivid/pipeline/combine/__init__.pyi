"""Films become one film."""

from .combined import Combined as Combined
from .combined import combine as combine
from .make import combined_frames as combined_frames
from .make import make_combined as make_combined
from .plan import FITS as FITS
from .plan import CombinePlan as CombinePlan
from .plan import Fit as Fit
from .plan import plan_combine as plan_combine
