"""What General MIDI programs are called, how bright they sound and where they can play."""

from __future__ import annotations

__all__ = ["brightness", "instrument_name", "playable", "program_named"]

# In the order of General MIDI; programs that listeners would not tell apart share a name.
_NAMES = """
piano, bright piano, electric grand piano, honky-tonk piano, electric piano, electric piano,
harpsichord, clavinet, celesta, glockenspiel, music box, vibraphone, marimba, xylophone,
tubular bells, dulcimer, organ, organ, rock organ, church organ, reed organ, accordion,
harmonica, accordion, nylon guitar, acoustic guitar, jazz guitar, electric guitar, muted guitar,
overdriven guitar, distorted guitar, guitar harmonics, double bass, bass guitar, bass guitar,
fretless bass, slap bass, slap bass, synth bass, synth bass, violin, viola, cello, double bass,
tremolo strings, pizzicato strings, harp, timpani, strings, strings, synth strings,
synth strings, choir, choir, choir, orchestra hit, trumpet, trombone, tuba, muted trumpet,
french horn, brass, synth brass, synth brass, saxophone, saxophone, saxophone, saxophone, oboe,
english horn, bassoon, clarinet, piccolo, flute, recorder, pan flute, bottle, shakuhachi,
whistle, ocarina, synth lead, synth lead, synth lead, synth lead, synth lead, synth lead,
synth lead, synth lead, synth pad, synth pad, synth pad, synth pad, synth pad, synth pad,
synth pad, synth pad, synth pad, synth pad, bells, synth pad, bells, synth pad, synth pad,
synth pad, sitar, banjo, shamisen, koto, kalimba, bagpipe, fiddle, shanai, bells, agogo,
steel drums, woodblock, taiko, toms, synth drum, reverse cymbal, fret noise, breath, seashore,
birds, telephone, helicopter, applause, gunshot
"""
_PROGRAM_NAMES = tuple(name.strip() for name in _NAMES.replace("\n", " ").split(","))

# family of eight programs: lowest and highest pitch that sounds natural
_FAMILY_RANGES = (
    (28, 96), (60, 96), (36, 88), (40, 84), (28, 60), (43, 91), (43, 84), (46, 84),
    (48, 84), (60, 91), (48, 91), (36, 88), (40, 88), (45, 84), (36, 84), (0, 127),
)  # fmt: skip
_RANGES = {
    11: (53, 89), 12: (48, 88), 40: (55, 98), 41: (48, 86), 42: (36, 74), 43: (28, 58),
    45: (40, 84),
    46: (31, 96), 47: (36, 57), 48: (36, 91), 49: (36, 91), 56: (54, 84), 57: (40, 72),
    60: (41, 77), 64: (56, 87), 65: (49, 80), 66: (44, 76), 68: (58, 89), 71: (50, 86),
    73: (60, 94), 108: (55, 84), 110: (55, 93),
}  # fmt: skip
# How bright each program is in hundredths: the spectral centroid of its notes around middle C in
# the bundled SoundFont, measured, from 256 Hz (0) to 4096 Hz (100).
_HUNDREDTHS = """
40 51 60 51 16 41 70 70 45 78 41 22 26 41 57 53
26 15 30 56 55 56 51 56 29 36 40 67 32 65 65 73
27 48 44 39 41 50 26 45 67 64 50 50 71 44 32 56
66 62 66 50 59 33 16 35 72 55 42 73 44 67 57 45
74 70 62 64 56 50 42 49 29 59 29 61 53 48 19 20
59 56 50 51 71 49 52 52 58 22 50 52 29 48 47 19
79 49 48 42 63 06 34 51 86 64 58 65 19 71 62 64
47 72 40 68 18 19 16 59 99 61 66 99 90 64 83 25
"""
_BRIGHTNESS = tuple(int(number) / 100 for number in _HUNDREDTHS.split())


def instrument_name(program: int, *, is_drum: bool = False) -> str:
    """Return the everyday name of a program, such as `electric piano`; a kit is `drums`."""
    return "drums" if is_drum else _PROGRAM_NAMES[program]


def program_named(name: str) -> int:
    """Return the first program with an everyday name.

    Raises:
        ValueError: no program has it.
    """
    if name not in _PROGRAM_NAMES:
        raise ValueError(f"{name!r} is not the name of an instrument")
    return _PROGRAM_NAMES.index(name)


def brightness(program: int) -> float:
    """Return how bright a program's timbre is, 0 (dark) to 1."""
    return _BRIGHTNESS[program]


def playable(program: int) -> tuple[int, int]:
    """Return the lowest and highest pitch at which a program sounds natural."""
    return _RANGES.get(program, _FAMILY_RANGES[program // 8])
