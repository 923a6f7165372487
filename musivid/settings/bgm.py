"""What a preset of `musivid bgm infer` may say; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from musivid.settings.base import Group, Preset
from musivid.settings.marks import Flag, Heeded

__all__ = [
    "BgmInferPreset",
    "ControlPreset",
    "EndingPreset",
    "HarmonyPreset",
    "HeadPreset",
    "MatchPreset",
    "Player",
    "RenderPreset",
    "SamplingPreset",
    "SoundPreset",
    "TempoPreset",
]

_BPM = (30.0, 240.0)  # slowest and fastest that may be asked for
_BEAT, _MUSIC, _SOUND = "Beat", "Music", "Sound"  # headings of flags
Player = Literal["Drums", "Piano", "Guitar", "Bass", "Strings", "Lead"]
_PLAYERS: tuple[Player, ...] = ("Drums", "Piano", "Guitar", "Bass", "Strings")
_SONG = "song"

_COMPOSED = Heeded("composer", (_SONG, "pocket", "cmt", "bmt"))
_DRAWN = Heeded("composer", ("pocket", "cmt", "bmt"))
_PLANNED = Heeded("composer", ("match", "pocket", "cmt", "bmt"))
_PLAYED = Heeded("composer", (_SONG, "pocket", "cmt"))
_FREE_TEMPO = Heeded("tempo.bpm", ("null",), typed=True)
_MIXED = Heeded("sound.keep_audio", ("true",), typed=True)
_RENDERED = Heeded("render.pipeline", ("given",), typed=True)
_OWN = Heeded("render.pipeline", ("null",), typed=True)
_CMT, _BMT = Heeded("composer", ("pocket", "cmt")), Heeded("composer", ("bmt",))


class TempoPreset(Group):
    """How the beat is laid over the film."""

    bpm: Annotated[float | None, Flag("--tempo", metavar="BPM", panel=_BEAT)] = Field(
        None, ge=_BPM[0], le=_BPM[1]
    )
    """Mean tempo in beats per minute; None: where most cuts and visual beats fall on beats."""
    lowest: Annotated[float, _FREE_TEMPO] = Field(72.0, ge=_BPM[0], le=_BPM[1])
    """Lowest tempo that may be chosen, in beats per minute."""
    highest: Annotated[float, _FREE_TEMPO] = Field(160.0, ge=_BPM[0], le=_BPM[1])
    """Highest tempo that may be chosen, in beats per minute."""
    lock: Annotated[Literal["hard", "soft", "off"], Flag("--lock-cuts", panel=_BEAT)] = "hard"
    """Pull of cuts on beats: hard, soft (a seventh of it), off (visual beats alone)."""
    variation: float = Field(0.08, ge=0, le=0.2)
    """How far the tempo may sway from its mean, as a share; 0: constant."""

    @model_validator(mode="after")
    def _check_range(self) -> TempoPreset:
        if self.highest < self.lowest:
            raise ValueError(f"highest {self.highest:g} is below lowest {self.lowest:g}")
        return self


class ControlPreset(Group):
    """What the music is asked to be."""

    genre: Annotated[str | None, Flag("--genre", metavar="NAME", panel=_MUSIC)] = None
    """Genre: pop, rock, metal, house, techno, trance, synthwave, ambient, ballad, jazz, bossa nova,
    latin, folk, orchestral, hip hop, lo-fi, funk, reggae, country, waltz (in 3/4,
    for composer song alone); None: one that suits the motion.
    """
    meter: Annotated[
        Literal["auto", "4/4", "3/4", "6/8"], Flag("--meter", panel=_BEAT), _COMPOSED
    ] = "auto"
    """Meter: 4/4; 3/4 (the waltz, and genres without a beat for clubs); 6/8, two beats a bar of
    three eighths each, which the tempo counts; these two for composer song alone; auto: what the
    genre has."""
    key: Annotated[str | None, Flag("--key", panel=_MUSIC), _COMPOSED] = None
    """Key, as `Eb major`: major, minor, dorian, phrygian, lydian, mixolydian, harmonic minor; None:
    chosen by the light of the picture and the seed."""
    instruments: Annotated[tuple[Player, ...], Flag("--instruments", panel=_MUSIC), _PLAYED] = (
        _PLAYERS
    )
    """Who plays: Drums, Piano, Guitar, Bass, Strings, or some of them; in songs Lead, too, who has
    the tune, else another of them has it."""
    emotion: Annotated[
        Literal["auto", "happy", "angry", "sad", "calm"], Flag("--emotion", panel=_MUSIC)
    ] = "auto"
    """Mood: happy, angry, sad, calm (in songs tempo, density, register, loudness, articulation and
    mode; for BMT a quadrant; for the others the mode of the key); auto: by motion and light."""
    program: Annotated[int, _BMT] = Field(0, ge=0, le=127)
    """Number of BMT's one instrument in General MIDI, 0 to 127; 0 is a grand piano."""
    density: Annotated[float | None, Flag("--density", panel=_MUSIC), _PLANNED] = Field(
        None, ge=1, le=16
    )
    """Mean number of ticks with an onset in a bar of 16; None: as the motion says."""
    density_range: Annotated[tuple[int, int], _PLANNED] = (4, 12)
    """Fewest and greatest number of onsets that a bar gets when the motion decides."""
    smooth_bars: Annotated[int, _PLANNED] = Field(0, ge=0, le=16)
    """Number of bars over which the motion is averaged for the density; 0: each for itself."""
    grooves: Annotated[bool, _CMT] = False
    """Bars of one density keep one rhythm, but for fills and visual beats (CMT tokens)."""
    beat_threshold: Annotated[float | None, Flag("--beat-threshold", panel=_MUSIC), _PLANNED] = (
        Field(None, ge=0, le=1)
    )
    """Weight from which a visual beat is answered, 0 (all) to 1; None: as CMT has it, 0.229."""
    strength: Annotated[float, Flag("--strength", panel=_MUSIC), _PLANNED] = Field(1.0, ge=0, le=3)
    """Factor on the number of notes on a visual beat."""
    density_degree: Annotated[float, _PLANNED] = Field(1.0, ge=0, le=1)
    """Share of the bars whose density the film decides (CMT's C); the model decides the rest."""
    strength_degree: Annotated[float, _PLANNED] = Field(1.0, ge=0, le=1)
    """Share of the visual beats that are answered."""

    @model_validator(mode="after")
    def _check(self) -> ControlPreset:
        low, high = self.density_range
        if not 0 <= low <= high <= 16:
            raise ValueError(f"density_range {low}, {high} is not within 0 and 16 and ascending")
        if not self.instruments:
            raise ValueError("instruments is empty: somebody must play")
        return self


class HeadPreset(Group):
    """How one number of a token is drawn."""

    temperature: float = Field(1.0, gt=0, le=10)
    """Divisor of the logits: below 1 more of the likely, above 1 more of the rare is drawn."""
    nucleus: float = Field(1.0, gt=0, le=1)
    """Share of the probability that is drawn from, the likely first."""


class SamplingPreset(Group):
    """How tokens are drawn, head by head; the defaults are the published ones."""

    type: Annotated[HeadPreset, _BMT] = HeadPreset(nucleus=0.9)
    """Kind of the token (BMT; CMT's grammar leaves no choice)."""
    beat: HeadPreset = HeadPreset(temperature=1.2)
    """Where in the bar."""
    density: HeadPreset = HeadPreset(nucleus=0.9)
    """Onsets of a bar, where the film does not decide."""
    pitch: HeadPreset = HeadPreset(nucleus=0.9)
    """Pitch."""
    duration: HeadPreset = HeadPreset(temperature=2.0, nucleus=0.9)
    """Length of a note."""
    instrument: Annotated[HeadPreset, _CMT] = HeadPreset(nucleus=0.9)
    """Who plays (CMT)."""
    strength: HeadPreset = HeadPreset(nucleus=0.9)
    """How many notes at once."""
    tempo: Annotated[HeadPreset, _BMT] = HeadPreset(temperature=1.2, nucleus=0.9)
    """Whether a beat tells the tempo (BMT); which one it is, the film decides."""
    chord: Annotated[HeadPreset, _BMT] = HeadPreset(nucleus=0.99)
    """Chords (BMT)."""
    velocity: Annotated[HeadPreset, _BMT] = HeadPreset(temperature=5.0)
    """Loudness (BMT)."""
    positions: Annotated[Literal["auto", "counted", "zero"], _BMT] = "auto"
    """Where BMT tokens stand; zero: all at 0, as the released weights were always sampled; auto: so
    for weights in their published form, counted for those that musivid trained."""


class HarmonyPreset(Group):
    """How far rules guide pitches."""

    in_key: bool = True
    """Only pitches of the key's scale are played."""
    chords: Annotated[float, _CMT] = Field(0.0, ge=0, le=10)
    """Weight by which pitches lean to a chord progression; 0: the model alone decides."""
    tonic: Annotated[float, _CMT] = Field(0.0, ge=0, le=5)
    """Weight by which pitches lean to the degrees that make a key clear, the tonic above all."""


class EndingPreset(Group):
    """How the piece ends with the picture."""

    cadence: bool = True
    """A last chord on the last strong beat, held to the last frame."""
    fade_s: float = Field(1.2, ge=0, le=30)
    """Seconds at the end over which the sound fades."""


class SoundPreset(Group):
    """How notes become sound."""

    soundfont: Annotated[
        str | None, Flag("--soundfont", metavar="NAME|FILE", panel=_SOUND, is_path=True)
    ] = None
    """SoundFont that plays: a name of `musivid models list`, a .sf2 or .sf3 file, auto (the first
    of that list that is here, the system's too); None: timgm6mb, the same on every machine."""
    lufs: float = Field(-16.0, ge=-60, le=-5)
    """Loudness in LUFS."""
    peak_dbtp: float = Field(-1.0, ge=-20, le=0)
    """Highest true peak in dB of full scale."""
    keep_audio: Annotated[bool, Flag("--keep-audio", panel=_SOUND, sets=True)] = False
    """Mix the music with the clip's own sound instead of replacing it."""
    duck_db: Annotated[float, Flag("--duck", metavar="DB", panel=_SOUND), _MIXED] = Field(
        10.0, ge=0, le=40
    )
    """With keep_audio: dB by which the music gives way where the clip's own sound is loud."""
    kbps: int = Field(256, ge=32, le=512)
    """Bit rate of the sound in the mp4, and of an MP3 (320 at most), in kbit/s."""
    copies: Annotated[
        tuple[Literal["flac"] | Literal["mp3"], ...],
        Flag("--sound-copies", metavar="LIST", panel=_SOUND),
    ] = ()
    """Further files of the music beside the WAV: flac, mp3."""
    stems: Annotated[bool, Flag("--stems", panel=_SOUND, sets=True), _OWN] = False
    """Keep each player alone in the run's folder, as WAVs that begin and end with the film."""


class RenderPreset(Group):
    """How a network plays the music anew, after our own rendering."""

    pipeline: Annotated[
        str | None, Flag("--render", metavar="NAME|FOLDER|ID", panel=_SOUND, is_path=True)
    ] = None
    """An ACE-Step of diffusers: a name of `musivid models list`, a folder or a hub id; None: the
    SoundFont's sound stays."""
    prompt: Annotated[str | None, _RENDERED] = None
    """What the music is like, in words; None: genre, mood, players, pace and light of the film."""
    strength: Annotated[float, _RENDERED] = Field(0.8, ge=0, le=1)
    """How much our own rendering leads, beside the words alone: 0 not at all, 1 throughout."""
    takes: Annotated[int, _RENDERED] = Field(3, ge=1, le=16)
    """Number of takes at most, each by a seed of its own; the best is kept."""
    least: Annotated[float, _RENDERED] = Field(0.65, ge=0, le=1)
    """Share of the cuts that our own rendering meets, and of its time, that a take must keep."""
    steps: Annotated[int | None, _RENDERED] = Field(None, ge=1, le=200)
    """Number of diffusion steps; None: as its class has them, 8."""
    guidance: Annotated[float | None, _RENDERED] = Field(None, ge=0, le=30)
    """Factor on how much words lead; turbo models know none; None: as its class has it, 7."""
    offload: Annotated[Literal["none", "model", "sequential"], _RENDERED] = "none"
    """What stays in main memory while it does not work, for small cards. model: each network comes
    to the GPU whole while it works; sequential: layer by layer, slow and smallest; none: all stay
    on the GPU."""


class MatchPreset(Group):
    """Music that is there already, chosen by CMT's likeness (Di et al. 2021, Eq. 16)."""

    folder: Annotated[str | None, Flag("--music", metavar="FOLDER", panel=_MUSIC, is_path=True)] = (
        None
    )
    """Folder of MIDI files to choose from; None: music is composed."""


class BgmInferPreset(Preset):
    """Everything that `musivid bgm infer` can be told."""

    composer: Annotated[str | None, Heeded("match.folder", ("null",), typed=True)] = (
        "pocket-composer"
    )
    """song: by rules, without a model; else a model by name in `models/registry.yaml` or by path;
    None with match.folder."""
    words: Annotated[Literal["song", "pocket", "cmt", "bmt"] | None, _DRAWN] = None
    """Whose tokens the composer must write: cmt, bmt, pocket (cmt with the key), song (none, it
    writes notes); None: anyone's."""
    vocabulary: Annotated[str | None, _BMT] = None
    """What the numbers of BMT tokens mean, a dictionary.pkl; None: what the weights bring along."""
    seed: Annotated[int, Flag("--seed")] = Field(0, ge=0)
    """Seed for everything."""
    candidates: Annotated[int, Flag("--candidates", panel=_MUSIC), _COMPOSED] = Field(
        4, ge=1, le=64
    )
    """Number of pieces that are composed side by side; the best is kept."""
    keep_candidates: Annotated[
        bool, Flag("--keep-candidates", panel=_MUSIC, sets=True), _COMPOSED
    ] = False
    """Keep all of them in the run's folder, the best first: notes, sound and figures."""
    ranking: Annotated[Literal["music", "control"], _COMPOSED] = "music"
    """What makes a piece the best: music (what returns, chords that are kept, clashes, groove),
    control (how much it does what each bar was asked to)."""
    tempo: TempoPreset = TempoPreset()
    control: ControlPreset = ControlPreset()
    sampling: Annotated[SamplingPreset, _DRAWN] = SamplingPreset()
    harmony: Annotated[HarmonyPreset, _DRAWN] = HarmonyPreset()
    ending: EndingPreset = EndingPreset()
    sound: SoundPreset = SoundPreset()
    render: RenderPreset = RenderPreset()
    match: MatchPreset = MatchPreset()

    @property
    def is_song(self) -> bool:
        """Whether a song is composed by rules; no model is needed."""
        return self.composer == _SONG and self.match.folder is None

    @property
    def counts_as_cmt(self) -> bool:
        """Whether density is counted as CMT does: by its network, or to find music by its rule."""
        return self.match.folder is not None or self.words == "cmt"

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """What tempo and sound depend on; whose tokens are composed, if that is said.

        With `match` no tokens are composed.
        """
        known: dict[str, tuple[str, ...]] = {
            "tempo.bpm": ("null" if self.tempo.bpm is None else "fixed",),
            "match.folder": ("given" if self.composer and self.match.folder else "null",),
            "render.pipeline": ("null" if self.render.pipeline is None else "given",),
            "sound.keep_audio": (str(self.sound.keep_audio).lower(),),
        }
        if self.composer is None or self.match.folder is not None:
            return known | {"composer": ("match",)}
        if self.is_song:
            return known | {"composer": (_SONG,)}
        return known | ({"composer": (self.words,)} if self.words else {})
