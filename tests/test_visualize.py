"""`musivid visualize` from end to end with tiny models, and what it refuses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusion_fixtures import save_all
from PIL import Image
from songs import write_song

from musivid.media.audio import probe_audio
from musivid.media.frames import probe_video, read_frames
from musivid.pipeline.visualize import make_visual
from musivid.pipeline.visualize_job import VisualizeJob, check_visualize
from musivid.presets import load_preset
from musivid.progress import Silent
from musivid.registry import Session

Call = Callable[..., tuple[int, str, str]]
TINY = ("--preset", "tiny")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of sound."""
    return write_song(tmp_path_factory.mktemp("songs") / "song.wav", 3.0)


@pytest.fixture(scope="module")
def captions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captions of two sections."""
    path = tmp_path_factory.mktemp("captions") / "song.srt"
    path.write_text(
        "1\n00:00:00,000 --> 00:00:01,500\nslow jazz at night\n\n"
        "2\n00:00:01,500 --> 00:00:03,000\nloud drums\n"
    )
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three plain pictures: red, green, blue."""
    folder = tmp_path_factory.mktemp("images")
    for number, colour in enumerate([(220, 20, 20), (20, 220, 20), (20, 20, 220)]):
        Image.new("RGB", (80, 60), colour).save(folder / f"{number}.png")
    return folder


def frames_of(path: Path) -> list[np.ndarray]:
    return [frame.copy() for _, frame in read_frames(path)]


def digest(path: Path) -> str:
    state = hashlib.sha256()
    for frame in frames_of(path):
        state.update(frame.tobytes())
    return state.hexdigest()


def test_a_song_becomes_a_video_of_its_length(musivid: Call, song: Path, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    code, text, err = musivid("visualize", song, "-o", out, *TINY)
    assert code == 0, err
    assert text.strip() == str(out)
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
    assert code == 2 and "another preset" in err
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


@pytest.mark.parametrize("walk", ["crossfade", "kenburns"])
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
    load = Session._load

    def noted(self: Session, family: Any, *rest: Any) -> Any:
        loaded.append(family)
        return load(self, family, *rest)

    monkeypatch.setattr(Session, "_load", noted)
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
    assert [section["caption"] for section in facts["sections"]] == [
        "slow jazz at night", "loud drums"
    ]  # fmt: skip
    assert "slow jazz" in musivid(*tiny)[1]


# -- published pipelines, tiny and random -------------------------------------------------------


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_all(tmp_path_factory.mktemp("pipelines"))


def published(pipelines: Path, artist: str, **more: str) -> list[str]:
    """Overrides that put tiny pipelines where a preset names published ones."""
    names = {"walker": "variations"}
    names |= {"pipeline": "decoder", "prior": "prior"} if artist == "kandinsky" else {}
    names |= {"pipeline": "text"} if artist == "diffusion" else {}
    sets = [f"models.{key}={pipelines / name}" for key, name in (names | more).items()]
    return [*sets, "output.size=64x64", "pictures.size=64x64", "pictures.steps=2", "walk.steps=4",
            "walk.every_s=0.8"]  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "artist"),
    [("kandinsky", "kandinsky"), ("variations", "kandinsky"), ("sdxl", "diffusion")],
)
def test_published_presets_run_from_saved_folders(
    song: Path, captions: Path, images: Path, pipelines: Path, tmp_path: Path,
    preset: str, artist: str,
) -> None:  # fmt: skip
    settings = load_preset("visualize", preset, published(pipelines, artist))
    session = Session("cpu", "float32", offline=True)
    outs = []
    for name in ("a.mp4", "b.mp4"):
        job = VisualizeJob(
            song, tmp_path / name, settings, captions=captions, artwork=(images / "0.png",)
        )
        outs.append(make_visual(check_visualize(job, offline=True), session).path)
    assert digest(outs[0]) == digest(outs[1]) and len(frames_of(outs[0])) == 75
    assert len(list((tmp_path / "a.musivid" / "keys").glob("*.png"))) == 2
    between = tmp_path / "a.musivid" / "between"
    assert bool(list(between.glob("*"))) == (preset == "variations")


def test_pipelines_are_loaded_once_a_session(
    song: Path, captions: Path, pipelines: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    from musivid.pipeline import visualize_artists

    loads: list[str] = []
    real = visualize_artists.load_pipeline

    def counted(place: Any, **options: Any) -> Any:
        loads.append(Path(place).name)
        return real(place, **options)

    monkeypatch.setattr(visualize_artists, "load_pipeline", counted)
    settings = load_preset("visualize", "kandinsky", published(pipelines, "kandinsky"))
    session = Session("cpu", "float32")
    for name in ("a.mp4", "b.mp4"):
        job = VisualizeJob(song, tmp_path / name, settings, captions=captions)
        make_visual(check_visualize(job), session, stop_after="keys")
    assert sorted(loads) == ["decoder", "prior"]


def test_legacy_is_the_published_visualiser(
    song: Path, captions: Path, pipelines: Path, tmp_path: Path
) -> None:
    from musivid.analysis.progress_curve import visualiser_curve
    from musivid.media.audio import load_track
    from musivid.nets.diffusion import load_coder
    from musivid.painting.pictures import read_picture
    from musivid.painting.walk import whole_slerp
    from musivid.pipeline import visualize_ways
    from musivid.pipeline.keys import child_seed
    from musivid.pipeline.visualize_listen import listen
    from musivid.pipeline.visualize_plan import plan_visual

    sets = [*published(pipelines, "kandinsky"), "output.crf=4"]
    settings = load_preset("visualize", "legacy", sets)
    job = VisualizeJob(song, tmp_path / "clip.mp4", settings, captions=captions)
    checked = check_visualize(job)
    heard = listen(checked, Silent())
    plan = plan_visual(heard.facts, heard.samples, heard.sections, settings)
    assert [(leg.first, leg.second) for leg in plan.legs] == [(None, 0), (0, 1)]
    mono = load_track(song).mono(22_050)
    curve = visualiser_curve(mono[: round(1.5 * 22_050)], 22_050, 30.0)
    np.testing.assert_allclose(plan.legs[0].shares, curve)
    frames = frames_of(make_visual(checked, Session("cpu", "float32")).path)
    assert len(frames) == 90
    # a frame of the second way, computed on its own: slerp of whole latents, wrong range and all
    coder = load_coder(
        pipelines / "variations", device=torch.device("cpu"), dtype=torch.float32, clip_range=True
    )
    keys = sorted((tmp_path / "clip.musivid" / "keys").glob("*.png"))
    shown = [
        torch.from_numpy(read_picture(key, (64, 64)).copy()).permute(2, 0, 1)[None] / 255
        for key in keys
    ]
    drawn = [
        coder.draw(shown[side], child_seed(settings.seed, visualize_ways._NOISE, 1, side))
        for side in (0, 1)
    ]
    wanted = coder.decode(whole_slerp(*drawn, float(plan.legs[1].shares[20])))
    wanted = (wanted[0].clamp(0, 1) * 255).permute(1, 2, 0).numpy()
    luma = np.array([0.2126, 0.7152, 0.0722])  # colour is written at half the size
    assert np.abs(frames[65] @ luma - wanted @ luma).mean() < 4


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("1\n00:01:00,000 --> 00:01:10,000\nlate\n", "song"),
        ("1\n00:00:00,000 --> 00:00:01,000\n\n", "song"),
        ("", "captions"),
    ],
)
def test_captions_that_say_nothing_are_refused(
    musivid: Call, song: Path, tmp_path: Path, text: str, match: str
) -> None:
    path = tmp_path / "bad.srt"
    path.write_text(text)
    code, _, err = musivid("visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-c", path)
    assert code == 2 and "bad.srt" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.srt"]


def test_overlapping_captions_hold_until_the_next(
    musivid: Call, song: Path, tmp_path: Path
) -> None:
    path = tmp_path / "over.json"
    rows = [(0.5, 2.5, "jazz"), (1.5, 3.0, "drums"), (1.6, 3.0, "bass"), (9.0, 10.0, "late")]
    path.write_text(json.dumps([{"start_s": a, "end_s": b, "text": c} for a, b, c in rows]))
    code, text, err = musivid(
        "visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-c", path, "-n", "--json"
    )
    assert code == 0, err
    sections = json.loads(text)["results"][0]["sections"]
    assert [(s["start_s"], s["end_s"], s["caption"]) for s in sections] == [
        (0.0, 1.5, "jazz"), (1.5, 3.0, "drums. bass")
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--artwork", "--images"])
def test_pictures_that_cannot_be_read_are_refused(
    musivid: Call, song: Path, tmp_path: Path, option: str
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    ask = ("visualize", song, "-o", tmp_path / "c.mp4", *TINY, option)
    code, _, err = musivid(*ask, folder)
    assert code == 2 and option in err and "nothing to work on" in err
    (folder / "bad.png").write_bytes(b"no picture")
    code, _, err = musivid(*ask, folder)
    assert code == 2 and "bad.png cannot be read as a picture" in err
    code, _, err = musivid(*ask, tmp_path / "none.png")
    assert code == 2 and "none.png" in err
    assert not (tmp_path / "c.musivid").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (["--stop-after", "frames"], 2, "is no stage"),
        (["--walk", "fly"], 2, "walk.mode"),
        (["--walk", "variation"], 2, "models.walker"),
        (["--preset", "kandinsky", "--offline"], 3, "is not on this machine"),
        (["--preset", "sdxl", "--set", "models.walker=."], 3, "is no pipeline"),
        (["--set", "prompts.genre=jaz"], 2, "nearest: jazz"),
        (["--set", "prompts.styles=none.yaml"], 2, "no table of styles"),
        (["--set", "curve.percussive=0", "--set", "curve.harmonic=0"], 2, "no energy"),
        (["--set", "curve.stems=[{path: gone.wav}]"], 2, "gone.wav"),
        (["--set", "prompts.negative=fog"], 2, "published artists alone"),
        (["--from", "9"], 2, "song.wav"),
        (["--resume"], 2, "nothing to continue"),
        (["-o", "clip.avi"], 2, "no .mp4"),
    ],
)
def test_what_cannot_work_is_told_before_any_model_loads(
    musivid: Call, song: Path, tmp_path: Path, monkeypatch: Any,
    arguments: list[str], code: int, match: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Session, "_load", lambda *_: pytest.fail("a model was loaded"))
    given, _, err = musivid("visualize", song, *arguments)
    assert given == code, err
    assert match in err
    assert not list(tmp_path.rglob("*.mp4"))


def test_images_exclude_what_would_be_painted(
    musivid: Call, song: Path, captions: Path, images: Path, tmp_path: Path
) -> None:
    ask = ("visualize", song, "-o", tmp_path / "c.mp4", *TINY, "-i", images)
    code, _, err = musivid(*ask, "-c", captions)
    assert code == 2 and "--images are the key pictures" in err
    code, _, err = musivid(*ask, "--walk", "painting")
    assert code == 2 and "walk.mode painting" in err
    code, _, err = musivid(*ask, "--from", "0", "--to", "0.2")
    assert code == 2 and "3 images have no room" in err


def test_short_and_silent_songs_are_no_trouble(musivid: Call, tmp_path: Path) -> None:
    from media_fixtures import write_wav

    write_wav(tmp_path / "silent.wav", np.zeros(44_100, np.float32))
    write_song(tmp_path / "short.wav", 0.4)
    code, _, err = musivid(
        "visualize", tmp_path / "silent.wav", tmp_path / "short.wav", "-o", tmp_path / "out/", *TINY
    )
    assert code == 0, err
    assert len(frames_of(tmp_path / "out" / "silent.mp4")) == 25
    assert len(frames_of(tmp_path / "out" / "short.mp4")) == 10


def test_kandinsky_is_given_a_mean_whatever_the_weights(
    song: Path, images: Path, pipelines: Path, tmp_path: Path
) -> None:
    from musivid.pipeline.visualize_artists import open_artist
    from musivid.pipeline.visualize_prompts import Prompt, Said

    settings = load_preset("visualize", "kandinsky", published(pipelines, "kandinsky"))
    checked = check_visualize(VisualizeJob(song, tmp_path / "clip.mp4", settings))
    artist = open_artist(checked, Session("cpu", "float32"))

    def prompt(caption: float, artwork: float) -> Prompt:
        art = (Said(str(images / "0.png"), artwork),)
        return Prompt(0, 1, "", Said("drums", caption), Said("", 0), art, 0, "fog")

    light, heavy = prompt(0.3, 0.7), prompt(0.6, 1.4)
    assert np.array_equal(artist.paint(light, [light], 0), artist.paint(heavy, [heavy], 0))
    other = prompt(0.7, 0.3)
    assert not np.array_equal(artist.paint(light, [light], 0), artist.paint(other, [other], 0))
