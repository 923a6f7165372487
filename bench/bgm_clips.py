"""Whether beats fall on visual beats in moving pictures, and what looking costs.

    python bench/bgm_clips.py [CLIP ...]

Five clips are made with ffmpeg (a pendulum, a bouncing ball, a march of cuts, a turn to and fro, a
camera that jerks), others may be given. For each: the CPU time of looking, cuts and visual beats
found, and how well beats of the tempo map meet visual beats and cuts, against 200 shifts of the
film by an uneven clock (z).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from musivid.analysis.motion import read_motion
from musivid.media.ffmpeg import file_url, run_ffmpeg
from musivid.pipeline.bgm.plan import beats_on_visual_beats
from musivid.score.tempo_map import Moments, TempoWish, plan_tempo

SECONDS, FPS, SIZE = 30, 25, "640x360"
DOT = "color=white:s=70x70"
SKY = f"gradients=s={SIZE}:c0=navy:c1=teal:speed=0.00001"
# name: sources and the graph that joins them
CLIPS = {
    "pendulum": ((SKY, DOT), "overlay=x='285+240*sin(2*PI*t*0.9)':y=150"),
    "ball": ((SKY, DOT), "overlay=x='(60+15*t)':y='280-240*abs(sin(PI*t*1.15))'"),
    "march": (
        (SKY, DOT),
        "overlay=x='120*mod(floor(t/1.3),5)':y='60*mod(floor(t/1.3)*2,5)',hue=h='75*floor(t/1.3)'",
    ),
    "turn": (
        ("testsrc2=s=640x360",),
        "rotate=a='0.6*sin(2*PI*0.8*t)*abs(sin(2*PI*0.8*t))':ow=iw:oh=ih",
    ),
    "jerk": (
        ("mandelbrot=s=900x500:start_scale=0.5:end_scale=0.4",),
        "crop=640:360:x='130+120*sin(2*PI*0.7*t)*abs(sin(2*PI*0.7*t))':y=70",
    ),
}


def make_clip(name: str, folder: Path) -> Path:
    """Return a clip of `CLIPS`, written into the folder."""
    import ffmpeg

    sources, graph = CLIPS[name]
    parts = [f"{source}:r={FPS}[{n}]" for n, source in enumerate(sources)]
    labels = "".join(f"[{n}]" for n in range(len(sources)))
    # One source for ffmpeg: the graph is drawn by its virtual input device.
    source = ffmpeg.input(";".join([*parts, f"{labels}{graph},format=yuv420p"]), format="lavfi")
    path = folder / f"{name}.mp4"
    run_ffmpeg(
        ffmpeg.output(source, file_url(path), t=SECONDS, **{"c:v": "libx264", "preset": "veryfast"})
    )
    return path


def look(path: Path) -> None:
    """Print what is found in a clip."""
    began = time.process_time()
    motion = read_motion(path)
    cpu = (time.process_time() - began) / motion.duration_s
    tempo = plan_tempo(
        motion.duration_s,
        Moments(motion.cuts_s, motion.beats_s, motion.beat_weights, motion.beats_s[:0]),
        TempoWish(preferred_bpm=motion.tempo_bpm),
    )
    fit = beats_on_visual_beats(motion, tempo)
    z = f"z {fit.z:5.2f}" if fit.z is not None else fit.reason
    print(
        f"{path.stem:14s} {motion.duration_s:6.1f} s  looking {cpu:.3f} CPU s/s  "
        f"{len(motion.cuts_s):2d} cuts  {len(motion.beats_s):3d} visual beats  "
        f"visual tempo {motion.tempo_bpm or 0:5.1f}  map {tempo.mean_bpm:5.1f} bpm  {z}"
    )


def main() -> None:
    """Look at all clips."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    given = parser.parse_args().clips
    with tempfile.TemporaryDirectory() as name:
        for path in [*(make_clip(clip, Path(name)) for clip in CLIPS), *given]:
            look(path)


if __name__ == "__main__":
    main()
