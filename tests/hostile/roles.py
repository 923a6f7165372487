"""Further files that commands read and write: marks, plans, timelines, pages, stems, footage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, all_of, links, nothing, writes
from hostile.headers import gif, png
from hostile.places import fifo, folder_of, hard, noise
from hostile.world import COMMANDS

__all__ = ["cases"]

Prepare = Callable[[Path], None]

# Files that are read: the command with its option, and the file.
_READ: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("bgm infer", ("--hit-points", "in.txt"), "in.txt"),
    ("bgm infer", ("--cuts", "in.txt"), "in.txt"),
    ("bgm infer", ("--control", "in.npz"), "in.npz"),
    ("bgm infer", ("--metadata", "in.json"), "in.json"),
    ("video", ("--beats", "in.txt"), "in.txt"),
    ("interpolate", ("--beats", "in.txt"), "in.txt"),
    ("visualize", ("--beats", "in.txt"), "in.txt"),
    ("markers", ("--beats", "in.txt"), "in.txt"),
    ("video", ("--plan", "in.yaml"), "in.yaml"),
)
# Files that are written, each onto a file that is read.
_WRITTEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("bgm infer", ("--markers", "out.csv", "-o", "o.mp4"), "out.csv"),
    ("bgm infer", ("--save-control", "out.npz", "-o", "o.mp4"), "out.npz"),
    ("bgm infer", ("--save-metadata", "out.json", "-o", "o.mp4"), "out.json"),
    ("video", ("--timeline", "out.edl", "-o", "o.mp4"), "out.edl"),
    ("video", ("--dry-run", "--plan-out", "out.yaml"), "out.yaml"),
    ("bgm train", ("--export", "out.npz"), "out.npz"),
    ("evaluate", ("--report", "out.html"), "out.html"),
)
_INPUT = {"bgm infer": "clip.mp4", "video": "song.wav", "bgm train": "notes.mid",
          "evaluate": "clip.mp4"}  # fmt: skip
_FOOTAGE: dict[str, tuple[bytes, str]] = {
    "a GIF of 16000 x 16000": (gif(16_000), ".gif"),
    "a picture of 12000 x 12000 in 16 bit": (png(12_000, 12_000, 16, 0), ".png"),
    "noise": (bytes(range(1, 256)) * 40, ".mp4"),
    "nothing": (b"", ".mp4"),
}
_ESCAPE = "\x1b[31mred"
_MARKED = {
    "a list of times": f"9999 {_ESCAPE}\n",
    "a list of cuts": "TITLE: x\n001  AX  V  C  00:00:00:00 00:00:00:10 09:00:00:00 09:00:00:10\n"
    f"* LOC: 10:59:00:05 RED {_ESCAPE}\n",
    "a table": f"#,Name,Start,End,Length,Color\nM1,{_ESCAPE},9999.5,,,\n",
}


def cases() -> Iterator[Case]:
    """Each of them."""
    for command, typed, name in _READ:
        usual = (*COMMANDS[command], *typed)
        if command != "bgm infer":  # which waits for whoever writes into it, and says so
            yield Case("a file of a role that is a pipe", "pipes", command, usual,
                       (name, "pipe"), fifo(name), label=typed[0])  # fmt: skip
        yield Case("a file of a role that is a folder", "inputs", command, usual, (name,),
                   folder_of(name), label=typed[0])  # fmt: skip
        if name != "in.txt" or command in ("markers", "bgm infer"):  # others listen first
            yield Case("a file of a role that is noise", "inputs", command, usual, (name,),
                       noise(name), label=typed[0])  # fmt: skip
        yield Case("a file of a role that is not there", "inputs", command, usual, (name,),
                   label=typed[0])  # fmt: skip
    for command, typed, name in _WRITTEN:
        usual, read = (*COMMANDS[command], *typed, "--force"), _INPUT[command]
        for what, make in (("a link", links(name, read)), ("a hard link", hard(name, read))):
            yield Case(f"a role's output that is {what} to an input", "data", command, usual,
                       (name,), make, label=typed[0])  # fmt: skip
        yield Case("a role's output that is a pipe", "devices", command, usual, (name, "pipe"),
                   fifo(name), label=typed[0])  # fmt: skip
        yield Case("a role's output that is a device", "devices", command, usual,
                   (name, "device"), links(name, "/dev/null"), label=typed[0])  # fmt: skip
        unforced = usual[:-1]
        yield Case("a role's output that is there", "side outputs", command, unforced,
                   (name, "exists"), writes(name, b"of last week"), label=typed[0])  # fmt: skip
        long = tuple(word.replace(name, "日" * 90 + name[3:]) for word in usual)
        yield Case("a role's output of 270 bytes", "names", command, long, ("shorter",),
                   label=typed[0])  # fmt: skip
    for what, (content, ending) in _FOOTAGE.items():
        yield Case(f"footage of {what}", "headers", "video",
                   (*COMMANDS["video"], "--footage", "shot"), ("shot",),
                   all_of(folder_of("shot"), writes(f"shot/a{ending}", content)))  # fmt: skip
    for what, make in (("a pipe", fifo("shot")), ("a file", writes("shot", b"1")),
                       ("nowhere", nothing), ("empty", folder_of("shot"))):  # fmt: skip
        yield Case(f"footage that is {what}", "inputs", "video",
                   (*COMMANDS["video"], "--footage", "shot"), ("shot",), make)  # fmt: skip
    for what, marked in _MARKED.items():
        yield Case(f"an escape in {what}", "escapes", "bgm infer",
                   (*COMMANDS["bgm infer"], "--hit-points", "in.txt"), ("\\x1b[31mred",),
                   writes("in.txt", marked.encode()))  # fmt: skip
    yield from _imports()


def _imports() -> Iterator[Case]:
    """Models that are named and imported."""
    start = ("models", "import", "wav2clip")
    for what, makes in (("a pipe", fifo), ("noise", noise), ("a folder", folder_of)):
        yield Case(f"a model that is {what}", "inputs", "models", (*start, "w.pt"), ("w.pt",),
                   makes("w.pt"), codes=(1, 2, 3))  # fmt: skip
    for what, content in {
        "nothing": b"", "a header of 90 MB": (90_000_000).to_bytes(8, "little") + b"{}",
        "a pickle that runs": b"\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.",
        "a pickle without end": b"\x80\x02(" * 100_000, "a zip that is cut off": b"PK\3\4",
    }.items():  # fmt: skip
        yield Case(f"a model of {what}", "bombs", "models", (*start, "w.pt"), ("w.pt",),
                   writes("w.pt", content), codes=(1, 2, 3))  # fmt: skip
    yield Case("a model that is not there", "inputs", "models", (*start, "w.pt"), ("w.pt",))
    for what, name in (("of 300 letters", "a" * 300), ("of nobody", "~nosuchuser/w.pt"),
                       ("in a file", "words.lrc/w.pt"),
                       ("of an escape", f"{_ESCAPE}.pt")):  # fmt: skip
        yield Case(f"a model {what}", "names", "models", (*start, name),
                   (name.replace("\x1b", "\\x1b")[:40],))  # fmt: skip
    for verb in ("path", "verify", "pull"):
        yield Case("an escape in a model's name", "escapes", "models", ("models", verb, _ESCAPE),
                   ("\\x1b[31mred",), label=verb)  # fmt: skip
        yield Case("a model that nobody knows", "inputs", "models", ("models", verb, "a--b/c"),
                   ("a--b/c",), label=verb)  # fmt: skip
