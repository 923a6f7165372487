"""Everything of a study as files that other programs read; the same answers give the same bytes."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from musivid.core.outputs import check_apart, check_output
from musivid.core.plain_json import json_document
from musivid.core.storage import write_atomic
from musivid.studies.composing import write_rated_film
from musivid.studies.findings import Findings, StimulusFacts, find, findings_json
from musivid.studies.foretelling import Measured
from musivid.studies.manifest import Manifest
from musivid.studies.methods import methods_paragraph
from musivid.studies.page import render_page
from musivid.studies.records import Answers, Participant

__all__ = ["export_study"]


def export_study(
    folder: Path,
    manifest: Manifest,
    stimuli: Sequence[StimulusFacts],
    answers: Answers,
    *,
    inputs: Sequence[Path] = (),
    clips: Sequence[Path] = (),
    measured: tuple[Measured, ...] = (),
    force: bool = False,
) -> Findings:
    """Write tables, report, methods and checksums into a folder; tables without rows are left out.

    Clips whose makers agreed become `clips/SYSTEM/CLIP.mp4`: what a study for viewers is made of.

    Args:
        folder: made if needed.
        manifest: what was asked.
        stimuli: what was shown.
        answers: what was answered.
        inputs: files that were read, and are kept as they are.
        clips: folders of clips that participants brought and let others see.
        measured: what the machine finds in the stimuli.
        force: replace what is there.

    Raises:
        OutputError: a file is there already, is one that was read, or cannot be written.
    """
    found = find(manifest, stimuli, answers, measured)
    files = {
        "study.yaml": _declared(manifest),
        "stimuli.csv": _table(stimuli),
        "participants.csv": _table([_with_dates(person) for person in answers.participants]),
        "ratings.csv": _table(answers.ratings),
        "votes.csv": _table(answers.votes),
        "checks.csv": _table(answers.checks),
        "measured.csv": _table(measured),
        "events.jsonl": "".join(_line(dataclasses.asdict(event)) for event in answers.events),
        "report.json": json_document(findings_json(found)),
        "report.html": render_page(found),
        "methods.md": methods_paragraph(found),
    }
    files = {name: text for name, text in files.items() if text}
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    files["SHA256SUMS"] = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    films = {folder / "clips" / system / f"{clip.name}.mp4": (clip, system)
             for clip in clips for system in manifest.systems}  # fmt: skip
    targets = {name: folder / name for name in files}
    for target in (*targets.values(), *films):
        check_output(target, force=force)
    check_apart({**targets, "clip": list(films)}, {"input": list(inputs)})
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_atomic(folder / name, text)
    for target, (clip, system) in films.items():
        write_rated_film(clip, system, target)
    return found


def _declared(manifest: Manifest) -> str:
    """The manifest with all that it leaves unsaid, as `musivid study` reads it."""
    import yaml

    # What participants bring is not checked, which a manifest need not say.
    unsaid = {"checks"} if manifest.design == "create" else None
    said = manifest.model_dump(mode="json", exclude=unsaid)
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    return text


def _with_dates(person: Participant) -> dict[str, Any]:
    row = dataclasses.asdict(person)
    return {name.removesuffix("_s"): _when(name, value) for name, value in row.items()}


def _when(name: str, value: Any) -> Any:
    if not name.endswith("_s"):
        return value
    return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds") if value else ""


def _table(rows: Iterable[Any]) -> str:
    """Rows as CSV under the names of their fields; empty if there are none."""
    plain = [row if isinstance(row, dict) else dataclasses.asdict(row) for row in rows]
    if not plain:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(plain[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(plain)
    return text.getvalue()


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
