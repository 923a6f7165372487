"""How well picture and sound keep together: all measures of synchrony, each with its chance.

The null is made of uneven clocks (`metrics/chance.py`): the picture begun elsewhere and played at
a speed that strays by some 12 %. The sound and the measure stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from musivid.metrics.chance import Clock, Measure, against_chance, make_clocks, unmeasured
from musivid.metrics.events import AudioEvents, PictureEvents
from musivid.metrics.sync.curves import best_lags, rank_correlations, refine_offset, smoothed
from musivid.metrics.sync.events import (
    alignment,
    coverage,
    covered_share,
    event_iou,
    f_measure,
    hits,
    recall_alignment,
    window_iou,
)
from musivid.metrics.sync.paths import legacy_score, mean_step_s

__all__ = ["SYNC_NAMES", "SyncSettings", "measure_sync"]

Floats = NDArray[np.float64]
Formula = Callable[[Floats, Floats], Floats]

SYNC_NAMES = (
    "avs_legacy",
    "bas_music",
    "bas_video",
    "av_align",
    "beat_coverage",
    "beat_hit",
    "f_measure",
    "tbiou_40ms",
    "tbiou_80ms",
    "tbiou_160ms",
    "tbiou_500ms",
    "dtw",
    "xcorr",
    "spearman",
    "cuts_on_beats",
)
"""All measures of synchrony, in the order in which they are shown."""

_SIGMA_S = 0.05  # 3 frames at 60 a second, as published
_BEAT_S, _HIT_S = 0.07, 0.1  # how near counts as met: mir_eval's window for beats, and for hits
_WINDOWS_MS = (40, 80, 160, 500)  # of the measures that count within windows
_MOST_LAG_S = 1.0  # to either side in which an offset is sought
_LEAST_S = 3.0  # shorter than this, shifts are hardly different from each other
_FAINT_ONSET, _FAINT_RISE = 0.05, 0.001  # of curves: below this nothing happens
_FULL = 0.9  # windows that cover more of the time than this tell nothing


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How synchrony is measured.

    Attributes:
        surrogates: how many pictures by uneven clocks make the chance level.
        seed: of these clocks.
        offset_s: the picture is moved this much earlier first; "auto" finds the best offset, for
            every surrogate too.
    """

    surrogates: int = 300
    seed: int = 0
    offset_s: float | Literal["auto"] = 0.0


def measure_sync(
    audio: AudioEvents,
    picture: PictureEvents,
    settings: SyncSettings | None = None,
    legacy_beats_s: Floats | None = None,
) -> dict[str, Measure]:
    """Return every measure of `SYNC_NAMES`; one that cannot be computed says why.

    Args:
        audio: events of the sound, on the clock of the picture.
        picture: events of the picture.
        settings: of the null.
        legacy_beats_s: the published evaluation's significant beats; None: not measured.
    """
    length_s = min(audio.duration_s + audio.start_s, picture.duration_s)
    if length_s < _LEAST_S:
        reason = f"sound and picture share only {length_s:.2f} s; {_LEAST_S:g} s are needed"
        return dict.fromkeys(SYNC_NAMES, unmeasured(reason))
    return _Pair(audio, picture, settings or SyncSettings(), length_s).measure(legacy_beats_s)


class _Pair:
    """A sound and a picture over the time that they share, with the picture's surrogates."""

    def __init__(
        self, audio: AudioEvents, picture: PictureEvents, settings: SyncSettings, length_s: float
    ) -> None:
        self._settings, self._length_s = settings, length_s
        self._picture, self._fps = picture, picture.fps
        frames = max(2, int(length_s * picture.fps))
        times_s = np.arange(frames) / picture.fps
        heard = audio.envelope_at(times_s)
        # Ranks would give the order of noise the weight of what happens.
        heard[heard < _FAINT_ONSET] = 0.0
        self._envelope = smoothed(heard, picture.fps)
        self._onsets_s = self._inside(audio.onsets_s)
        beats_s = self._inside(audio.beats_s)
        self._has_beats = len(beats_s) > 0
        self._beats_s = beats_s if self._has_beats else self._onsets_s
        self._changes_s = self._inside(picture.changes_s)
        self._clocks = make_clocks(settings.surrogates, length_s, settings.seed)
        rise = np.where(picture.rise[:frames] < _FAINT_RISE, 0.0, picture.rise[:frames])
        self._rises = smoothed(_moved(rise, self._clocks, frames / picture.fps), picture.fps)
        self._find_offset()

    def measure(self, legacy_beats_s: Floats | None) -> dict[str, Measure]:
        """All measures, in order."""
        changes = self._rows(self._changes_s)
        found = {"avs_legacy": self._legacy(legacy_beats_s)}
        for name, audio, formula, params in self._formulas():
            found[name] = self._events(audio, changes, formula, params)
        found["av_align"] = self._av_align()
        for milliseconds in _WINDOWS_MS:
            found[f"tbiou_{milliseconds}ms"] = self._tbiou(milliseconds / 1000, changes)
        found["dtw"] = self._dtw(changes)
        found["xcorr"], found["spearman"] = self._xcorr(), self._spearman()
        found["cuts_on_beats"] = self._cuts()
        return {name: found[name] for name in SYNC_NAMES}

    def _formulas(self) -> list[tuple[str, Floats, Formula, dict[str, Any]]]:
        """Measures of the beats against the picture's changes."""
        beats = self._beats_s
        sigma, hit, beat = {"sigma_s": _SIGMA_S}, {"within_s": _HIT_S}, {"within_s": _BEAT_S}
        return [
            ("bas_music", beats, lambda a, v: recall_alignment(a, v, _SIGMA_S), sigma),
            ("bas_video", beats, lambda a, v: alignment(a, v, _SIGMA_S), sigma),
            ("beat_coverage", beats, lambda a, v: coverage(a, v, _HIT_S), hit),
            ("beat_hit", beats, lambda a, v: hits(a, v, _HIT_S), hit),
            ("f_measure", beats, lambda a, v: f_measure(a, v, _BEAT_S), beat),
        ]

    def _events(
        self, audio: Floats, video: Floats, formula: Formula, params: dict[str, Any]
    ) -> Measure:
        """One formula over beats and changes of the picture."""
        if not len(audio):
            return unmeasured("nothing begins in the sound")
        if not video.shape[1]:
            return unmeasured("nothing changes suddenly in the picture")
        kind = "beats" if self._has_beats else "onsets"
        return self._judged(
            formula(audio, video),
            (len(audio), video.shape[1]),
            audio=kind,
            video="changes",
            **params,
        )

    def _tbiou(self, window_s: float, changes: Floats) -> Measure:
        """IoU of windows around beats and changes, unless windows fill the time."""
        for events, whose in ((self._beats_s, "sound"), (self._changes_s, "picture")):
            if len(events) and covered_share(events, window_s, self._length_s) > _FULL:
                return unmeasured(
                    f"windows of {1000 * window_s:g} ms around the events of the {whose} "
                    "cover nearly all the time"
                )
        return self._events(
            self._beats_s,
            changes,
            lambda a, v: window_iou(a, v, window_s),
            {"window_s": window_s},
        )

    def _dtw(self, changes: Floats) -> Measure:
        """1 / (1 + mean distance a step / half the mean step between beats), by the exact path."""
        half_s = self._length_s / max(1, len(self._beats_s)) / 2
        return self._events(
            self._beats_s,
            changes,
            lambda a, v: 1 / (1 + mean_step_s(a, v) / half_s),
            {"unit_s": half_s},
        )

    def _av_align(self) -> Measure:
        """IoU of onsets and peaks of the flow, less than a frame apart."""
        peaks_s = self._inside(self._picture.flow_peaks_s)
        if not len(peaks_s):
            return unmeasured("the flow of the picture has no peak of 0.1 pixels")
        if not len(self._onsets_s):
            return unmeasured("nothing begins in the sound")
        within_s = (1 - 1e-6) / self._fps
        values = event_iou(self._onsets_s, self._rows(peaks_s), within_s)
        counts = (len(self._onsets_s), len(peaks_s))
        return self._judged(values, counts, audio="onsets", video="flow peaks", within_s=within_s)

    def _cuts(self) -> Measure:
        """Share of the cuts within 70 ms of a beat."""
        cuts_s = self._inside(self._picture.cuts_s)
        if not len(cuts_s):
            return unmeasured("the picture has no cuts")
        if not len(self._beats_s):
            return unmeasured("nothing begins in the sound")
        from musivid.metrics.sync.events import nearest_s

        rows = self._rows(cuts_s)
        values = (nearest_s(rows, self._beats_s) <= _BEAT_S).mean(axis=1)
        kind = "beats" if self._has_beats else "onsets"
        counts = (len(self._beats_s), len(cuts_s))
        return self._judged(values, counts, audio=kind, video="cuts", within_s=_BEAT_S)

    def _legacy(self, beats_s: Floats | None) -> Measure:
        """The published score. Without events it is 0, by its own definition."""
        if beats_s is None:
            return unmeasured("there is no sound")
        events_s = self._picture.legacy_s
        if not len(beats_s) or not len(events_s):
            values = np.zeros(1 + len(self._clocks))
        else:
            beats = beats_s.tolist()
            values = np.array([legacy_score(beats, row.tolist()) for row in self._rows(events_s)])
        return self._judged(
            values,
            (len(beats_s), len(events_s)),
            audio="beats of at least 0.4",
            video="frames of more than 225000 changed values",
        )

    def _xcorr(self) -> Measure:
        """Greatest correlation of onset strength and rise over lags, and the lag."""
        if self._lags is None:
            return unmeasured(self._flat())
        return self._judged(
            self._lags.values,
            (len(self._onsets_s), len(self._changes_s)),
            offset_ms=round(1000 * self._offset_s, 3),
            most_lag_s=self._most_lag_s,
        )

    def _spearman(self) -> Measure:
        """Rank correlation of onset strength and rise, frame by frame."""
        if self._lags is None:
            return unmeasured(self._flat())
        rows = self._rises
        if np.any(self._shifts_s):
            frames = np.round(self._shifts_s * self._fps).astype(int)
            rows = np.stack([np.roll(row, -by) for row, by in zip(rows, frames, strict=True)])
        counts = (len(self._onsets_s), len(self._changes_s))
        return self._judged(rank_correlations(self._envelope, rows), counts, smooth_s=0.04)

    def _find_offset(self) -> None:
        """How late the picture is, and by how much each row is moved before it is compared."""
        self._most_lag_s = min(_MOST_LAG_S, self._length_s / 4)
        self._lags, self._offset_s = None, 0.0
        rows = 1 + len(self._clocks)
        asked = self._settings.offset_s
        self._shifts_s = np.full(rows, 0.0 if asked == "auto" else asked)
        if np.ptp(self._envelope) < 1e-6 or np.ptp(self._rises[0]) < 1e-9:
            return
        self._lags = best_lags(self._envelope, self._rises, self._fps, self._most_lag_s)
        self._offset_s = refine_offset(
            float(self._lags.lags_s[0]), self._onsets_s, self._changes_s, self._fps
        )
        if asked == "auto":
            # Every surrogate may choose as well, or the choice alone would look like synchrony.
            self._shifts_s = np.append(self._offset_s, self._lags.lags_s[1:])

    def _flat(self) -> str:
        """Why curves cannot be compared."""
        silent = np.ptp(self._envelope) < 1e-6
        return "nothing begins in the sound" if silent else "nothing changes in the picture"

    def _inside(self, times_s: Floats) -> Floats:
        """Events of the time that sound and picture share."""
        chosen: Floats = times_s[(times_s >= 0) & (times_s < self._length_s)]
        return chosen

    def _rows(self, times_s: Floats) -> Floats:
        """Events of the picture and of its surrogates, moved by their offsets: [1 + s, m]."""
        rows = np.stack([times_s, *(clock.move_events(times_s) for clock in self._clocks)])
        shifted: Floats = rows - self._shifts_s[:, None]
        return shifted

    def _judged(self, values: Floats, counts: tuple[int, int], **params: Any) -> Measure:
        """The first value against the others."""
        settings = self._settings
        params |= {"null": "uneven circular shifts", "seed": settings.seed}
        if settings.offset_s:
            params["moved_ms"] = round(1000 * float(self._shifts_s[0]), 3)
        return against_chance(
            float(values[0]), values[1:], params=params, n_audio=counts[0], n_video=counts[1]
        )


def _moved(curve: Floats, clocks: list[Clock], length_s: float) -> Floats:
    """A curve and what it is by each clock: [1 + clocks, n]."""
    return np.stack([curve, *(clock.move_curve(curve) for clock in clocks)])
