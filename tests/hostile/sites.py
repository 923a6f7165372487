"""The studio and listening studies: manifests, answers, databases, folders and addresses."""

from __future__ import annotations

import atexit
import json
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, all_of, links, nothing, writes
from hostile.names import ODDS, circle
from hostile.places import empty, fifo, folder_of, hard, noise
from hostile.surroundings import HOMES, LETTERS
from hostile.values import PRESETS

__all__ = ["COMMANDS", "cases"]

COMMANDS = ("studio", "study")

_STUDY = "title: Fits?\nconsent: {en: Yes.}\nsystems: {ours: ours, theirs: theirs}\nanchor: false\n"
_READERS = ("check", "serve", "report", "export", "plan")  # whatever reads a manifest
_SCORES = b"Score1_1: 4\n"
_INDEXES: dict[str, tuple[bytes, str]] = {
    "lists in lists": (b"[" * 100_000, "stimuli.json is damaged"),
    "a number of 5000 digits": (b'{"facts": ' + b"9" * 5000 + b"}", "stimuli.json is damaged"),
    "tables that are lists": (
        b'{"facts": [], "digest": "", "films": [], "lengths_s": {}, "sounds": []}',
        "stimuli.json is damaged"),
    "files elsewhere": (
        b'{"facts": [], "digest": "", "films": {"a": "../a.mp4"}, "lengths_s": {}, "sounds": {}}',
        "names files elsewhere"),
    "no text": (b"\xff\xfe", "stimuli.json is damaged"),
}  # fmt: skip
_ANSWERS: dict[str, tuple[bytes, str]] = {
    "a score of 5000 digits": (b"Score1_1: " + b"9" * 5000, "is no score"),
    "a score that is none": (b"Score1_1: nan\n", "is no score"),
    "a score beyond all": (b"Score1_1: 1e999\n", "is no score"),
    "no score": (b"Role: amateur\n", "has no line like"),
    "nothing": (b"", "has no line like"),
    "no text": (b"\xff\xfe\xfa", "is no text"),
    "null bytes": (b"Score1_1: 4\0\n", "is no text"),
    "a million letters": (b"a" * 1_000_000, "longer than"),
    "an escape": (b"Score1_1: \x1b[31m\n", "\\x1b[31m"),
}
_VALUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "a size of nothing": (("--max-upload", "0"), ("--max-upload",)),
    "a size below zero": (("--max-upload=-1",), ("--max-upload",)),
    "a size that is none": (("--max-upload", "nan"), ("--max-upload",)),
    "a size of 5000 digits": (("--max-upload", "9" * 5000), ("--max-upload",)),
    "a token of a letter": (("--token", "x"), ("token", "8 letters")),
    "a host of nowhere": (("--host", "nosuch.invalid"), ("nosuch.invalid", "no address")),
    "a host of 300 letters": (("--host", "a" * 300), ("no address",)),
    "a host that is no address": (("--host", "999.1.1.1"), ("999.1.1.1", "no address")),
    "a host of others": (("--host", "192.0.2.1"), ("192.0.2.1", "no address")),
    "a host with an escape": (("--host", "\x1b[31m"), ("\\x1b[31m", "no address")),
    "a device of nobody": (("--device", "nosuch"), ("nosuch",)),
    "a number format of nobody": (("--dtype", "nosuch"), ("nosuch",)),
}
_held: list[socket.socket] = []  # ports that somebody else listens on


def _taken(_: Path) -> None:
    """Listen on a port, and go on doing so."""
    if not _held:
        taken = socket.create_server(("127.0.0.1", 0))
        atexit.register(taken.close)
        _held.append(taken)


def _port() -> int:
    """A port that somebody listens on."""
    _taken(Path())
    return int(_held[0].getsockname()[1])


def _free() -> str:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


def _study(folder: Path) -> None:
    """A manifest with two systems whose films have no sound."""
    (folder / "study.yaml").write_text(_STUDY)
    for system in ("ours", "theirs"):
        (folder / system).mkdir()
        (folder / system / "one.mp4").write_bytes((folder / "clip.mp4").read_bytes())


def _opened(**files: bytes) -> Callable[[Path], None]:
    """A study that was opened, with files in its folder of answers and of stimuli."""

    def make(folder: Path) -> None:
        _study(folder)
        (folder / "study.study/stimuli").mkdir(parents=True)
        index = {"facts": [], "digest": "", "films": {}, "lengths_s": {}, "sounds": {}}
        (folder / "study.study/stimuli/stimuli.json").write_text(json.dumps(index))
        for name, content in files.items():
            place = "stimuli/stimuli.json" if name == "index" else "answers.sqlite"
            (folder / "study.study" / place).write_bytes(content)

    return make


def _kept(name: str, content: bytes | None) -> Callable[[Path], None]:
    """A studio's folder with a file in it; None: a folder of that name."""

    def make(folder: Path) -> None:
        (folder / "kept").mkdir()
        if content is None:
            (folder / "kept" / name).mkdir()
        else:
            (folder / "kept" / name).write_bytes(content)

    return make


def _later() -> bytes:
    """A database of SQLite whose header says that it needs a later one, and holds nothing."""
    head = b"SQLite format 3\0" + struct.pack(">HBBBBBB", 4096, 9, 9, 0, 64, 32, 32)
    return head + bytes(4096 - len(head))


_DATABASES: dict[str, bytes | None] = {
    "text": b"of last week",
    "a folder": None,
    "noise": bytes(range(256)) * 40,
    "of a later SQLite": _later(),
}


def cases() -> Iterator[Case]:
    """Each of them."""
    yield from _manifests()
    yield from _study_files()
    yield from _studios()


def _manifests() -> Iterator[Case]:
    for what, (content, said) in PRESETS.items():
        if what == "itself":
            continue  # a manifest extends nothing
        yield Case(
            f"a preset with {what}", "bombs", "study", ("study", "check", "study.yaml"),
            ("study.yaml", said.replace("preset.yaml", "study.yaml")),
            writes("study.yaml", content),
        )  # fmt: skip
    for odd in ODDS:
        name = f"{odd.stem}.yaml"
        rest = (odd.says,) if odd.says else ()
        says = (name[:60], *rest)
        yield Case(f"input {odd.what}", "names", "study", ("study", "check", name), says, circle)
        yield Case(
            f"output {odd.what}", "names", "study", ("study", "make", ".", "-o", name), says,
            all_of(circle, _study),
        )  # fmt: skip
        data = ("studio", "--data", odd.stem)
        yield Case(f"output {odd.what}", "names", "studio", data, (odd.stem[:60], *rest), circle)
    for reader in _READERS:
        typed = ("study", reader, "study.yaml", *(("-o", "out") if reader == "export" else ()))
        yield Case(
            "a manifest that is a pipe", "pipes", "study", typed, ("study.yaml", "is a pipe"),
            fifo("study.yaml"), label=reader,
        )  # fmt: skip
        yield Case(
            "a manifest that is not there", "inputs", "study", typed, ("study.yaml",), label=reader
        )
    for what, makes in (("empty", empty), ("a folder", folder_of), ("noise", noise)):
        yield Case(
            f"a manifest that is {what}", "inputs", "study", ("study", "check", "study.yaml"),
            ("study.yaml",), makes("study.yaml"),
        )  # fmt: skip
    for what, (variables, prepare) in HOMES.items():
        for typed, said in (
            (("study", "check", "no.yaml"), "no.yaml"), (("studio", "--token", "x"), "token")
        ):  # fmt: skip
            yield Case(
                what, "surroundings", typed[0], typed, (said,), prepare, environment=variables
            )
    for what, (name, encoding, seen) in LETTERS.items():
        yield Case(
            what, "letters", "study", ("study", "check", f"{name}.yaml"), (seen,),
            encoding=encoding,
        )  # fmt: skip
        yield Case(
            what, "letters", "studio", ("studio", "--data", f"words.lrc/{name}"), (seen,),
            encoding=encoding,
        )  # fmt: skip


def _study_files() -> Iterator[Case]:
    make = ("study", "make", ".", "-o", "out.yaml", "--force")
    told = ("out.yaml", "--force does not help")
    film = "ours/one.mp4"
    yield Case(
        "a film as output", "data", "study", ("study", "make", ".", "-o", film, "--force"),
        (film, "does not end in"), _study,
    )  # fmt: skip
    yield Case(
        "a link to an input", "data", "study", make, told, all_of(_study, links("out.yaml", film))
    )
    yield Case(
        "a hard link to an input", "data", "study", make, told,
        all_of(_study, hard("out.yaml", film)),
    )  # fmt: skip
    yield Case(
        "what is there", "side outputs", "study", make[:-1], ("out.yaml", "exists"),
        all_of(_study, writes("out.yaml", b"of last week")),
    )  # fmt: skip
    yield Case(
        "a pipe", "devices", "study", make, ("out.yaml", "is a pipe"),
        all_of(_study, fifo("out.yaml")),
    )  # fmt: skip
    yield Case(
        "a link to a device", "devices", "study", make, ("out.yaml", "is a device"),
        all_of(_study, links("out.yaml", "/dev/null")),
    )  # fmt: skip
    take = ("study", "import", "a.txt", "-o", "out", "--force")
    yield Case(
        "a link to an input in a folder", "data", "study", take, ("methods.md", "a.txt"),
        all_of(writes("a.txt", _SCORES), folder_of("out"), links("out/methods.md", "../a.txt")),
        label="import",
    )  # fmt: skip
    yield Case(
        "what is there in a folder", "side outputs", "study", take[:-1], ("report.json", "exists"),
        all_of(writes("a.txt", _SCORES), folder_of("out"), writes("out/report.json", b"mine")),
        label="import",
    )  # fmt: skip
    yield Case(
        "a folder that is a file", "devices", "study", (*take[:4], "words.lrc"), ("words.lrc",),
        writes("a.txt", _SCORES),
    )  # fmt: skip
    yield Case("a pipe as answers", "pipes", "study", take, ("a.txt", "is a pipe"), fifo("a.txt"))
    yield Case("answers that are not there", "inputs", "study", take, ("a.txt",))
    for what, (content, said) in _ANSWERS.items():
        yield Case(
            f"answers: {what}", "bombs", "study", take, ("a.txt", said), writes("a.txt", content)
        )
    for what, (content, said) in _INDEXES.items():
        yield Case(
            f"stimuli: {what}", "bombs", "study", ("study", "report", "study.yaml"), (said,),
            _opened(index=content),
        )  # fmt: skip
    for what, database in _DATABASES.items():
        if database is not None:
            yield Case(
                f"a database: {what}", "bombs", "study", ("study", "report", "study.yaml"),
                ("answers.sqlite", "cannot be used"), _opened(answers=database),
            )  # fmt: skip
    serve = ("study", "serve", "study.yaml", "--port", str(_port()))
    yield Case("a port in use", "surroundings", "study", serve, ("cannot be listened on",), _study)
    yield Case(
        "films without sound", "inputs", "study", ("study", "serve", "study.yaml", "--port",
        _free()), ("one.mp4", "no sound"), _study,
    )  # fmt: skip
    yield Case(
        "an escape in a title", "escapes", "study", ("study", "check", "study.yaml"),
        ("\\x1b[31m",), writes("study.yaml", b'title: x\nsystems: {"\\e[31m": ours}\n'),
    )  # fmt: skip


def _studios() -> Iterator[Case]:
    for what, (typed, says) in _VALUES.items():
        yield Case(
            what, "values", "studio", ("studio", "--data", "kept", *typed), says, codes=(2, 3)
        )
    for what, database in _DATABASES.items():
        yield Case(
            f"a database: {what}", "bombs", "studio",
            ("studio", "--data", "kept", "--port", _free()), ("studio.db",),
            _kept("studio.db", database), leaves=("kept/lock",),
        )  # fmt: skip
    yield Case(
        "a port in use", "surroundings", "studio",
        ("studio", "--data", "kept", "--port", str(_port())), ("cannot be listened on",),
    )  # fmt: skip
    for what, name, prepare in (
        ("a file", "song.wav", nothing), ("in a file", "words.lrc/x", nothing),
        ("a pipe", "kept", fifo("kept")), ("a device", "/dev/null", nothing),
        ("a link that leads nowhere", "kept", links("kept", "/proc/nowhere")),
    ):  # fmt: skip
        yield Case(
            f"a studio's folder that is {what}", "devices", "studio",
            ("studio", "--data", name, "--port", _free()), (name,), prepare,
        )  # fmt: skip
    yield Case(
        "a lock that is a link", "data", "studio", ("studio", "--data", "kept", "--port", _free()),
        ("lock", "not musivid's"), all_of(folder_of("kept"), links("kept/lock", "../words.lrc")),
    )  # fmt: skip
