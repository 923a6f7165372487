"""Files that call themselves an editor's marks, rolls, rows of control, and odd shares of work."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

import numpy as np
from hostile.case import Case, writes
from hostile.world import COMMANDS

__all__ = ["HOSTILE", "cases"]

_DIGITS = "9" * 5000
_DTD = '<!DOCTYPE fcpxml [{}]><fcpxml version="1.10">{}</fcpxml>'
_SPINE = (
    '<fcpxml><resources><format id="r" frameDuration="1/25s"/></resources><project>'
    '<sequence format="r"><spine>{}</spine></sequence></project></fcpxml>'
)
_XMEML = "<xmeml><sequence><rate><timebase>{}</timebase></rate>{}</sequence></xmeml>"
_EDL = "TITLE: x\n001  AX  V  C  00:00:00:00 00:00:00:10 00:00:00:00 00:00:00:10\n"
_JSON = '{{"format": "musivid markers", "fps": {}, "markers": [{{"time_s": {}}}]}}'
_JSX = "new MarkerValue(name);\n  mark({}, 0, "
_TIME = '{{"OTIO_SCHEMA": "RationalTime.1", "rate": 25.0, "value": {}}}'
_OTIO = '{{"OTIO_SCHEMA": "Timeline.1", "global_start_time": {}, "tracks": {}}}'
_STACK = '{"OTIO_SCHEMA": "Stack.1", "OTIO_REF_ID": "a", "markers": [], "children": ['
_PRIMES = [n for n in range(900, 40_000) if all(n % p for p in range(2, 200) if p < n)]


def _midi(events: bytes) -> bytes:
    return b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + struct.pack(">I", len(events)) + events


# What is hostile: the file, and what must be said of it.
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "a hundred million digits by an exponent": (_JSON.format('"25"', "1e99999999"), "no number of"),
    "as many behind the point": (_JSON.format('"25"', "1e-99999999"), "is no number of"),
    "a number of 5000 digits in JSON": (_JSON.format('"25"', _DIGITS), "more"),
    "a rate of 5000 digits": (_JSON.format(_DIGITS, "1"), "more"),
    "NaN in JSON": (_JSON.format('"25"', "NaN"), "has no time_s"),
    "infinity in JSON": (_JSON.format('"25"', "1e999"), "is no number of"),
    "JSON that is cut off": (_JSON.format('"25"', "1")[:-9], "the JSON is damaged"),
    "lists in lists in JSON": ('{"format": "musivid markers", "a": ' + "[" * 100_000, "nested"),
    "guides far beyond": ('[{"pos": 1e4400, "comment": ""}]', "is no number of"),
    "lists in lists in a script": (_JSX.format("[" * 100_000) + '"", "", 1);', "is no marker of"),
    "an exponent in a script": (_JSX.format("1e99999999") + '"", "", 1);', "is no marker of"),
    "5000 digits behind a time's point": (f"1.{_DIGITS}\n", "is no number of"),
    "5000 digits of Audacity": (f"1.{_DIGITS}\t2\tx\n", "is no number of"),
    "5000 digits of Avid": (f"me\t00:00:01:00\tV1\tred\tx\t{_DIGITS}\n", "is no number of"),
    "5000 digits of Reaper": (f"#,Name,Start\nM1,x,1.{_DIGITS}\n", "is no number of"),
    "5000 digits in an edit list": (f"{_EDL}|C:ResolveColor |M: |D:{_DIGITS}\n", "no number of"),
    "a row of one cell": ("#,Name,Start\nM1\n", "is not a time"),
    "quotes without end": ('#,Name,Start\nM1,"x\n' + "a" * 200_000, "is not a time"),
    "a line of a million blanks": (f"{_EDL}{' ' * 1_000_000}\n5  AX  V  C x\n", "is no event"),
    "as many behind a marker": (
        f"{_EDL}|C:ResolveColor|M:{' ' * 1_000_000}x\n5  AX  V  C x\n", "is no event"),
    "more marks than are believed": ("0.5\n" * 100_001, "more than 100,000 marks"),
    "more events than are believed": (
        "TITLE: x\n" + _EDL.split("\n", 1)[1] * 100_001, "more than 100,000 marks"),
    "a name of a million letters": ("9999 " + "n" * 1_000_000, "is not within the clip"),
    "two times of a million letters": ("1 2." + "3" * 1_000_000, "can be read in two ways"),
    "an angle bracket": ("<", "is not a time"),
    "an empty element": ("< >", "is not a time"),
    "an entity": (_DTD.format('<!ENTITY a "b">', "&a;"), "declares an entity"),
    "an entity from elsewhere": (
        _DTD.format('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), "declares an entity"),
    "entities of parameters": (_DTD.format('<!ENTITY % a "b"> %a;', ""), "declares an entity"),
    "attributes of each element": (
        _DTD.format(f'<!ATTLIST a b CDATA "{"x" * 9000}">', "<a/>" * 500_000), "declares attr"),
    "elements in elements": ("<fcpxml>" * 100_000, "more than 200 levels"),
    "XML that is cut off": (_SPINE[:-9], "the XML is damaged"),
    "a denominator of noughts": (_SPINE.format('<clip offset="1/00s"/>'), "no time of FCPXML"),
    "times without a common count": (
        _SPINE.format("".join(f'<clip duration="1/{p}s"/>' for p in _PRIMES)), "too fine"),
    "a lane of 5000 digits": (_SPINE.format(f'<clip lane="{_DIGITS}"/>'), "is no number"),
    "a timebase of 5000 digits": (_XMEML.format(f"1.{_DIGITS}", ""), "is no number of"),
    "a timebase of nothing": (_XMEML.format("0.0", ""), "is no frame rate"),
    "an OTIO of no time": (_OTIO.format(_TIME.format("NaN"), "null"), "nan is no time"),
    "an OTIO far beyond": (_OTIO.format(_TIME.format("1e308"), "null"), "too large"),
    "an OTIO of 5000 digits": (_OTIO.format(_TIME.format(_DIGITS), "null"), "thousands of digits"),
    "an OTIO that holds itself": (
        _OTIO.format("null", _STACK + '{"OTIO_SCHEMA": "SerializableObjectRef.1", "id": "a"}]}'),
        "holds itself"),
    "an OTIO without media": (
        _OTIO.format("null", _STACK + '{"OTIO_SCHEMA": "Clip.2", "name": "c"}]}'),
        "cannot read it"),
    "MIDI of a million empty events": (_midi(b"\0\xff\6\0" * 1_000_000), "MUSIVID_MAX_MIDI_MB"),
    "MIDI of a key of 100": (_midi(b"\0\xff\x59\2\x64\0\0\xff\x2f\0"), "cannot be read as MIDI"),
    "MIDI of a track that goes on": (_midi(b"")[:-4] + b"\xff" * 4, "cannot be read as MIDI"),
    "50 MB": (b"1\n" * 25_000_000, "is larger than 20 MB"),
    "an escape in a mark's name": ("9999 \x1b[31mred\n", "\\x1b[31mred"),
}  # fmt: skip


def _packed(method: int = zipfile.ZIP_STORED, **members: str | np.ndarray) -> bytes:
    """An archive of arrays and of texts, whose names have a point."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            if isinstance(content, str):
                archive.writestr("info.json", content)
                continue
            array = io.BytesIO()
            np.save(array, content)
            archive.writestr(f"{name}.npy", array.getvalue())
    return made.getvalue()


def _roll(velocity: float, info: str = '{"resolution": 24, "0": {"program": 0}}') -> bytes:
    return _packed(
        info=info, pianoroll_0_csc_data=np.array([velocity]),
        pianoroll_0_csc_indices=np.zeros(1, np.int64),
        pianoroll_0_csc_indptr=np.concatenate([np.zeros(61), np.ones(68)]).astype(np.int64),
    )  # fmt: skip


def _flagged() -> bytes:
    """A roll that says that it is enciphered."""
    data = bytearray(_roll(1.0))
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(sign) + place] |= 1
    return bytes(data)


def _spoilt() -> bytes:
    data = bytearray(_packed(zipfile.ZIP_DEFLATED, info='{"resolution": 24}' + " " * 999))
    at = data.index(b"info.json") + 9
    data[at : at + 6] = b"\xff" * 6
    return bytes(data)


_ROLLS: dict[str, bytes] = {
    "a velocity of infinity": _roll(np.inf),
    "a track of other digits": _roll(1.0, '{"resolution": 24, "٣": {}}'),
    "a track of 5000 digits": _roll(1.0, f'{{"resolution": 24, "{_DIGITS}": {{}}}}'),
    "lists in lists": _roll(1.0, "[" * 100_000),
    "no steps": _roll(1.0, '{"resolution": 0}'),
    "a secret": _flagged(),
    "spoilt text": _spoilt(),
    "no tracks that it names": _packed(info='{"resolution": 24, "0": {"program": 0}}'),
}
_CONTROL: dict[str, tuple[bytes, str]] = {
    "rows without end": (_packed(input=np.zeros((300_000, 6), np.int8)), "rows.npz"),
    "numbers beyond others": (_packed(input=np.full((4, 6), 2**64 - 1, np.uint64)), "rows.npz"),
    "fractions": (_packed(input=np.zeros((4, 6))), "not integers"),
    "no rows": (_packed(input=np.zeros((0, 6), int)), "not integers"),
    "a column too few": (_packed(input=np.zeros((4, 5), int)), "not integers"),
    "text": (_packed(input=np.full((4, 6), "x")), "not integers"),
    "another name": (_packed(other=np.zeros((4, 6), int)), "there is no input in it"),
}
_SHARES = ("0/3", "4/3", "1/0", "-1/3", "1/3/3", "nan/3", _DIGITS + "/" + _DIGITS, "\x1b[31m/2", "")


def cases() -> Iterator[Case]:
    """Each of them where a command reads such a thing."""
    for what, (content, said) in HOSTILE.items():
        data = content if isinstance(content, bytes) else content.encode()
        for flag in ("--hit-points", "--cuts"):
            yield Case(
                f"marks: {what}", "marks", "bgm infer", (*COMMANDS["bgm infer"], flag, "marks.txt"),
                ("" if "escape" in what else "marks.txt", said), writes("marks.txt", data),
                label=flag,
            )  # fmt: skip
    for what, content in _ROLLS.items():
        yield Case(
            f"a roll: {what}", "rows", "bgm train", ("bgm", "train", "notes.npz"),
            ("no song of notes.npz can be learnt from",), writes("notes.npz", content),
        )  # fmt: skip
    for what, (content, said) in _CONTROL.items():
        yield Case(
            f"control: {what}", "rows", "bgm infer",
            (*COMMANDS["bgm infer"], "--control", "rows.npz"), ("rows.npz", said),
            writes("rows.npz", content),
        )  # fmt: skip
    for share in _SHARES:
        for command in ("video", "bgm infer", "evaluate"):
            yield Case(
                f"a share: {share[:9]}", "values", command,
                (*COMMANDS[command], f"--shard={share}"), ("--shard", "1/3, 2/3"),
            )  # fmt: skip
