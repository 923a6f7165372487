"""`musivid bgm infer`: a clip gets music that is written for its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.bgm_train import train
from musivid.commands.options import (
    Device,
    DryRun,
    Dtype,
    Force,
    Inputs,
    Json,
    Offline,
    Output,
    PresetName,
    Quiet,
    Seed,
    SetOptions,
    SkipExisting,
    Verbose,
)
from musivid.commands.typed import late_session, settings_of
from musivid.core.errors import UsageError

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.settings.bgm import BgmInferPreset
    from musivid.weights.session import Session

__all__ = ["bgm", "infer"]

bgm = typer.Typer(
    help="Music for clips: written for their picture, or trained.", no_args_is_help=True
)

_VIDEO_SUFFIXES = frozenset(
    (".avi", ".flv", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ts", ".webm", ".wmv")
)
_RESULT = "-bgm"
_BEAT, _MUSIC, _SOUND = "Beat", "Music", "Sound"


_Tempo = Annotated[
    float | None,
    typer.Option("--tempo", metavar="BPM", rich_help_panel=_BEAT, help="Mean tempo."),
]
_TempoRange = Annotated[
    str | None,
    typer.Option(
        "--tempo-range", metavar="LOW-HIGH", rich_help_panel=_BEAT, help="Tempi to choose from."
    ),
]
_LockCuts = Annotated[
    str | None,
    typer.Option(
        "--lock-cuts",
        metavar="hard|soft|off",
        rich_help_panel=_BEAT,
        help="How much cuts draw beats to them.",
    ),
]
_HitPoints = Annotated[
    Path | None,
    typer.Option(
        "--hit-points",
        metavar="FILE",
        rich_help_panel=_BEAT,
        help="Moments that beats must meet, one time a line.",
    ),
]
_Metadata = Annotated[
    Path | None,
    typer.Option(
        "--metadata",
        metavar="FILE",
        rich_help_panel=_BEAT,
        help="Published metadata.json, used instead of looking at the clip.",
    ),
]
_SaveMetadata = Annotated[
    Path | None,
    typer.Option(
        "--save-metadata", metavar="FILE", rich_help_panel=_BEAT, help="Write such a file."
    ),
]
_Genre = Annotated[
    str | None,
    typer.Option(
        "--genre", rich_help_panel=_MUSIC, help="pop, rock, jazz, house, ambient, folk, ..."
    ),
]
_Key = Annotated[
    str | None,
    typer.Option("--key", rich_help_panel=_MUSIC, help="Key: 'Eb major', 'A minor'."),
]
_Instruments = Annotated[
    str | None,
    typer.Option(
        "--instruments",
        metavar="A,B",
        rich_help_panel=_MUSIC,
        help="Who plays, of Drums, Piano, Guitar, Bass, Strings.",
    ),
]
_Emotion = Annotated[
    str | None,
    typer.Option("--emotion", metavar="happy|angry|sad|calm", rich_help_panel=_MUSIC, help="Mood."),
]
_Density = Annotated[
    float | None,
    typer.Option("--density", rich_help_panel=_MUSIC, help="Mean onsets a bar, 1 to 16."),
]
_Strength = Annotated[
    float | None,
    typer.Option(
        "--strength", rich_help_panel=_MUSIC, help="How full visual beats sound; 1 is usual."
    ),
]
_Candidates = Annotated[
    int | None,
    typer.Option("--candidates", rich_help_panel=_MUSIC, help="Pieces to choose the best of."),
]
_Music = Annotated[
    Path | None,
    typer.Option(
        "--music",
        metavar="FOLDER",
        rich_help_panel=_MUSIC,
        help="Choose the best match of these MIDI files instead of composing.",
    ),
]
_Soundfont = Annotated[
    Path | None,
    typer.Option("--soundfont", metavar="SF2", rich_help_panel=_SOUND, help="Instruments."),
]
_KeepAudio = Annotated[
    bool,
    typer.Option("--keep-audio", rich_help_panel=_SOUND, help="Keep the clip's own sound too."),
]


@bgm.callback()
def _bgm() -> None:
    """Music for clips: written for their picture, or trained."""


bgm.command("train")(train)


@bgm.command("infer")
def infer(
    clips: Inputs,
    output: Output = None,
    preset: PresetName = "pocket",
    tempo: _Tempo = None,
    tempo_range: _TempoRange = None,
    lock_cuts: _LockCuts = None,
    hit_points: _HitPoints = None,
    metadata: _Metadata = None,
    save_metadata: _SaveMetadata = None,
    genre: _Genre = None,
    key: _Key = None,
    instruments: _Instruments = None,
    emotion: _Emotion = None,
    density: _Density = None,
    strength: _Strength = None,
    candidates: _Candidates = None,
    music: _Music = None,
    soundfont: _Soundfont = None,
    keep_audio: _KeepAudio = False,
    set_options: SetOptions = None,
    seed: Seed = None,
    device: Device = "auto",
    dtype: Dtype = "auto",
    offline: Offline = False,
    dry_run: DryRun = False,
    force: Force = False,
    skip_existing: SkipExisting = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Write music for clips: clip.mid, clip.wav, clip-bgm.mp4 and a plot, beside each clip.

    The tempo is chosen so that cuts and visual beats fall on beats; the piece ends with the
    picture. The picture itself is copied.

    [bold]Examples[/bold]

    musivid bgm infer clip.mp4

    musivid bgm infer clip.mp4 --genre jazz --key "F major" --tempo 120 -o scored.mp4

    musivid bgm infer clips/ -o scored/ --instruments Piano,Strings --keep-audio

    musivid bgm infer clip.mp4 --preset match --music midi/
    """
    from musivid.commands.console import ConsoleReporter, run_batch

    typed = {
        "tempo.bpm": tempo,
        **_range(tempo_range),
        "tempo.lock": lock_cuts,
        "control.genre": genre,
        "control.key": key,
        "control.instruments": _names(instruments),
        "control.emotion": emotion,
        "control.density": density,
        "control.strength": strength,
        "candidates": candidates,
        "match.folder": None if music is None else str(music),
        "sound.soundfont": None if soundfont is None else str(soundfont),
        "sound.keep_audio": keep_audio or None,
        "seed": seed,
    }
    settings: BgmInferPreset = settings_of("bgm_infer", preset, set_options, typed)
    wanted = _Wanted(settings, hit_points, metadata, save_metadata, dry_run=dry_run, force=force)
    with ConsoleReporter(quiet=quiet, verbose=verbose) as reporter:
        run_batch(
            _clips(clips),
            _worker(wanted, device, dtype, offline, reporter=reporter),
            reporter=reporter,
            output=output,
            suffix=f"{_RESULT}.mp4",
            beside=True,
            force=force or dry_run,
            skip_existing=skip_existing,
            as_json=as_json,
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was typed, apart from the clips."""

    settings: BgmInferPreset
    hit_points: Path | None
    metadata: Path | None
    save_metadata: Path | None
    dry_run: bool
    force: bool


def _worker(
    wanted: _Wanted, device: str, dtype: str, offline: bool, *, reporter: Reporter
) -> Callable[[Path, Path], Result]:
    """Return what is done with each clip; all share one session."""
    session = late_session(device, dtype, offline, reporter)

    def one(clip: Path, out: Path) -> Result:
        from musivid.pipeline.bgm.job import BgmJob, check_bgm

        files = (wanted.hit_points, wanted.metadata, wanted.save_metadata)
        job = BgmJob(clip, out, wanted.settings, *files)
        checked = check_bgm(job, force=wanted.force or wanted.dry_run, offline=offline)
        return _show(checked, reporter) if wanted.dry_run else _make(checked, session(), reporter)

    return one


def _clips(inputs: list[str]) -> list[str]:
    """The clips that are meant; of a folder all videos but results of an earlier run."""
    from musivid.commands.batch import expand_inputs

    found: list[str] = []
    for text in inputs:
        files = expand_inputs([text], _VIDEO_SUFFIXES)
        if Path(text).is_dir():
            files = [file for file in files if not file.stem.endswith(_RESULT)]
        found += [str(file) for file in files]
    return found


def _range(text: str | None) -> dict[str, float | None]:
    """Lowest and highest tempo of `80-120`."""
    if text is None:
        return {}
    try:
        low, high = (float(part) for part in text.replace(":", "-").split("-"))
    except ValueError:
        raise UsageError(
            f"--tempo-range {text!r} is not a range", hint="Give two tempi: 80-120."
        ) from None
    return {"tempo.lowest": low, "tempo.highest": high}


def _names(text: str | None) -> list[str] | None:
    """Names of players, whatever their case."""
    if text is None:
        return None
    return [name.strip().capitalize() for name in text.split(",") if name.strip()]


def _show(checked: Any, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing."""
    from musivid.commands.console import Result
    from musivid.pipeline.bgm.plan import plan_bgm, plan_facts, plan_text

    facts = plan_facts(plan_bgm(checked, reporter), checked)
    return Result(facts=facts, text=plan_text(facts))


def _make(checked: Any, session: Session, reporter: Reporter) -> Result:
    """Make the files of one clip."""
    from musivid.commands.console import Result
    from musivid.pipeline.bgm.make import make_bgm
    from musivid.pipeline.bgm.plan import plan_facts

    made = make_bgm(checked, session, reporter=reporter)
    facts = plan_facts(made.plan, checked)
    paths = made.outputs.all()
    return Result(
        facts={**facts, "best": made.ranking[0]}, text="\n".join(str(path) for path in paths)
    )
