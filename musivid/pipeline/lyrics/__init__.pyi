"""The words of a song get their times."""

from .job import CheckedLyrics as CheckedLyrics
from .job import LyricsJob as LyricsJob
from .job import LyricsPlanFacts as LyricsPlanFacts
from .job import check_lyrics as check_lyrics
from .job import check_models as check_models
from .make import lyrics as lyrics
from .make import lyrics_file as lyrics_file
from .make import lyrics_of_track as lyrics_of_track
from .sung import SungLine as SungLine
from .sung import SungLyrics as SungLyrics
from .sung import SungWord as SungWord
