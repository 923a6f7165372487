"""What pages are told of jobs: no paths, and files by what they are."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from musivid.core.clock import clock
from musivid.web.inputs import InputStore, safe_title
from musivid.web.jobs import Job

__all__ = ["command_line", "shown_job"]

_ENDINGS = {"video": "video", "music": "bgm infer"}


def shown_job(job: Job) -> dict[str, Any]:
    """A job in JSON types."""
    files = job.result.get("files", {})
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "asked": job.asked,
        "stage": job.stage,
        "stage_s": job.stage_s,
        "stage_from": job.stage_from,
        "done": job.done,
        "total": job.total,
        "unit": job.unit,
        "notes": job.notes,
        "preview": f"/files/{job.id}/preview?{job.change}" if job.preview else "",
        "files": sorted(files),
        "facts": job.result.get("facts", {}),
        "problem": job.problem,
        "hint": job.hint,
        "created_s": job.created_s,
        "started_s": job.started_s,
        "ended_s": job.ended_s,
        "change": job.change,
        "sheet": job.spec.get("sheet"),
        "preset": job.spec.get("preset"),
        "settings": job.spec.get("settings", {}),
    }


def command_line(kind: str, title: str, spec: Mapping[str, Any], inputs: InputStore) -> str:
    """What to type to have the same in a terminal, with files in the current folder.

    Args:
        kind: of the job.
        title: of the job, by which its plan is called when it is downloaded.
        spec: of the job.
        inputs: files that were brought.
    """
    if kind == "evaluate":
        return _evaluate_line(spec, inputs)
    words = ["musivid", *_ENDINGS[kind].split()]
    source = inputs.get(spec.get("song") or spec.get("clip"))
    words.append(source.title if source else "FILE")
    if spec.get("lyrics") and (lyrics := inputs.get(spec["lyrics"])):
        words += ["--lyrics", lyrics.title]
    if spec.get("artwork") and (artwork := inputs.get(spec["artwork"])):
        words += ["--artwork", artwork.title]
    words += ["--preset", spec["preset"]]
    if spec.get("start_s"):
        words += ["--from", clock(spec["start_s"], 2)]
    if spec.get("end_s") is not None:
        words += ["--to", clock(spec["end_s"], 2)]
    if spec.get("subtitles"):
        words.append("--subtitles")
    if spec.get("plan"):
        words += ["--plan", f"{safe_title(title, 'plan')}-plan.yaml"]
    for key, value in spec.get("settings", {}).items():
        if not (spec.get("plan") and key == "living.scene"):
            words += ["--set", f"{key}={_yaml(value)}"]
    return shlex.join([*words, "-o", "film.mp4"])


def _evaluate_line(spec: Mapping[str, Any], inputs: InputStore) -> str:
    """The same for films that are measured."""
    names = [found.title if (found := inputs.get(name)) else "film.mp4" for name in spec["films"]]
    words = ["musivid", "evaluate", *(["--compare"] if len(names) > 1 else []), *names]
    for flag, key in (("--audio", "song"), ("--lyrics", "lyrics"), ("--midi", "notes")):
        if spec.get(key) and (found := inputs.get(spec[key])):
            words += [flag, found.title]
    words += ["--report", "report.html", *(["--site", "page/"] if len(names) > 1 else [])]
    return shlex.join(words)


def _yaml(value: Any) -> str:
    """A value as it is typed after `--set`."""
    import yaml

    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n...\n").strip()
