"""What lyrics are timed of, and all that can be checked before a model loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from musivid.core.errors import InputError, WeightsError
from musivid.core.outputs import check_apart
from musivid.media.audio import probe_audio
from musivid.media.lyrics.reading import read_words
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.lyrics import LyricsPreset
from musivid.weights.folders import find_folder
from musivid.weights.missing import MissingModels, gather
from musivid.weights.names import find_model, separator_named
from musivid.weights.registry import Family, FoundModel

__all__ = [
    "CheckedLyrics",
    "LyricsJob",
    "LyricsPlanFacts",
    "check_heeded",
    "check_lyrics",
    "check_models",
]

_LEAST_S = 0.5  # of a song


@dataclass(frozen=True, slots=True)
class LyricsJob:
    """A song whose words are to be timed.

    Attributes:
        song: the sound; any audio or video file.
        preset: settings.
        text: its words, as a file or as lines; None: they are written down.
        text_encoding: of the file; None: it is told from its bytes.
        voice: the voice alone, on the song's clock; None: the song is heard as it is.
        out: the file; None: not known.
    """

    song: Path
    preset: LyricsPreset
    text: Path | tuple[str, ...] | None = None
    text_encoding: str | None = None
    voice: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class LyricsPlanFacts:
    """What there is to tell of a plan; fields are the keys of its JSON.

    Attributes:
        duration_s: length of the song; None: not known.
        words: given, or heard.
        lines: how many are given; None: none are.
        language: code of what is sung; None: it is heard.
        voice: the voice alone, if one is given.
        separator: who takes the voice apart before it is listened to; None: nobody does.
        model: who listens.
        weights: its folder; None: it is built in code, or not on this machine.
        missing: whether a model must be fetched first.
        lacking: which ones.
        warnings: what the user should know.
    """

    duration_s: float | None
    words: str
    lines: int | None
    language: str | None
    voice: str | None
    separator: str | None
    model: str
    weights: str | None
    missing: bool
    lacking: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedLyrics:
    """A job whose inputs can be used.

    Attributes:
        job: what was asked for.
        lines: the words that are given, a line each; None: they are written down.
        duration_s: length where the file promises it; None: not known.
        warnings: what the user should know.
    """

    job: LyricsJob
    lines: tuple[str, ...] | None
    duration_s: float | None
    warnings: tuple[str, ...] = ()

    @property
    def model(self) -> str:
        """Who listens."""
        models = self.job.preset.models
        return models.transcriber if self.lines is None else models.aligner

    @property
    def separator(self) -> str | None:
        """Who takes the voice apart; None: it is given, or nobody does."""
        return None if self.job.voice else separator_named(self.job.preset.models.separator)

    def facts(self, *, offline: bool = False) -> LyricsPlanFacts:
        """What there is to tell of the plan, whether the weights are here or not."""
        warnings = list(self.warnings)
        folder, lacking = None, tuple[str, ...]()
        try:
            folder = check_models(self, offline=offline)
        except MissingModels as error:
            lacking = tuple(spec.name for spec in error.specs)
            warnings.append(error.told)
        except WeightsError as error:
            lacking = (self.model,)
            warnings.append(f"{error.problem}; {error.command}")
        return LyricsPlanFacts(
            duration_s=None if self.duration_s is None else round(self.duration_s, 3),
            words="heard" if self.lines is None else "given",
            lines=None if self.lines is None else len(self.lines),
            language=self.job.preset.language,
            voice=str(self.job.voice) if self.job.voice else None,
            separator=self.separator,
            model=self.model,
            weights=str(folder) if folder else None,
            missing=bool(lacking),
            lacking=lacking,
            warnings=tuple(warnings),
        )


def check_lyrics(job: LyricsJob) -> CheckedLyrics:
    """Check song, words, voice and settings; nothing is loaded, weights may be missing.

    Raises:
        InputError: a file that cannot be used, or words without a line.
        OutputError: the output is an input. PresetError: settings without effect.
    """
    check_heeded(job)
    if job.out is not None:
        files = {"song": job.song, "voice": job.voice}
        files["text"] = job.text if isinstance(job.text, Path) else None
        check_apart({"lyrics": job.out}, files)
    info = probe_audio(job.song)
    if info.sure_s is not None and info.sure_s < _LEAST_S:
        raise InputError(f"{job.song} lasts {info.sure_s:.2f} s", hint=f"Give {_LEAST_S:g} s.")
    if job.voice is not None:
        probe_audio(job.voice)
    lines, warnings = job.text, list[str]()
    if isinstance(lines, Path):
        found, warnings = read_words(lines, job.text_encoding)
        lines = tuple(found)
    if lines is not None and not any(line.strip() for line in lines):
        raise InputError("there are no words to be timed", hint="Give the words of the song.")
    return CheckedLyrics(job, lines, info.sure_s, tuple(warnings))


def check_heeded(job: LyricsJob) -> None:
    """Check that all that the user set is heeded.

    Raises:
        PresetError: something is not.
    """
    refuse_unheeded(
        job.preset,
        {
            "words": ("heard" if job.text is None else "given",),
            "voice": ("in the song" if job.voice is None else "given",),
        },
    )


def check_models(checked: CheckedLyrics, *, offline: bool = False) -> Path | None:
    """Where the model is that listens; None: it is built in code. A separator is looked for, too.

    Raises:
        UsageError: an unknown model. WeightsError: it is missing, or cannot be used; the message
            says how to get it, and what times words without one.
    """
    family: Family = "transcriber" if checked.lines is None else "aligner"
    wanted: list[Callable[[], FoundModel]] = [
        partial(find_folder, checked.model, family, offline=offline)
    ]
    if checked.separator is not None:
        wanted.append(partial(_separator, checked.separator, offline=offline))
    try:
        return gather(wanted)[0].file
    except WeightsError as error:
        error.hint = f"{error.hint} {_WITHOUT}" if checked.lines else error.hint
        raise


def _separator(name: str, *, offline: bool) -> FoundModel:
    """The separator; one that is damaged is told with what goes on without it."""
    try:
        return find_model(name, "separator", offline=offline)
    except MissingModels:
        raise
    except WeightsError as error:
        error.hint = f"{error.hint} {_AS_IT_IS}"
        raise


_AS_IT_IS = "To hear the song as it is, --set models.separator=null."
_WITHOUT = (
    "Without a model, `musivid video --spread-lyrics` lays the lines over the parts where somebody "
    "seems to sing, and `musivid studio`, page Time the words, times them as you tap along."
)
