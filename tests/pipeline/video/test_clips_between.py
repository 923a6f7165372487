"""Painted keyframes between which an image-to-video pipeline films: `video --walk clips`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clip_fixtures import ltx, save_filming
from songs import write_song

import musivid
from musivid.core.errors import Interrupted, PresetError, WeightsError
from musivid.core.timeline import Cue
from musivid.media.frames import read_frames
from musivid.nets.diffusion.image_to_video import ClipAnimator
from musivid.nets.protocols import ClipWish
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

WORDS = [Cue(0.0, 1.0, "red sea"), Cue(1.0, 2.0, "burning house")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A song, and pipelines by their names in the table of models."""
    made = tmp_path_factory.mktemp("between")
    write_song(made / "song.wav", 2.0)
    return save_filming(made)


def _changes(folder: Path, **more: object) -> dict[str, object]:
    return {
        "walk.mode": "clips", "models.animator": str(folder / "ltx-video"), "clips.size": "64x64",
        "clips.steps": 1, "clips.most": 9, "clips.negative": "fog", "output.fps": "10",
        "output.crf": 0,
        "guidance.style": [{"text": "oil"}],
    } | more  # fmt: skip


def test_a_film_of_clips_goes_on_where_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session("cpu", "float32", offline=True, threads=1)
    wishes: list[ClipWish] = []
    film, stops = ClipAnimator.film, [2]

    def filmed(self: ClipAnimator, wish: ClipWish, told: Callable[[], None]) -> Any:
        if len(wishes) in stops:
            raise Interrupted("stopped")
        wishes.append(wish)
        return film(self, wish, told)

    monkeypatch.setattr(ClipAnimator, "film", filmed)

    def made() -> musivid.Filmed:
        return musivid.film(
            folder / "song.wav", WORDS, preset="tiny", settings=_changes(folder), session=session
        )

    with pytest.raises(Interrupted):
        made().save(tmp_path / "a.mp4")
    stops.clear()
    result = made().save(tmp_path / "a.mp4", resume=True)
    assert len(wishes) == result.keyframes - 1 and result.frames == 20
    assert np.array_equal(wishes[0].last, wishes[1].first)  # they meet in a keyframe
    said = [wish.text for wish in wishes]
    assert said[0].startswith("red sea, oil, slow") and "burning house" in said[-1]
    assert {wish.negative for wish in wishes} == {"fog"} and len({w.seed for w in wishes}) > 1
    kept = made()
    frames = list(kept)
    assert len(frames) == 20 and np.array_equal(next(kept.frames(13)), frames[13])
    shown = [frame for _, frame in read_frames(tmp_path / "a.mp4")]
    luma = np.array([0.2126, 0.7152, 0.0722])
    off = [np.abs((a - b.astype(float)) @ luma).mean() for a, b in zip(frames, shown, strict=True)]
    assert max(off) < 2  # but for its colours, which are halved, the file shows what is seen here


def test_what_does_not_go_with_clips_is_refused(folder: Path, tmp_path: Path) -> None:
    for preset, changes, says in (
        ("tiny", {"walk.mode": "clips"}, "needs models.animator"),
        ("tiny", {"clips.fps": 20}, "clips.fps has no effect with walk.mode latent"),
        ("tiny", _changes(folder, **{"walk.wipe": 0.1}), "walk.wipe has no effect"),
        ("living", {"walk.mode": "clips"}, "walk.mode has no effect with painting.mode living"),
    ):
        with pytest.raises(PresetError, match=says):
            load_preset("video", preset, changes)
    other = tmp_path / "other"
    ltx().save_pretrained(other)
    index = other / "model_index.json"
    index.write_text(index.read_text().replace("LTXConditionPipeline", "LTXLatentUpsamplePipeline"))
    refused: list[tuple[dict[str, object], type[Exception], str]] = [
        ({"models.animator": str(other)}, WeightsError, "makes no clips between two pictures"),
        ({"models.animator": "wan-flf2v"}, WeightsError, "weights of 'wan-flf2v' are missing"),
        ({"clips.guidance": 1.0}, PresetError, "unheard with a guidance of 1"),
    ]
    for changed, error, says in refused:
        with pytest.raises(error, match=says):
            musivid.film(folder / "song.wav", preset="tiny", settings=_changes(folder, **changed))
