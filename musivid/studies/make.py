"""A manifest to begin with: what folders of films say, and every key with its meaning."""

from __future__ import annotations

import os
import re
from pathlib import Path

from musivid.core.errors import InputError
from musivid.media.kinds import FILM

__all__ = ["draft_manifest"]

_HEAD = """\
# A listening study. Read it through, change it, then: musivid study check {name}
# What is declared here is fixed as soon as the first participant begins.

title: Which music fits the film?        # what participants read above all pages
languages: [en]                          # en, zh; each needs its texts below
consent:
  en: >-
    You will see short films and hear music for them, and be asked how it fits. It takes about
    {minutes} minutes. No name and no address is kept. You may stop at any time and have your
    answers deleted. Results are published as numbers only.

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
    head = _HEAD.format(name=target.name, minutes=round((trials + 6) * _S_A_TRIAL / 60))
    return head + lines + _TAIL.format(first=next(iter(systems)), trials=trials)


def _clips(folder: Path) -> int:
    return sum(FILM.holds(path) and not path.name.startswith(".") for path in folder.iterdir())


def _quoted(text: str) -> str:
    """A path as YAML takes it, whatever characters it has."""
    import json

    return text if re.fullmatch(r"[\w./-]+", text) else json.dumps(text, ensure_ascii=False)
