"""A song becomes a film: `make_video`, file to file, which goes on after a kill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from musivid.core.progress import Reporter, Silent
from musivid.core.run import check_unfinished, run_folder
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.listen import listen_to
from musivid.pipeline.video.stages import VideoResult
from musivid.weights.session import LateSession, Session

if TYPE_CHECKING:
    from musivid.pipeline.render.together import Team

__all__ = ["make_video"]


def make_video(
    checked: CheckedJob,
    session: Session | LateSession,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    team: Team | None = None,
    reporter: Reporter | None = None,
) -> VideoResult:
    """Make a video file; killed at any moment, the same call goes on and gives the same frames.

    Args:
        checked: from `job.check_job`.
        session: device and models, or what opens them: it saves memory where that is not needed.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        team: who paints and draws instead of this process, but for films of painted frames.
        reporter: told of stages and progress.

    Raises:
        Interrupted: Ctrl-C; what is done is kept, and the message says how to go on.
        MusividError: the subclass says what is wrong.
    """
    reporter = reporter or Silent()
    if resume:  # asked before anything is loaded
        check_unfinished(run_folder(checked.out))
    if checked.job.preset.is_layer:
        from musivid.pipeline.video.layer import make_layer

        return make_layer(checked, force=force, resume=resume, resume_any=resume_any,
                          offline=session.offline, reporter=reporter)  # fmt: skip
    if checked.job.preset.is_footage:
        from musivid.pipeline.video.cutting import make_cut

        return make_cut(checked, session, force=force, resume=resume, resume_any=resume_any,
                        team=team, reporter=reporter)  # fmt: skip
    if checked.job.preset.painting.mode == "living":
        from musivid.pipeline.video.drawn import make_drawn

        return make_drawn(
            checked,
            session,
            force=force,
            resume=resume,
            resume_any=resume_any,
            team=team,
            reporter=reporter,
        )
    from musivid.pipeline.video.painted import render_painted

    return render_painted(
        checked,
        session() if isinstance(session, LateSession) else session,
        lambda: listen_to(checked, reporter),
        force=force,
        resume=resume,
        resume_any=resume_any,
        team=team,
        reporter=reporter,
    )
