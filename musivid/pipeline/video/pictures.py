"""Pictures of the user's own that a film of scenes shows, and what cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import PresetError
from musivid.core.paths import expanded
from musivid.media.artwork import artwork_beside, embedded_artwork
from musivid.media.labels import Source
from musivid.media.pictures import check_picture
from musivid.pipeline.render.pictures import OwnPicture
from musivid.pipeline.video.artwork import cover_files
from musivid.settings.video import VideoPreset

if TYPE_CHECKING:
    from musivid.living.planfile import PlanRow

__all__ = ["check_own", "own_pictures", "source_of"]


def own_pictures(preset: VideoPreset, song: Path) -> list[OwnPicture]:
    """The pictures that a film of scenes shows, in order; none for a cover or a painted film."""
    living = preset.living
    if preset.painting.mode != "living" or preset.is_cover or preset.is_footage:
        return []
    found = [
        OwnPicture(expanded(image.path), image.weight)
        for image in preset.guidance.images
        if image.weight > 0
    ]
    if living.artwork is not None:
        found.append(OwnPicture(expanded(living.artwork), 1.0))
    if not found and preset.is_picture and song.is_file():
        source = embedded_artwork(song) or artwork_beside(song)
        found += [OwnPicture(source, 1.0)] if source else []
    return found


def source_of(preset: VideoPreset, song: Path) -> Source:
    """How the pictures of a film are made, in IPTC's words.

    Networks that learnt from pictures paint all but living scenes, which are drawn by formulas; a
    cover, and a scene of a picture, show what somebody made among what is drawn. Footage is what
    cameras took, put together.
    """
    if preset.painting.mode != "living":
        return "trainedAlgorithmicMedia"
    if preset.is_footage:
        return "compositeCapture"
    within = preset.is_cover and song.is_file() and embedded_artwork(song) is not None
    shown = within or cover_files(preset, song) or own_pictures(preset, song)
    return "compositeSynthetic" if shown else "algorithmicMedia"


def check_own(preset: VideoPreset, song: Path, rows: Sequence[PlanRow] = ()) -> None:
    """Check that pictures which are given are shown, and that there are some where they are asked.

    Args:
        preset: settings.
        song: the file, in or beside which pictures may be.
        rows: places that somebody wrote down.

    Raises:
        PresetError: neither nor. InputError: the one within the song cannot be read.
    """
    if any(image.weight < 0 for image in preset.guidance.images):
        raise PresetError(
            "guidance.images: pictures are shown here, and none can be pushed away",
            hint="Give a weight above 0, or say in guidance.negative what is not to be seen.",
        )
    if any(prompt.weight != 1 for prompt in preset.guidance.story):
        raise PresetError(
            "guidance.story: weights have no effect where scenes are drawn",
            hint="Leave them out; guidance.style takes weights.",
        )
    own, scene = own_pictures(preset, song), preset.living.scene
    named = [int(row.look or 1) for row in rows if row.scene == "picture"]
    if named and max(named) > len(own):
        raise PresetError(
            f"the plan shows picture {max(named)}, and there are {len(own)}",
            hint="Give them with --artwork or guidance.images, in the order of their numbers.",
        )
    if not preset.is_picture:
        if own and scene is not None:
            raise PresetError(
                f"living.scene {scene} leaves no place for pictures of your own",
                hint="Leave --scene out, or give --scene picture, which shows them alone.",
            )
        return
    if not own:
        raise PresetError(
            f"--scene {scene} has no picture to show",
            hint="Give --artwork FILE or guidance.images, or a song with artwork.",
        )
    number = int((scene or "").partition("/")[2] or 1)
    if not 1 <= number <= len(own):
        raise PresetError(f"--scene {scene}: there are {len(own)} pictures, counted from 1")
    for picture in own:
        if isinstance(picture.source, bytes):
            check_picture(picture.source, "the artwork within the song")
