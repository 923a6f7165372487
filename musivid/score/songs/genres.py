"""The genres: tempi, modes, players and how they play, as data.

The songs that films get and those that models learn from are played by the same bands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from musivid.score.metre import METRES, Metre

__all__ = ["GENRES", "ROLES", "Genre", "PlayerPart"]

# The five tracks of the compound-word form, in its order, and a voice above them.
ROLES = ("Drums", "Piano", "Guitar", "Bass", "Strings", "Lead")
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlayerPart:
    """How one role plays in a genre.

    Attributes:
        programs: General MIDI programs to choose from; kits for drums.
        style: a key of the pattern tables; melodies take a rhythm style.
        enter: section level 0..1 from which it plays.
        chance: how often a song has it at all.
        volume: gain in the mix.
        pan: -1..1.
        reverb: 0..1.
    """

    programs: tuple[int, ...]
    style: str
    enter: float = 0.0
    chance: float = 1.0
    volume: float = 0.6
    pan: float = 0.0
    reverb: float = 0.2


@dataclass(frozen=True, slots=True)
class Genre:
    """One genre.

    Attributes:
        tempo: lowest and highest tempo in quarter notes a minute.
        modes: modes of its songs.
        energy: lowest and highest energy.
        valence: lowest and highest valence.
        parts: roles that play.
        progressions: a key of `harmony.PROGRAMS`.
        form: a key of `form.FORMS`.
        beats: beats in a bar.
        swing: how far every second step is late: 0 straight, 1 triplets.
        swing_steps: sixteenths in a pair of swung notes: 4 for eighths, 2 for sixteenths.
        sevenths: whether chords have four notes.
        loose: how freely it is played, in ticks of timing.
    """

    tempo: Span
    modes: tuple[str, ...]
    energy: Span
    valence: Span
    parts: dict[str, PlayerPart] = field(default_factory=dict)
    progressions: str = "pop"
    form: str = "song"
    beats: int = 4
    swing: float = 0.0
    swing_steps: int = 4
    sevenths: bool = False
    loose: int = 6

    @property
    def metre(self) -> Metre:
        """In which it is usually played."""
        return METRES[f"{self.beats}/4"]


def _parts(text: str) -> dict[str, PlayerPart]:
    """Read lines of: role programs style enter chance volume pan reverb."""
    found = {}
    for line in text.strip().splitlines():
        role, programs, style, *numbers = line.split()
        chosen = tuple(int(p) for p in programs.split(","))
        found[role] = PlayerPart(chosen, style, *(float(n) for n in numbers))
    return found


_MAJOR = ("major", "mixolydian", "lydian")
_MINOR = ("minor", "dorian")

# Numbers stand in the order of the fields of `Genre` and `PlayerPart`, where their units are.
GENRES: dict[str, Genre] = {
    "pop": Genre(
        (92, 126), ("major", "minor", "mixolydian"), (0.4, 0.8), (0.3, 0.95),
        _parts("""
        Drums 0,8 pop 0.5 1 0.85 0 0.08
        Piano 0,1,4,2 pop 0 1 0.55 -0.15 0.2
        Guitar 25,27,28 strum 0.45 0.8 0.42 0.35 0.15
        Bass 33,34,39 pop 0.4 1 0.8 0 0.02
        Strings 48,50,51,89 pad 0.6 0.8 0.4 -0.2 0.4
        Lead 80,82,73,65,11,62 pop 0.3 0.9 0.6 0.05 0.3
        """)),
    "rock": Genre(
        (104, 152), ("major", "mixolydian", "minor", "dorian"), (0.6, 0.95), (0.3, 0.8),
        _parts("""
        Drums 16,0,8 rock 0.4 1 0.95 0 0.12
        Piano 18,0,16 block 0.7 0.4 0.35 -0.3 0.2
        Guitar 29,30,27 power 0 1 0.55 0.3 0.12
        Bass 34,33 rock 0.3 1 0.8 0 0.02
        Strings 48,50 pad 0.9 0.3 0.32 -0.2 0.3
        Lead 29,30,27 rock 0.55 0.9 0.55 -0.15 0.25
        """), progressions="rock"),
    "metal": Genre(
        (128, 190), ("minor", "phrygian", "harmonic minor"), (0.82, 1.0), (0.02, 0.3),
        _parts("""
        Drums 16 metal 0.3 1 1.0 0 0.1
        Piano 19,52 block 0.9 0.2 0.3 0 0.4
        Guitar 30 chug 0 1 0.62 0.3 0.08
        Bass 34,38 chug 0.2 1 0.75 0 0.02
        Strings 48,52 pad 0.85 0.4 0.35 -0.2 0.4
        Lead 30,29,81 rock 0.6 0.9 0.55 -0.2 0.25
        """), progressions="dark"),
    "house": Genre(
        (118, 129), ("minor", "dorian", "major"), (0.55, 0.9), (0.4, 0.95),
        _parts("""
        Drums 24,25 house 0.3 1 1.0 0 0.05
        Piano 0,4,1 offbeat 0.35 0.9 0.5 -0.1 0.25
        Guitar 28,27 skank 0.7 0.4 0.35 0.4 0.2
        Bass 38,39,33 house 0.4 1 0.85 0 0
        Strings 50,51,48,90 pad 0.3 0.9 0.4 0 0.4
        Lead 81,80,62,54,82 dance 0.55 0.9 0.5 0 0.3
        """), progressions="dance", form="dance", loose=0),
    "techno": Genre(
        (126, 142), ("minor", "phrygian", "dorian"), (0.65, 1.0), (0.1, 0.5),
        _parts("""
        Drums 25,24 techno 0.2 1 1.0 0 0.05
        Piano 5,62,63 stab 0.55 0.8 0.42 0.2 0.4
        Guitar 28,29 pulse 0.75 0.4 0.3 -0.3 0.2
        Bass 38,39,87 techno 0.25 1 0.85 0 0
        Strings 95,89,50,93 pad 0.3 0.8 0.38 0 0.5
        Lead 81,80,84,87 dance 0.5 0.8 0.42 0 0.3
        """), progressions="drone", form="dance", loose=0),
    "trance": Genre(
        (132, 142), ("minor", "harmonic minor", "major"), (0.65, 0.95), (0.35, 0.9),
        _parts("""
        Drums 25,24 house 0.45 1 1.0 0 0.05
        Piano 81,62,88 arp16 0.3 1 0.42 0.2 0.35
        Guitar 28 pulse 0.8 0.3 0.3 -0.3 0.2
        Bass 38,39 offbeat 0.4 1 0.85 0 0
        Strings 50,90,48,91 pad 0.2 1 0.45 0 0.5
        Lead 81,80,90 anthem 0.6 1 0.5 0 0.4
        """), progressions="dance", form="dance", loose=0),
    "synthwave": Genre(
        (84, 118), ("minor", "dorian", "major"), (0.45, 0.8), (0.3, 0.75),
        _parts("""
        Drums 24,25 synthwave 0.45 1 0.95 0 0.15
        Piano 62,90,5 block 0.35 0.8 0.42 -0.2 0.3
        Guitar 29,28 pulse 0.7 0.5 0.32 0.35 0.2
        Bass 38,39 eighths 0.3 1 0.85 0 0
        Strings 50,51,90,95 pad 0 1 0.45 0 0.5
        Lead 81,80,87,84 anthem 0.5 0.95 0.5 0.05 0.35
        """), progressions="dance", loose=0),
    "ambient": Genre(
        (56, 84), ("lydian", "major", "dorian", "minor"), (0.02, 0.3), (0.3, 0.8),
        _parts("""
        Drums 0 ambient 0.7 0.25 0.4 0 0.6
        Piano 0,4,11,98,8 sparse 0.3 0.9 0.5 -0.15 0.6
        Guitar 24,27,99,26 sparse 0.5 0.5 0.4 0.3 0.6
        Bass 32,35,39,43 long 0.4 0.8 0.6 0 0.2
        Strings 89,95,91,94,50,52 pad 0 1 0.6 0 0.7
        Lead 73,75,77,53,82,88 long 0.5 0.7 0.45 0.1 0.7
        """), progressions="ambient", form="arc", sevenths=True, loose=12),
    "ballad": Genre(
        (58, 80), ("major", "minor"), (0.1, 0.4), (0.15, 0.7),
        _parts("""
        Drums 40,0 ballad 0.75 0.4 0.5 0 0.2
        Piano 0,1,4 ballad 0 1 0.7 0 0.3
        Guitar 24,25 arp8 0.6 0.3 0.4 0.3 0.3
        Bass 32,33,35 long 0.55 0.7 0.65 0 0.05
        Strings 48,49,50 pad 0.55 0.8 0.42 -0.1 0.5
        Lead 40,42,73,71,68,0 ballad 0.3 0.9 0.58 0.05 0.4
        """), progressions="ballad", loose=10),
    "jazz": Genre(
        (104, 196), ("major", "dorian", "minor"), (0.3, 0.7), (0.45, 0.85),
        _parts("""
        Drums 32,40 jazz 0.2 1 0.7 0 0.12
        Piano 0,4 charleston 0 1 0.5 -0.2 0.15
        Guitar 26 charleston 0.5 0.5 0.38 0.35 0.15
        Bass 32 walking 0.2 1 0.8 0 0.05
        Strings 48,49 pad 0.8 0.2 0.3 0 0.3
        Lead 65,66,56,59,11,71,64 jazz 0.4 1 0.62 0.1 0.2
        """), progressions="jazz", form="jazz", swing=0.9, sevenths=True, loose=10),
    "bossa nova": Genre(
        (108, 144), ("major", "dorian", "minor"), (0.25, 0.55), (0.5, 0.9),
        _parts("""
        Drums 0,40 bossa 0.3 1 0.55 0 0.12
        Piano 4,0,11 charleston 0.6 0.6 0.4 -0.3 0.2
        Guitar 24 bossa 0 1 0.6 0.15 0.15
        Bass 32,35 bossa 0.2 1 0.75 0 0.05
        Strings 48,49 pad 0.75 0.3 0.35 0 0.4
        Lead 73,64,66,24,71 bossa 0.35 1 0.55 0.05 0.25
        """), progressions="jazz", sevenths=True, loose=8),
    "latin": Genre(
        (88, 112), ("minor", "harmonic minor", "major"), (0.55, 0.9), (0.45, 0.95),
        _parts("""
        Drums 0 latin 0.2 1 0.85 0 0.1
        Piano 0,1 montuno 0.35 1 0.55 -0.2 0.12
        Guitar 24,25 strum 0.5 0.5 0.42 0.35 0.12
        Bass 32,33 tumbao 0.3 1 0.85 0 0.02
        Strings 48 pad 0.8 0.2 0.32 0 0.3
        Lead 56,61,57,73,21 latin 0.4 1 0.58 0.1 0.2
        """), progressions="latin", loose=6),
    "folk": Genre(
        (84, 128), ("major", "mixolydian", "dorian"), (0.2, 0.55), (0.4, 0.9),
        _parts("""
        Drums 40,0 folk 0.65 0.4 0.55 0 0.12
        Piano 0,21,15 block 0.6 0.3 0.38 -0.3 0.2
        Guitar 25,24,105 folk 0 1 0.65 0.15 0.15
        Bass 32,33 root5 0.4 0.8 0.7 0 0.05
        Strings 110,48,42 pad 0.7 0.4 0.36 -0.2 0.3
        Lead 73,22,110,74,40,24 folk 0.3 1 0.52 -0.05 0.25
        """), progressions="folk", loose=8),
    "orchestral": Genre(
        (66, 138), ("minor", "harmonic minor", "major", "lydian"), (0.2, 0.95), (0.1, 0.85),
        _parts("""
        Drums 48 orchestral 0.55 0.8 0.8 0 0.4
        Piano 46,0,14 arp8 0.35 0.7 0.42 -0.3 0.4
        Guitar 45,60,46 pulse 0.45 0.7 0.48 0.3 0.4
        Bass 43,42 long 0.2 1 0.7 0.1 0.3
        Strings 48,49,44 sweep 0 1 0.62 -0.05 0.5
        Lead 60,56,40,68,73,57 anthem 0.45 1 0.6 0.1 0.45
        """), progressions="cinematic", form="arc", loose=8),
    "hip hop": Genre(
        (78, 100), ("minor", "dorian", "phrygian"), (0.4, 0.75), (0.15, 0.6),
        _parts("""
        Drums 25,24,8 hiphop 0.3 1 1.0 0 0.06
        Piano 0,4,5 stab 0 0.9 0.48 -0.15 0.25
        Guitar 27,24,28 arp8 0.6 0.3 0.35 0.35 0.2
        Bass 38,39,33 hiphop 0.3 1 0.9 0 0
        Strings 48,44,52,50 pad 0.4 0.7 0.38 0.1 0.35
        Lead 73,80,11,62,75 hiphop 0.5 0.8 0.45 0.1 0.3
        """), progressions="loop", form="beat", swing=0.35, swing_steps=2, loose=4),
    "lo-fi": Genre(
        (66, 90), ("major", "dorian", "minor"), (0.12, 0.4), (0.35, 0.75),
        _parts("""
        Drums 8,0,40 lofi 0.3 1 0.75 0 0.1
        Piano 4,5,0,11 lofi 0 1 0.6 -0.1 0.3
        Guitar 26,24,27 sparse 0.5 0.6 0.4 0.3 0.3
        Bass 32,33,35 lofi 0.3 1 0.8 0 0.02
        Strings 89,52,50 pad 0.5 0.5 0.35 0 0.4
        Lead 73,11,66,71,24 lofi 0.45 0.8 0.45 0.1 0.35
        """), progressions="jazz", form="beat", swing=0.6, swing_steps=2, sevenths=True, loose=10),
    "funk": Genre(
        (94, 118), ("dorian", "mixolydian", "minor"), (0.55, 0.85), (0.5, 0.95),
        _parts("""
        Drums 0,8 funk 0.2 1 0.95 0 0.06
        Piano 7,4,16 stab 0.45 0.9 0.45 -0.3 0.12
        Guitar 27,28 funk 0.3 1 0.5 0.35 0.08
        Bass 36,37,33 funk 0.1 1 0.85 0 0.02
        Strings 48,61 pad 0.85 0.3 0.32 0 0.25
        Lead 61,65,56,66 funk 0.5 0.9 0.55 0.1 0.15
        """), progressions="vamp", swing=0.2, swing_steps=2, sevenths=True, loose=4),
    "reggae": Genre(
        (68, 92), ("major", "minor", "dorian"), (0.35, 0.65), (0.5, 0.9),
        _parts("""
        Drums 0,8 reggae 0.3 1 0.85 0 0.12
        Piano 16,17,0 skank 0.35 1 0.45 -0.25 0.15
        Guitar 27,28 skank 0 1 0.5 0.3 0.2
        Bass 33,32,35 reggae 0.2 1 0.95 0 0
        Strings 48,16 pad 0.8 0.25 0.3 0 0.3
        Lead 66,22,57,61,73 pop 0.45 0.9 0.5 0.05 0.3
        """), progressions="vamp", swing=0.5, loose=6),
    "country": Genre(
        (90, 136), ("major", "mixolydian"), (0.4, 0.75), (0.5, 0.95),
        _parts("""
        Drums 0,8,40 country 0.4 1 0.75 0 0.1
        Piano 3,0,1 block 0.55 0.6 0.42 -0.3 0.15
        Guitar 25,105,27 boomchick 0 1 0.58 0.25 0.12
        Bass 32,33 root5 0.25 1 0.8 0 0.02
        Strings 48,110 pad 0.8 0.4 0.34 -0.1 0.3
        Lead 110,22,27,25 folk 0.35 1 0.55 0 0.2
        """), progressions="folk", loose=6),
    "waltz": Genre(
        (96, 176), ("major", "minor", "harmonic minor"), (0.2, 0.6), (0.25, 0.9),
        _parts("""
        Drums 48,40 waltz 0.75 0.4 0.5 0 0.25
        Piano 0,21,46 waltz 0 1 0.55 -0.1 0.25
        Guitar 24,45,25 waltz 0.55 0.5 0.4 0.3 0.25
        Bass 43,32 waltz 0.3 0.9 0.65 0 0.1
        Strings 48,49 pad 0.45 1 0.46 0 0.4
        Lead 40,73,71,68,21,0 waltz 0.3 1 0.58 0.1 0.35
        """), progressions="waltz", beats=3, loose=8),
}  # fmt: skip
