"""Files that are brought: taken in while their size is counted, known by decoding, kept once.

The client's name is a title and no more; what a file is, the project's own probes say.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from starlette.concurrency import run_in_threadpool

from musivid.core.errors import InputError, MusividError
from musivid.core.outputs import check_room
from musivid.serving.database import Database
from musivid.web.jobs import new_id
from musivid.web.tables import INPUT

__all__ = ["KINDS", "Input", "InputStore", "TooLargeError", "safe_title"]

_LONGEST_TITLE = 60
_MOST_WORDS = 200_000  # bytes of lyrics
_MOST_LINES = 2_000
_CONTENT = {
    ".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".ogg": "audio/ogg",
    ".oga": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4", ".aac": "audio/aac",
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime",
    ".mkv": "video/x-matroska", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}  # fmt: skip


class TooLargeError(Exception):
    """More bytes came than may."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was brought.

    Attributes:
        id: its name.
        kind: song, clip, lyrics (timed), words (without times), picture, notes (MIDI).
        title: as the client called it, made harmless.
        path: where it lies.
        bytes: its size.
        facts: what probing found, in JSON types.
    """

    id: str
    kind: str
    title: str
    path: Path
    bytes: int
    facts: dict[str, Any]

    @property
    def content_type(self) -> str:
        """What a browser is told that it is; never a page or a script."""
        return _CONTENT.get(self.path.suffix.lower(), "application/octet-stream")

    def shown(self) -> dict[str, Any]:
        """What pages are told."""
        return {"id": self.id, "kind": self.kind, "title": self.title, "bytes": self.bytes,
                "facts": self.facts}  # fmt: skip


class InputStore:
    """Where files that were brought are kept: `inputs/<sha256>/<title>` below a folder."""

    def __init__(self, folder: Path, database: Database, *, most_bytes: int = 0) -> None:
        self.folder = folder / "inputs"
        self._incoming = folder / "incoming"
        self._database = database
        self.most_bytes = most_bytes
        # One file is decoded at a time: many at once would take the machine from everybody else.
        self._looking = asyncio.Semaphore(1)

    def clear(self) -> None:
        """Remove what a server that was killed had half taken in."""
        shutil.rmtree(self._incoming, ignore_errors=True)

    async def take(self, kind: str, name: str, chunks: AsyncIterator[bytes]) -> Input:
        """Take a file in.

        Args:
            kind: what it should be: a key of `KINDS`.
            name: as the client calls it.
            chunks: its bytes.

        Raises:
            TooLargeError: it is too large. InputError: it is something else, or cannot be read.
        """
        title = safe_title(name, kind)
        folder = self._incoming / secrets.token_hex(12)
        folder.mkdir(parents=True)
        path = folder / title
        try:
            digest, size = await self._receive(path, chunks)
            async with self._looking:
                found = await run_in_threadpool(_known, kind, path, title)
            return await run_in_threadpool(self._keep, path, digest, size, found)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def get(self, name: object) -> Input | None:
        """The file of a name; None: there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(INPUT).where(INPUT.c.id == str(name))).first()
        if row is None:
            return None
        path = (self.folder / row.file).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            return None
        return Input(row.id, row.kind, row.title, path, row.bytes, row.facts)

    async def _receive(self, path: Path, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Write what comes; its SHA-256 and its size."""
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.most_bytes:
                    raise TooLargeError
                if size - len(chunk) >> 26 != size >> 26 or size == len(chunk):
                    await run_in_threadpool(check_room, self.folder, 1 << 26)
                digest.update(chunk)
                await run_in_threadpool(file.write, chunk)
        return digest.hexdigest(), size

    def _keep(self, path: Path, digest: str, size: int, found: _Found) -> Input:
        """Put a file in its place, once whatever it is called, and note it."""
        folder = self.folder / digest
        held = next(folder.iterdir(), None) if folder.is_dir() else None
        if held is None:
            folder.mkdir(parents=True, exist_ok=True)
            held = folder / path.name
            os.replace(path, held)
        values = {
            "id": new_id(), "kind": found.kind, "title": path.name, "sha256": digest,
            "file": f"{digest}/{held.name}", "bytes": size, "facts": found.facts,
            "created_s": time.time(),
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(insert(INPUT).values(**values))
        return Input(str(values["id"]), found.kind, path.name, held, size, dict(found.facts))


def safe_title(name: str, kind: str = "file") -> str:
    """A client's name for a file, made harmless: letters, digits, spaces, dots, dashes; 60."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c if c.isalnum() or c in " .-_" else " " for c in last)
    stem, dot, suffix = " ".join(kept.split()).strip(" .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    suffix = suffix[:5]
    stem = stem[: _LONGEST_TITLE - len(suffix) - 1].strip(" .") or kind
    return f"{stem}.{suffix}" if suffix else stem


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file is, and what is known of it."""

    kind: str
    facts: Mapping[str, Any]


def _known(kind: str, path: Path, title: str) -> _Found:
    """What a file is.

    Raises:
        InputError: not what it should be; the message has the title, and no path of this machine.
    """
    try:
        return KINDS[kind](path)
    except MusividError as error:
        problem = error.problem.replace(str(path), title)
        raise InputError(problem, hint=error.hint.replace(str(path), title)) from None


def _song(path: Path) -> _Found:
    from musivid.media.artwork import read_tags
    from musivid.media.audio import probe_audio

    info = probe_audio(path)
    facts: dict[str, Any] = {"duration_s": info.duration_s, "codec": info.codec}
    with contextlib.suppress(MusividError):
        tags = read_tags(path)
        facts |= {"title": tags.title[:200], "artist": tags.artist[:200]}
    return _Found("song", facts)


def _clip(path: Path) -> _Found:
    from musivid.media.frames import probe_video

    info = probe_video(path)
    size = "x".join(map(str, info.size))
    return _Found("clip", {"duration_s": info.duration_s, "size": size, "fps": float(info.fps)})


def _picture(path: Path) -> _Found:
    from musivid.media.pictures import check_picture

    width, height = check_picture(path)
    return _Found("picture", {"size": f"{width}x{height}"})


def _notes(path: Path) -> _Found:
    from musivid.score.midi import read_midi

    score = read_midi(path)
    facts = {"duration_s": round(score.duration_s, 2),
             "notes": sum(len(track.notes) for track in score.tracks)}  # fmt: skip
    return _Found("notes", facts)


def _lyrics(path: Path) -> _Found:
    """Timed lyrics; or words alone, to be timed."""
    from musivid.media.lyrics.encoding import decode_text
    from musivid.media.lyrics.formats import format_shown
    from musivid.media.lyrics.reading import parse_cues
    from musivid.media.lyrics.services import unwrapped

    if path.stat().st_size > _MOST_WORDS:
        raise InputError(f"{path} is too long for lyrics", hint="Give lyrics as text.")
    data = path.read_bytes()
    if b"\0" in data.replace(b"\xff\xfe", b"")[:1000] and not data.startswith(b"\xff\xfe"):
        raise InputError(f"{path} is not text", hint="Give lyrics as text.")
    text = unwrapped(decode_text(data, path.name)[0])
    if format_shown(text, path.name) is not None:
        lyrics = parse_cues(data, path.name)
        facts = {"format": lyrics.format, "lines": len(lyrics.cues), "warnings": lyrics.warnings}
        return _Found("lyrics", facts)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    words = [line for line in lines if line]
    if not words or len(words) > _MOST_LINES or "<html" in text[:500].lower():
        raise InputError(f"{path} holds no lyrics", hint="Give the words of the song, a line each.")
    return _Found("words", {"lines": len(words), "text": "\n".join(words)})


KINDS: Mapping[str, Callable[[Path], _Found]] = {
    "song": _song,
    "clip": _clip,
    "picture": _picture,
    "lyrics": _lyrics,
    "notes": _notes,
}
"""What may be brought, and what looks whether it is that."""
