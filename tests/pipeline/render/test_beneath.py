"""A film beneath another gives the picture of each moment, whichever moment is asked for first."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import torch
from media_fixtures import write_video

from musivid.media.frames import read_frames
from musivid.pipeline.render.beneath import FilmBeneath

SIZE = (32, 32)


def test_pictures_are_those_of_their_moments(tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4", 20, (32, 32), Fraction(10))
    frames = [torch.from_numpy(frame.copy()) for _, frame in read_frames(path)]
    film = FilmBeneath(path, SIZE, start_s=0.3)
    for number in range(30):  # at twice the film's own rate
        time_s = number / 20
        meant = frames[min(19, int((0.3 + time_s) * 10 + 1e-6))].permute(2, 0, 1) / 255
        assert torch.equal(film.picture(time_s)[0], meant)
        if number % 7 == 0:
            assert torch.equal(FilmBeneath(path, SIZE, 0.3).picture(time_s)[0], meant)


def test_the_last_picture_holds_and_shapes_are_cropped(tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4", 5, (64, 32), Fraction(10))
    *_, (_, last) = read_frames(path)
    meant = torch.from_numpy(last[:, 16:48].copy()).permute(2, 0, 1)[None] / 255
    for first_s in (0.0, 9.0):
        film = FilmBeneath(path, SIZE)
        film.picture(first_s)
        assert torch.equal(film.picture(10.0), meant)
