"""What music is asked to be: whether there is such a genre, meter and key, and who can write it."""

from __future__ import annotations

from musivid.analysis.tonality import MODES, TONICS, Key
from musivid.core.errors import PresetError
from musivid.score.metre import METRES
from musivid.score.songs.genres import GENRES
from musivid.score.songs.playbooks import metres_of
from musivid.settings.bgm import BgmInferPreset

__all__ = ["check_band", "check_wishes"]


def check_wishes(preset: BgmInferPreset) -> None:
    """Check that genre, meter and key are known, and go together.

    Raises:
        PresetError: they do not.
    """
    genre = preset.control.genre
    if genre is not None and genre not in GENRES:
        raise PresetError(
            f"genre {genre!r} is not known", hint=f"Give one of: {', '.join(GENRES)}."
        )
    if genre is not None and preset.is_song:
        _check_meter(genre, preset.control.meter)
    _check_key(preset.control.key)


def check_band(preset: BgmInferPreset) -> None:
    """Check that the composer can write what only songs have.

    Raises:
        PresetError: a metre, or a player, that networks never learnt.
    """
    control = preset.control
    metre = GENRES[control.genre].metre if control.genre else METRES["4/4"]
    faults = [f"genre {control.genre!r} is in {metre}"] * (metre != METRES["4/4"])
    faults += [f"meter {control.meter} is asked for"] * (control.meter in ("3/4", "6/8"))
    # Under the preset of songs, the composer itself is what does not fit; that is told later.
    is_lead = "Lead" in control.instruments and preset.words != "song"
    faults += ["Lead is a player of songs"] * is_lead
    if faults and not preset.is_song:
        raise PresetError(
            f"{' and '.join(faults)}, which composer {preset.composer!r} cannot write",
            hint="The song composer can: --preset song.",
            command="musivid bgm infer CLIP --preset song",
        )


def _check_meter(genre: str, meter: str) -> None:
    known = metres_of(genre)
    if meter not in ("auto", *known):
        able = [name for name in GENRES if meter in metres_of(name)]
        raise PresetError(
            f"genre {genre!r} is not played in {meter}",
            hint=f"It is in {' and '.join(known)}; in {meter} are: {', '.join(able)}.",
        )


def _check_key(text: str | None) -> None:
    if text is not None:
        try:
            Key.named(text)
        except ValueError as error:
            raise PresetError(
                str(error),
                hint=f"Give a tonic ({', '.join(TONICS)}) and a mode ({', '.join(MODES)}).",
            ) from None
