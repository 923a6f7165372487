"""SoundFont files: which are whole, and where systems keep them."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest
from soundfonts_made import INSTRUMENT, SAMPLE, WAVE, write_font, write_packed

from musivid.core.errors import InputError
from musivid.media.soundfonts import find_font, open_font, system_fonts


def test_either_form_is_opened_and_told_apart(tmp_path: Path) -> None:
    plain = open_font(write_font(tmp_path / "a.sf2"))
    assert not plain.packed and bytes(plain.chunks[b"INAM"]) == b"odd"
    packed = open_font(write_packed(tmp_path / "a.sf3"))
    assert packed.packed and len(packed.chunks[b"smpl"]) % 2 == 1
    assert len(packed.chunks[b"smpl"]) < WAVE.nbytes / 2
    assert set(packed.chunks) == set(plain.chunks)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
@pytest.mark.parametrize("form", ["sf2", "sf3"])
def test_what_was_cut_off_is_refused(tmp_path: Path, form: str, share: float) -> None:
    path = (write_font if form == "sf2" else write_packed)(tmp_path / f"a.{form}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match=rf"a\.{form} cannot be read as a SoundFont: it") as told:
        open_font(path)
    assert "fetch it again" in told.value.hint


def test_what_speaks_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for faulty, said in (
        (write_font(tmp_path / "a.sf2", preset=[[(INSTRUMENT, 3)]]), "pgen names 3 of 1"),
        (write_font(tmp_path / "b.sf2", instrument=[[(SAMPLE, 1)]]), "igen names 1 of 1"),
        (write_font(tmp_path / "c.sf2", place=(100, 1001)), "'one' ends at 1001 of 1000"),
        (write_font(tmp_path / "d.sf2", place=(500, 100)), "'one' ends at 100"),
        (write_font(tmp_path / "e.sf3", kind=0x11, place=(0, 90)), "'one' is no whole Ogg stream"),
    ):
        with pytest.raises(InputError, match=said):
            open_font(faulty)
    beyond = write_font(tmp_path / "f.sf2")
    data, bag = bytearray(beyond.read_bytes()), beyond.read_bytes().index(b"ibag") + 8
    data[bag : bag + 2] = struct.pack("<H", 9)
    beyond.write_bytes(data)
    with pytest.raises(InputError, match="rows beyond 2"):
        open_font(beyond)
    stream = write_packed(tmp_path / "g.sf3")
    data = bytearray(stream.read_bytes())
    data[data.rindex(b"OggS")] = 0
    stream.write_bytes(data)
    with pytest.raises(InputError, match="no whole Ogg stream"):
        open_font(stream)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"MThd" * 20])
def test_what_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.sf2"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.sf2 is not a SoundFont"):
        open_font(path)


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("linux", ".local/share/soundfonts"),
        ("darwin", "Library/Audio/Sounds/Banks"),
        ("win32", "data/soundfonts"),
        ("win32", "Documents/MuseScore4/SoundFonts"),
    ],
)
def test_systems_keep_them_where_they_do(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch, system: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("PROGRAMDATA", str(own_folders / "data"))
    font = write_font(own_folders / folder / "FluidR3_GM.SF2")
    (font.parent / "notes.txt").write_text("no font")
    (font.parent / "folder.sf2").mkdir()
    assert font in system_fonts() and not [f for f in system_fonts() if f.suffix == ".txt"]
    assert font.with_name("folder.sf2") not in system_fonts()
    assert find_font(["other.sf3", "fluidr3_gm.sf2"]) == font
    assert find_font(["other.sf3"]) is None
