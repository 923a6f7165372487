"""What a cover is made of, found and checked before anything is drawn: artwork, mark and name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import InputError, PresetError
from musivid.core.paths import expanded
from musivid.media.artwork import Tags, artwork_beside, embedded_artwork, read_tags
from musivid.media.pictures import check_picture, read_mark, read_picture
from musivid.settings.video import VideoPreset

if TYPE_CHECKING:
    from musivid.living.sleeve import Sleeve

__all__ = ["check_cover", "cover_files", "name_of", "open_sleeve", "opening_name"]

_NAME = ("title", "artist")
_OWN = ("artwork", "logo", *_NAME)  # settings that only a cover has
_WITHIN = "the artwork within the song"


def cover_files(preset: VideoPreset, song: Path) -> dict[str, Path]:
    """Picture files of a cover by their role; one within the song's file is not among them."""
    if not preset.is_cover:
        return {}
    living, files = preset.living, {}
    if living.artwork is not None:
        files["artwork"] = Path(living.artwork)
    elif song.is_file() and embedded_artwork(song) is None and (near := artwork_beside(song)):
        files["artwork"] = near
    if living.logo is not None:
        files["logo"] = Path(living.logo)
    return files


def name_of(preset: VideoPreset, song: Path) -> str:
    """What a film is called in one line: artist and title, or the name of the file."""
    name = _name(preset, song)
    said = [text for text in (name.artist, name.title or song.stem) if text]
    return " - ".join(said)


def check_cover(preset: VideoPreset, song: Path) -> tuple[str, ...]:
    """Check what a cover is made of; what the user may want to know of it.

    Raises:
        PresetError: settings of a cover for another film. InputError: the artwork within the song
            cannot be read.
    """
    if not preset.is_cover:
        _check_opening(preset)
        if preset.living.show_title and not _name(preset, song).title:
            return (_untitled(song),)
        return ()
    notes = []
    if "artwork" not in cover_files(preset, song):
        within = embedded_artwork(song) if song.is_file() else None
        if within is None:
            notes.append(
                f"no artwork in {song.name} or beside it; a picture is composed. "
                "Give your own with --artwork FILE"
            )
        else:
            _check_within(within)
    if not _name(preset, song).title:
        notes.append(_untitled(song))
    return tuple(notes)


def _check_opening(preset: VideoPreset) -> None:
    """Check that a film of scenes is not asked for what only a cover has.

    Raises:
        PresetError: it is.
    """
    named: tuple[str, ...] = _NAME if preset.living.show_title else ()
    if preset.painting.mode == "living":
        named += ("artwork",)  # shown as one of the scenes
    given = [n for n in _OWN if n not in named and getattr(preset.living, n) is not None]
    if given:
        where = "covers and --title" if given[0] in _NAME else "covers alone"
        raise PresetError(
            f"living.{given[0]} is for {where}",
            hint="Add --scene cover/ring, cover/bars, cover/wave or cover/mountain.",
        )


def _untitled(song: Path) -> str:
    return f"the tags of {song.name} have no title; give one with --set living.title=NAME"


def open_sleeve(
    preset: VideoPreset,
    song: Path,
    size: tuple[int, int],
    sung_s: tuple[tuple[float, float], ...] = (),
) -> Sleeve:
    """All that the cover of a song is made of.

    Args:
        preset: its settings.
        song: the file; none need be there where the song is in memory.
        size: (width, height) of the film.
        sung_s: where lines stand over the picture.
    """
    from musivid.living.sleeve import Sleeve

    files = cover_files(preset, song)
    artwork: Path | bytes | None = files.get("artwork")
    if artwork is None and song.is_file():
        artwork = embedded_artwork(song)
    logo = files.get("logo")
    name = _name(preset, song)
    return Sleeve(
        artwork=None if artwork is None else read_picture(_plain(artwork), size, role="artwork"),
        logo=None if logo is None else read_mark(expanded(logo), size),
        title=name.title,
        artist=name.artist,
        sung_s=sung_s,
    )


def opening_name(preset: VideoPreset, song: Path) -> tuple[str, str] | None:
    """Title and artist to be shown over the first image of a film of scenes, if they are."""
    name = _name(preset, song)
    wanted = preset.living.show_title and not preset.is_cover and name.title
    return (name.title, name.artist) if wanted else None


def _plain(artwork: Path | bytes) -> Path | bytes:
    return expanded(artwork) if isinstance(artwork, Path) else artwork


def _name(preset: VideoPreset, song: Path) -> Tags:
    """Title and artist: as set, else by the tags."""
    tags = read_tags(song) if song.is_file() else Tags()
    title, artist = preset.living.title, preset.living.artist
    return Tags(tags.title if title is None else title, tags.artist if artist is None else artist)


def _check_within(picture: bytes) -> None:
    try:
        check_picture(picture, _WITHIN)
    except InputError as error:
        raise InputError(str(error), hint="Give another one with --artwork FILE.") from None
