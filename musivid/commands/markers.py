"""`musivid markers`: what is heard in a song, as markers for editors and DAWs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.commands.flags import Wish, with_flags
from musivid.commands.marking import CorrectedBeats
from musivid.commands.options import BatchWork, Inputs, LyricsEncoding, Output, Talk
from musivid.commands.typed import namesake
from musivid.media.lyrics.encoding import check_encoding

if TYPE_CHECKING:
    from musivid.commands.console import Result

__all__ = ["markers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid markers`."""

    songs: Inputs
    output: Output = None
    lyrics: Annotated[
        Path | None,
        typer.Option(
            "--lyrics",
            "-l",
            show_default=False,
            help="Timed lyrics, for --what lyrics; a folder of them for many songs.",
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    wish: Wish
    corrected: CorrectedBeats
    work: BatchWork
    talk: Talk


@with_flags("markers")
def markers(asked: _Asked) -> None:
    """Mark what is heard in a song, for the timeline of an editor or DAW.

    The ending of -o says in which form: .edl, .otio, .fcpxml, .xml, .csv, .txt, .mid, .jsx or
    .json; --for says for whom. What was corrected there comes back with --beats.

    [bold]Examples[/bold]

    musivid markers song.mp3 -o bars.edl

    musivid markers song.mp3 --for premiere --fps 29.97df --what bars,sections

    musivid markers song.mp3 --what beats --every 2 -o beats.txt

    musivid markers song.mp3 --what lyrics --lyrics song.lrc -o lines.fcpxml

    musivid markers album/ -o markers/ --for reaper
    """
    from musivid.commands.console import Result, open_reporter, run_batch

    settings, work = asked.wish.settings(), asked.work
    check_encoding(asked.lyrics_encoding)
    beats = asked.corrected.file(asked.songs)
    with open_reporter(asked.talk) as reporter:

        def one(song: Path, out: Path) -> Result:
            from musivid.core.storage import write_atomic
            from musivid.pipeline.markers import MarkersJob, check_markers, mark_file

            lyrics = namesake(song, asked.lyrics, "lyrics", reporter)
            job = MarkersJob(song, out, settings, lyrics, asked.lyrics_encoding, beats)
            made = mark_file(check_markers(job), reporter)
            facts = made.facts(out)
            for text in facts.warnings:
                reporter.warn(text)
            if work.dry_run:
                from musivid.commands.plans import markers_text

                return Result(facts=asdict(facts), text=markers_text(facts))
            out.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(out, made.written(out).data)
            return Result(facts=asdict(facts))

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=asked.output,
            suffix=_ending(settings),
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads={**asked.wish.files(), "beats": [beats.path] if beats else []},
        )


def _ending(settings: object) -> str:
    """What a song's name gets where no file is named."""
    from musivid.pipeline.markers import file_ending

    return f"-markers{file_ending(settings)}"  # type: ignore[arg-type]
