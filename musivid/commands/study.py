"""`musivid study`: listening studies, from the manifest to the paragraph for a paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.commands.extras import STUDIO, need_extra
from musivid.commands.flags import with_flags
from musivid.commands.options import Force, Json, Told
from musivid.commands.printing import print_line, print_text

if TYPE_CHECKING:
    from musivid.studies.findings import StimulusFacts
    from musivid.studies.manifest import Manifest
    from musivid.studies.records import Answers
    from musivid.studies.stimuli import Stimuli

__all__ = ["study"]

study = typer.Typer(
    help="Listening studies: prove that music or films are good.", no_args_is_help=True
)

File = Annotated[
    Path, typer.Argument(metavar="STUDY.YAML", help="The manifest.", show_default=False)
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        show_default=False,
        envvar="MUSIVID_STUDY_DATABASE",
        help="A PostgreSQL server for the answers instead of a file; best given by the variable.",
    ),
]
_HALF_WIDTHS = (0.04, 0.06, 0.08, 0.1, 0.15)  # shares of a scale's range, shown by `plan`


@study.command("make")
def make(
    folder: Annotated[
        Path, typer.Argument(help="Has a folder of films for each system.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The manifest to write.")] = Path(
        "study.yaml"
    ),
    force: Force = False,
) -> None:
    """Write a manifest to begin with, for a folder that has a folder of films for each system.

    [bold]Example[/bold]

    musivid study make results/ -o study.yaml
    """
    from musivid.core.outputs import check_apart, check_output
    from musivid.core.paths import expanded
    from musivid.core.storage import write_atomic
    from musivid.settings.drafts import PRESET_SUFFIXES
    from musivid.studies.make import draft_manifest

    target, films = expanded(output), expanded(folder)
    check_output(target, force=force, endings=PRESET_SUFFIXES)
    check_apart({"manifest": target}, {"film": films.glob("*/*")})
    write_atomic(target, draft_manifest(films, target))
    print_text(target)


@study.command("check")
def check(file: File, as_json: Json = False) -> None:
    """Say whether a study can begin: its files, its length, and what each participant is shown.

    [bold]Example[/bold]

    musivid study check study.yaml
    """
    from musivid.commands.printing import print_json
    from musivid.studies.checking import check_study

    path, manifest = _manifest(file)
    found = check_study(manifest, path.parent)
    if as_json:
        print_json(found.as_dict())
        return
    print_text(found.summary())
    for doubt in found.doubts:
        print_line(f"Note: {doubt}")


@study.command("serve")
@with_flags()
def serve(
    file: File,
    told: Told,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")
    ] = 8742,
    url: Annotated[
        str,
        typer.Option(
            "--url",
            show_default=False,
            help="What participants type, where another server stands before this one.",
        ),
    ] = "",
    database: Database = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the pages as they will be; keep no answer.")
    ] = False,
) -> None:
    """Open a study: make its stimuli blind, and serve its pages until Ctrl-C.

    What participants see names no system. Answers are kept beside the manifest, at once; stopping
    and serving again goes on where everybody was.

    [bold]Examples[/bold]

    musivid study serve study.yaml --preview

    musivid study serve study.yaml --host 0.0.0.0 --url https://study.example.org/
    """
    need_extra("studio", STUDIO, what="serving a study")
    from musivid.commands.console import open_reporter
    from musivid.studies.site.serve import StudyOptions, serve_study

    path, manifest = _manifest(file)
    what = "preview" if preview else "study"
    with open_reporter(told) as reporter:

        def ready(link: str) -> None:
            reporter.pause()
            print_line(f"The {what} is open: {link}   (Ctrl-C closes it)")

        serve_study(
            manifest, path, StudyOptions(host, port, url, preview, database), reporter, ready
        )


@study.command("report")
def report(file: File, as_json: Json = False, database: Database = "") -> None:
    """Say what was found so far: by question and system, with what to doubt.

    [bold]Example[/bold]

    musivid study report study.yaml
    """
    from musivid.commands.console import print_table
    from musivid.commands.printing import print_json
    from musivid.studies.findings import find, findings_json
    from musivid.studies.methods import result_rows

    left = _read(file, database)
    answers = left.answers
    found = find(left.manifest, left.facts, answers)
    if as_json:
        print_json(findings_json(found))
        return
    people = [person.state for person in answers.participants]
    print_line(f"{len(people)} began, {people.count('finished')} are through")
    if found.excluded.participants:
        rules = ", ".join(f"{rule}: {n}" for rule, n in found.excluded.counts().items())
        print_line(f"{len(found.excluded.participants)} are excluded ({rules})")
    for title, head, rows in result_rows(found.shown):
        print_table(title, list(head), [list(row) for row in rows])
    for doubt in found.doubts():
        print_line(f"Note: {doubt}")


@study.command("export")
@with_flags()
def export(
    file: File,
    told: Told,
    output: Annotated[
        Path, typer.Option("--output", "-o", show_default=False, help="Folder for the files.")
    ],
    force: Force = False,
    database: Database = "",
) -> None:
    """Write answers as tables, the report as a page, and the paragraphs for a paper.

    Each stimulus is measured once, to say how well figures of sync foretell people. Clips that
    participants brought, and let others see, become a folder of films a system.

    [bold]Example[/bold]

    musivid study export study.yaml -o results/
    """
    from musivid.commands.console import open_reporter
    from musivid.core.outputs import check_folder
    from musivid.core.paths import expanded
    from musivid.studies.export import export_study
    from musivid.studies.foretelling import measure_stimuli

    left, folder = _read(file, database), expanded(output)
    check_folder(folder, f"output {folder}", hint="Choose another place with -o.")
    with open_reporter(told) as reporter:
        measured = measure_stimuli(left.stimuli, reporter)
    export_study(folder, left.manifest, left.facts, left.answers, inputs=[expanded(file)],
                 clips=left.clips, measured=measured, force=force)  # fmt: skip
    print_text(folder / "report.html")


@study.command("plan")
def plan(
    file: File,
    half_width: Annotated[
        float | None,
        typer.Option(
            "--half-width",
            min=0.001,
            show_default=False,
            help="Wanted half of a 95 % interval, on the study's scale.",
        ),
    ] = None,
    database: Database = "",
) -> None:
    """Say how many raters a wanted precision needs, from a pilot's answers where there are some.

    [bold]Example[/bold]

    musivid study plan study.yaml --half-width 0.3
    """
    from musivid.commands.console import print_table
    from musivid.studies.planning import USUAL, raters_needed, spreads_of
    from musivid.studies.site.serve import study_folder
    from musivid.studies.stimuli import find_sources

    path, manifest = _manifest(file)
    clips = len(find_sources(manifest, path.parent).clips())
    pilot = None
    if study_folder(path).is_dir():
        pilot = spreads_of(manifest, _read(file, database).answers.ratings)
    scale = manifest.answers_on()
    widths = [(scale.highest - scale.lowest) * share for share in _HALF_WIDTHS]
    rows = []
    for width in [half_width] if half_width is not None else widths:
        needed = raters_needed(manifest, clips, width, pilot or USUAL)
        rows.append([f"± {width:.2f}", "more clips are needed" if needed is None else str(needed)])
    source = "a pilot's spreads" if pilot else "usual spreads"
    print_table(f"Raters for {clips} clips, by {source}", ["95 % interval", "raters"], rows)


@study.command("import")
def import_published(
    files: Annotated[
        list[Path], typer.Argument(help="Text files of the published platform.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", show_default=False, help="Folder for the files.")
    ],
    force: Force = False,
) -> None:
    """Read answers of the published evaluation platform, and write them and what they say.

    [bold]Example[/bold]

    musivid study import txts/*.txt -o published/
    """
    from musivid.core.paths import expanded
    from musivid.studies.export import export_study
    from musivid.studies.published import published_manifest, read_published

    inputs = [expanded(file) for file in files]
    answers = read_published(inputs)
    folder = expanded(output)
    export_study(folder, published_manifest(answers), (), answers, inputs=inputs, force=force)
    print_text(folder / "report.html")


def _manifest(file: Path) -> tuple[Path, Manifest]:
    from musivid.core.paths import expanded
    from musivid.studies.manifest import read_manifest

    path = expanded(file)
    return path, read_manifest(path)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a study that was open left.

    Attributes:
        manifest: what was declared.
        stimuli: what was made for it.
        facts: of all that was rated, also of clips that were brought.
        answers: all that were given.
        clips: folders of clips that were brought and others may see.
    """

    manifest: Manifest
    stimuli: Stimuli
    facts: tuple[StimulusFacts, ...]
    answers: Answers
    clips: tuple[Path, ...]


def _read(file: Path, address: str) -> _Left:
    """All that a study that was open left.

    Raises:
        InputError: it was never opened.
    """
    need_extra("studio", STUDIO, what="reading a study's answers")
    from musivid.core.errors import InputError
    from musivid.studies.site.creating import created_facts, shared_clips
    from musivid.studies.site.serve import open_answers, study_folder
    from musivid.studies.stimuli import read_stimuli

    path, manifest = _manifest(file)
    folder = study_folder(path)
    stimuli = read_stimuli(folder / "stimuli")
    if stimuli is None:
        raise InputError(
            f"{path.name} was never opened: there are no answers",
            command=f"musivid study serve {path}",
        )
    store, database = open_answers(manifest, folder, stimuli.clips(), address)
    try:
        facts = (*stimuli.facts, *created_facts(database))
        return _Left(manifest, stimuli, facts, store.answers(), shared_clips(folder, database))
    finally:
        database.close()
