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
# Programs ranked by the spectral centroid of middle notes, dark to bright, in five steps.
_BRIGHTNESS_STEPS = (
    "11 12 32 33 35 38 43 45 52 53 58 60 73 74 79 89 4 5 10 46 108 77 78",
    "0 3 24 26 34 39 42 47 50 51 54 65 69 70 71 75 94 95 57 16 17",
    "1 8 14 25 27 28 36 37 40 41 44 48 49 64 66 68 82 83 90 92 93 97 110 18 20",
    "2 7 13 15 19 21 22 23 29 31 56 59 61 62 63 80 81 85 86 87 91 88 99 105 107 106 104 96",
    "6 9 30 55 67 72 84 98 100 102 109 111 112 113 114",
)
_BRIGHTNESS = {
    int(program): (step + 0.5) / len(_BRIGHTNESS_STEPS)
    for step, programs in enumerate(_BRIGHTNESS_STEPS)
    for program in programs.split()
}


def instrument_name(program: int, *, is_drum: bool = False) -> str:
    """Return the everyday name of a program, such as `electric piano`; a kit is `drums`."""
    return "drums" if is_drum else _PROGRAM_NAMES[program]


def program_named(name: str) -> int:
    """Return the first program with an everyday name.

    Raises:
        ValueError: no program has it.
    """
    return _PROGRAM_NAMES.index(name)


def brightness(program: int) -> float:
    """Return how bright a program's timbre is, 0 (dark) to 1."""
    return _BRIGHTNESS.get(program, 0.5)


def playable(program: int) -> tuple[int, int]:
    """Return the lowest and highest pitch at which a program sounds natural."""
    return _RANGES.get(program, _FAMILY_RANGES[program // 8])
