"""`musivid caption`: what a song says, as timed text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from musivid.commands.flags import Wish, with_flags
from musivid.commands.lacking import PlanShower
from musivid.commands.options import BatchWork, Inputs, Machine, Output, Talk
from musivid.commands.typed import late_session
from musivid.commands.written_forms import chosen_form, form_option
from musivid.media.lyrics.formats import written_formats

if TYPE_CHECKING:
    from musivid.pipeline.caption import Captioned

__all__ = ["caption"]

_PLAIN = "txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that can be typed after `musivid caption`."""

    songs: Inputs
    output: Output = None
    form: Annotated[str | None, form_option("captions", _PLAIN)] = None
    wish: Wish
    machine: Machine
    work: BatchWork
    talk: Talk


@with_flags("caption")
def caption(asked: _Asked) -> None:
    """Say in words what is heard in a song: timed captions for all of it.

    `musivid video --lyrics` and `musivid visualize --captions` read them back.

    [bold]Examples[/bold]

    musivid caption song.mp3

    musivid caption song.mp3 --windows sections -o song.srt

    musivid caption song.mp3 --windows song

    musivid caption album/ -o captions/ --format jsonl --skip-existing

    musivid caption song.mp3 --preset lp-musiccaps --overlap -o song.json
    """
    from musivid.commands.console import Result, open_reporter, run_batch

    settings, work, machine = asked.wish.settings(), asked.work, asked.machine
    output = asked.output
    chosen = chosen_form(asked.form, output, usual=_PLAIN)
    with open_reporter(asked.talk) as reporter:
        session, shown = late_session(machine, reporter), PlanShower(reporter)

        def one(song: Path, target: Path) -> Result:
            from musivid.commands.plans import caption_text
            from musivid.pipeline.caption import check_caption

            def plan() -> Result:
                facts = check_caption(song, settings, offline=machine.offline).facts()
                return Result(facts=asdict(facts), text=caption_text(str(song), facts))

            if work.dry_run:
                return shown(plan)
            check_caption(song, settings, offline=machine.offline)
            from musivid.pipeline.caption import caption_file

            made = caption_file(song, session(), settings, reporter)
            text = _write(made, chosen, target if output is not None else None)
            return Result(facts=_facts(made), text=text)

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
            reads=asked.wish.files(),
        )


def _write(made: Captioned, form: str, target: Path | None) -> str:
    """Write the captions to `target`, or return them for stdout."""
    from musivid.core.storage import write_atomic

    text = made.text(form)
    if target is None:
        return text.rstrip("\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, text)
    return ""


def _facts(made: Captioned) -> dict[str, Any]:
    """For --json."""
    return {
        "model": made.model,
        "duration_s": round(made.duration_s, 3),
        "captions": [
            {"start_s": cue.start_s, "end_s": cue.end_s, "text": cue.text} for cue in made.cues
        ],
    }
