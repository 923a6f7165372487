"""Films and a song as one film: frames when they are asked for, a file when it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.outputs import check_output
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.media.kinds import FILM
from musivid.pipeline.combine.make import combined_frames, make_combined
from musivid.pipeline.combine.plan import CombinePlan, Fit, plan_combine
from musivid.settings.combine import CombinePreset
from musivid.settings.presets import Overrides, change_preset, load_preset, without_none

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Combined", "combine"]


@dataclass(frozen=True, slots=True)
class Combined:
    """Films joined to one. Iterated over it gives its frames, uint8 [height, width, 3] RGB.

    Attributes:
        plan: what is joined, and how it is fitted.
        reporter: told of stages and progress.
    """

    plan: CombinePlan
    reporter: Reporter = field(default_factory=Silent, repr=False, compare=False)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.plan.size

    @property
    def fps(self) -> Fraction:
        """Frames a second."""
        return self.plan.fps

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.plan.duration_s

    def __len__(self) -> int:
        """Return how many frames there are."""
        return self.plan.frames

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Yield all frames."""
        return combined_frames(self.plan)

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write the film; parts that agree are copied without loss.

        Args:
            path: .mp4, .m4v or .mov.
            force: replace a file that is there.

        Raises:
            OutputError: another ending, it exists, or it cannot be written.
            EncodeError: ffmpeg failed.
        """
        out = expanded(path)
        check_output(out, force=force, endings=FILM.written)
        return make_combined(replace(self.plan, out=out), self.reporter)


def combine(
    parts: Sequence[Path | str],
    audio: Path | str | None = None,
    *,
    preset: CombinePreset | str | Path = "pocket",
    settings: Overrides = (),
    fit: Fit | None = None,
    reencode: bool | None = None,
    reporter: Reporter | None = None,
) -> Combined:
    """Join films in the order given, and add a song.

    Args:
        parts: films.
        audio: the song, from any file; None: the sounds of the parts, if all have one.
        preset: settings, by name or path, or loaded.
        settings: laid over the preset, as {"output.size": "1280x720"}.
        fit: if song and picture differ in length: `error`, `pad` (hold the last picture, or add
            silence), `cut` (end with the shorter) or `loop` (repeat the picture); None: the
            preset's.
        reencode: True encodes again in any case, False never; None: the preset's.
        reporter: told of stages and progress.

    Raises:
        MusividError: an input that cannot be used, or lengths that differ; the subclass says which.
    """
    films = [expanded(part) for part in parts]
    song = None if audio is None else expanded(audio)
    chosen = load_preset("combine", preset) if isinstance(preset, str | Path) else preset
    chosen = change_preset(chosen, settings)
    chosen = change_preset(chosen, without_none({"fit": fit, "reencode": reencode}))
    return Combined(plan_combine(films, audio=song, preset=chosen), reporter or Silent())
