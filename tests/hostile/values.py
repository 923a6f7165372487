"""Values that look like others, and presets that are no plain settings."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.case import Case, writes
from hostile.world import COMMANDS

__all__ = ["PRESETS", "cases"]

# A whole number of each command's settings; else its seed.
_WHOLE = {"combine": "output.crf", "markers": "every", "lyrics": "transcription.beams"}
_BROKEN = {  # and one with a fraction
    "video": "audio.window_s", "interpolate": "audio.window_s",
    "caption": "generation.repetition_penalty", "visualize": "captions.least_s",
    "bgm infer": "tempo.lowest", "bgm train": "corpus.validation",
}  # fmt: skip
_DISGUISES = {
    "true": "must be a whole number, not yes or no",
    '"3"': "must be a whole number, not text",
    "1e3": "must be a whole number, in digits alone",
    "2.0": "must be a whole number, in digits alone",
    "9" * 5000: "a number of 5000 digits",
    "[1]": "valid integer",
    "1e999": "must be a whole number, in digits alone",
}
_BROKEN_DISGUISES = {
    "false": "must be a number, not yes or no",
    '"1e-3"': "must be a number, not text",
    "1e999": "finite number",
    "{}": "valid number",
}
# Presets as files: what is in them, and what must be said.
PRESETS: dict[str, tuple[bytes, str]] = {
    "lists in lists without end": (b"seed: " + b"[" * 100_000, "nested deeper"),
    "tables in tables without end": (b"{a: " * 40_000, "nested deeper"),
    "a number of 5000 digits": (b"seed: " + b"9" * 5000, "a number of 5000 digits"),
    "an alias": (b"a: &a [1]\nb: *a\n", "anchors and aliases are not allowed"),
    "a tag": (b"seed: !!python/object/apply:os.system ['true']\n", "tags are not allowed"),
    "null bytes": (b"seed: 3\0\n", "preset.yaml"),
    "UTF-16": ("seed: 3\n".encode("utf-16"), "cannot be read"),
    "a million letters": (b"# " + b"a" * 1_000_000, "longer than"),
    "no table": (b"- 1\n- 2\n", "a table of keys"),
    "itself": (b"extends: ./preset.yaml\n", "circle"),
    "a key twice": (b"seed: 1\nseed: 2\n", "given twice"),
    "text that commands the terminal": (b'"\\e[31mx": 1\n', "\\x1b[31mx"),
}


def cases() -> Iterator[Case]:
    """Every disguise of a number, and every such preset, with every command."""
    for command, usual in COMMANDS.items():
        whole = _WHOLE.get(command, "seed")
        for value, said in _DISGUISES.items():
            yield Case(
                f"{value[:9]} for a whole number", "values", command,
                (*usual, "--set", f"{whole}={value}"), (said, f"--set {whole}="),
            )  # fmt: skip
        if broken := _BROKEN.get(command):
            for value, said in _BROKEN_DISGUISES.items():
                yield Case(
                    f"{value} for a number", "values", command,
                    (*usual, "--set", f"{broken}={value}"), (said, f"--set {broken}="),
                )  # fmt: skip
        for what, (content, said) in PRESETS.items():
            yield Case(
                f"a preset with {what}", "bombs", command, (*usual, "-p", "./preset.yaml"),
                ("preset.yaml", said), writes("preset.yaml", content),
            )  # fmt: skip
    for value in ("nan", "-inf", "-1", "0"):
        yield Case(
            "minutes", "values", "bgm train", (*COMMANDS["bgm train"], "--max-minutes", value),
            ("--max-minutes", "leaves no time"), label=value,
        )  # fmt: skip
    for flag, value, said in (
        ("--from", "nan", "is not a time"), ("--to", "1e3", "is not a time"),
        ("--from", "9" * 5000, "is not a time"), ("--to", "-1", "is not a time"),
    ):  # fmt: skip
        for command in ("video", "visualize"):
            yield Case(
                f"a time that is none, {flag}", "values", command,
                (*COMMANDS[command], f"{flag}={value}"), (flag, said), label=value[:9],
            )  # fmt: skip
    yield Case(
        "a limit that is none", "values", "evaluate",
        (*COMMANDS["evaluate"], "--fail-under", "sync.bas_music.z=nan"), ("--fail-under", "limit"),
    )  # fmt: skip
