"""Which files `musivid evaluate` writes and reads, so that none is lost; `evaluate_run` asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musivid.commands.evaluate_run import Asked
    from musivid.commands.jobs import Wishes
    from musivid.core.outputs import Files
    from musivid.metrics.compare import Comparison
    from musivid.pipeline.evaluate import Evaluated
    from musivid.settings.evaluate import EvaluatePreset

__all__ = ["check_targets", "draw", "page_of", "plot_files", "write_found"]


def plot_files(asked: Asked, files: list[Path]) -> list[Path | None]:
    """Where the drawing of each file goes: one where it is named, several into a folder.

    There a drawing is named after its file, and after the file's folder too where others have
    the same name.
    """
    if asked.plot is None or len(files) <= 1:
        return [asked.plot for _ in files]
    counts = Counter(path.stem for path in files)
    return [
        asked.plot / f"{path.stem if counts[path.stem] == 1 else _long_name(path)}.png"
        for path in files
    ]


def _long_name(path: Path) -> str:
    return f"{path.absolute().parent.name}-{path.stem}"


def check_targets(
    asked: Asked, files: list[Path], plots: Sequence[Path | None], wishes: Wishes
) -> None:
    """Refuse, before any work, outputs that exist, cannot be written, or are read."""
    from musivid.core.errors import OutputError
    from musivid.core.outputs import check_apart, check_output

    if asked.plot and len(files) > 1 and asked.plot.is_file():
        raise OutputError(f"{asked.plot} is a file", hint="With several inputs give a folder.")
    site = asked.site / "index.html" if asked.site else None
    written = {"JSON": asked.json_file, "report": asked.report, "site": site,
               "plot": [p for p in plots if p]}  # fmt: skip
    check_apart(written, _files_read(asked, files, wishes))
    for path in (asked.json_file, asked.report, site, *plots):
        if path:
            check_output(path, force=asked.work.may_exist)


def _files_read(asked: Asked, files: list[Path], wishes: Wishes) -> Files:
    """All that is read, by what it is."""
    from musivid.pipeline.evaluate import find_video

    folders = [Path(text) for text in asked.inputs or ()] if not files else []
    folders += [asked.reference] if asked.reference else []
    inside = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    return {
        "input": [find_video(path) for path in files],
        "reference": inside,
        **wishes.files(_read_with),
    }


def _read_with(asked: Asked) -> Files:
    """What is read beside the input."""
    return {
        "song": asked.audio,
        "lyrics": asked.lyrics,
        "notes": asked.midi,
        "rows": asked.rows,
        **asked.wish.files(),
    }


def draw(drawn: Sequence[tuple[Path, Evaluated]]) -> None:
    """Draw what was found into the file of each."""
    from musivid.pipeline.evaluate import write_plot

    for path, one in drawn:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_plot(one.facts, one.traces, path)


def write_found(
    asked: Asked,
    result: dict[str, Any],
    results: list[Evaluated | None],
    comparison: Comparison | None,
    preset: EvaluatePreset,
) -> None:
    """Write what was asked for."""
    from musivid.core.plain_json import json_document
    from musivid.core.storage import write_atomic

    found = [one for one in results if one]
    settings = preset.model_dump(mode="json")
    if output := asked.json_file:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(output, json_document(result))
    if asked.report:
        from musivid.pipeline.evaluate import write_report

        asked.report.parent.mkdir(parents=True, exist_ok=True)
        facts = [one.facts for one in found]
        if "distribution" in result:
            facts.append({"path": str(asked.reference), "distribution": result["distribution"]})
        traces = [one.traces for one in found] + [None] * (len(facts) - len(found))
        write_report(
            facts,
            traces,
            asked.report,
            scores=[one.score for one in found],
            comparison=comparison,
            settings=settings,
        )


def page_of(
    results: Sequence[Evaluated | None], comparison: Comparison | None, preset: EvaluatePreset
) -> str:
    """The report of systems side by side, as a page."""
    from musivid.pipeline.evaluate import render_report

    found = [one for one in results if one]
    return render_report(
        [one.facts for one in found],
        [one.traces for one in found],
        scores=[one.score for one in found],
        comparison=comparison,
        settings=preset.model_dump(mode="json"),
    )
