"""A manifest to begin with: what folders of films say, and every key with its meaning."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

from musivid.core.errors import InputError
from musivid.media.kinds import FILM
from musivid.studies.questions import Language

__all__ = ["consent_text", "draft_manifest", "session_minutes"]

_HEAD = """\
# A listening study. Read it through, change it, then: musivid study check {name}
# What is declared here is fixed as soon as the first participant begins.

title: Which music fits the film?        # what participants read above all pages
languages: [en]                          # en, zh; each needs its texts below
consent:
  en: >-
    {consent}

perspective: viewer                      # viewer or creator: whose questions are asked
design: rate                             # rate: one; multi: all, with sliders; compare: two
scale: acr                               # acr: 1..5; published: 0.5..5; hundred: 0..100

systems:                                 # name: folder of films, equally named in each
"""
_TAIL = """\
baseline: {first:<31}# the others are compared with it
anchor: true                             # hide the music of another clip: the level of chance
trials: {trials:<33}# that count, for each participant
raters: 20                               # participants that are wanted

checks: {{training: 2, instructed: 2, gold: 1, repeat: 1}}
exclusion: {{instructed_missed: 1, gold_share: 0.8, repeat_share: 0.4, least_variance: 0.15}}
completion: {{code: "", url: ""}}        # what a panel wants to see at the end
seed: 0
"""
_CONSENT: Mapping[Language, str] = {
    "en": "You will see short films and hear music for them, and be asked how it fits. It takes"
    " about {minutes} minutes. No name and no address is kept. You may stop at any time and have"
    " your answers deleted. Results are published as numbers only.",
    "zh": "您将观看一些短片并聆听为其配的音乐，然后回答音乐与影片是否契合。"
    "大约需要 {minutes} 分钟。我们不会保存姓名和地址。"
    "您可以随时退出并删除自己的回答。结果仅以数字形式发表。",
}
_MOST_TRIALS = 15
_S_A_TRIAL = 45


def draft_manifest(folder: Path, target: Path) -> str:
    """The text of a manifest for a folder that has a folder of films for each system.

    Args:
        folder: with the systems' folders.
        target: where the manifest will be; its paths begin there.

    Raises:
        InputError: there are no such folders.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder", hint="Give one with a folder a system.")
    systems = {
        re.sub(r"[^A-Za-z0-9_.-]", "-", path.name).lstrip("_.-")[:40]: path
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith(".") and _clips(path)
    }
    systems = {name: path for name, path in systems.items() if name}
    if not systems:
        raise InputError(
            f"{folder} has no folders with films",
            hint="Put each system's films into a folder of its own, equally named in each: "
            "ours/a.mp4, ours/b.mp4, theirs/a.mp4, theirs/b.mp4.",
        )
    trials = min(_MOST_TRIALS, len(systems) * min(_clips(path) for path in systems.values()))
    lines = "".join(
        f"  {name}: {_quoted(os.path.relpath(path, target.parent))}\n"
        for name, path in systems.items()
    )
    consent = textwrap.fill(consent_text("en", session_minutes(trials)), 96).replace("\n", "\n    ")
    head = _HEAD.format(name=target.name, consent=consent)
    return head + lines + _TAIL.format(first=next(iter(systems)), trials=trials)


def session_minutes(trials: int) -> int:
    """About how long a participant takes for trials that count, and those that check."""
    return round((trials + 6) * _S_A_TRIAL / 60)


def consent_text(language: Language, minutes: int) -> str:
    """What participants are asked to agree to unless something else is written."""
    return _CONSENT[language].format(minutes=minutes)


def _clips(folder: Path) -> int:
    return sum(FILM.holds(path) and not path.name.startswith(".") for path in folder.iterdir())


def _quoted(text: str) -> str:
    """A path as YAML takes it, whatever characters it has."""
    import json

    return text if re.fullmatch(r"[\w./-]+", text) else json.dumps(text, ensure_ascii=False)
