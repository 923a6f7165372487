"""What a preset may say: one pydantic model a command, made of groups that commands share.

Every field is followed by a line that says what it counts, in which unit. `presets.py` reads them
from YAML; `musivid presets show` prints them.
"""

from __future__ import annotations

import difflib
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from musivid.settings.base import Group, Preset, Size, Strength, Time, Unit, parse_size
from musivid.settings.footage import FootagePreset
from musivid.settings.listening import AudioPreset
from musivid.settings.living import LivingPreset
from musivid.settings.marks import SONG, Flag, Heeded
from musivid.settings.output import OutputPreset

__all__ = [
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


_KEYS = Heeded("painting.mode", ("keys",))
_EVERY_FRAME = Heeded("painting.mode", ("every_frame",))
_SQUARES = Heeded("painting.cut_method", ("nrupdated", "updated", "original"))
_AUGMENTED = Heeded("painting.cut_method", ("latest", "nrupdated"))
_PAINTED = Heeded("painting.mode", ("keys", "every_frame"))
_SEEN = Heeded("walk.mode", ("latent", "painting", "variation", "crossfade", "kenburns"))
_CHOSEN = Heeded("living.scene", ("any other",))  # a cover is without any network


class ModelsPreset(Group):
    """Which models are loaded, by name in `models/registry.yaml` or by path."""

    painter: Annotated[str, _PAINTED] = "pocket-painter"
    """Latent autoencoder: pocket-painter, vqgan-imagenet-f16-16384, ..."""
    perceptor: Annotated[str, _CHOSEN] = "pocket-perceptor"
    """Space of pictures, words and sounds: pocket-perceptor, clip-vit-b-32."""
    listener: Annotated[str | None, _CHOSEN] = None
    """Sound into the perceptor's space, such as wav2clip; None: by the perceptor's own ears."""
    dreamer: Annotated[str | None, _PAINTED] = "pocket-dreamer"
    """Generator of first latents from an embedding; None: random codebook entries."""


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

    fusion: Annotated[Literal["blend", "either"], _PAINTED] = "blend"
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
    story: list[StoryPrompt] = []
    """Prompts over time, for songs without lyrics or beside them."""
    crossfade_s: Annotated[float, _PAINTED] = Field(1.0, ge=0, le=30)
    """Seconds of slerp from one lyric line's meaning to the next."""
    hold_s: float | None = Field(None, gt=0)
    """Most seconds that a lyric line holds; None: until the next line."""
    centre: Annotated[bool, _PAINTED] = True
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


class FeedbackPreset(Group):
    """Zoom feedback of every_frame: the painted picture is moved, encoded and painted on."""

    every_s: float = Field(0.0, ge=0, le=60)
    """Seconds between moves; 0: never."""
    zoom: float = Field(1.0, ge=0.5, le=2)
    """Factor on the picture at each move: above 1 goes in, below 1 goes out."""
    rotate_deg: float = Field(0.0, ge=-180, le=180)
    """Degrees that the picture turns at each move."""
    shift_x: float = Field(0.0, ge=-1, le=1)
    """Share of the width that the picture goes right at each move."""
    shift_y: float = Field(0.0, ge=-1, le=1)
    """Share of the height that the picture goes down at each move."""


class PaintingPreset(Group):
    """The optimisation of a latent towards its target (VQGAN-CLIP)."""

    mode: Literal["keys", "every_frame", "living"] = "keys"
    """keys: paint keyframes and walk between them; every_frame: each frame is a few steps on;
    living: draw scenes at full size that the music moves, without painting."""
    size: Annotated[Size | None, _PAINTED] = None
    """Width x height that the networks paint at; None: the output size, at most 256 a side."""
    steps: Annotated[int, _KEYS] = Field(12, ge=0, le=5000)
    """Optimiser steps a keyframe (keys)."""
    steps_per_s: Annotated[float, _EVERY_FRAME] = Field(0.0, ge=0, le=1000)
    """Optimiser steps a second of song (every_frame); 0: 10 to 120, led by loudness."""
    cutouts: Annotated[int, _PAINTED] = Field(8, ge=1, le=512)
    """Number of cut-outs that the perceptor looks at in a step."""
    cutouts_at_once: Annotated[int, _PAINTED] = Field(0, ge=0, le=512)
    """Number of cut-outs in memory together; fewer need less and take longer; 0: all."""
    save_memory: Annotated[bool, _PAINTED] = False
    """Make a published VQGAN's activations again for gradients: less memory, a third more work."""
    cut_method: Annotated[
        Literal["latest", "updatedpooling", "nrupdated", "updated", "original"], _PAINTED
    ] = "latest"
    """How cut-outs are taken, as VQGAN-CLIP names it. latest: the whole picture, pooled, under the
    chosen augments; updatedpooling: the same under fixed ones; nrupdated: random squares under the
    chosen augments; updated: random squares under fixed ones; original: bare random squares."""
    cut_power: Annotated[float, _PAINTED, _SQUARES] = Field(1.0, gt=0, le=10)
    """Exponent on the random size of square cut-outs: above 1 prefers small ones."""
    augments: Annotated[
        list[Literal["Ji", "Sh", "Gn", "Pe", "Ro", "Af", "Et", "Ts", "Cr", "Er", "Re"]],
        _PAINTED,
        _AUGMENTED,
    ] = ["Af", "Pe", "Ji", "Er"]
    """Augments of the cut-outs, in order. Ji: colour jitter; Sh: sharpness; Gn: Gaussian noise; Pe:
    perspective; Ro: rotation; Af: affine; Et: elastic; Ts: thin-plate spline; Cr: crop; Er: erased
    rectangle; Re: crop, resized. For cut_method latest and nrupdated."""
    optimiser: Annotated[
        Literal["Adam", "AdamW", "Adagrad", "Adamax", "RMSprop", "DiffGrad", "AdamP", "RAdam"],
        _PAINTED,
    ] = "Adam"
    """Which optimiser moves the latent: torch's Adam, AdamW, Adagrad, Adamax, RMSprop or RAdam, or
    DiffGrad or AdamP of pytorch_optimizer."""
    lr: Annotated[float, _PAINTED] = Field(0.1, gt=0, le=10)
    """Learning rate: the optimiser's step size."""
    init: Annotated[Literal["dream", "random", "pixels", "gradient"], _PAINTED] = "dream"
    """Where a picture starts. dream: the dreamer's latent; random: codes of the codebook; pixels:
    noise; gradient: colours that run across or down."""
    init_image: Annotated[str | None, _PAINTED] = None
    """A picture file to start from instead; None: as init says."""
    init_weight: Annotated[float, _PAINTED] = Field(0.0, ge=0, le=100)
    """Weight of staying near the first latent."""
    continue_from: Annotated[Unit, _KEYS] = 0.0
    """Share of the last keyframe's latent that the next one starts from (0: afresh, 1: go on)."""
    levels: Annotated[Unit, _KEYS] = 0.0
    """How far the dark and the light of a keyframe are drawn apart, against fog (0: as it is,
    1: over the whole range; for mode keys)."""
    noise_prompts: Annotated[list[int], _PAINTED] = []
    """Seeds of random directions that act as prompts."""
    noise_weight: Annotated[float, _PAINTED] = Field(0.1, ge=-10, le=10)
    """Weight of each noise prompt."""
    feedback: Annotated[FeedbackPreset, _EVERY_FRAME] = FeedbackPreset()
    """Zoom feedback (every_frame)."""
    restyle: Annotated[
        str | None, _EVERY_FRAME, Flag("--restyle", metavar="FILM", panel=SONG, is_path=True)
    ] = None
    """A film whose frames each painted one starts from, at the same time as the song (preset
    restyle, and others of mode every_frame); None: each goes on from the one before."""
    restyle_keep: Annotated[Unit, _EVERY_FRAME, Heeded("painting.restyle", ("a film",))] = 1.0
    """Share of the film's frame in where each painted one starts (1: all, as published; less lets
    what was painted live on)."""
    quantise: Annotated[bool, _PAINTED] = True
    """Snap latents to the codebook, as published; painters that also decode free ones need not."""
    exact: Annotated[bool, _PAINTED] = False
    """Compute as published (pooling done for every cut-out, float32), for comparison."""


class WalkPreset(Group):
    """How the latent moves between keyframes."""

    hold: Unit = 0.25
    """Share of each span near the keyframes where the picture rests."""
    music: Unit = 0.7
    """Share of the progress that follows the music (onsets and energy) instead of the clock."""
    decode_every: int = Field(1, ge=1, le=8)
    """Number of frames from one that is decoded to the next; those between are blended."""
    quantise: bool = False
    """Snap walked latents to the codebook (crisper, but jumps)."""
    wipe: Unit = 0.5
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
    rotation: Annotated[Strength, _SEEN] = 0.4
    """Factor: the bass sways the horizon."""
    brightness: Annotated[Strength, _SEEN] = 0.5
    """Factor: loudness and onsets lift the light."""
    saturation: Annotated[Strength, _SEEN] = 0.5
    """Factor: harmonic energy deepens the colours."""
    hue: Annotated[Strength, _SEEN] = 0.0
    """Factor: brightness of the sound turns the hue."""


class ReactPreset(ViewReact):
    """How strongly each curve of the music moves the picture (0: not at all, 1: plainly seen)."""

    morph: Annotated[Strength, _KEYS] = 0.6
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
    prompt: Annotated[str, _PAINTED] = ""
    """What the pictures should look like, in words, beside `guidance.style`."""
    weight: Annotated[float, _PAINTED] = Field(0.3, ge=0, le=10)
    """Weight, how strongly the words pull."""
    strength: Unit = 1.0
    """Share of the finish that is laid over (0: nothing, 1: all of it)."""


class VideoPreset(Preset):
    """Settings of `musivid video`."""

    seed: Annotated[int, Flag("--seed")] = Field(0, ge=0, lt=2**63)
    """One seed for everything."""
    style: Annotated[str | None, Flag("--style", metavar="NAME", panel=SONG)] = None
    """Which of `styles` the video is drawn in: ink, neon, watercolour, oil, mosaic, paper, lowpoly,
    starlight, noir, print, or one of your own; None: as it is painted."""
    styles: dict[str, StylePreset] = {}
    """Styles by name, one line each; add your own."""
    output: OutputPreset = OutputPreset()
    models: ModelsPreset = ModelsPreset()
    audio: AudioPreset = AudioPreset()
    guidance: GuidancePreset = GuidancePreset()
    keys: Annotated[KeyframesPreset, _KEYS] = KeyframesPreset()
    painting: PaintingPreset = PaintingPreset()
    walk: Annotated[WalkPreset, _KEYS] = WalkPreset()
    camera: Annotated[CameraPreset, _PAINTED] = CameraPreset()
    react: Annotated[ReactPreset, _PAINTED] = ReactPreset()
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
            "painting.restyle": ("none" if self.painting.restyle is None else "a film",),
            "living.scene": (self._shows(),),
            "living.plan": ("none" if self.living.plan is None else "a file",),
            "footage.clips": ("a folder" if self.is_footage else "none",),
            "audio.windows": (self.audio.windows,),
            "output.sound": (self.output.sound,),
            "output.codec": self.output.codecs,
            "output.format": (self.output.format or "as size says",),
        }

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

    def _shows(self) -> str:
        """What decides which settings of scenes are heeded."""
        if self.is_footage:
            return "footage"
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
