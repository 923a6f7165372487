"""Facts of a segment of music put into one sentence, with as much doubt as there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musivid.analysis.key import KeyGuess
from musivid.core.clock import clock
from musivid.pipeline.caption.facts import SegmentFacts

__all__ = ["Pulse", "describe", "describe_song"]

_SURE, _LIKELY = 0.65, 0.45  # probability from which an instrument is named, or named with doubt
_MOST = 4  # instruments in one sentence
_GENRE_SURE, _GENRE_LIKELY = 0.6, 0.35  # probabilities, as above
_KEY_SURE, _KEY_LIKELY = 0.6, 0.35  # probabilities, as above
_PULSE_SURE = 0.3  # confidence from which a tempo is said
_DARK_HZ, _BRIGHT_HZ = 450.0, 1100.0  # of the spectrum's centre: below, above
_SPARSE, _DENSE = 1.5, 5.0  # onsets a second: below, above
_SOFT, _LOUD = 0.35, 0.75  # of the loudness curve, 0..1: below, above
# Rows: energy low, middle, high; columns: valence low, middle, high.
_MOODS = (
    (("sad", "lonely", "melancholic"), ("calm", "quiet", "dreamy"), ("peaceful", "tender", "warm")),
    (("gloomy", "tense", "brooding"), ("mellow", "steady", "pensive"), ("happy", "sunny", "light")),
    (
        ("fierce", "menacing", "stormy"),
        ("driving", "intense", "strong"),
        ("joyful", "euphoric", "triumphant"),
    ),
)
_COURSES = {"rising": "growing louder", "falling": "dying away", "arch": "swelling and ebbing"}
# Genres that do not name music by themselves, and those that one can have one of.
_NOUNS = {"ambient": "ambient music", "orchestral": "orchestral music", "lo-fi": "lo-fi music",
          "latin": "latin music", "folk": "folk music", "country": "country music",
          "ballad": "ballad music", "waltz": "waltz music"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is said of tempo and metre.

    Attributes:
        tempo_bpm: beats a minute; 0: no pulse.
        rival_bpm: another count of the same music, where that is about as likely; or 0.
        confidence: 0..1.
        beats_per_bar: 3 or 4; 0 where it is not sure.
    """

    tempo_bpm: float
    rival_bpm: float = 0.0
    confidence: float = 1.0
    beats_per_bar: int = 4

    def words(self) -> str:
        """As `at 128 bpm`, with doubt where there is some."""
        if self.tempo_bpm <= 0:
            return "without a steady pulse"
        if self.rival_bpm:
            return f"at about {self.tempo_bpm:.0f} or {self.rival_bpm:.0f} bpm"
        about = "about " if self.confidence < _PULSE_SURE else ""
        return f"at {about}{self.tempo_bpm:.0f} bpm"

    def metre(self) -> str:
        """As `in three-four time`; nothing where it is not sure."""
        return {3: "in three-four time", 4: "in four-four time"}.get(self.beats_per_bar, "")


def describe(facts: SegmentFacts, pulse: Pulse, turn: int = 0) -> str:
    """One sentence for a segment.

    Args:
        facts: what was measured.
        pulse: the pulse there.
        turn: which of equal words and orders of words to take.
    """
    if facts.silent:
        return "Silence."
    metre = pulse.metre() if pulse.beats_per_bar == 3 else ""
    what = f"{_mood(facts, turn)} {_genre(facts)} {pulse.words()} {_key(facts.key)} {metre}"
    players, sound = _players(facts), _sound(facts)
    how = f"{what}, {sound}" if sound else what
    if not players:
        return _sentence(how)
    if turn % 3 == 1 and "perhaps" not in players:
        return _sentence(f"{players} {_play(players)} {how}")
    if turn % 3 == 2 and sound:
        return _sentence(f"{sound}: {what}, with {players}")
    return _sentence(f"{how}, with {players}")


def describe_song(
    facts: SegmentFacts, pulse: Pulse, form: str, loudest_s: float, turn: int = 0
) -> str:
    """One sentence for a whole song.

    Args:
        facts: what was measured over all of it.
        pulse: its pulse.
        form: letters of its sections, as `A B A C`; empty where it has but one.
        loudest_s: when it is loudest.
        turn: which of equal words to take.
    """
    if facts.silent:
        return "Silence from beginning to end."
    length = facts.window.end_s - facts.window.start_s
    players = _players(facts)
    text = (
        f"{clock(length)} of {_mood(facts, turn)} {_genre(facts)} {pulse.words()} "
        f"{_key(facts.key)} {pulse.metre()}"
    )
    text += f", {_sound(facts)}" if _sound(facts) else ""
    text += f", with {players}" if players else ""
    text += f"; loudest around {clock(loudest_s)}" if length > 20 else ""
    return _sentence(text + (f", in the form {form}" if form else ""))


def _sentence(text: str) -> str:
    text = " ".join(text.split()).replace(" ,", ",").replace(" ;", ";").replace(" :", ":")
    return text[0].upper() + text[1:] + "."


def _mood(facts: SegmentFacts, turn: int) -> str:
    row, column = (0 if v < 0.4 else 1 if v < 0.65 else 2 for v in (facts.energy, facts.valence))
    words = _MOODS[row][column]
    return words[turn % len(words)]


def _genre(facts: SegmentFacts) -> str:
    name, chance = facts.genre
    noun = _NOUNS.get(name, name)
    if chance >= _GENRE_SURE:
        return noun
    return f"music, perhaps {noun.removesuffix(' music')}," if chance >= _GENRE_LIKELY else "music"


def _key(guess: KeyGuess) -> str:
    if guess.key is None or guess.confidence < _KEY_LIKELY / 2:
        return ""
    if guess.confidence >= _KEY_SURE:
        return f"in {guess.key}"
    if guess.confidence >= _KEY_LIKELY or guess.rival is None:
        return f", probably in {guess.key}"
    return f"in {guess.key} or {guess.rival}"


def _players(facts: SegmentFacts) -> str:
    sure = [name for name, chance in facts.instruments if chance >= _SURE][:_MOST]
    perhaps = [name for name, chance in facts.instruments if _LIKELY <= chance < _SURE]
    if len(sure) < 2 and perhaps:
        return _joined([*sure, f"perhaps {perhaps[0]}"])
    return _joined(sure)


def _play(players: str) -> str:
    """Whether they play or it plays: drums and strings are many, brass is one."""
    many = " and " in players or (players.endswith("s") and not players.endswith("ss"))
    return "play" if many else "plays"


def _sound(facts: SegmentFacts) -> str:
    """Loudness, brightness, density and course, as far as they are out of the ordinary."""
    words = []
    if not _SOFT <= facts.loudness <= _LOUD:
        words.append("soft" if facts.loudness < _SOFT else "loud")
    if not _DARK_HZ <= facts.brightness_hz <= _BRIGHT_HZ:
        words.append("dark" if facts.brightness_hz < _DARK_HZ else "bright")
    if not _SPARSE <= facts.onsets_per_s <= _DENSE:
        words.append("sparse" if facts.onsets_per_s < _SPARSE else "dense")
    course = _COURSES.get(facts.course, "")
    text = _joined(words)
    return f"{text}, {course}" if text and course else text or course


def _joined(names: Sequence[str]) -> str:
    """Names as a person lists them: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
