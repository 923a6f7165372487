"""`musivid lyrics`: the words of a song with their times."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from musivid.commands.flags import Wish, with_flags
from musivid.commands.options import BatchWork, Inputs, LyricsEncoding, Machine, Output, Talk
from musivid.commands.typed import late_session, namesake
from musivid.commands.written_forms import chosen_form, form_option
from musivid.media.lyrics.encoding import check_encoding
from musivid.media.lyrics.formats import written_formats

if TYPE_CHECKING:
    from musivid.commands.console import Result

__all__ = ["lyrics"]

_USUAL = "lrc"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid lyrics`."""

    songs: Inputs
    output: Output = None
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            "-t",
            show_default=False,
            help="The words, a line each; a folder of them for many songs. What is sung is "
            "written down if left out.",
        ),
    ] = None
    lyrics_encoding: LyricsEncoding = None
    voice: Annotated[
        Path | None,
        typer.Option(
            "--voice",
            show_default=False,
            help="The voice alone, as a program for stems gives it, on the clock of the song.",
        ),
    ] = None
    form: Annotated[str | None, form_option("lyrics", _USUAL)] = None
    wish: Wish
    machine: Machine
    work: BatchWork
    talk: Talk


@with_flags("lyrics")
def lyrics(asked: _Asked) -> None:
    """Give the words of a song their times, or write down what is sung.

    Models that hear words are fetched once. .lrc has the times of words, .json also how sure they
    are, which the studio's page for the words shows. `musivid video --lyrics` reads all forms.

    [bold]Examples[/bold]

    musivid lyrics song.mp3 --text words.txt -o song.lrc

    musivid lyrics song.mp3 --text words.txt --voice vocals.wav -o song.json

    musivid lyrics song.mp3 --language de -o song.srt

    musivid lyrics album/ --text words/ -o timed/ --format lrc

    musivid lyrics song.mp3 --text words.txt --preset mms --dry-run
    """
    from musivid.commands.console import Result, open_reporter, run_batch

    settings, work, machine = asked.wish.settings(), asked.work, asked.machine
    check_encoding(asked.lyrics_encoding)
    output = asked.output
    chosen = chosen_form(asked.form, output, usual=_USUAL)
    with open_reporter(asked.talk) as reporter:
        session = late_session(machine, reporter)

        def one(song: Path, target: Path) -> Result:
            from musivid.pipeline.lyrics import LyricsJob, check_lyrics, check_models, lyrics_file

            words = namesake(song, asked.text, "words", reporter)
            voice = namesake(song, asked.voice, "voice", reporter)
            out = target if output is not None else None
            job = LyricsJob(song, settings, words, asked.lyrics_encoding, voice, out)
            checked = check_lyrics(job)
            if work.dry_run:
                from musivid.commands.plans import lyrics_text

                facts = checked.facts(offline=machine.offline)
                return Result(facts=asdict(facts), text=lyrics_text(str(song), facts))
            check_models(checked, offline=machine.offline)
            made = lyrics_file(checked, session(), reporter)
            text = made.text(chosen)
            if out is not None:
                from musivid.core.storage import write_atomic

                out.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(out, text)
            return Result(facts=made.facts(), text="" if out is not None else text.rstrip("\n"))

        run_batch(
            asked.songs,
            one,
            reporter=reporter,
            output=output,
            suffix=written_formats()[chosen].suffixes[0] if output is not None else "",
            force=work.may_exist,
            skip_existing=work.skip_existing,
            shard=work.shard,
            as_json=asked.talk.as_json,
            reads={
                **asked.wish.files(),
                "text": [asked.text] if asked.text and not asked.text.is_dir() else [],
                "voice": [asked.voice] if asked.voice else [],
            },
        )
