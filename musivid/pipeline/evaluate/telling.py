"""How well words tell what a sound is like: a judge of sounds and words, as CLAP, hears both.

`sound_words` holds each timed line against the sound of its span, `sound_prompt` one description
against the whole sound (the CLAP score of text-to-music papers, as in Huang et al. 2023, arXiv
2301.12661). Chance: the lines in other orders; the same sound against other descriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.errors import UsageError
from musivid.core.timeline import Cue
from musivid.metrics.chance import Measure, against_chance, unmeasured
from musivid.metrics.meaning import likeness_of_pairs
from musivid.nets.protocols import Judge
from musivid.score.ensemble import GENRES
from musivid.weights.folders import locate
from musivid.weights.missing import MissingModels
from musivid.weights.registry import find_spec, model_specs

__all__ = ["judge_name", "measure_telling"]

Array = NDArray[np.float32]

_AUTO, _USUAL = "auto", "clap-htsat-unfused"
_MOODS = ("calm", "happy", "sad", "dark", "energetic", "dreamy", "tense", "playful")
_MOST_WINDOWS = 60  # of a sound that a description is held against: ten minutes
_LEAST_S = 0.5  # of sound that says anything


def judge_name(name: str | None, *, needed: bool = False, offline: bool = False) -> str | None:
    """The judge that is meant; nothing is loaded. None: none is wanted, or none is here.

    Args:
        name: a model, a path or a hub id; `auto`: the first of the table that is here; None: none.
        needed: something was asked that only a judge can answer.
        offline: nothing may be fetched.

    Raises:
        UsageError: one is needed and none is wanted. MissingModels: none is here.
    """
    if name is None and needed:
        raise UsageError(
            "--prompt is held against the sound by a judge, and judge is null",
            hint="Leave judge out, or name a CLAP with --judge.",
        )
    if name != _AUTO:
        return name
    specs = (spec for spec in model_specs().values() if spec.family == "judge")
    found = next((spec.name for spec in specs if locate(spec)), None)
    if found is None and needed:
        raise MissingModels([find_spec(_USUAL)], offline=offline)
    return found


def measure_telling(
    judge: Judge,
    samples: Array,
    cues: Sequence[Cue],
    prompt: str | None,
    *,
    device: torch.device | str = "cpu",
    trials: int = 200,
    seed: int = 0,
) -> dict[str, Measure]:
    """Return `sound_words` where there are words and `sound_prompt` where there is a description.

    Args:
        judge: hears and reads.
        samples: float32 [time], mono at the judge's rate.
        cues: timed lines; may be empty.
        prompt: what the sound should be like; None: nobody said.
        device: where the judge lives.
        trials: shuffled orders behind the chance level of lines.
        seed: of the shuffling.
    """
    found: dict[str, Measure] = {}
    silent = not len(samples) or not np.abs(samples).max() > 0
    spans = list(_spans(cues, len(samples) / judge.rate_hz))
    if any(cue.text.strip() for cue in cues):
        found["sound_words"] = unmeasured("no sound")
        if not silent:
            heard = _embedded(judge, samples, [span for span, _ in spans], device)
            told = _read(judge, [text for _, text in spans])
            found["sound_words"] = likeness_of_pairs(heard, told, trials=trials, seed=seed)
    if prompt is not None:
        found["sound_prompt"] = unmeasured("no sound")
        if not silent:
            heard = _embedded(judge, samples, _windows(judge, samples), device)
            found["sound_prompt"] = _against_others(judge, heard, prompt)
    return found


def _against_others(judge: Judge, heard: Array, prompt: str) -> Measure:
    others = [f"{mood} {genre.replace('_', ' ')} music" for mood, genre in product(_MOODS, GENRES)]
    likeness = heard.astype(np.float64) @ _read(judge, [prompt, *others]).T
    value, *chance = likeness.mean(0)
    return against_chance(float(value), chance, params={"n_windows": len(heard)})


def _spans(cues: Sequence[Cue], until_s: float) -> Iterator[tuple[tuple[float, float], str]]:
    """When each line that says something is heard, and what it says."""
    starts = [*(cue.start_s for cue in cues), until_s]
    for number, cue in enumerate(cues):
        end_s = min(starts[number + 1] if cue.end_s is None else cue.end_s, until_s)
        if cue.text.strip() and end_s - cue.start_s >= _LEAST_S:
            yield (cue.start_s, end_s), cue.text


def _windows(judge: Judge, samples: Array) -> list[tuple[float, float]]:
    """Windows one after the other; of a long sound some, evenly over it."""
    lasts_s = len(samples) / judge.rate_hz
    count = max(1, int(lasts_s / judge.window_s))
    length_s = min(judge.window_s, lasts_s)
    picked = np.unique(np.linspace(0, count - 1, min(count, _MOST_WINDOWS)).round().astype(int))
    return [(k * length_s, (k + 1) * length_s) for k in picked.tolist()]


@torch.inference_mode()
def _embedded(
    judge: Judge, samples: Array, spans: Sequence[tuple[float, float]], device: torch.device | str
) -> Array:
    """Embeddings float32 [spans, dim] of parts of a sound; of long ones their middle."""
    rows = [np.zeros((0, judge.dim), np.float32)]
    for start_s, end_s in spans:
        beyond_s = max(0.0, end_s - start_s - judge.window_s) / 2
        first, last = (round(at * judge.rate_hz) for at in (start_s + beyond_s, end_s - beyond_s))
        clip = torch.from_numpy(samples[first:last].copy()).to(device)
        rows.append(judge.embed_audio(clip[None]).float().cpu().numpy())
    return np.concatenate(rows)


@torch.inference_mode()
def _read(judge: Judge, texts: list[str]) -> Array:
    if not texts:
        return np.zeros((0, judge.dim), np.float32)
    return judge.embed_text(texts).float().cpu().numpy()
