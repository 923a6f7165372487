"""Settings of which only some values are any good on pages: these are offered, to be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

__all__ = ["OFFERED", "offered"]


def offered(key: str, settings: Any) -> tuple[str, ...]:
    """What may be chosen for a setting; nothing: whatever it takes."""
    find = OFFERED.get(key)
    return find(settings) if find else ()


def _styles(settings: Any) -> tuple[str, ...]:
    return tuple(settings.styles)


def _scenes(settings: Any) -> tuple[str, ...]:
    """Scenes and their looks; covers, too."""
    from musivid.living.world import find_looks, read_world

    looks = (*read_world(), *find_looks("cover"))
    scenes = dict.fromkeys(look.scene for look in looks)
    return tuple(n for s in scenes for n in (s, *(k.name for k in looks if k.scene == s)))


def _genres(settings: Any) -> tuple[str, ...]:
    from musivid.score.ensemble import GENRES

    return tuple(GENRES)


def _keys(settings: Any) -> tuple[str, ...]:
    from musivid.analysis.tonality import MODES, TONICS

    return tuple(f"{tonic} {mode}" for mode in MODES for tonic in TONICS)


def _codecs(settings: Any) -> tuple[str, ...]:
    """Those that a film of a page holds, which is an mp4."""
    from musivid.settings.output import OutputPreset

    kinds = get_args(OutputPreset.model_fields["codec"].annotation)
    return tuple(name for name in kinds if name != "prores")


OFFERED: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "style": _styles,
    "living.scene": _scenes,
    "control.genre": _genres,
    "control.key": _keys,
    "output.codec": _codecs,
}
"""By key, what finds the values from the settings of a preset."""
