"""What a preset may say: one pydantic model a command, made of groups that commands share.

Every field is followed by a line that says what it counts, in which unit. `presets.py` reads them
from YAML; `musivid presets show` prints them.
"""

from __future__ import annotations

import difflib
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from musivid.settings.base import Group, Preset, Size, Strength, Time, Unit, parse_size
from musivid.settings.clips import ClipsPreset
from musivid.settings.footage import FootagePreset
from musivid.settings.listening import AudioPreset
from musivid.settings.living import LivingPreset
from musivid.settings.marks import SONG, Flag, Heeded
from musivid.settings.output import OutputPreset
from musivid.settings.painting import KEYS, PAINTED, FeedbackPreset, PaintingPreset

__all__ = [
    "CLIPS",
    "FLAT_WALK",
    "AudioPreset",
    "CameraPreset",
    "FeedbackPreset",
    "FootagePreset",
    "Group",
    "GuidancePreset",
    "InterpolatePreset",
    "KeyframesPreset",
    "ModelsPreset",
    "OutputPreset",
    "PaintingPreset",
    "ReactPreset",
    "Size",
    "StoryPrompt",
    "Strength",
    "StylePreset",
    "Unit",
    "VideoPreset",
    "ViewReact",
    "WalkPreset",
    "WeightedImage",
    "WeightedText",
    "parse_size",
]


FLAT_WALK = Heeded(
    "walk.mode", ("latent", "painting", "variation", "crossfade", "morph", "kenburns", "clips")
)
"""For settings of pictures that are walked between as they are, not as scenes."""

CLIPS = Heeded("walk.mode", ("clips",))
"""On what counts where an image-to-video pipeline films the ways between pictures."""

_LATENT = Heeded("walk.mode", ("latent",))
_WHOLE = Heeded("living.layer", ("none",))
_TOLD = Heeded("living.scene", ("any other", "footage"))
_CHOSEN = Heeded("living.scene", ("any other",))  # a cover is without any network


class ModelsPreset(Group):
    """Which models are loaded, by name in `models/registry.yaml` or by path."""

    painter: Annotated[str, PAINTED] = "pocket-painter"
    """Latent autoencoder: pocket-painter, vqgan-imagenet-f16-16384, ..."""
    perceptor: Annotated[str, _TOLD] = "pocket-perceptor"
    """Space of pictures, words and sounds: pocket-perceptor, clip-vit-b-32. Real footage is seen by
    a published one alone: the one named, else the first that is there; pocket-perceptor, where it
    is named: by none."""
    listener: Annotated[str | None, _CHOSEN] = None
    """Sound into the perceptor's space, such as wav2clip; None: by the perceptor's own ears."""
    dreamer: Annotated[str | None, PAINTED] = "pocket-dreamer"
    """Generator of first latents from an embedding; None: random codebook entries."""
    animator: Annotated[str | None, KEYS, CLIPS] = None
    """Name, hub id or folder of the image-to-video pipeline that films clips between keyframes: of
    Wan for a first and a last picture, or of LTX-Video. None: for other walks."""
    offload: Annotated[Literal["none", "model", "sequential"], KEYS, CLIPS] = "none"
    """How that pipeline is kept on small cards. model: each network comes to the GPU while it
    works; sequential: layer by layer; none: all stay there, if they have room; else as model."""


class StoryPrompt(Group):
    """A prompt that holds from a time on, until the next one."""

    at: Time = "0"
    """When it begins: seconds, m:ss or h:mm:ss."""
    text: str
    """What to paint; empty: nothing from here on."""
    weight: float = Field(1.0, ge=-10, le=10)
    """Weight, how strongly it pulls; negative pushes away."""


class WeightedText(Group):
    """A text with a weight."""

    text: str = Field(min_length=1)
    """What is meant."""
    weight: float = Field(1.0, ge=-10, le=10)
    """Weight, how strongly it pulls."""


class WeightedImage(Group):
    """A picture file that acts as a prompt."""

    path: str
    """The picture file."""
    weight: float = Field(1.0, ge=-10, le=10)
    """Weight, how strongly it pulls."""


class GuidancePreset(Group):
    """What the pictures mean: target = normalised(w_a audio + w_t text + w_s style + ...)."""

    fusion: Annotated[Literal["blend", "either"], PAINTED] = "blend"
    """blend: sound and words together; either: a line alone where there is one, else the sound."""
    lines: Literal["hold", "beat"] = "hold"
    """hold: a lyric line guides until the next (or its end); beat: only the beat it begins in."""
    audio: Annotated[float, _CHOSEN] = Field(0.35, ge=0, le=10)
    """Weight of the sound."""
    text: Annotated[float, _CHOSEN] = Field(1.0, ge=0, le=10)
    """Weight of the lyric line (or story prompt) of the moment."""
    style: Annotated[list[WeightedText], _CHOSEN] = []
    """Constant style prompts, with their weights."""
    negative: Annotated[list[WeightedText], _CHOSEN] = []
    """What to keep away from."""
    images: Annotated[list[WeightedImage], _CHOSEN] = []
    """Pictures that act as prompts; living: that are shown, in depth and light."""
    story: Annotated[list[StoryPrompt], _WHOLE] = []
    """Prompts over time, for songs without lyrics or beside them."""
    crossfade_s: Annotated[float, PAINTED] = Field(1.0, ge=0, le=30)
    """Seconds of slerp from one lyric line's meaning to the next."""
    hold_s: float | None = Field(None, gt=0)
    """Most seconds that a lyric line holds; None: until the next line."""
    centre: Annotated[bool, PAINTED] = True
    """Take off each modality's mean over the song or the vocabulary before fusing."""


class KeyframesPreset(Group):
    """When keyframes are painted."""

    every_s: float = Field(4.0, gt=0.04, le=120)
    """Wanted seconds between keyframes; they snap to downbeats, then beats."""
    min_s: float = Field(1.6, gt=0.02, le=120)
    """Fewest seconds between two keyframes; never more than every_s."""
    lyrics: bool = True
    """Paint a keyframe for every lyric line (where min_s allows)."""
    line_turn_s: float = Field(1.4, ge=0, le=30)
    """Seconds in which the picture turns to a new line; half of them before it begins."""
    sections: bool = True
    """Begin a keyframe on section borders."""
    wander: float = Field(0.0, ge=0, le=4)
    """Factor on how far each scene strays, its own way, where sound alone guides; by words less."""
    per_scene: int = Field(2, ge=1, le=1000)
    """Number of keyframes in a row that grow from one dream, while no line or section begins."""


class WalkPreset(Group):
    """How the latent moves between keyframes."""

    hold: Unit = 0.25
    """Share of each span near the keyframes where the picture rests."""
    music: Unit = 0.7
    """Share of the progress that follows the music (onsets and energy) instead of the clock."""
    mode: Annotated[Literal["latent", "clips"], Flag("--walk")] = "latent"
    """How one keyframe becomes the next; latent: the painter's latents walk; clips: an
    image-to-video pipeline films each way."""
    decode_every: Annotated[int, _LATENT] = Field(1, ge=1, le=8)
    """Number of frames from one that is decoded to the next; those between are blended."""
    quantise: Annotated[bool, _LATENT] = False
    """Snap walked latents to the codebook (crisper, but jumps)."""
    wipe: Annotated[Unit, _LATENT] = 0.5
    """How far parts of a picture change one after another (0: a cross-fade, 1: each in turn)."""


class CameraPreset(Group):
    """Where the camera goes, apart from the music."""

    zoom_per_s: float = Field(0.02, ge=-1, le=1)
    """Steady zoom: share of the picture a second; the direction turns at every keyframe."""
    sway: float = Field(0.015, ge=0, le=0.5)
    """Slow drift of the view, share of the picture."""
    rotate_deg: float = Field(0.8, ge=0, le=180)
    """Slow rotation to and fro, in degrees."""


class ViewReact(Group):
    """How strongly each curve moves what the camera sees (0: not at all, 1: plainly seen)."""

    zoom_pulse: Strength = 0.6
    """Factor: percussive onsets push the camera in."""
    rotation: Annotated[Strength, FLAT_WALK] = 0.4
    """Factor: the bass sways the horizon."""
    brightness: Annotated[Strength, FLAT_WALK] = 0.5
    """Factor: loudness and onsets lift the light."""
    saturation: Annotated[Strength, FLAT_WALK] = 0.5
    """Factor: harmonic energy deepens the colours."""
    hue: Annotated[Strength, FLAT_WALK] = 0.0
    """Factor: brightness of the sound turns the hue."""


class ReactPreset(ViewReact):
    """How strongly each curve of the music moves the picture (0: not at all, 1: plainly seen)."""

    morph: Annotated[Strength, KEYS] = 0.6
    """Factor: onsets hasten the walk between keyframes."""
    step: Strength = 0.5
    """Factor: energy lengthens the optimiser's steps."""


class StylePreset(Group):
    """A way to draw all pictures."""

    finish: Literal[
        "ink",
        "neon",
        "watercolour",
        "oil",
        "mosaic",
        "paper",
        "lowpoly",
        "starlight",
        "noir",
        "print",
    ]
    """How each frame is redrawn: ink (wash and lines on paper), neon (glowing lines on black),
    watercolour, oil (brush strokes), mosaic (glass tiles), paper (cut sheets), lowpoly (triangles),
    starlight (points on black), noir (black and white film), print (dots of two inks)."""
    prompt: Annotated[str, PAINTED] = ""
    """What the pictures should look like, in words, beside `guidance.style`."""
    weight: Annotated[float, PAINTED] = Field(0.3, ge=0, le=10)
    """Weight, how strongly the words pull."""
    strength: Unit = 1.0
    """Share of the finish that is laid over (0: nothing, 1: all of it)."""


class VideoPreset(Preset):
    """Settings of `musivid video`."""

    seed: Annotated[int, Flag("--seed"), _WHOLE] = Field(0, ge=0, lt=2**63)
    """One seed for everything."""
    style: Annotated[str | None, Flag("--style", metavar="NAME", panel=SONG), _WHOLE] = None
    """Which of `styles` the video is drawn in: ink, neon, watercolour, oil, mosaic, paper, lowpoly,
    starlight, noir, print, or one of your own; None: as it is painted."""
    styles: Annotated[dict[str, StylePreset], _WHOLE] = {}
    """Styles by name, one line each; add your own."""
    output: OutputPreset = OutputPreset()
    models: ModelsPreset = ModelsPreset()
    audio: AudioPreset = AudioPreset()
    guidance: GuidancePreset = GuidancePreset()
    keys: Annotated[KeyframesPreset, KEYS] = KeyframesPreset()
    painting: PaintingPreset = PaintingPreset()
    walk: Annotated[WalkPreset, KEYS] = WalkPreset()
    clips: Annotated[ClipsPreset, KEYS, CLIPS] = ClipsPreset()
    camera: Annotated[CameraPreset, PAINTED] = CameraPreset()
    react: Annotated[ReactPreset, PAINTED] = ReactPreset()
    living: Annotated[LivingPreset, Heeded("painting.mode", ("living",))] = LivingPreset()
    footage: Annotated[FootagePreset, Heeded("painting.mode", ("living",))] = FootagePreset()

    @model_validator(mode="after")
    def _knows_its_style(self) -> Self:
        if self.style is not None and self.style not in self.styles:
            near = difflib.get_close_matches(self.style, self.styles, 1, 0.4)
            nearest = f"; nearest: {near[0]}" if near else ""
            raise ValueError(f"style {self.style!r} is not among styles{nearest}")
        return self

    @model_validator(mode="after")
    def _can_go_round(self) -> Self:
        if self.output.format == "canvas" and self.painting.mode != "living":
            raise ValueError("output.format canvas is for painting.mode living")
        return self

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """How pictures are painted and cut, how the song is cut, how sound is muxed."""
        return {
            "painting.mode": (self.painting.mode,),
            "painting.cut_method": (self.painting.cut_method,),
            **self.painting.aspects(),
            "living.scene": (self._shows(),),
            "living.plan": ("none" if self.living.plan is None else "a file",),
            "living.layer": (self.living.layer or "none",),
            "footage.clips": ("a folder" if self.is_footage else "none",),
            "audio.windows": (self.audio.windows,),
            "walk.mode": (self.walk.mode,),
            "output.sound": (self.output.sound,),
            "output.codec": self.output.codecs,
            "output.format": (self.output.format or "as size says",),
        }

    @model_validator(mode="after")
    def _knows_who_films(self) -> Self:
        if self.is_clips and not self.models.animator:
            raise ValueError("walk.mode clips needs models.animator: name, hub id or folder")
        return self

    @property
    def is_clips(self) -> bool:
        """Whether an image-to-video pipeline films the ways between keyframes."""
        return self.painting.mode == "keys" and self.walk.mode == "clips"

    @property
    def is_cover(self) -> bool:
        """Whether the film is a cover: artwork and spectrum, for which no model is needed."""
        return self.painting.mode == "living" and (self.living.scene or "").startswith("cover")

    @property
    def is_picture(self) -> bool:
        """Whether the film shows nothing but pictures of the user's own."""
        return self.painting.mode == "living" and (self.living.scene or "").startswith("picture")

    @property
    def is_footage(self) -> bool:
        """Whether the film is cut from videos and photos of the user's own."""
        return self.painting.mode == "living" and self.footage.clips is not None

    @property
    def is_layer(self) -> bool:
        """Whether words alone are rendered, to be laid over another film."""
        return self.painting.mode == "living" and self.living.layer is not None

    def _shows(self) -> str:
        """What decides which settings of scenes are heeded."""
        if self.is_footage:
            return "footage"
        if self.is_layer:
            return "a layer"
        return "cover" if self.is_cover else "any other"

    @property
    def drawn(self) -> StylePreset | None:
        """The style that the video is drawn in."""
        return None if self.style is None else self.styles[self.style]

    @property
    def meant(self) -> GuidancePreset:
        """The guidance, with what the style says in words."""
        if self.drawn is None or not self.drawn.prompt or not self.drawn.weight:
            return self.guidance
        words = WeightedText(text=self.drawn.prompt, weight=self.drawn.weight)
        return self.guidance.model_copy(update={"style": [*self.guidance.style, words]})


class InterpolatePreset(VideoPreset):
    """Settings of `musivid interpolate`: the target moves from the sound to the words and back."""

    period_s: float | None = Field(None, gt=0.1, le=600)
    """Seconds of one way from sound to words and back; None: once a lyric line."""
    ease: Literal["linear", "sine", "tanh"] = "sine"
    """How the way is eased at its ends: linear (not at all), sine (gently), tanh (longer rests)."""
