"""How `musivid evaluate` runs: which files are meant, what is written and shown of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from musivid.commands.farming import FarmWork
from musivid.commands.flags import Wish
from musivid.commands.jobs import JobsOption, Naming, Wishes, read_wishes
from musivid.commands.marking import CorrectedBeats
from musivid.commands.options import InputsOrJobs, LyricsEncoding, Machine, Talk, Work
from musivid.commands.printing import print_text
from musivid.commands.shards import ShardOption
from musivid.commands.targets import Target
from musivid.commands.typed import late_session
from musivid.core.paths import expanded
from musivid.core.pipes import kept_pipe
from musivid.media.kinds import MEDIA, NOTES

if TYPE_CHECKING:
    from musivid.core.progress import Reporter
    from musivid.metrics.compare import Comparison
    from musivid.pipeline.evaluate import Evaluated
    from musivid.settings.evaluate import EvaluatePreset
    from musivid.weights.session import Session

    Opener = Callable[[], Session]

__all__ = ["Asked", "run"]


_WITH, _SHOW = "What goes with the films", "What is shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that can be typed after `musivid evaluate`."""

    inputs: InputsOrJobs = None
    jobs: JobsOption = None
    audio: Annotated[
        Path | None,
        typer.Option(
            "--audio",
            "-a",
            show_default=False,
            rich_help_panel=_WITH,
            help="Measure the picture against this song, not the film's own sound.",
        ),
    ] = None
    lyrics: Annotated[
        Path | None,
        typer.Option(
            "--lyrics", "-l", show_default=False, rich_help_panel=_WITH, help="Timed words."
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    midi: Annotated[
        Path | None,
        typer.Option(
            "--midi", show_default=False, rich_help_panel=_WITH, help="The notes of the music."
        ),
    ] = None
    rows: Annotated[
        Path | None,
        typer.Option(
            "--rows",
            show_default=False,
            rich_help_panel=_WITH,
            help="What the film asked of the notes: control rows as published for CMT, .npz.",
        ),
    ] = None
    corrected: CorrectedBeats
    reference: Annotated[
        Path | None,
        typer.Option(
            "--reference",
            show_default=False,
            rich_help_panel=_WITH,
            help="Folder to lie near to, by Fréchet distance: media, or .npy features.",
        ),
    ] = None
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", rich_help_panel=_WITH, help="Each input is a system: put side by side."
        ),
    ] = False
    roundtrip: Annotated[
        bool,
        typer.Option(
            "--roundtrip",
            rich_help_panel=_WITH,
            help="Film each song, write music for that film, and compare it with the song.",
        ),
    ] = False
    output: Annotated[
        Target | None,
        typer.Option(
            "--output",
            "-o",
            parser=Target.typed,
            metavar="PATH",
            show_default=False,
            rich_help_panel=_SHOW,
            help="Write the JSON here; into a folder as evaluation.json.",
        ),
    ] = None
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", show_default=False, rich_help_panel=_SHOW, help="Write one HTML file."
        ),
    ] = None
    site: Annotated[
        Path | None,
        typer.Option(
            "--site",
            metavar="FOLDER",
            show_default=False,
            rich_help_panel=_SHOW,
            help="With --compare: write a page with all films, switched as they play.",
        ),
    ] = None
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            show_default=False,
            rich_help_panel=_SHOW,
            help="Write a PNG; with several inputs a folder of them.",
        ),
    ] = None
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="NAME=VALUE",
            show_default=False,
            rich_help_panel=_SHOW,
            help="Exit with 1 if a figure is lower: sync.bas_music.z=2. May be repeated.",
        ),
    ] = None
    wish: Wish
    machine: Machine
    work: Work
    farm: FarmWork
    shard: ShardOption = None
    talk: Talk

    @property
    def json_file(self) -> Path | None:
        """Where the JSON goes."""
        return self.output.file("evaluation.json") if self.output else None

    def without_pipes(self, reporter: Reporter) -> Asked:
        """The same with what comes through pipes kept in files."""
        lyrics, midi, rows = (
            path and kept_pipe(path, reporter.warn) for path in (self.lyrics, self.midi, self.rows)
        )
        return replace(self, lyrics=lyrics, midi=midi, rows=rows)


def run(asked: Asked, reporter: Any) -> None:
    """Check, measure, write, show, judge."""
    from musivid.commands.console import print_json
    from musivid.commands.evaluate_files import (
        check_targets,
        draw,
        page_of,
        plot_files,
        write_found,
    )
    from musivid.commands.evaluate_measure import measure_files
    from musivid.core.errors import BatchError, RunError, UsageError
    from musivid.pipeline.evaluate import (
        read_limits,
        results_document,
        shortfalls,
        write_site,
    )

    asked = asked.without_pipes(reporter)
    asked.farm.check()
    limits = read_limits(asked.fail_under or [])
    wishes = read_wishes(asked, asked.inputs or (), _settled, Naming(find=_one_meant))
    preset: EvaluatePreset = asked.wish.settings()
    files = _files(asked, wishes)
    plots = plot_files(asked, files)
    if asked.site and not asked.compare:
        raise UsageError("--site shows systems side by side", hint="Give --compare, too.")
    check_targets(asked, files, plots, wishes)
    systems = _systems(asked) if asked.compare else {}
    if asked.work.dry_run:
        _show_plan(asked, files, preset)
        return
    session = late_session(asked.machine, reporter)
    results, failed = measure_files(asked, files, wishes, session, reporter)
    more = _sets(asked, preset, session, reporter)
    comparison = _compare(systems, files, results, preset) if systems else None
    if comparison:
        more["comparison"] = comparison.as_dict()
    result = results_document([found for found in results if found], failed=failed, **more)
    drawn = [(plot, one) for plot, one in zip(plots, results, strict=True) if plot and one]
    write_found(asked, result, results, comparison, preset)
    if asked.site:
        page = page_of(results, comparison, preset)
        write_site(systems, page, asked.site, reporter)
    draw(drawn)
    reporter.pause()
    if asked.talk.as_json:
        print_json(result)
    else:
        _show(result)
    missed = [text for facts in result["files"] for text in shortfalls(facts, limits)]
    if missed:
        raise RunError("; ".join(missed), hint="--fail-under asked for more.")
    if failed:
        names = ", ".join(entry["input"] for entry in failed)
        raise BatchError(f"{len(failed)} of {len(files)} inputs failed: {names}")


def _settled(asked: Asked) -> EvaluatePreset:
    """The settings of what is asked; a fault is told before all else."""
    from musivid.core.errors import InputError, UsageError

    asked.corrected.file(asked.inputs or ())
    settings: EvaluatePreset = asked.wish.settings()
    for path in (asked.audio, asked.lyrics, asked.midi, asked.rows):
        if path and not path.is_file():
            raise InputError(f"there is no file {path}", hint="Check the name.")
    if "judge" in settings.given and settings.judge and not (asked.lyrics or settings.prompt):
        raise UsageError(
            "--judge holds sound against words, and there are none",
            hint="Give --lyrics or --prompt too, or leave it out.",
        )
    return settings


def _files(asked: Asked, wishes: Wishes) -> list[Path]:
    """The files that are meant; folders of features stand for themselves, to be compared alone."""
    from musivid.core.errors import InputError, UsageError

    if asked.reference and not asked.reference.is_dir():
        raise InputError(
            f"{asked.reference} is not a folder", hint="--reference is a folder to compare with."
        )
    if asked.reference and asked.inputs and _are_features(asked.inputs):
        return []
    each = "--shard" if asked.shard is not None else "--jobs" if asked.jobs else ""
    if each and (asked.compare or asked.reference):
        raise UsageError(
            f"{each} measures each file alone", hint="Leave --compare and --reference out."
        )
    if wishes.rows is None:
        below = {path: name for text in asked.inputs or () for path, name in _meant(text).items()}
    else:
        below = {row.source: row.name for row in wishes.rows}
    files = [p for p, name in below.items() if asked.shard is None or asked.shard.holds(name)]
    for option, value in (("--audio", asked.audio), ("--midi", asked.midi)):
        if value and len(files) > 1 and not asked.compare:
            raise UsageError(
                f"{option} belongs to one film, and {len(files)} inputs are given",
                hint="Give one input; --compare measures several films of one song.",
            )
    return files


def _are_features(inputs: Sequence[str]) -> bool:
    """Whether all inputs are folders with .npy features."""
    folders = [Path(text) for text in inputs]
    return all(path.is_dir() and any(path.glob("*.npy")) for path in folders)


def _meant(text: str) -> dict[Path, str]:
    """Files of one input and their paths below it; the folder of a run is one file."""
    from musivid.commands.inputs import find_sources

    path = expanded(text)
    if path.is_dir() and (path / "manifest.json").is_file():
        return {path.absolute(): path.name}
    found = find_sources([text], MEDIA.union(NOTES.suffixes))
    return {file: found.below[file] for file in found.files}


def _one_meant(text: str) -> Path:
    """The one file that a row means.

    Raises:
        UsageError: there is none, or there may be several.
    """
    from musivid.core.errors import UsageError

    found = list(_meant(text))
    if len(found) != 1:
        raise UsageError(f"{text} is not one file", hint="Give each file a row.")
    return found[0]


def _sets(
    asked: Asked, preset: EvaluatePreset, session: Opener, reporter: Reporter
) -> dict[str, Any]:
    """What is said of all files together."""
    if not asked.reference:
        return {}
    from musivid.pipeline.evaluate import measure_reference

    distances = measure_reference(
        [Path(text) for text in asked.inputs or ()],
        asked.reference,
        session=session(),
        perceptor=preset.perceptor,
        seed=preset.seed,
        reporter=reporter,
    )
    return {"distribution": {name: found.as_dict() for name, found in distances.items()}}


def _systems(asked: Asked) -> dict[str, dict[str, Path]]:
    """The files of each system by the names under which they are pairs."""
    from musivid.pipeline.evaluate import pair_systems

    return pair_systems([(Path(text), list(_meant(text))) for text in asked.inputs or ()])


def _compare(
    systems: dict[str, dict[str, Path]],
    files: list[Path],
    results: list[Evaluated | None],
    preset: EvaluatePreset,
) -> Comparison:
    """Systems side by side, without the files that failed."""
    from musivid.metrics.compare import compare

    facts = {path: found.facts for path, found in zip(files, results, strict=True) if found}
    found = {
        system: {name: facts[path] for name, path in pairs.items() if path in facts}
        for system, pairs in systems.items()
    }
    return compare(found, seed=preset.seed)


def _show_plan(asked: Asked, files: list[Path], preset: EvaluatePreset) -> None:
    """What would be measured; nothing is."""
    from musivid.commands.console import print_json
    from musivid.pipeline.evaluate import find_kind, find_video

    plan = {
        "dry_run": True,
        "files": [
            {"path": str(path), "kind": find_kind(find_video(path)), "reads": str(find_video(path))}
            for path in files
        ],
        "settings": preset.model_dump(mode="json"),
    }
    if asked.talk.as_json:
        print_json(plan)
        return
    for entry in plan["files"]:  # type: ignore[attr-defined]
        print_text(f"{entry['kind']}: {entry['reads']}")
    print_text(f"chance from {preset.surrogates} surrogates, seed {preset.seed}")


def _show(result: dict[str, Any]) -> None:
    """Tables on stdout."""
    from musivid.commands.evaluate_tables import show_result

    show_result(result)
