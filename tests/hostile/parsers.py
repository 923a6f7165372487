"""Whatever reads files of strangers, with sound files to begin from: what `fuzz` drives."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

__all__ = ["PARSERS", "Parser"]


@dataclass(frozen=True, slots=True)
class Parser:
    """A reader of files.

    Attributes:
        seeds: files that it reads.
        read: reads one; whatever it raises that is no error of ours is a finding.
        words: what such files are made of.
        suffix: how they end.
    """

    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]
    words: tuple[bytes, ...] = ()
    suffix: str = ".bin"


def _lyrics(path: Path) -> object:
    from musivid.media.lyrics.reading import read_cues

    return read_cues(path)


def _preset(path: Path) -> object:
    from musivid.settings.presets import load_preset

    return load_preset("video", str(path))


def _midi(path: Path) -> object:
    from musivid.score.midi import read_midi

    return read_midi(path)


def _npz(path: Path) -> object:
    from musivid.pipeline.evaluate.notes import read_rows

    return read_rows(path)


def _npy(path: Path) -> object:
    from musivid.core.arrays import NoArray, load_array
    from musivid.core.errors import InputError

    try:
        return load_array(path)
    except NoArray as error:
        raise InputError(str(error)) from None


def _pickle(path: Path) -> object:
    from musivid.score.plain_pickle import load_plain

    return load_plain(path.read_bytes(), "x")


def _metadata(path: Path) -> object:
    from musivid.pipeline.bgm.metadata import read_metadata_json

    return read_metadata_json(path)


def _header(path: Path) -> object:
    from musivid.weights.files import read_metadata

    return read_metadata(path)


def _picture(path: Path) -> object:
    from musivid.media.pictures import read_picture

    return read_picture(path, (16, 16))


def _marks(path: Path) -> object:
    from musivid.interchange.reading import MediaClock, read_marks

    return read_marks(path, MediaClock("clip.mp4", 1e6, Fraction(25)))


def _roll(path: Path) -> object:
    from musivid.score.pianoroll import read_pianoroll

    return read_pianoroll(path)


def _control(path: Path) -> object:
    from musivid.pipeline.bgm.control import read_control

    return read_control(path)


def _rolled() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("info.json", '{"resolution": 24, "0": {"program": 0, "name": "x"}}')
        ends = np.repeat([0, 2], [61, 68])
        for name, values in (("data", [90, 80]), ("indices", [0, 1]), ("indptr", ends)):
            array = io.BytesIO()
            np.save(array, np.asarray(values))
            archive.writestr(f"pianoroll_0_csc_{name}.npy", array.getvalue())
    return file.getvalue()


def _controls() -> bytes:
    file = io.BytesIO()
    np.savez(file, input=np.array([[120, 0, 2, 2, 3, 0], [120, 1, 4, 2, 3, 0]]))
    return file.getvalue()


def _array(packed: bool) -> bytes:
    file = io.BytesIO()
    rows = np.arange(24).reshape(4, 6)
    if packed:
        np.savez_compressed(file, input=rows)
    else:
        np.save(file, rows)
    return file.getvalue()


def _weights() -> bytes:
    header = json.dumps(
        {"__metadata__": {"family": "x", "settings": '{"a": [1]}'},
         "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    ).encode()  # fmt: skip
    return len(header).to_bytes(8, "little") + header + bytes(4)


def _drawn(form: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3)).save(file, form)
    return file.getvalue()


_NOTES = (
    b"MThd\0\0\0\6\0\1\0\2\1\xe0MTrk\0\0\0\x19\0\xff\x51\3\7\xa1\x20\0\xff\x58\4\4\2\x18\x08"
    b"\0\xff\x59\2\0\0\0\xff\x2f\0MTrk\0\0\0\x14\0\xc0\5\0\xb0\7\x50\0\x90\x3c\x40\x83\x60\x80"
    b"\x3c\0\0\xff\x2f\0"
)
_VALUES = {"a": [1, 2.5, "x", None, True], "b": (b"x", {1, 2}), "c": np.arange(3)}
_TIME = b'{"OTIO_SCHEMA": "RationalTime.1", "rate": 25.0, "value": 1.0}'
_MARKS = (
    b"0.5 one\n1:02.5\n", b"00:00:01:00 one\n",
    b"TITLE: x\n001  AX  V  C  00:00:00:00 00:00:00:10 00:00:00:00 00:00:00:10\n"
    b"note |C:ResolveColorBlue |M:one |D:2\n* LOC: 00:00:00:05 RED two\n"
    b"002  AX  V  D 005  00:00:00:00 00:00:00:10 00:00:00:10 00:00:00:20\n* TO CLIP NAME: a\n",
    b"me\t00:00:01:00\tV1\tred\tone\t2\n", b"1.5\t2.5\tone\n",
    b"#,Name,Start,End,Length,Color\nM1,one,1.5,,,\nR1,two,0:02,0:03,,\n",
    b"Name\tDescription\tIn\tOut\tDuration\tType\na\tb\t00:00:01:00\t00:00:02:00\t\t\n",
    b'{"format": "musivid markers", "fps": "25", "markers": [{"time_s": 1, "end_s": 1.5}]}',
    b'[{"pos": 25, "comment": "one", "type": 1}]',
    b'new MarkerValue(name);\n  mark(1.0, 0.5, "one", "", 1);\n',
    b'<fcpxml><resources><format id="r" frameDuration="1001/30000s"/></resources><project>'
    b'<sequence format="r" tcStart="0s"><spine><asset-clip name="a" offset="0s" duration="2s">'
    b'<marker start="1s" value="one"/></asset-clip><gap duration="1s"/></spine></sequence>'
    b"</project></fcpxml>",
    b"<xmeml><sequence><rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate><marker><name>one"
    b"</name><in>5</in><out>-1</out></marker><media><video><track><clipitem><start>0</start><end>"
    b"-1</end><in>0</in><out>9</out></clipitem><transitionitem><start>5</start><end>9</end>"
    b"</transitionitem></track></video></media></sequence></xmeml>",
    b'{"OTIO_SCHEMA": "Timeline.1", "global_start_time": ' + _TIME + b', "tracks": {"OTIO_SCHEMA":'
    b' "Stack.1", "markers": [{"OTIO_SCHEMA": "Marker.2", "name": "one", "marked_range": '
    b'{"OTIO_SCHEMA": "TimeRange.1", "start_time": ' + _TIME + b', "duration": ' + _TIME + b"}}],"
    b' "children": []}}',
    b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0b\0\xff\6\3one\0\xff\x2f\0",
)  # fmt: skip
PARSERS: dict[str, Parser] = {
    "lrc": Parser((b"[00:01.00]one <00:01.50> two\n[00:03.00]three\n[offset:100]\n",), _lyrics,
                  (b"[", b"]", b"<00:01.2>", b"[offset:", b"[00:", b"9" * 40, b"{\\"), ".lrc"),
    "srt": Parser((b"1\n00:00:01,000 --> 00:00:02,000\n<i>one</i>\n\n2\n00:00:02,500 --> "
                   b"00:00:04,000\ntwo\n",), _lyrics, (b"-->", b"<", b"{\\an8}", b"\n\n"), ".srt"),
    "vtt": Parser((b"WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>one <00:01.500>two\n",),
                  _lyrics, (b"-->", b"<c.x>", b"NOTE\n", b"STYLE\n"), ".vtt"),
    "ass": Parser((b"[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
                   b"Dialogue: 0,0:00:01.00,0:00:02.00,D,{\\k20}one {\\k30}two\n",), _lyrics,
                  (b"Format:", b"{\\k", b"\\N", b"Dialogue:", b","), ".ass"),
    "ttml": Parser((b'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2.5s">'
                    b'<span begin="1s" end="2s">one</span></p></div></body></tt>',
                    b'<?xml version="1.0"?><timedtext><body><p t="1000" d="900">one</p></body>'
                    b"</timedtext>"), _lyrics,
                   (b"<p ", b"</p>", b"<!ENTITY", b'begin="', b"&#", b"1e9s"), ".ttml"),
    "frames": Parser((b"{1}{1}25\n{25}{50}one|two\n", b"[10][20]one|two\n",
                      b"#TITLE:x\n#BPM:100\n#GAP:0\n: 1 2 3 one\n- 4\n: 5 2 3 two\nE\n"), _lyrics,
                     (b"{", b"}", b"[", b"#BPM:", b": ", b"|"), ".sub"),
    "karaoke": Parser((b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x14\0\xff\1\4\\one\x60\xff\1\4/two"
                       b"\0\xff\x2f\0",), _lyrics, (b"\xff\1", b"\xff\5", b"MTrk", b"\\", b"@"),
                      ".kar"),
    "services": Parser((b'{"lyrics": {"syncType": "LINE_SYNCED", "lines": [{"startTimeMs": "1000",'
                        b' "words": "one"}]}}', b'{"syncedLyrics": "[00:01.00] one\\n"}'), _lyrics,
                       (b"{", b"[", b'"startTimeMs"', b"null", b"1e999", b'""'), ".json"),
    "csv": Parser((b"start,end,text\n1.0,2.0,one\n2:05,,\"two, three\"\n",), _lyrics,
                  (b'"', b",", b"start", b"\t", b"nan", b"inf"), ".csv"),
    "json": Parser((b'[{"start": 1.0, "end": 2.0, "text": "one"}]',
                    b'{"segments": [{"start": 1, "end": 2, "text": "a", "words": []}]}'), _lyrics,
                   (b"[", b"{", b'"start":', b"1e999", b"NaN", b"null"), ".json"),
    "txt": Parser((b"0:01 one\n0:03 two\n",), _lyrics, (b"0:0", b":", b"-"), ".txt"),
    "presets": Parser((b"seed: 3\npainting:\n  lr: 1e-3\n  augments: [Af, Pe]\n",
                       b"extends: living\noutput: {size: 640x360, fps: 25}\n"), _preset,
                      (b"&a", b"*a", b"!!", b"[", b"{", b"? ", b": ", b"|\n", b"9" * 50), ".yaml"),
    "midi": Parser((_NOTES,), _midi, (b"MTrk", b"\xff\x51\3", b"\xff\x58\4", b"\xf0"), ".mid"),
    "npz": Parser((_array(True),), _npz, (b"PK\1\2", b"PK\3\4", b"\xff\xff\xff\xff"), ".npz"),
    "npy": Parser((_array(False),), _npy, (b"'shape': (", b"9" * 12, b"'descr': '|O'"), ".npy"),
    "pickles": Parser(tuple(pickle.dumps(_VALUES, protocol) for protocol in range(5)), _pickle,
                      (b"h\0h\0\x86", b"(", b"R", b"b", b"s", b"u", b"0", b"q\0", b"c", b"\x93")),
    "metadata": Parser((b'{"duration": 10.0, "tempo": 120.0, "vbeats": [{"start_time": 1.0, '
                        b'"bar": 0, "tick": 4, "weight": 0.5}], "flow_magnitude_per_bar": [1.0]}',),
                       _metadata, (b"[", b"{", b"NaN", b"1e999", b"-", b'"'), ".json"),
    "safetensors": Parser((_weights(),), _header, (b"{", b"[", b'"', b"\xff" * 8), ".safetensors"),
    "marks": Parser(_MARKS, _marks,
                    (b"1e999", b"9" * 70, b"|M:", b"<marker", b"/0s", b"NaN", b"[", b"<", b"\t",
                     b'{"OTIO_SCHEMA": "Stack.1", "children": [', b'"OTIO_REF_ID": "a",'), ".txt"),
    "rolls": Parser((_rolled(),), _roll, (b"PK\1\2", b"\xff" * 8, b'"9"', b"'<f8'"), ".npz"),
    "control": Parser((_controls(),), _control, (b"PK\1\2", b"\xff" * 8, b"'<u8'"), ".npz"),
    "pictures": Parser(tuple(map(_drawn, ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"))), _picture,
                       (b"IHDR", b"\xff\xda", b"\xff\xff\xff\xff", b"IDAT"), ".png"),
}  # fmt: skip
