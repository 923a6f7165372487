"""What a worker does for listening studies: stimuli made blind, and results written."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musivid.core.errors import InputError
from musivid.core.storage import temporary_folder
from musivid.web.jobs import Job
from musivid.web.tables import DATABASE_URL
from musivid.web.telling import JobReporter

if TYPE_CHECKING:
    from musivid.web.works import Bench

__all__ = ["prepare_stimuli", "report_answers"]

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of ZIP: the same answers give the same bytes
_REPORT = "report.html"


def prepare_stimuli(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """All that participants will see and hear, and what the study will be."""
    from musivid.studies.checking import check_study
    from musivid.studies.manifest import read_manifest
    from musivid.studies.site.serve import prepare_study

    path = _manifest(bench, job)
    manifest = read_manifest(path)
    found = check_study(manifest, path.parent)
    prepare_study(manifest, path, reporter)
    return {"facts": found.as_dict()}


def report_answers(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """The report of what was answered so far, and everything in an archive."""
    from musivid.studies.export import export_study
    from musivid.studies.foretelling import measure_stimuli
    from musivid.studies.manifest import read_manifest
    from musivid.studies.site.creating import created_facts, shared_clips
    from musivid.studies.site.serve import open_answers, study_folder
    from musivid.studies.stimuli import read_stimuli

    reporter.stage("report")
    path = _manifest(bench, job)
    manifest, folder = read_manifest(path), study_folder(path)
    stimuli = read_stimuli(folder / "stimuli")
    if stimuli is None:
        raise InputError("this study was never opened", hint="Open it first.")
    address = os.environ.get(DATABASE_URL, "")
    store, database = open_answers(manifest, folder, stimuli.clips(), address)
    try:
        answers, facts = store.answers(), (*stimuli.facts, *created_facts(database))
        clips = shared_clips(folder, database)
    finally:
        database.close()
    measured = measure_stimuli(stimuli, reporter)
    target = bench.folder(job.id)
    target.mkdir(parents=True, exist_ok=True)
    with temporary_folder(target / "export") as room:
        found = export_study(room / "study", manifest, facts, answers, clips=clips,
                             measured=measured)  # fmt: skip
        _pack(room / "study", target / "export.zip")
        shutil.copyfile(room / "study" / _REPORT, target / _REPORT)
    told = {"raters": found.shown.raters, "answers": found.shown.answers,
             "excluded": len(found.excluded.participants)}  # fmt: skip
    return {"files": {"report": _REPORT, "export": "export.zip"}, "facts": told}


def _manifest(bench: Bench, job: Job) -> Path:
    """The manifest of a job's study.

    Raises:
        InputError: it is gone.
    """
    path = bench.data / "studies" / str(job.spec["study"]) / "study.yaml"
    if not path.is_file():
        raise InputError("this study is gone", hint="Make it again.")
    return path


def _pack(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
