"""What raters are asked, and on which scale: the questions of two perspectives in two languages.

The perspectives and their questions are those of the published platform (viewers judge the result,
creators judge the music, how it fits, and whether the controls obeyed), its scale is `published`.
`acr` is the five-point scale of ITU-T P.910, `hundred` the one of ITU-R BS.1534.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "PERSPECTIVES",
    "SCALES",
    "Language",
    "Perspective",
    "Question",
    "Scale",
    "ScaleName",
    "Texts",
    "Vary",
    "perspective_questions",
]

Language = Literal["en", "zh"]
Perspective = Literal["viewer", "creator"]
Vary = Literal["music", "picture"]
ScaleName = Literal["acr", "published", "hundred"]
Texts = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, asked of each piece of music.

    Attributes:
        name: what the tables call it.
        texts: the question by language.
        details: what is meant, by language.
    """

    name: str
    texts: Texts
    details: Texts


@dataclass(frozen=True, slots=True)
class Scale:
    """The values that an answer may have.

    Attributes:
        lowest: least value.
        highest: greatest value; higher is better.
        step: from each value to the next.
        words: of the values, or of equal bands of them, from the lowest; by language.
    """

    lowest: float
    highest: float
    step: float
    words: Mapping[Language, tuple[str, ...]]

    def values(self) -> tuple[float, ...]:
        """Return all values, ascending."""
        return tuple(self.lowest + self.step * k for k in range(self.count()))

    def count(self) -> int:
        """Return how many values there are."""
        return round((self.highest - self.lowest) / self.step) + 1

    def has(self, value: float) -> bool:
        """Tell whether an answer may have this value."""
        return any(abs(value - each) < 1e-9 for each in self.values())


_WORDS: Mapping[Language, tuple[str, ...]] = {
    "en": ("bad", "poor", "fair", "good", "excellent"),
    "zh": ("很差", "较差", "一般", "良好", "优秀"),
}
SCALES: Mapping[ScaleName, Scale] = {
    "acr": Scale(1, 5, 1, _WORDS),
    "published": Scale(0.5, 5, 0.5, _WORDS),
    "hundred": Scale(0, 100, 1, _WORDS),
}

_RHYTHM = Question(
    "rhythm",
    {"en": "Does the rhythm follow the picture?", "zh": "音乐节奏与画面节奏是否匹配？"},
    {
        "en": "Lively pictures with lively music, calm ones with calm music, cuts on beats.",
        "zh": "画面激烈时音乐紧张，画面平缓时音乐舒缓，镜头切换落在节拍上。",
    },
)
_EMOTION = Question(
    "emotion",
    {"en": "Do music and picture feel the same?", "zh": "音乐情绪与画面情绪是否一致？"},
    {
        "en": "Whether the mood of the music is the mood of what is seen.",
        "zh": "音乐表达的情绪是否就是画面表达的情绪。",
    },
)
PERSPECTIVES: Mapping[Perspective, tuple[Question, ...]] = {
    "viewer": (
        _RHYTHM,
        _EMOTION,
        Question(
            "overall",
            {"en": "How satisfied are you, all in all?", "zh": "总体而言，您是否满意？"},
            {
                "en": "Compared with the silent film: does the music help it say what it means?",
                "zh": "与无声影片相比，音乐是否帮助您感受到作者想表达的内容。",
            },
        ),
    ),
    "creator": (
        Question(
            "richness",
            {"en": "Is the music rich?", "zh": "音乐是否丰富？"},
            {"en": "Whether the melody is varied.", "zh": "旋律是否富有变化。"},
        ),
        Question(
            "correctness",
            {"en": "Is the music free of faults?", "zh": "音乐是否没有错误？"},
            {
                "en": "Wrong notes, odd chords, sudden gaps, misused instruments.",
                "zh": "错误的音、奇怪的和弦、突然的停顿、乐器使用不当。",
            },
        ),
        Question(
            "structure",
            {"en": "Does the music have a form?", "zh": "音乐是否有结构？"},
            {
                "en": "A theme, a groove that returns, a development.",
                "zh": "是否有主题、重复的律动和发展。",
            },
        ),
        _RHYTHM,
        _EMOTION,
        Question(
            "control",
            {"en": "Is it what you asked for?", "zh": "结果是否符合您的预期？"},
            {
                "en": "Whether the controls changed the music as you expected.",
                "zh": "调整参数后，音乐是否按预期改变。",
            },
        ),
    ),
}

_OF_PICTURES = Question(
    "overall",
    PERSPECTIVES["viewer"][-1].texts,
    {
        "en": "Compared with the music alone: does the film help it say what it means?",
        "zh": "与只听音乐相比，影片是否帮助您感受到音乐想表达的内容。",
    },
)


def perspective_questions(perspective: Perspective, vary: Vary) -> tuple[Question, ...]:
    """The questions of a perspective, about the music of a clip or the picture of a song."""
    asked = PERSPECTIVES[perspective]
    if vary == "picture" and perspective == "viewer":
        return (*asked[:-1], _OF_PICTURES)
    return asked
