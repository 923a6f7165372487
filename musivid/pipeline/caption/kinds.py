"""The kinds of captioners: what each one does, and where it is.

A row of the table of models says its kind; the module of that name beside this one has the class,
as `CAPTIONER`. Nobody else asks which kind a captioner is.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from musivid.settings.caption import CaptionModels, CaptionPreset

if TYPE_CHECKING:
    from musivid.analysis.sound import SoundFacts
    from musivid.core.progress import Reporter
    from musivid.media.audio import Track
    from musivid.nets.protocols import Captioner
    from musivid.pipeline.guidance.windows import Window
    from musivid.weights.session import Session

__all__ = ["CaptionKind", "caption_kind"]


class CaptionKind(Protocol):
    """Whoever puts sound into words, in the manner of its kind.

    What is imported with its module is light, so that a preset is checked in no time.
    """

    is_quick: ClassVar[bool]
    """Whether a song takes seconds, so that a preview may ask."""

    @classmethod
    def check(cls, models: CaptionModels) -> None:
        """Check that there is all that it needs besides its weights.

        Raises:
            WeightsError: something is not there.
        """

    @classmethod
    def open(cls, network: Captioner, session: Session, preset: CaptionPreset) -> Self:
        """The captioner of a loaded network of its kind, by the settings that it obeys.

        Raises:
            WeightsError: something besides the network cannot be used.
        """

    def caption(
        self, track: Track, heard: SoundFacts, windows: Sequence[Window], reporter: Reporter
    ) -> list[str]:
        """One text for each window."""


def caption_kind(kind: str) -> type[CaptionKind]:
    """The class of the captioners of a kind, as the table of models calls it."""
    module = importlib.import_module(f"musivid.pipeline.caption.{kind.replace('-', '_')}")
    captioner: type[CaptionKind] = module.CAPTIONER
    return captioner
