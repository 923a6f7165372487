"""What a preset of `musivid visualize` may say; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from musivid.settings.base import Preset
from musivid.settings.clips import ClipsPreset
from musivid.settings.listening import Stem
from musivid.settings.marks import Flag, Heeded
from musivid.settings.video import (
    CLIPS,
    FLAT_WALK,
    CameraPreset,
    Group,
    OutputPreset,
    Size,
    Unit,
    ViewReact,
)

__all__ = [
    "LATENT",
    "PUBLISHED",
    "Band",
    "CaptionsPreset",
    "CurvePreset",
    "PicturesPreset",
    "PromptsPreset",
    "Stem",
    "VisualizeModels",
    "VisualizePreset",
    "VisualizeWalk",
]

PUBLISHED = ("kandinsky", "diffusion")
"""Artists that paint with published pipelines."""
LATENT = ("latent", "painting", "variation")
"""Modes of the walk between latents of an autoencoder."""

_POCKET = Heeded("models.artist", ("pocket",))
_MEANT = Heeded("perceptor", ("asked",))
_PAINTS = Heeded("models.artist", ("pocket", "kandinsky", "diffusion"))
_KANDINSKY = Heeded("models.artist", ("kandinsky",))
_PUBLISHED = Heeded("models.artist", ("kandinsky", "diffusion"))
_PIPELINES = Heeded("pipelines", ("published",))
_OWN_PAINTER = Heeded("networks", ("of its own",))
_PAINTED = Heeded("pictures", ("framed", "painted"))
_LATENT = Heeded("walk.mode", LATENT)
_WIPED = Heeded("walk.mode", (*LATENT, "crossfade", "morph", "kenburns"))
_BY_CAPTION = Heeded("prompts.vote", ("caption",), typed=True)
_NO_GENRE = Heeded("prompts.genre", ("null",), typed=True)
_ON_THE_WAY = Heeded("walk.mode", ("painting", "variation"))
_HEARS = Heeded("curve.form", ("exact", "published", "walk"))
_EXACT = Heeded("curve.form", ("exact",))
# What the job and its pipeline say; a file may say these for other jobs.
_ASKED = Heeded("pictures of the film", ("painted",), typed=True)


class VisualizeModels(Group):
    """What paints the keyframes, and what walks between them."""

    artist: Literal["living", "pocket", "kandinsky", "diffusion"] = "pocket"
    """living: scenes are drawn at full size; pocket: dreamer and painter; kandinsky: prior and
    decoder; diffusion: one pipeline."""
    pipeline: Annotated[str | None, _PUBLISHED, _ASKED] = None
    """Name, hub id or folder of the pipeline that paints (kandinsky: decoder); None for pocket."""
    prior: Annotated[str | None, _KANDINSKY, _ASKED] = None
    """Name, hub id or folder of Kandinsky's prior; None for other artists."""
    walker: Annotated[str | None, _LATENT] = None
    """Name, hub id or folder whose autoencoder (and for walk.mode variation, UNet) walks; None:
    pocket's."""
    animator: Annotated[str | None, CLIPS] = None
    """Name, hub id or folder of the image-to-video pipeline that makes the clips between pictures:
    one of Wan's that takes a first and a last picture, or of LTX-Video's. None: for other walks."""
    painter: Annotated[str, _OWN_PAINTER] = "pocket-painter"
    """Latent autoencoder of the pocket set."""
    perceptor: Annotated[str, _MEANT] = "pocket-perceptor"
    """Space of pictures, words and sounds, by which scenes are chosen, sights found and pocket
    pictures meant."""
    dreamer: Annotated[str, _POCKET, _ASKED] = "pocket-dreamer"
    """Generator of first latents of the pocket set."""
    captioner: Annotated[str, _ASKED] = "plain"
    """Preset of `musivid caption` by which captions are made when none are given; plain: told from
    tempo, loudness and brightness alone."""
    offload: Annotated[Literal["none", "model", "sequential"], _PIPELINES] = "none"
    """Keep published networks in main memory, for small cards. model: each comes to the GPU whole
    while it works; sequential: layer by layer, slow and smallest. none: all stay on the GPU, if
    they have room there; else as model."""

    quantise_text: Annotated[Literal["none", "int8", "nf4"], _PUBLISHED, _ASKED] = "none"
    """Text encoders in fewer bits, by bitsandbytes on a CUDA card. int8: 8 bits a number; nf4: 4;
    none: as the other networks."""

    @field_validator("offload", mode="before")
    @classmethod
    def _once_yes_or_no(cls, value: object) -> object:
        """Presets of before had yes (layer by layer) or no."""
        return ("sequential" if value else "none") if isinstance(value, bool) else value


class CaptionsPreset(Group):
    """How the song is divided; each division has a caption and a picture."""

    windows: Literal["sections", "even"] = "sections"
    """sections: where the music changes; even: every `most_s`, whatever the music does."""
    least_s: float = Field(5.0, gt=0.1, le=600)
    """Fewest seconds of a section; shorter ones join the one before."""
    most_s: float = Field(10.0, gt=0.1, le=600)
    """Most seconds of a section; longer ones are divided, at downbeats where there are some."""


class PromptsPreset(Group):
    """What is asked of the artist. A weight of 0 leaves its condition out."""

    seen: Annotated[Literal["captions", "sights"], _PUBLISHED] = "captions"
    """What published artists are told. captions: what is heard; sights: what of the world goes with
    it, as living scenes choose it, with its light, motion and medium, and the artwork's colours."""
    caption: float = Field(0.5, ge=0, le=10)
    """Weight of the caption where a genre is found."""
    caption_alone: float = Field(1.0, ge=0, le=10)
    """Weight of the caption where none is found, so that there is no style beside it."""
    given: float | None = Field(None, ge=0, le=10)
    """Weight of captions that you give, genre or not; null: as those that are heard."""
    style: float = Field(0.5, ge=0, le=10)
    """Weight of the genre's style."""
    artwork: Annotated[
        float,
        Heeded("--artwork", ("given",), typed=True),
        Heeded("pipeline.artwork", ("weighed",), typed=True),
    ] = Field(0.6, ge=0, le=10)
    """Weight of the artwork, if any is given."""
    sound: float = Field(0.0, ge=0, le=10)
    """Weight of the section's own sound (living and pocket artists)."""
    given_sound: float | None = Field(None, ge=0, le=10)
    """Weight of the section's own sound beside captions that you give; null: `sound`."""
    styles: str = "genres"
    """Table of genre styles: a name, or a path to a YAML file of your own."""
    genre: str | None = None
    """A word of that table, for all sections; None: what the captions say."""
    vote: Annotated[Literal["song", "caption"], _NO_GENRE] = "song"
    """song: one genre for all, by how many captions name it; caption: each caption's own."""
    match: Annotated[Literal["words", "letters"], _NO_GENRE, _BY_CAPTION] = "words"
    """words: whole words, longest first; letters: anywhere, first of the table, as published."""
    negative: Annotated[str, Heeded("pipeline.negative", ("heard",), typed=True)] = ""
    """What pictures must not show (living and published artists)."""


class PicturesPreset(Group):
    """How keyframes are made, and how pictures are brought into the frame."""

    size: Annotated[Size | None, _PAINTED] = None
    """Width x height that is painted; None: the output's, pocket at most 256 a side."""
    fit: Annotated[
        Literal["crop", "pad", "fit", "stretch"], Flag("--fit", panel="Pictures"), FLAT_WALK
    ] = "crop"
    """How pictures are brought into the frame; crop: fill it; pad: black borders; fit: blurred
    borders; stretch: bend the picture."""
    steps: Annotated[
        int | None, _PAINTS, _ASKED, Heeded("pipeline.steps", ("counted",), typed=True)
    ] = Field(4, ge=0, le=1000)
    """Number of steps a picture: of the optimiser (pocket) or of diffusion. None: what the
    pipeline's publisher says."""
    guidance: Annotated[
        float | None, _PUBLISHED, _ASKED, Heeded("pipeline.guidance", ("asked for",), typed=True)
    ] = Field(5.0, ge=0, le=50)
    """Guidance scale, a factor: above 1 pictures follow the prompt more (published artists). None:
    what the pipeline's publisher says."""
    prior_steps: Annotated[int, _KANDINSKY, _ASKED] = Field(25, ge=2, le=1000)
    """Number of steps of Kandinsky's prior."""
    prior_guidance: Annotated[float, _KANDINSKY, _ASKED] = Field(4.0, ge=0, le=50)
    """Guidance scale of Kandinsky's prior, a factor."""
    wander: Annotated[float, _POCKET, _ASKED] = Field(0.5, ge=0, le=4)
    """Factor on how far each picture strays, its own way (pocket)."""
    levels: Annotated[Unit, _POCKET, _ASKED] = 0.5
    """How far the dark and the light of a painted picture are drawn apart (0: not at all, 1: over
    the whole range; pocket)."""


class Band(Group):
    """A band of pitches that may move the walk."""

    low_hz: float = Field(ge=0, le=11025)
    """Its lower end in Hz."""
    high_hz: float = Field(gt=0, le=11025)
    """Its upper end in Hz."""
    weight: float = Field(1.0, ge=0, le=10)
    """Weight, how strongly it moves the walk."""

    @model_validator(mode="after")
    def _upwards(self) -> Band:
        if self.high_hz <= self.low_hz:
            raise ValueError(f"high_hz {self.high_hz:g} is not above low_hz {self.low_hz:g}")
        return self


class CurvePreset(Group):
    """How far the walk has gone at each moment of a section: the sum of its energy so far."""

    form: Literal["exact", "published", "walk", "linear", "constant"] = "exact"
    """exact: at true frame times; published: the visualiser's own; walk: that of
    stable-diffusion-videos; linear, constant: controls that do not hear the music."""
    percussive: Annotated[float, _HEARS] = Field(1.0, ge=0, le=10)
    """Weight of the energy of hits."""
    harmonic: Annotated[float, _HEARS] = Field(0.0, ge=0, le=10)
    """Weight of the energy of held notes."""
    bass: Annotated[float, _EXACT] = Field(0.0, ge=0, le=10)
    """Weight of the energy under 150 Hz (exact)."""
    bands: Annotated[list[Band], _EXACT] = Field(default_factory=list)
    """Bands with weights of their own (exact)."""
    stems: Annotated[list[Stem], _EXACT] = Field(default_factory=list)
    """Sound files with weights of their own (exact)."""
    margin: Annotated[float, _HEARS] = Field(1.0, ge=1, le=20)
    """Factor by which hits must stand out from notes, and notes from hits."""
    smooth: Annotated[Unit, _HEARS] = 0.0
    """Share of the walk that goes by the clock (1: all of it)."""
    gamma: Annotated[float, _EXACT] = Field(1.0, gt=0, le=10)
    """Exponent on the energy: above 1 only strong hits count (exact)."""
    attack_s: Annotated[float, _EXACT] = Field(0.0, ge=0, le=10)
    """Seconds of the time constant with which the pace rises (exact)."""
    release_s: Annotated[float, _EXACT] = Field(0.0, ge=0, le=10)
    """Seconds of the time constant with which the pace falls (exact)."""

    @model_validator(mode="after")
    def _said_something(self) -> CurvePreset:
        weights = [self.percussive, self.harmonic, self.bass]
        weights += [band.weight for band in self.bands] + [stem.weight for stem in self.stems]
        if self.form == "exact" and not any(weights):
            raise ValueError("no energy has a weight; use form: linear to go by the clock")
        extra = self.bass or self.bands or self.stems or self.attack_s or self.release_s
        if self.form in ("published", "walk") and (extra or self.gamma != 1):
            raise ValueError(f"form {self.form} uses only percussive, harmonic, margin and smooth")
        return self


class VisualizeWalk(Group):
    """How one picture becomes the next."""

    mode: Annotated[
        Literal[
            "auto",
            "living",
            "latent",
            "painting",
            "variation",
            "clips",
            "crossfade",
            "morph",
            "kenburns",
        ],
        Flag("--walk", panel="Pictures"),
    ] = "auto"
    """How one picture becomes the next; living: scenes take on each other's light, and open into
    each other (published artists' pictures are such scenes, with depth, light and a camera);
    latent: between latents; painting: with pictures painted on the way (pocket); variation: through
    the variation UNet; clips: an image-to-video pipeline films each way, from picture to picture;
    crossfade, morph (forms move along optical flow), kenburns: without any model; auto: living
    where scenes are drawn, painting where the pocket artist paints and walks, else latent."""
    whole: Literal["start", "end"] = "start"
    """Where picture k is whole: at the start of section k, or at its end."""
    outer: Literal["hold", "loop", "black"] = "loop"
    """What is at the open end (after the last picture, or before the first). hold: that picture;
    loop: the one at the other end; black: nothing."""
    hold: Unit = 0.1
    """Share of each way, half at either end, in which the picture rests."""
    wipe: Annotated[Unit, _WIPED, Heeded("walk.turn", ("cells",), typed=True)] = 0.6
    """How far parts of a picture change one after another (0: together, 1: each in its turn)."""
    turn: Annotated[Literal["cells", "whole"], _LATENT] = "cells"
    """How latents turn. cells: each cell on its own arc; whole: as one vector, as published."""
    every_s: Annotated[float, _ON_THE_WAY] = Field(2.0, gt=0.04, le=120)
    """Seconds between pictures on the way (painting, variation)."""
    steps: Annotated[int, _ON_THE_WAY] = Field(25, ge=1, le=1000)
    """Number of steps of such a picture (variation: of diffusion; painting: of the optimiser)."""
    guidance: Annotated[float, Heeded("walk.mode", ("variation",))] = Field(3.0, ge=0, le=50)
    """Guidance scale of variations, a factor: above 1 they follow their picture more."""
    strength: Annotated[Unit, _ON_THE_WAY] = 0.6
    """Share of a halfway picture that is made anew (0: none; painting, variation)."""
    zoom: Annotated[float, Heeded("walk.mode", ("kenburns",))] = Field(0.15, ge=0, le=1)
    """How far kenburns goes into a picture: share of its size."""
    clip_contrast: Annotated[bool, _LATENT] = False
    """The published fault: the autoencoder is given the range of CLIP, so contrast grows by 1.86.
    """
    noisy: Annotated[bool, _LATENT] = False
    """Draw latents from the autoencoder's posterior, as published, instead of taking its mean."""


class VisualizePreset(Preset):
    """Settings of `musivid visualize`."""

    seed: Annotated[int, Flag("--seed")] = Field(0, ge=0, lt=2**63)
    """One seed for everything."""
    output: OutputPreset = OutputPreset()
    models: VisualizeModels = VisualizeModels()
    captions: Annotated[CaptionsPreset, _ASKED] = CaptionsPreset()
    prompts: Annotated[PromptsPreset, _ASKED] = PromptsPreset()
    pictures: PicturesPreset = PicturesPreset()
    curve: CurvePreset = CurvePreset()
    walk: VisualizeWalk = VisualizeWalk()
    clips: Annotated[ClipsPreset, CLIPS] = ClipsPreset()
    camera: Annotated[CameraPreset, FLAT_WALK] = CameraPreset()
    react: ViewReact = ViewReact()

    @model_validator(mode="after")
    def _fits_together(self) -> VisualizePreset:
        for fault in self._faults():
            raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _goes_to_the_end(self) -> Self:
        if self.output.format == "canvas":
            raise ValueError("output.format canvas is for `musivid video`")
        return self

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """Who paints, how the walk goes (auto: one of two), what it hears, how sound is muxed."""
        models, mode = self.models, self.walk.mode
        if mode == "auto" and models.artist == "living":
            mode = "living"
        published = models.artist in PUBLISHED
        latent = models.walker is None and mode in ("auto", *LATENT)
        own = models.artist == "pocket" or latent
        return {
            "models.artist": (models.artist,),
            "perceptor": ("asked" if not published or self.prompts.seen == "sights" else "idle",),
            "pipelines": ("published" if published or mode in ("variation", "clips") else "none",),
            "networks": ("of its own" if own else "published alone",),
            "prompts.vote": (self.prompts.vote,),
            "prompts.genre": ("null" if self.prompts.genre is None else "given",),
            "pictures": ("framed" if mode != "living" else "painted" if published else "none",),
            "walk.mode": ("painting", "latent") if mode == "auto" else (mode,),
            "walk.turn": (self.walk.turn if mode in ("auto", *LATENT) else "cells",),
            "curve.form": (self.curve.form,),
            "output.sound": (self.output.sound,),
            "output.codec": self.output.codecs,
        }

    @property
    def seen_as_sights(self) -> bool:
        """Whether a published artist is told what to show instead of what is heard."""
        return self.models.artist in PUBLISHED and self.prompts.seen == "sights"

    def walks_by(self, *, given: bool) -> str:
        """The mode of the walk, auto settled.

        Args:
            given: whether pictures are given, so that no artist works.
        """
        if self.walk.mode != "auto":
            return self.walk.mode
        if self.models.artist == "living":
            return "living"
        own = self.models.artist == "pocket" and self.models.walker is None
        return "painting" if own and not given else "latent"

    def _faults(self) -> list[str]:
        """What parts of the settings exclude each other."""
        models, mode = self.models, self.walk.mode
        faults = []
        painted = models.artist != "living"
        if mode == "living" and models.artist == "pocket":
            faults.append("walk.mode living needs models.artist living or a published one")
        if models.artist == "pocket" and self.pictures.steps is None:
            faults.append(
                "pictures.steps null is what a publisher says: the pocket artist has none"
            )
        if models.artist == "kandinsky" and None in (self.pictures.steps, self.pictures.guidance):
            faults.append("models.artist kandinsky needs pictures.steps and pictures.guidance")
        if not painted and mode in ("painting", "variation"):
            faults.append(f"walk.mode {mode} needs an artist that paints, such as --preset dream")
        if (not painted or mode == "living") and self.walk.outer == "black":
            faults.append("walk.outer black is for painted pictures alone: give hold or loop")
        if models.artist not in ("living", "pocket") and not models.pipeline:
            faults.append(f"models.artist {models.artist} needs models.pipeline: hub id or folder")
        if models.artist == "kandinsky" and not models.prior:
            faults.append("models.artist kandinsky needs models.prior: hub id or folder")
        if mode == "variation" and not models.walker:
            faults.append("walk.mode variation needs models.walker: hub id or folder")
        if mode == "painting" and models.walker:
            faults.append("walk.mode painting needs the pocket painter: set models.walker to null")
        if painted and mode == "painting" and models.artist != "pocket":
            faults.append(f"walk.mode painting needs models.artist pocket, not {models.artist}")
        if mode == "clips" and not models.animator:
            faults.append("walk.mode clips needs models.animator: name, hub id or folder")
        if self.walk.noisy and not models.walker and mode in ("auto", *LATENT):
            faults.append(
                "walk.noisy draws from a published autoencoder's posterior: it needs models.walker"
            )
        if (self.prompts.sound or self.prompts.given_sound) and models.artist in PUBLISHED:
            faults.append("only the living and pocket artists use prompts.sound and given_sound")
        if self.prompts.negative and models.artist == "pocket":
            faults.append("the pocket artist does not use prompts.negative")
        if self.walk.clip_contrast and not models.walker:
            faults.append(
                "walk.clip_contrast imitates a published autoencoder: it needs models.walker"
            )
        return faults
