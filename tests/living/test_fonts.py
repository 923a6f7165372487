"""Letters that the film's fonts lack come from the system; both ways to write lines agree."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
import uharfbuzz as hb

from musivid.core.timeline import Cue
from musivid.media.lyrics import face as faces
from musivid.media.lyrics.ass import missing_letters
from musivid.media.lyrics.face import Face, display_fonts, fonts_folder

SCRIPTS = {
    "latin": "Ça déjà vu, naïve Übermut — Łódź",
    "greek": "Καλημέρα κόσμε",
    "cyrillic": "Привет, мир",
    "hebrew": "שלום New York עולם",
    "arabic": "مرحبا love بالعالم",
    "devanagari": "नमस्ते दुनिया",
    "thai": "สวัสดีชาวโลก",
    "chinese": "月光照亮大海",
    "japanese": "夜の海に光る",
    "korean": "달빛 아래 바다",
    "emoji": "love ❤ ☀ 🌊",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_both_ways_write_every_script(tmp_path: Path, script: str) -> None:
    text = SCRIPTS[script]
    if missing_letters([Cue(0.0, 1.0, text)], tmp_path / "letters.ass"):
        pytest.skip(f"no font here has {script}")
    face = Face(display_fonts())
    assert face.missing(text) == ""
    assert all(face.draw(word, 40).mask.max() > 0.9 for word in text.split() if word != "—")


def test_what_the_film_s_fonts_lack_comes_from_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stix = fonts_folder() / "STIXSizOneSymReg.ttf"
    own = [set(_face(path).unicodes) for path in display_fonts()]
    lacked = sorted(map(chr, set(_face(stix).unicodes) - own[0] - own[1]))
    only = [sign for sign in lacked if unicodedata.category(sign) == "Sm"]
    assert only, "another font of matplotlib has a sign of its own"
    monkeypatch.setattr(faces, "_FOLDERS", (str(tmp_path),))
    faces._system_font.cache_clear()
    assert Face(display_fonts()).missing(only[0]) == only[0]
    (tmp_path / "sub").mkdir()
    shutil.copy(stix, tmp_path / "sub" / "Other.ttf")
    (tmp_path / "Broken.ttf").write_bytes(b"no font")
    faces._system_font.cache_clear()
    faces._system_files.cache_clear()
    face = Face(display_fonts())
    assert face.missing(only[0]) == ""
    assert face.draw(only[0], 40).mask.max() > 0.9
    faces._system_font.cache_clear()


def _face(path: Path) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(path)))
