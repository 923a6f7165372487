"""Files whose headers claim more than there is, or more than anybody has room for."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, writes
from hostile.world import COMMANDS, MODEL

__all__ = ["cases", "gif", "png"]

_BULLET = "headers"


def _wav(rate_hz: int, claimed: int | None = None, channels: int = 1, bits: int = 16) -> bytes:
    """A WAV of 20,000 samples that says what it likes."""
    sound = bytes(40_000)
    align = min(65_535, max(1, channels * bits // 8))
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * align, align, bits)
    size = len(sound) if claimed is None else claimed
    return (
        b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", size) + sound
    )  # fmt: skip


def _npy(shape: str, kind: str = "<i8", body: bytes = bytes(64)) -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


def _npz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return packed.getvalue()


def _bomb(member: str) -> Callable[[Path], None]:
    """Make an archive whose array of zeros has four thousand million bytes."""

    def write(folder: Path) -> None:
        name = f"{member}.npy"
        packed = zipfile.ZipFile(folder / "rows.npz", "w", zipfile.ZIP_DEFLATED)
        with packed as archive, archive.open(name, "w") as file:
            file.write(_npy("(83333333, 6)", body=b""))
            for _ in range(40):
                file.write(bytes(1_000_000))
        data = bytearray((folder / "rows.npz").read_bytes())
        size = struct.pack("<I", 4_000_000_000)
        at = data.rindex(b"PK\x01\x02")
        data[at + 24 : at + 28] = size
        (folder / "rows.npz").write_bytes(bytes(data))

    return write


def _safetensors(length: int, header: bytes = b"{}") -> bytes:
    return length.to_bytes(8, "little") + header


def _weights(table: dict[str, object], metadata: dict[str, str]) -> bytes:
    header = json.dumps({"__metadata__": metadata, **table}).encode()
    return _safetensors(len(header), header) + bytes(64)


def _checkpoint(data: bytes) -> bytes:
    """Weights as torch wrote them at first: five pickles, the fourth of which is hostile."""
    return b"\x80\x02K\0." * 3 + data + b"\x80\x02]."


def gif(side: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", side, side, 0x80, 0, 0)
        + bytes(6)
        + (b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\x00;")
    )


def png(width: int, height: int, bits: int, kind: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (struct.pack(">I", len(body)) + name + body
                + struct.pack(">I", zlib.crc32(name + body)))  # fmt: skip

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


_PICTURES = {
    "a GIF of 16000 x 16000": (gif(16_000), "MUSIVID_MAX_MEGAPIXELS"),
    "a picture of 12000 x 12000 in 16 bit": (png(12_000, 12_000, 16, 0), "MAX_MEGAPIXELS"),
    "a picture of 2000 million x 1": (png(2_000_000_000, 1, 8, 2), "MAX_MEGAPIXELS"),
    "a picture that is cut off": (png(40, 40, 8, 2), "cannot be read as a picture"),
    "a picture that is a PostScript program": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n",
        "cannot be read as a picture"),
}  # fmt: skip
_PICTURED: dict[str, tuple[str, tuple[str, ...]]] = {
    "init image": ("video", ("--preset", "dream", "--set", "painting.init_image=cover.png")),
    "own picture": ("video", ("--set", "guidance.images=[{path: cover.png}]")),
    "artwork": ("video", ("--scene", "cover/ring", "--artwork", "cover.png")),
    "logo": ("video", ("--scene", "cover/ring", "--artwork", "cover.jpg", "--logo", "cover.png")),
    "own picture of interpolate": (
        "interpolate", ("--set", "guidance.images=[{path: cover.png}]")),
    "images": ("visualize", ("--images", "cover.png")),
    "artwork of visualize": ("visualize", ("--artwork", "cover.png")),
}  # fmt: skip
_SOUNDS = {
    "a song of 1 Hz": (_wav(1), ("song.wav", "samples a second")),
    "a song of 500 Hz": (_wav(500), ("song.wav", "samples a second")),
    "a song without rate": (_wav(0), ("song.wav",)),
    "a song of 0 bits": (_wav(8000, bits=0), ("song.wav",)),
    "a song of 60000 channels": (_wav(8000, channels=60_000), ("song.wav",)),
}
_SUNG = {
    "video": ("video", "song.wav"),
    "interpolate": ("interpolate", "song.wav"),
    "caption": ("caption", "song.wav"),
    "visualize": ("visualize", "song.wav"),
    "combine": ("combine", "clip.mp4", "--audio", "song.wav"),
    "evaluate": ("evaluate", "clip.mp4", "--audio", "song.wav"),
}
_ROWS = {
    "rows of 6 million million": (_npz(input=_npy("(6000000000000, 6)")), "MUSIVID_MAX_ARRAY_MB"),
    "rows that are cut off": (_npz(input=_npy("(100, 6)")), "cut off"),
    "rows of objects": (_npz(input=_npy("(1, 6)", "|O")), "objects"),
    "rows below zero many": (_npz(input=_npy("(-1, 6)")), "shape"),
    "rows in a header of 60000 letters": (_npz(input=_npy(" " * 60_000 + "(1, 6)")), "rows"),
    "no archive": (b"PK\x03\x04" + bytes(100), "rows"),
}
_FAR = b"\x80\x04](Kar\xff\xff\xff\x7fe."
_DATA = {
    "x": _npz(x=_npy("(6000000000000, 9999, 10)"), y=_npy("(1, 9999, 10)"), metadata=b""),
    "a pickle that unfolds": _npz(
        x=_npy("(1, 2, 10)", body=bytes(160)), y=_npy("(1, 2, 10)", body=bytes(160)),
        metadata=_npy("(1,)", "|O", b"\x80\x02)" + b"q\0000h\0h\0\x86" * 60 + b"q\0000}h\0K\1s.")),
    "a pickle that runs": _npz(
        x=_npy("(1, 2, 10)", body=bytes(160)), y=_npy("(1, 2, 10)", body=bytes(160)),
        metadata=_npy("(1,)", "|O", b"cos\nsystem\n(X\x04\0\0\0truetR.")),
}  # fmt: skip
_VOCABULARIES: dict[str, bytes] = {
    "a pickle with a far memory": _FAR,
    "a pickle of a million sets": b"\x80\x04" + b"\x8f" * 4_000_000 + b".",
    "a pickle that runs": b"cos\nsystem\n(X\x04\0\0\0truetR.",
    "a pickle of 5000 digits": b"L" + b"9" * 5000 + b"L\n.",
    "a pickle within pickles": pickle.dumps([[]])[:-1] + b"\x85" * 1000 + b".",
    "JSON in JSON without end": b'{"values": ' + b"[" * 100_000,
    "a number of 5000 digits": b'{"values": ' + b"9" * 5000 + b"}",
    "no families": b'{"values": {"tempo": [1]}}',
    "text": b"hello",
}
_METADATA = {
    "lists in lists": b"[" * 100_000,
    "a number of 5000 digits": b'{"duration": ' + b"9" * 5000 + b"}",
    "NaN": b'{"duration": NaN, "tempo": 120, "vbeats": []}',
    "infinity": b'{"duration": 1e999, "tempo": 120, "vbeats": []}',
    "a tempo of 0": b'{"duration": 2, "tempo": 0, "vbeats": []}',
    "yes for a number": b'{"duration": true, "tempo": 120, "vbeats": []}',
    "beats that are none": b'{"duration": 2, "tempo": 120, "vbeats": [3]}',
    "a table of beats": b'{"duration": 2, "tempo": 120, "vbeats": {"a": 1}}',
    "no text": b"\xff\xfe\xfa",
    "nothing": b"",
}
_WEIGHTS = {
    "a header of 90 MB": (_safetensors(90_000_000), "MUSIVID_MAX_HEADER_MB"),
    "a header of 2^63": (_safetensors(2**63), "MUSIVID_MAX_HEADER_MB"),
    "a header beyond the file": (_safetensors(9000), "weights.safetensors"),
    "a header of lists in lists": (_safetensors(200_001, b"{" + b"[" * 200_000), "weights."),
    "a header with lists in lists in a value": (
        _weights({}, {"settings": "[" * 5000, "family": "PocketPainter"}), "weights."),
    "a network of any width": (
        _weights({}, {"settings": '{"dim": 1000000000, "words": []}', "family": "PocketPerceptor"}),
        "weights."),
    "a pickle whose keys unfold": (_checkpoint(
        b"\x80\x02)" + b"q\0000h\0h\0\x86" * 60 + b"q\0000}h\0K\1s."), "unfold without end"),
    "a table that nests": (_safetensors(1000, b"{" + b'"a":{' * 200), "weights."),
}  # fmt: skip


def _long(folder: Path) -> None:
    """Let each picture of a clip last 2^31 ticks."""
    data = bytearray((folder / "clip.mp4").read_bytes())
    at = data.index(b"stts")
    entries = struct.unpack(">I", data[at + 8 : at + 12])[0]
    for entry in range(entries):
        place = at + 12 + 8 * entry + 4
        data[place : place + 4] = struct.pack(">I", 2**31 - 1)
    (folder / "clip.mp4").write_bytes(bytes(data))


def cases() -> Iterator[Case]:
    """Every such file in every place where a command reads one of its kind."""
    for what, (content, said) in _PICTURES.items():
        for place, (command, typed) in _PICTURED.items():
            yield Case(
                f"{what}", _BULLET, f"{command}", (*COMMANDS[command], *typed),
                ("cover.png", said), _pictured(content), (2,), label=place,
            )  # fmt: skip
    for what, (content, says) in _SOUNDS.items():
        for command, typed in _SUNG.items():
            yield Case(what, _BULLET, command, typed, says, writes("song.wav", content))
    for what, (content, said) in _ROWS.items():
        yield Case(
            f"an array: {what}", _BULLET, "evaluate", ("evaluate", "notes.mid", "--rows",
            "rows.npz"), ("rows.npz", said), writes("rows.npz", content),
        )  # fmt: skip
    yield Case(
        "an array of 4 GB in 4 MB", _BULLET, "evaluate",
        ("evaluate", "notes.mid", "--rows", "rows.npz"), ("rows.npz", "MUSIVID_MAX_ARRAY_MB"),
        _bomb("input"),
    )  # fmt: skip
    for what, content in _DATA.items():
        for preset in ("cmt", "bmt"):
            yield Case(
                f"a data set: {what}", _BULLET, "bgm train",
                ("bgm", "train", "rows.npz", "--preset", preset), ("rows.npz",),
                writes("rows.npz", content), label=preset,
            )  # fmt: skip
    for what, content in _VOCABULARIES.items():
        yield Case(
            f"a vocabulary: {what}", "bombs", "bgm infer",
            (*COMMANDS["bgm infer"], "--preset", "bmt", "--set", "vocabulary=words.pkl"),
            ("words.pkl",), writes("words.pkl", content),
        )  # fmt: skip
    for what, content in _METADATA.items():
        yield Case(
            f"metadata: {what}", "bombs", "bgm infer",
            (*COMMANDS["bgm infer"], "--metadata", "meta.json"), ("meta.json",),
            writes("meta.json", content),
        )  # fmt: skip
    for what, (content, said) in _WEIGHTS.items():
        name = "weights.pt" if content.startswith(b"\x80") else "weights.safetensors"
        for command, typed in MODEL.items():
            if name == "weights.pt" and command in ("caption", "evaluate"):
                continue  # files that would be needed beside it are missed first
            yield Case(
                f"weights: {what}", _BULLET, command,
                (*COMMANDS[command], *(part.format(f"./{name}") for part in typed)),
                (name, said), writes(name, content),
                codes=(2, 3),
            )  # fmt: skip
    for command in ("bgm infer", "evaluate", "combine"):
        yield Case(
            "a clip of 2^31 ticks a picture", _BULLET, command, COMMANDS[command],
            ("clip.mp4", "MUSIVID_MAX_HOURS"), _long,
        )  # fmt: skip


def _pictured(content: bytes) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        (folder / "cover.jpg").write_bytes((folder / "cover.png").read_bytes())
        (folder / "cover.png").write_bytes(content)

    return put
