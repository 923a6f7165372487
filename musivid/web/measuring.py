"""What a worker does where films are measured: figures beside chance, a report, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError
from musivid.core.plain_json import json_document
from musivid.core.storage import write_atomic
from musivid.settings.presets import default_preset, load_preset
from musivid.web.jobs import Job
from musivid.web.telling import JobReporter

if TYPE_CHECKING:
    from musivid.pipeline.evaluate import Evaluated
    from musivid.web.works import Bench

__all__ = ["measure_films"]

_SHOWN = ("bas_music", "xcorr", "f_measure", "cuts_on_beats")  # figures of the first table


def measure_films(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """Figures of one film or of up to eight, and their report."""
    from musivid.metrics.compare import compare
    from musivid.pipeline.evaluate import EvaluateJob, evaluate_file, render_report

    folder, films = bench.folder(job.id), _films(bench, job)
    folder.mkdir(parents=True, exist_ok=True)
    preset = load_preset("evaluate", default_preset("evaluate"))
    beside = {name: bench.brought(job.spec[name]).path if job.spec.get(name) else None
              for name in ("song", "lyrics", "notes")}  # fmt: skip
    found: dict[str, Evaluated] = {}
    for name, path in films.items():
        asked = EvaluateJob(path, beside["song"], beside["lyrics"], beside["notes"])
        found[name] = evaluate_file(asked, preset, bench.session, reporter)
    facts = {name: one.facts for name, one in found.items()}
    several = len(films) > 1
    comparison = compare({name: {job.title: f} for name, f in facts.items()}) if several else None
    page = render_report(
        list(facts.values()),
        [one.traces for one in found.values()],
        scores=[one.score for one in found.values()],
        comparison=comparison,
        settings=preset.model_dump(mode="json"),
    )
    write_atomic(folder / "report.html", page)
    write_atomic(folder / "evaluation.json", json_document({"files": list(facts.values())}))
    files = {"report": "report.html", "figures": "evaluation.json"}
    told: dict[str, Any] = {"rows": [_row(*each) for each in facts.items()]}
    told["duration_s"] = max((one.duration_s for one in found.values()), default=0.0)
    if several:
        laid, told["switched"] = _switched(films, job.title, folder, reporter)
        files |= laid
    return {"files": files, "facts": told}


def _films(bench: Bench, job: Job) -> dict[str, Path]:
    """The films that are meant, by what they are called on pages; no two alike."""
    found: dict[str, Path] = {}
    for name in job.spec["films"]:
        brought = bench.inputs.get(name)
        run = None if brought else bench.jobs.get(name)
        if brought is not None:
            title, path = brought.title, brought.path
        elif run is not None and run.result.get("files", {}).get("film"):
            title, path = run.title, bench.folder(run.id) / run.result["files"]["film"]
        else:
            raise InputError("a film of this comparison is gone", hint="Choose the films again.")
        alike = sum(other.partition(" · ")[0] == title for other in found)
        found[f"{title} · {alike + 1}" if alike else title] = path
    return found


def _row(name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of a film that the page itself shows, each beside chance."""
    sync = facts.get("sync") or {}
    kept = ("value", "chance_mean", "chance_std", "z")
    return {
        "name": name,
        "figures": {
            key: {k: sync[key].get(k) for k in kept}
            for key in _SHOWN
            if isinstance(sync.get(key), Mapping) and sync[key].get("z") is not None
        },
    }


def _switched(
    films: Mapping[str, Path], title: str, folder: Path, reporter: JobReporter
) -> tuple[dict[str, str], dict[str, Any]]:
    """Files by role for the player, and what it shows."""
    from musivid.pipeline.evaluate import lay_switched

    media = folder / "media"
    media.mkdir(exist_ok=True)
    (pair,) = lay_switched({name: {title: path} for name, path in films.items()}, media, reporter)
    roles = {f"side-film-{n}": f"media/{name}" for n, name in enumerate(pair.films)}
    roles |= {f"side-sound-{n}": f"media/{name}" for n, name in enumerate(pair.sounds)}
    return roles, {"systems": list(pair.systems), "films": len(pair.films),
                   "sounds": len(pair.sounds)}  # fmt: skip
