"""What files say of themselves: XMP and covers, read back as other programs read them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from media_fixtures import click_song, digest, write_video
from PIL import Image

from musivid.media.artwork import embedded_artwork
from musivid.media.frames import read_frames
from musivid.media.labels import PNG_XMP, Label, add_cover_atom, xmp_packet
from musivid.media.packets import scan_packets
from musivid.media.pictures import save_picture
from musivid.media.sink import Sound, join_parts

TERMS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"


def xmp_of(film: Path) -> str:
    """The packet as ffmpeg's demuxer finds it."""
    with av.open(str(film), options={"export_xmp": "1"}) as file:
        return file.metadata.get("xmp", "")


def source_of(packet: str) -> str:
    """The source type that a packet names."""
    body = packet[packet.index("<x:") : packet.rindex("<?xpacket")]
    found = ElementTree.fromstring(body).iter(IPTC)
    return next(found).text or ""


@pytest.mark.parametrize("suffix", [".mp4", ".m4v", ".mov"])
def test_films_carry_a_cover_and_say_how_they_were_made(tmp_path: Path, suffix: str) -> None:
    codec = "prores" if suffix == ".mov" else "h264"
    part = write_video(tmp_path / f"part{'.mov' if codec == 'prores' else '.mp4'}", 25, codec=codec)
    song = click_song(tmp_path / "song.mp3", 1.0)
    cover = tmp_path / "cover.jpg"
    save_picture(cover, np.full((90, 160, 3), (200, 30, 60), np.uint8))
    label = Label(cover, xmp_packet("algorithmicMedia", 'Rain & "Snow" <3'))
    plain, out = tmp_path / f"plain{suffix}", tmp_path / f"out{suffix}"
    options = {"fps": Fraction(25), "sound": Sound(song, 0.0, 1.0), "metadata": {"title": "T"}}
    join_parts([part], plain, **options)
    join_parts([part], out, label=label, **options)
    assert source_of(xmp_of(out)) == TERMS + "algorithmicMedia" and not xmp_of(plain)
    assert "Rain &amp;" in xmp_of(out)
    assert embedded_artwork(out) == cover.read_bytes()
    assert embedded_artwork(plain) is None
    assert digest(out) == digest(plain) and scan_packets(out).count == 25
    with av.open(str(out)) as file:
        assert file.metadata["title"] == "T" and len(file.streams.audio) == 1


def test_webm_has_room_for_neither(tmp_path: Path) -> None:
    part = write_video(tmp_path / "part.mp4", 10, codec="vp9")
    cover = tmp_path / "cover.jpg"
    save_picture(cover, np.zeros((9, 16, 3), np.uint8))
    label = Label(cover, xmp_packet("algorithmicMedia"))
    join_parts([part], tmp_path / "out.webm", fps=Fraction(25), label=label)
    assert len(list(read_frames(tmp_path / "out.webm"))) == 10


def test_a_cover_is_not_added_where_it_would_move_the_picture(tmp_path: Path) -> None:
    film = write_video(tmp_path / "a.mp4")
    before = film.read_bytes()
    with pytest.raises(ValueError, match="does not come last"):
        add_cover_atom(film, b"jpeg")
    assert film.read_bytes() == before


def test_pictures_say_how_they_were_made(tmp_path: Path) -> None:
    drawn = np.zeros((40, 60, 3), np.uint8)
    drawn[10:20] = (250, 120, 10)
    packet = xmp_packet("trainedAlgorithmicMedia", "月光")
    png, jpg = tmp_path / "a.png", tmp_path / "a.jpg"
    for path in (png, jpg):
        save_picture(path, drawn, packet)
    with Image.open(png) as picture:
        assert source_of(picture.info[PNG_XMP]) == TERMS + "trainedAlgorithmicMedia"
        assert "月光" in picture.info[PNG_XMP]
        assert np.array_equal(np.asarray(picture), drawn)
    with Image.open(jpg) as picture:
        assert source_of(picture.info["xmp"].decode()) == TERMS + "trainedAlgorithmicMedia"
    save_picture(tmp_path / "b.png", drawn)
    with Image.open(tmp_path / "b.png") as picture:
        assert PNG_XMP not in picture.info
