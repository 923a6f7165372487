"""The kinds of composers, and the one that a preset means: opened by what its network is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from musivid.core.errors import PresetError
from musivid.core.paths import expanded
from musivid.pipeline.bgm.composer import ComposerKind
from musivid.pipeline.bgm.match import MatchComposer
from musivid.pipeline.bgm.song import SongComposer
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.heeded import refuse_unheeded
from musivid.weights.names import find_model

if TYPE_CHECKING:
    import torch

    from musivid.nets.protocols import Composer
    from musivid.pipeline.bgm.bmt import BmtComposer
    from musivid.pipeline.bgm.cmt import CmtComposer, PocketComposer
    from musivid.weights.session import Session

__all__ = ["open_composer"]

_LARGE = 16_000_000  # parameters from which on reading them is most of the work


def open_composer(session: Session, preset: BgmInferPreset) -> ComposerKind:
    """Return the composer that a preset means.

    Args:
        session: loads it once, where it is a network.
        preset: the composer by name or path, the kind that it must be of, its vocabulary; or the
            folder to choose from.

    Raises:
        UsageError: unknown name. WeightsError: missing, damaged or no composer.
        PresetError: a composer of another kind, or settings that it does not heed.
        InputError: a vocabulary that is none of its.
    """
    if preset.match.folder is not None:
        return MatchComposer(expanded(preset.match.folder))
    if preset.is_song:
        return SongComposer()
    name = preset.composer
    assert name is not None  # `check_bgm` saw to it
    model = session.composer(name)
    kinds = _network_kinds()
    kind = kinds[model.kind]
    if preset.words not in (None, model.kind):
        meant = "songs by rules" if preset.words == "song" else kinds[str(preset.words)].title
        raise PresetError(
            f"composer {name!r} does not fit this preset: it is {kind.title}; the preset is for "
            f"{meant}",
            hint=f"Use --preset {model.kind} with it.",
            command=f"musivid bgm infer CLIP --preset {model.kind} --set composer={name}",
        )
    refuse_unheeded(preset, {"composer": (model.kind,)})
    model.to(_dtype(session, model))
    file = find_model(name, "composer", offline=session.offline).file
    return kind.open(model, file, preset.vocabulary)


def _network_kinds() -> dict[str, type[PocketComposer | CmtComposer | BmtComposer]]:
    """Kinds of composers that are networks; only who has one loads what they need."""
    from musivid.pipeline.bgm.bmt import BmtComposer
    from musivid.pipeline.bgm.cmt import CmtComposer, PocketComposer

    return {kind.kind: kind for kind in (PocketComposer, CmtComposer, BmtComposer)}


def _dtype(session: Session, model: Composer) -> torch.dtype:
    """What a network composes in; left to itself, a small one gains nothing from half precision."""
    import torch

    is_small = sum(p.numel() for p in model.parameters()) < _LARGE
    return torch.float32 if session.is_auto_dtype and is_small else session.dtype
