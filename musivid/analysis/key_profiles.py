"""How much each degree tells for a key: of sound, and of notes.

Sound blurs lengths and adds overtones, so its profiles are fitted: on songs of the project's own
composer as they sound. Of notes the lengths are known, and `DEGREE_WEIGHTS` are Temperley's.

For each mode five rows of twelve degrees from the tonic on, in hundredths of log odds: all that
sounds over 200 Hz, all bass, the last chord's bass, its upper part, and the first chord.
"""

from __future__ import annotations

__all__ = ["BIASES", "DEGREE_WEIGHTS", "MODE_NAMES", "PROFILES"]

# How much each degree sounds in pieces of a key: D. Temperley, "What's key for key?", 1999.
DEGREE_WEIGHTS = {
    "major": (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    "minor": (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}

MODE_NAMES = (
    "major",
    "minor",
    "dorian",
    "phrygian",
    "lydian",
    "mixolydian",
    "harmonic minor",
)
# Log odds of each mode before anything is heard, fitted alike.
BIASES = (-0.70, -0.08, -0.14, 0.42, -0.32, -0.22, 1.04)
PROFILES = (
    # major
    "64 -72 -28 -1 -2 13 -39 91 -40 45 -158 127",
    "55 2 -11 -12 -40 46 -39 43 -29 -2 -26 13",
    "24 -9 -2 -21 -13 8 6 18 -8 16 -28 -3",
    "108 -63 23 -61 58 -33 -29 92 2 -62 -72 36",
    "42 -43 -14 -1 48 28 -19 -13 -11 22 -55 17",
    # minor
    "46 -92 46 9 -35 -53 14 86 41 -41 28 -50",
    "53 -57 30 -2 -21 15 -10 12 22 -67 38 -12",
    "24 -4 -19 11 -25 -24 -2 13 14 4 1 10",
    "104 -34 11 72 -18 -68 -5 31 -34 -37 27 -50",
    "97 -52 -16 -15 25 -14 20 21 33 -63 3 -40",
    # dorian
    "45 -42 -13 15 -12 -1 -28 51 -119 35 96 -27",
    "69 -5 -59 18 -14 40 -8 9 -80 28 8 -6",
    "47 -9 15 8 -3 3 -30 19 -27 -19 15 -16",
    "85 -7 -51 37 19 -27 -5 -14 -48 -33 65 -22",
    "75 -17 -60 34 -24 10 -36 20 -59 23 32 1",
    # phrygian
    "38 5 -52 64 -7 -8 -17 31 25 -51 -8 -20",
    "35 -12 -32 -20 -15 -43 -8 -7 25 19 39 19",
    "51 43 -9 -21 14 -29 -22 11 -15 -4 0 -17",
    "26 -5 -29 23 15 -31 -7 99 -31 -36 -28 5",
    "50 -19 -26 4 11 3 -18 65 -29 -27 0 -14",
    # lydian
    "10 -4 -10 -17 7 -27 10 9 -4 16 1 11",
    "-2 5 19 -16 -10 -23 14 42 -8 -14 10 -18",
    "71 -18 48 -15 -19 -20 -15 14 -15 6 -15 -21",
    "18 -6 -8 -19 17 -25 -9 12 7 -15 3 25",
    "27 -4 20 -24 12 -29 0 -1 -5 9 1 -6",
    # mixolydian
    "43 -13 2 -66 71 2 -64 41 -15 -8 29 -24",
    "31 14 -26 -23 -17 6 3 53 -4 7 -4 -40",
    "38 5 1 52 9 0 -15 22 -9 -40 -14 -43",
    "82 -57 50 -72 60 8 -35 15 -17 -43 -18 27",
    "70 -19 -9 -50 25 -4 -10 24 -2 -32 15 -7",
    # harmonic minor
    "65 -23 12 36 -65 -48 7 85 -3 -56 -54 43",
    "22 -3 7 5 -22 -23 -2 31 27 -6 -25 -11",
    "20 -26 16 -5 -28 31 4 29 -21 17 -12 -25",
    "46 -12 28 2 -54 -39 -4 86 1 -23 -29 -2",
    "34 -18 15 21 -39 -22 1 27 33 -25 -15 -12",
)
