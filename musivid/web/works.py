"""What workers do for jobs, one function a kind; pipelines are imported only here, and late."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from musivid.core.errors import InputError
from musivid.core.storage import write_atomic
from musivid.settings.drafts import TypedValue
from musivid.settings.presets import load_preset
from musivid.web.inputs import Input, InputStore
from musivid.web.jobs import Job, JobBook
from musivid.web.measuring import measure_films
from musivid.web.sheets import SheetBook, plan_of
from musivid.web.surveying import prepare_stimuli, report_answers
from musivid.web.telling import JobReporter

if TYPE_CHECKING:
    from musivid.pipeline.bgm import BgmResult, CheckedBgm, PieceFacts
    from musivid.pipeline.video import CheckedJob, Sketchbook
    from musivid.score.notes import Score
    from musivid.settings.bgm import BgmInferPreset
    from musivid.settings.video import VideoPreset
    from musivid.weights.session import LateSession

__all__ = ["WORKS", "Bench", "choices_of_plans", "job_folder"]

_FILM = "film.mp4"
_HELD = 2  # songs whose sketchbooks are kept
_WAVE_POINTS = 3000
_POSTER_PX = 360  # height of the picture in the gallery


@dataclass(slots=True)
class Bench:
    """What a worker works with.

    Attributes:
        data: the studio's folder.
        jobs: all jobs.
        inputs: files that were brought.
        sheets: plans of films.
        session: gives device and models; it is opened, and torch imported, only where it is needed.
        books: sketchbooks of the latest songs, by sheet.
    """

    data: Path
    jobs: JobBook
    inputs: InputStore
    sheets: SheetBook
    session: LateSession
    books: dict[str, Sketchbook]

    def folder(self, job: str) -> Path:
        """Where the files of a job are."""
        return job_folder(self.data, job)

    def brought(self, name: object) -> Input:
        """A file that a job is about.

        Raises:
            InputError: it is gone.
        """
        found = self.inputs.get(name)
        if found is None:
            raise InputError("a file of this work is gone", hint="Bring it again.")
        return found


Work = Callable[[Bench, Job, JobReporter], Mapping[str, Any]]


def job_folder(data: Path, job: str) -> Path:
    """Where the files of a job are."""
    return data / "jobs" / job


def _make_video(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """A film; killed at any moment, the same job goes on and gives the same frames."""
    from musivid.pipeline.video import make_video

    folder = job_folder(bench.data, job.id)
    folder.mkdir(parents=True, exist_ok=True)
    checked = _checked(bench, job.spec, folder / _FILM)
    made = make_video(checked, bench.session, force=True, reporter=reporter)
    files = {"film": _FILM, "recipe": "film.musivid/manifest.json"}
    for role, name in (("preset", "preset.yaml"), ("plan", "plan.yaml")):
        if (made.folder / name).is_file():
            files[role] = f"film.musivid/{name}"
    facts: dict[str, Any] = {
        "duration_s": made.duration_s,
        "frames": made.frames,
        "tempo_bpm": made.tempo_bpm,
    }
    facts["size"] = checked.job.preset.output.frame
    _write_poster(folder, made.duration_s)
    return {"files": files | {"poster": "poster.jpg"}, "facts": facts}


def _make_music(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """Music for a clip, and the clip with it; all pieces are kept, to be chosen from."""
    from musivid.pipeline.bgm import make_bgm, plan_facts
    from musivid.score.midi import read_midi

    folder = job_folder(bench.data, job.id)
    folder.mkdir(parents=True, exist_ok=True)
    checked = _checked_music(bench, job, folder)
    made = make_bgm(checked, bench.session(), force=True, reporter=reporter)
    roles = ("film", "midi", "sound", "plot", "recipe")
    files = {role: path.name for role, path in zip(roles, made.outputs.all(), strict=True)}
    plan = asdict(plan_facts(made.plan, checked))
    kept = ("duration_s", "tempo_bpm", "bars", "genre", "key", "emotion", "cuts_on_beats",
            "cuts_s", "instruments", "candidates")  # fmt: skip
    _write_poster(folder, checked.duration_s)
    facts = {name: plan[name] for name in kept if name in plan}
    scores = [read_midi(piece.notes) for piece in made.candidates]
    pieces = [_piece(*each) for each in zip(made.ranking, scores, strict=True)]
    facts |= {"pieces": pieces, "chosen": 1}
    files |= {"poster": "poster.jpg"} | _keep_pieces(made, scores, folder)
    return {"files": files, "facts": facts}


def _checked_music(bench: Bench, job: Job, folder: Path) -> CheckedBgm:
    """The job of a clip's music, checked.

    Raises:
        MusividError: the subclass says what is wrong.
    """
    from musivid.pipeline.bgm import BgmJob, check_bgm

    settings = {**job.spec.get("settings", {}), "keep_candidates": True}
    preset = cast("BgmInferPreset", _preset("bgm_infer", {**job.spec, "settings": settings}, bench))
    asked = BgmJob(bench.brought(job.spec["clip"]).path, folder / _FILM, preset)
    return check_bgm(asked, force=True, offline=bench.session.offline)


def _piece(found: PieceFacts, score: Score) -> dict[str, Any]:
    """The figures of a piece that its card shows."""
    return {
        "key": str(score.key) if score.key else None,
        "worth": round(found.worth, 3),
        "sync_z": None if found.sync_z is None else round(found.sync_z, 2),
        "onsets_per_bar": round(found.onsets_per_bar, 1),
        "notes": found.notes,
        "shares": {name: round(share, 3) for name, share in found.shares.items()},
    }


def _keep_pieces(made: BgmResult, scores: Sequence[Score], folder: Path) -> dict[str, str]:
    """Write what the player needs: a small silent film, and notes in seconds; files by role."""
    from musivid.pipeline.render.switched import write_silent_film

    write_silent_film(folder / _FILM, folder / "silent.mp4")
    files = {"silent": "silent.mp4", "rolls": "rolls.json"}
    rolls = []
    for rank, (piece, score) in enumerate(zip(made.candidates, scores, strict=True), start=1):
        rolls.append([
            {"name": track.name, "drum": track.is_drum,
             "notes": [[round(score.time_s(note.start), 2), round(score.time_s(note.end), 2),
                        note.pitch] for note in track.notes]}
            for track in score.tracks
        ])  # fmt: skip
        files[f"piece-{rank}"] = piece.sound.relative_to(folder).as_posix()
    write_atomic(folder / "rolls.json", json.dumps(rolls, separators=(",", ":")))
    return files


def _choose(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """Deliver one of the pieces of a run: its film, notes, sound and stems become the run's."""
    from musivid.pipeline.bgm import deliver_candidate

    run = bench.jobs.get(job.spec["run"])
    if run is None or run.state != "done":
        raise InputError("this run is gone", hint="Write the music again.")
    folder, rank = job_folder(bench.data, run.id), int(job.spec["rank"])
    checked = _checked_music(bench, run, folder)
    made = deliver_candidate(checked, rank, folder / "chosen" / str(rank), reporter)
    named = {"film": made.film, "midi": made.notes, "sound": made.sound, "stems": made.stems}
    files = {role: path.relative_to(folder).as_posix() for role, path in named.items()}
    kept = {name: file for name, file in run.result["files"].items() if name != "plot"}
    facts = {**run.result["facts"], "chosen": rank}
    bench.jobs.amend(run.id, {**run.result, "files": {**kept, **files}, "facts": facts})
    return {}


def _make_plan(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """The plan of a film, its rows first and then their pictures."""
    from musivid.pipeline.video import (
        Sketchbook,
        estimate_s,
        find_places,
        listen_to,
        plan_facts,
    )

    sheet = bench.sheets.get(job.spec["sheet"])
    if sheet is None:
        raise InputError("this plan is gone", hint="Plan it again.")
    bench.sheets.keep_choices(choices_of_plans())
    checked = _checked(bench, sheet.spec, bench.data / "plans" / _FILM)
    preset, session = checked.job.preset, bench.session()
    track, heard, plan = listened = listen_to(checked, reporter)
    drawn = preset.painting.mode == "living"
    places = find_places(preset, checked.job.song, listened, session, reporter) if drawn else []
    facts = asdict(plan_facts(plan, heard, checked, places))
    kept = ("duration_s", "fps", "frames", "size", "mode", "tempo_bpm", "beats", "bars",
            "sections_s", "disk_mb", "warnings", "models")  # fmt: skip
    said = {name: facts[name] for name in kept}
    said |= {
        "estimate_s": round(estimate_s(plan, preset, session), 1),
        "keys": len(plan.keyframes),
        "cues": [cue for cue in facts["cues"] if cue["text"]][:400],
        "beats_s": [round(float(beat), 3) for beat in heard.beats_s],
        "editable": drawn and not preset.is_cover and plan.loop is None,
    }
    rows = [
        {name: place[name] for name in ("start_s", "scene", "look", "shot", "figure", "action",
                                        "cut", "line")}
        for place in facts["places"]
    ]  # fmt: skip
    if said["editable"]:
        bench.books[sheet.id] = Sketchbook(checked, listened)
        while len(bench.books) > _HELD:
            del bench.books[next(iter(bench.books))]
    bench.sheets.fill(sheet.id, said, rows)
    del track, listened
    if said["editable"]:
        _draw(bench, sheet.id, reporter)
    return {"facts": {"rows": len(rows)}}


def _draw_sheet(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """Pictures of all rows of a plan that lack theirs."""
    from musivid.pipeline.video import Sketchbook, listen_to

    sheet = bench.sheets.get(job.spec["sheet"])
    if sheet is None:
        raise InputError("this plan is gone", hint="Plan it again.")
    if sheet.id not in bench.books:  # after a pause of the worker
        checked = _checked(bench, sheet.spec, bench.data / "plans" / _FILM)
        bench.books[sheet.id] = Sketchbook(checked, listen_to(checked, reporter))
    return {"facts": {"pictures": _draw(bench, sheet.id, reporter)}}


def _draw(bench: Bench, name: str, reporter: JobReporter) -> int:
    """Draw what lacks a picture, the latest change first, until nothing does; how many."""
    reporter.stage("draw", None, "pictures")
    drawn = 0
    while (sheet := bench.sheets.get(name)) is not None:
        missing = [n for n, row in enumerate(sheet.rows) if not row["picture"]]
        if not missing:
            break
        # What somebody has just changed has the newest name or stands apart from what is drawn.
        index = max(missing, key=lambda n: (sheet.rows[n].get("touched_s", 0.0), -n))
        file = bench.sheets.plan_file(plan_of(sheet.rows))
        book = bench.books[name]
        picture = book.picture(book.places(file), index)
        _write_jpeg(bench.sheets.picture(name, sheet.rows[index]["key"]), picture)
        bench.sheets.note_picture(name)
        reporter.advance()
        drawn += 1
    return drawn


def _hear(bench: Bench, job: Job, reporter: JobReporter) -> Mapping[str, Any]:
    """What a song is like over time: its wave, beats and sections."""
    import numpy as np

    from musivid.analysis.sound import hear
    from musivid.media.audio import load_track

    reporter.stage("listen")
    track = load_track(bench.brought(job.spec["song"]).path)
    mono = np.abs(track.mono())
    edges = np.linspace(0, len(mono), min(_WAVE_POINTS, len(mono)) + 1).astype(int)
    peaks = np.maximum.reduceat(mono, edges[:-1])
    facts = hear(track)
    return {
        "facts": {
            "duration_s": round(track.duration_s, 3),
            "tempo_bpm": round(facts.tempo_bpm, 2),
            "beats_s": [round(float(time), 3) for time in facts.beats_s],
            "downbeats_s": [round(float(time), 3) for time in facts.downbeats_s],
            "sections_s": [round(float(time), 3) for time in facts.sections_s],
            "wave": [round(100 * float(peak) / max(float(peaks.max()), 1e-6))
                     for peak in peaks],
        }
    }  # fmt: skip


WORKS: Mapping[str, Work] = {
    "video": _make_video,
    "music": _make_music,
    "plan": _make_plan,
    "draw": _draw_sheet,
    "hear": _hear,
    "choose": _choose,
    "evaluate": measure_films,
    "stimuli": prepare_stimuli,
    "report": report_answers,
}
"""What is done for each kind of job; gives files by role and facts."""


def _checked(bench: Bench, spec: Mapping[str, Any], out: Path) -> CheckedJob:
    """The video job of a specification, checked.

    Raises:
        MusividError: the subclass says what is wrong.
    """
    from musivid.pipeline.video import VideoJob, check_job

    out.parent.mkdir(parents=True, exist_ok=True)
    lyrics = bench.brought(spec["lyrics"]).path if spec.get("lyrics") else None
    job = VideoJob(
        song=bench.brought(spec["song"]).path,
        out=out,
        preset=cast("VideoPreset", _preset("video", spec, bench)),
        lyrics=lyrics,
        start_s=float(spec.get("start_s") or 0.0),
        end_s=spec.get("end_s"),
        subtitles=bool(spec.get("subtitles")) and lyrics is not None,
    )
    return check_job(job, force=True, offline=bench.session.offline)


def _preset(command: str, spec: Mapping[str, Any], bench: Bench) -> object:
    """The settings of a specification; a plan says where the film goes, so no scene does."""
    given = dict(spec.get("settings", {}))
    if spec.get("plan"):
        given.pop("living.scene", None)
        given["living.plan"] = str(bench.data / "plans" / spec["plan"])
    if spec.get("artwork"):
        given["living.artwork"] = str(bench.brought(spec["artwork"]).path)
    typed = [TypedValue(key, value, key) for key, value in given.items()]
    return load_preset(command, spec["preset"], typed)


def choices_of_plans() -> dict[str, Any]:
    """What rows of a plan may say."""
    from musivid.living.casting import has_room
    from musivid.living.cuts import CUTS
    from musivid.living.figures.cast import FIGURES
    from musivid.living.scenes import scene_class
    from musivid.living.verbs import action_names
    from musivid.living.world import read_world

    names = sorted(look.name for look in read_world())  # as they lie in looks.jpg
    scenes: dict[str, dict[str, Any]] = {}
    for look in read_world():
        known = scenes.setdefault(look.scene, {"looks": [], "words": {}, "tiles": {}})
        known["looks"].append(look.look)
        known["tiles"][look.look] = names.index(look.name)
        known["words"][look.look] = " · ".join(look.words[:3])
    for name, known in scenes.items():
        known["shots"] = list(scene_class(name).shots)
        known["figures"] = [figure for figure in FIGURES if has_room(name, figure)]
    poses = {name: list(figure.poses) for name, figure in FIGURES.items()}
    return {"scenes": scenes, "poses": poses, "actions": sorted(action_names()),
            "cuts": list(CUTS)}  # fmt: skip


def _write_jpeg(path: Path, picture: Any) -> None:
    """Write a picture uint8 [h, w, 3]."""
    from musivid.media.pictures import save_picture

    path.parent.mkdir(parents=True, exist_ok=True)
    save_picture(path, picture)


def _write_poster(folder: Path, duration_s: float) -> None:
    """A frame of the film for the gallery: what it shows after a third of its time."""
    from musivid.media.containers import open_media

    with open_media(folder / _FILM, "a film") as container:
        stream = container.streams.video[0]
        container.seek(int(duration_s / 3 * 1_000_000))
        frame = next(container.decode(stream))
        size = _POSTER_PX * frame.width // frame.height, _POSTER_PX
        _write_jpeg(
            folder / "poster.jpg", frame.to_ndarray(format="rgb24", width=size[0], height=size[1])
        )
