"""`musivid evaluate`: how well picture and sound fit, every figure beside its chance level."""

from __future__ import annotations

from musivid.commands.evaluate_run import Asked, run
from musivid.commands.flags import with_flags

__all__ = ["evaluate"]


@with_flags("evaluate")
def evaluate(asked: Asked) -> None:
    """Measure films, songs and notes; each figure of timing beside what chance gives.

    Takes films, folders of finished runs, songs, MIDI files, and folders of all these.

    [bold]Examples[/bold]

    musivid evaluate clip.mp4

    musivid evaluate clip.mp4 --audio song.wav --lyrics song.lrc --report report.html

    musivid evaluate clips/ --json --fail-under sync.bas_music.z=2

    musivid evaluate --compare system-a/ system-b/ --report compare.html --site page/

    musivid evaluate music.mid --rows asked.npz

    musivid evaluate features/ --reference real-features/
    """
    from musivid.commands.console import open_reporter

    with open_reporter(asked.talk) as reporter:
        run(asked, reporter)
