"""Systems side by side as a page: what is kept of films and sounds, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from musivid.core.errors import InputError, UsageError
from musivid.core.progress import Silent
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.pipeline.evaluate.report.site import lay_switched, write_site


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same picture with two musics."""
    folder = tmp_path_factory.mktemp("films")
    return {name: _film(folder / f"{name}.mp4", hz) for name, hz in (("a", 220.0), ("b", 330.0))}


def _film(path: Path, hz: float) -> Path:
    import numpy as np
    from media_fixtures import write_video
    from media_fixtures import write_wav as wav

    from musivid.media.scored import score_clip

    silent, sound = path.with_suffix(".silent.mp4"), path.with_suffix(".wav")
    write_video(silent, 25)
    length_s = probe_video(silent).duration_s or 1.0
    wav(sound, 0.2 * np.sin(2 * np.pi * hz * np.arange(round(length_s * 44_100)) / 44_100))
    score_clip(silent, sound, path)
    return path


def test_one_picture_is_kept_once(films: dict[str, Path], tmp_path: Path) -> None:
    systems = {name: {"<clip>": path} for name, path in films.items()}
    page = write_site(systems, "<p>report</p>", tmp_path, Silent())
    text = page.read_text()
    found = re.search(r'id="data">(.*?)</script>', text)
    assert found is not None and "<clip>" not in text
    (pair,) = json.loads(found[1])
    assert pair["systems"] == ["a", "b"]
    assert len(pair["films"]) == 1 and len(pair["sounds"]) == 2
    media = {path.name for path in (tmp_path / "media").iterdir()}
    assert media == {*pair["films"], *pair["sounds"]}
    lengths = {probe_audio(tmp_path / "media" / name).duration_s for name in pair["sounds"]}
    assert max(lengths) - min(lengths) < 0.03
    for name in ("player.js", "site.js", "site.css", "report.html"):
        assert (tmp_path / name).is_file(), name
    assert not re.search(r"https?://", text)


def test_only_films_are_switched(films: dict[str, Path], tmp_path: Path) -> None:
    song = films["a"].with_suffix(".wav")
    with pytest.raises(InputError, match="no film"):
        lay_switched({"a": {"x": films["a"]}, "b": {"x": song}}, tmp_path, Silent())
    many = {str(n): {"x": films["a"]} for n in range(9)}
    with pytest.raises(UsageError, match="9 systems"):
        lay_switched(many, tmp_path, Silent())
