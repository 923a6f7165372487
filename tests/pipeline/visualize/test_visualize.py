"""`musivid visualize` from end to end with tiny models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_fixtures import digest
from PIL import Image
from songs import write_song
from visualize_fixtures import TINY, Call, captions, frames_of, images, song

from musivid.core.progress import Silent
from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.make import make_visual
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

__all__ = ["captions", "images", "song"]  # fixtures


def test_a_song_becomes_a_video_of_its_length(musivid: Call, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    code, text, err = musivid("visualize", song, "-o", out, *TINY)
    assert code == 0, err
    assert text.strip() == str(out)
    assert err.count("load models") == 1 and err.index("load models") < err.index("loaded tiny")
    assert probe_video(out).size == (64, 64)
    assert len(frames_of(out)) == 75
    assert probe_audio(out).duration_s == pytest.approx(3.0, abs=0.04)
    run = tmp_path / "clip.musivid"
    assert json.loads((run / "manifest.json").read_text())["finished"]
    pictures = sorted((run / "keys").glob("*.png"))
    assert pictures and all(path.with_suffix(".txt").read_text() for path in pictures)
    assert (run / "prompts.yaml").is_file() and not (run / "parts").exists()


def test_the_same_seed_gives_the_same_frames(musivid: Call, song: Path, tmp_path: Path) -> None:
    outs = [tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4")]
    for out, seed in zip(outs, "001", strict=True):
        assert musivid("visualize", song, "-o", out, *TINY, "--seed", seed)[0] == 0
    assert digest(outs[0]) == digest(outs[1]) != digest(outs[2])


def test_captions_are_sections_and_say_what_is_painted(
    musivid: Call, song: Path, captions: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clip.mp4"
    art = images / "0.png"
    code, text, err = musivid(
        "visualize", song, "-o", out, *TINY, "-c", captions, "-a", art, "--json",
        "--stop-after", "prompts",
    )  # fmt: skip
    assert code == 0, err
    (facts,) = json.loads(text)["results"]
    assert facts["pictures"] == 2 and facts["stopped_after"] == "prompts" and not out.exists()
    prompts = Path(facts["output"]).read_text()
    assert "slow jazz at night" in prompts and "loud drums" in prompts and str(art) in prompts
    assert "genre: jazz" in prompts and prompts.count("flowing lines") == 2


def test_prompts_and_pictures_can_be_changed_on_the_way(
    musivid: Call, song: Path, captions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "clip.mp4"
    ask = ("visualize", song, "-o", out, *TINY, "-c", captions)
    assert musivid(*ask, "--stop-after", "prompts")[0] == 0
    prompts = tmp_path / "clip.musivid" / "prompts.yaml"
    prompts.write_text(prompts.read_text().replace("loud drums", "a red balloon"))
    assert musivid(*ask, "--resume", "--stop-after", "keys")[0] == 0
    keys = tmp_path / "clip.musivid" / "keys"
    assert "a red balloon" in (keys / "002.txt").read_text()
    first = (keys / "001.png").read_bytes()
    Image.new("RGB", (300, 200), (250, 10, 10)).save(keys / "001.png")
    code, _, err = musivid(*ask, "--resume", "--set", "walk.mode=crossfade")
    assert code == 2 and "with other settings" in err
    assert musivid(*ask, "--resume")[0] == 0
    assert (keys / "001.png").read_bytes() != first  # the user's own was kept
    plain = tmp_path / "plain.mp4"
    assert musivid("visualize", song, "-o", plain, *TINY, "-c", captions)[0] == 0
    assert digest(plain) != digest(out)


def test_a_changed_picture_makes_finished_parts_anew(
    song: Path, captions: Path, tmp_path: Path
) -> None:
    job = VisualizeJob(
        song, tmp_path / "clip.mp4", load_preset("visualize", "tiny"), captions=captions
    )

    class Stopping(Silent):
        """Breaks off in the middle of rendering."""

        done = 0

        def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
            self.rendering = name == "render"

        def advance(self, count: int = 1) -> None:
            self.done += count * self.rendering
            if self.done > 30:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_visual(check_visualize(job), Session("cpu", "float32"), reporter=Stopping())
    run = tmp_path / "clip.musivid"
    before = sorted((run / "parts").glob("0*.mp4"))
    assert before
    Image.new("RGB", (64, 64), (255, 255, 255)).save(run / "keys" / "001.png")
    make_visual(check_visualize(job), Session("cpu", "float32"), resume=True)
    clean = VisualizeJob(song, tmp_path / "other.mp4", job.preset, captions=captions)
    make_visual(check_visualize(clean), Session("cpu", "float32"))
    ours, theirs = frames_of(job.out), frames_of(clean.out)
    assert len(ours) == len(theirs) == 75
    assert np.abs(ours[0].astype(int) - theirs[0]).mean() > 20


def test_a_broken_run_goes_on_with_the_same_frames(song: Path, tmp_path: Path) -> None:
    preset = load_preset("visualize", "tiny")
    whole = VisualizeJob(song, tmp_path / "whole.mp4", preset)
    make_visual(check_visualize(whole), Session("cpu", "float32"))
    broken = VisualizeJob(song, tmp_path / "broken.mp4", preset)
    for limit in (5, 40):

        class Breaking(Silent):
            """Breaks off after so many units of any stage."""

            left = limit

            def advance(self, count: int = 1) -> None:
                self.left -= count
                if self.left < 0:
                    raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            make_visual(check_visualize(broken), Session("cpu", "float32"), reporter=Breaking())
        assert not broken.out.exists()
    made = make_visual(check_visualize(broken), Session("cpu", "float32"), resume=True)
    assert digest(made.path) == digest(whole.out)


@pytest.mark.parametrize("walk", ["crossfade", "morph", "kenburns"])
def test_images_need_no_model(
    musivid: Call, song: Path, images: Path, tmp_path: Path, walk: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Session, "_load", lambda *_: pytest.fail("a model was loaded"))
    out = tmp_path / "clip.mp4"
    still = ("--set", "react={}", "--set", "camera={zoom_per_s: 0, sway: 0, rotate_deg: 0}")
    code, _, err = musivid(
        "visualize", song, "-o", out, "-i", images, "--walk", walk, "--size", "96x64", "--fps",
        "24000/1001", *still,
    )  # fmt: skip
    assert code == 0, err
    frames = frames_of(out)
    assert len(frames) == round(3 * 24000 / 1001)
    assert frames[0].shape == (64, 96, 3)
    middles = [np.median(frames[k], (0, 1)).argmax() for k in (0, len(frames) // 3, 2 * 24)]
    assert middles == [0, 1, 2]  # each picture is whole at the start of its section


def test_images_walk_through_the_pocket_painter_alone(
    musivid: Call, song: Path, images: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    loaded: list[str] = []
    load = Session._network

    def noted(self: Session, family: Any, *rest: Any) -> Any:
        loaded.append(family)
        return load(self, family, *rest)

    monkeypatch.setattr(Session, "_network", noted)
    out = tmp_path / "clip.mp4"
    assert musivid("visualize", song, "-o", out, *TINY, "-i", images)[0] == 0
    assert set(loaded) == {"painter"} and len(frames_of(out)) == 75


@pytest.mark.parametrize(("whole", "outer"), [("start", "hold"), ("end", "black"), ("end", "loop")])
def test_pictures_are_whole_where_the_preset_says(
    song: Path, images: Path, tmp_path: Path, whole: str, outer: str
) -> None:
    still = ["react.zoom_pulse=0", "react.rotation=0", "react.brightness=0", "react.saturation=0",
             "camera.zoom_per_s=0", "camera.sway=0", "camera.rotate_deg=0"]  # fmt: skip
    preset = load_preset(
        "visualize",
        "tiny",
        [*still, "walk.mode=crossfade", f"walk.whole={whole}", f"walk.outer={outer}", "walk.wipe=0",
         "output.crf=8"],
    )  # fmt: skip
    files = tuple(sorted(images.iterdir()))
    job = VisualizeJob(song, tmp_path / "clip.mp4", preset, images=files)
    frames = frames_of(make_visual(check_visualize(job), Session("cpu", "float32")).path)
    first, last = frames[0].mean((0, 1)), frames[-1].mean((0, 1))
    if whole == "start":
        assert first.argmax() == 0 and first[0] > 190
        assert last.argmax() == 2 and last[2] > 190
    else:
        assert last.argmax() == 2 and last[2] > 190
        assert (first < 30).all() if outer == "black" else first.argmax() == 2


@pytest.mark.parametrize("form", ["linear", "constant", "published", "walk"])
def test_every_form_of_the_curve_fills_every_frame(
    musivid: Call, song: Path, images: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "clip.mp4"
    code, _, err = musivid(
        "visualize", song, "-o", out, *TINY, "-i", images, "--walk", "crossfade", "--set",
        f"curve={{form: {form}}}", "--fps", "23.976",
    )  # fmt: skip
    assert code == 0, err
    assert len(frames_of(out)) == 72


def test_stems_and_bands_move_the_walk(
    musivid: Call, song: Path, images: Path, tmp_path: Path
) -> None:
    stem = write_song(tmp_path / "drums.wav", 1.0)
    curve = (
        f"curve={{percussive: 0, bands: [{{low_hz: 60, high_hz: 200}}], stems: [{{path: {stem}}}]}}"
    )
    out = tmp_path / "clip.mp4"
    ask = ("visualize", song, "-o", out, *TINY, "-i", images, "--walk", "crossfade")
    assert musivid(*ask, "--set", curve)[0] == 0
    plain = tmp_path / "plain.mp4"
    assert (
        musivid("visualize", song, "-o", plain, *TINY, "-i", images, "--walk", "crossfade")[0] == 0
    )
    assert digest(out) != digest(plain)


def test_preview_and_dry_run_make_no_video(
    musivid: Call, song: Path, captions: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Session, "_load", lambda *_: pytest.fail("a model was loaded"))
    out = tmp_path / "plan.png"
    ask = ("visualize", song, "-c", captions, "--preset", "kandinsky")
    code, text, err = musivid(*ask, "--preview", "-o", out)
    assert code == 0, err
    assert text.strip() == str(out)
    with Image.open(out) as drawn:
        assert drawn.size[0] > 1000
    assert [path.name for path in tmp_path.iterdir()] == ["plan.png"]
    tiny = ("visualize", song, "-c", captions, *TINY, "-n", "-o", tmp_path / "clip.mp4")
    code, text, _ = musivid(*tiny, "--json")
    (facts,) = json.loads(text)["results"]
    assert code == 0 and facts["frames"] == 75 and facts["genre"] == "jazz"
    assert facts["models"] == ["tiny-painter", "tiny-perceptor", "tiny-dreamer"]
    assert [section["caption"] for section in facts["sections"]] == [
        "slow jazz at night", "loud drums"
    ]  # fmt: skip
    assert "slow jazz" in musivid(*tiny)[1]
