"""The languages of networks that have an adapter for each: MMS (Pratap et al. 2023, section 4).

Beside the weights that all share lie `adapter.deu.safetensors` and its like, and `vocab.json` has a
table of letters for each language, by its code of three letters (ISO 639-3).
"""

from __future__ import annotations

from collections.abc import Collection

from musivid.core.errors import UsageError

__all__ = ["tongue_of"]

# The codes of three letters of those of two (ISO 639-1); other codes are tried as they are.
_THREE = {
    "ar": "ara", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu",
    "el": "ell", "en": "eng", "es": "spa", "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb",
    "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor",
    "lt": "lit", "nl": "nld", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk",
    "sl": "slv", "sr": "srp", "sv": "swe", "ta": "tam", "te": "tel", "th": "tha", "tr": "tur",
    "uk": "ukr", "vi": "vie", "zh": "cmn",
}  # fmt: skip
_SHOWN = 12  # of the languages that are known


def tongue_of(language: str | None, known: Collection[str]) -> str:
    """What a network calls a language that it has an adapter for.

    Args:
        language: its code of two or three letters; None: nobody said which.
        known: what it calls all of its languages.

    Raises:
        UsageError: nobody said which, or it knows none of that code.
    """
    if language is None:
        raise UsageError(
            "this aligner has an adapter for each language, and none is named",
            hint="Say what is sung in: --language en.",
        )
    code = _THREE.get(language, language)
    # Some have one for each writing: cmn-script_simplified.
    fitting = [name for name in sorted(known) if name == code or name.startswith(f"{code}-")]
    if not fitting:
        some = ", ".join(sorted(known)[:_SHOWN]) + (" and more" if len(known) > _SHOWN else "")
        raise UsageError(
            f"this aligner does not know the language {language!r}", hint=f"It knows {some}."
        )
    return fitting[0]
