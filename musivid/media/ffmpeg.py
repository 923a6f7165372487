"""The only module that starts a process: ffmpeg, whose graphs are built with ffmpeg-python.

Sinks and joins hand over a graph; a death of the process becomes an EncodeError with advice.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from musivid.core.errors import EncodeError, MissingError

if TYPE_CHECKING:
    from ffmpeg.nodes import OutputStream

__all__ = [
    "Process",
    "ffmpeg_path",
    "ffmpeg_version",
    "file_url",
    "graph_text",
    "run_ffmpeg",
    "supported",
]

_ADVICE = (
    (
        r"No space left|Disk quota exceeded|File too large",
        "The disk is full. What was finished before is kept: "
        "make room and give the same command again.",
    ),
    (
        r"Unknown encoder|Encoder not found|No such filter|Unrecognized option|Option .* not found",
        "This ffmpeg lacks a part that is needed. Unset IMAGEIO_FFMPEG_EXE, or update "
        "imageio-ffmpeg; `musivid doctor` says what is missing.",
    ),
    (
        r"Permission denied|Read-only file system|Operation not permitted",
        "The file or its folder cannot be written; choose another output.",
    ),
    (
        r"Cannot allocate memory|Out of memory",
        "Memory ran out; close other programs or make the picture smaller.",
    ),
    (
        r"Invalid data found|moov atom not found|could not find codec parameters",
        "One of the inputs is damaged, or not of the kind that its name says.",
    ),
)
# Bytes that are no UTF-8, as Python's names have them, and the sign that stands before each, which
# is of no writing and stands before itself too. Their values lie between 0x80 and 0xff; its own is
# none of these.
_MARK = "\ue000"
_HALVES = re.compile(f"[\udc80-\udcff{_MARK}]")
_WRITTEN = re.compile(f"{_MARK}([0-9a-f]{{2}})")
_TAIL_LINES = 40  # of ffmpeg's talk that an error can quote
_MAX_LINE_BYTES = 4096  # a longer line is cut
_QUIET = {"SVT_LOG": "1"}  # SVT-AV1 says nothing but errors


def ffmpeg_path() -> Path:
    """Where the ffmpeg executable is: the one that comes with imageio-ffmpeg, or the user's.

    Raises:
        MissingError: there is none.
    """
    import imageio_ffmpeg

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise _missing("no ffmpeg executable was found") from None


@functools.cache
def ffmpeg_version() -> str:
    """What this ffmpeg calls itself, as `7.0.2-static`.

    Raises:
        MissingError: ffmpeg is missing or cannot be started.
    """
    process = _start([str(ffmpeg_path()), "-version"], stdout=True)
    words = process.communicate()[0].decode("utf-8", "replace").split()
    return words[2] if len(words) > 2 else "unknown"


def supported(kind: str) -> frozenset[str]:
    """Names of the `encoders` or `filters` that this ffmpeg has.

    Raises:
        MissingError: ffmpeg is missing or cannot be started.
    """
    process = _start([str(ffmpeg_path()), "-hide_banner", f"-{kind}"], stdout=True)
    listing = process.communicate()[0].decode("utf-8", "replace")
    return frozenset(re.findall(r"^ [A-Z.|]{2,6} +([\w-]+) ", listing, re.MULTILINE))


def file_url(path: Path) -> str:
    """The name under which graphs have ffmpeg open a local file, whatever characters it has."""
    return graph_text(f"file:{path.absolute()}")


def graph_text(text: str) -> str:
    """Text as graphs hold it: bytes of names that are no UTF-8 are written out till ffmpeg starts.

    ffmpeg-python takes whole characters alone.
    """
    return _HALVES.sub(lambda match: f"{_MARK}{ord(match[0]) & 0xFF:02x}", text)


def _given_text(text: str) -> str:
    """Text of a graph as ffmpeg gets it."""
    return _WRITTEN.sub(lambda match: _half(int(match[1], 16)), text)


def _half(byte: int) -> str:
    return _MARK if byte == ord(_MARK) & 0xFF else chr(0xDC00 | byte)


class Process:
    """One running ffmpeg that is fed through its standard input.

    Its messages are drained all the time, so it can never hang on a full pipe. It has a session of
    its own: Ctrl-C reaches musivid alone, which then closes the file properly. When musivid itself
    is killed the input ends, and with it ffmpeg; `bound` is for one that reads files instead.
    """

    def __init__(
        self,
        graph: OutputStream,
        *,
        metadata: Mapping[str, str] | None = None,
        loglevel: str = "error",
        bound: bool = False,
    ) -> None:
        head = [str(ffmpeg_path()), "-nostdin", "-hide_banner", "-loglevel", loglevel, "-y"]
        command = graph.compile(cmd=head)
        # ffmpeg-python keeps one value per option, so the tags go in here, before the output name.
        for key, value in (metadata or {}).items():
            command[-1:-1] = ["-metadata", f"{key}={value}"]
        self._process = _start([_given_text(word) for word in command], bound=bound)
        self._messages: deque[str] = deque(maxlen=_TAIL_LINES)
        self._drain = threading.Thread(target=self._read_messages, daemon=True)
        self._drain.start()

    def write(self, data: bytes) -> None:
        """Feed bytes; blocks while ffmpeg is busy.

        Raises:
            EncodeError: the process is dead.
        """
        try:
            self._stdin.write(data)
        except (OSError, ValueError):
            self._process.wait()
            raise self._death() from None

    def finish(self) -> str:
        """Close the input, wait for the end and return the last messages.

        Raises:
            EncodeError: ffmpeg failed.
        """
        broken = self._close_input()
        status = self._process.wait()
        self._drain.join()
        if status or broken:
            raise self._death()
        return "\n".join(self._messages)

    def kill(self) -> None:
        """End the process at once; harmless if it has ended."""
        if self._process.poll() is None:
            self._process.kill()
        self._close_input()
        self._process.wait()
        self._drain.join()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # it was opened as a pipe
        return self._process.stdin

    def _close_input(self) -> bool:
        """Close the pipe; whether bytes were lost because nobody reads it."""
        try:
            self._stdin.close()
        except OSError:
            return True
        return False

    def _read_messages(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None  # it was opened as a pipe
        with pipe:
            while line := pipe.readline(_MAX_LINE_BYTES):
                self._messages.append(line.decode("utf-8", "replace").rstrip())

    def _death(self) -> EncodeError:
        """Turn what ffmpeg said before it died into an error with advice."""
        self._drain.join()
        said = "\n".join(self._messages)
        status = self._process.returncode
        for pattern, advice in _ADVICE:
            if re.search(pattern, said, re.IGNORECASE):
                return EncodeError(f"ffmpeg stopped: {self._last_words()}", hint=advice)
        if status < 0:
            return EncodeError(
                f"ffmpeg was killed by signal {-status}",
                hint="Perhaps memory ran out. Give the same command again to go on.",
            )
        return EncodeError(
            f"ffmpeg stopped with status {status}: {self._last_words()}",
            hint="`musivid doctor` says whether this ffmpeg can be used.",
        )

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._messages if line.strip()]
        return "; ".join(lines[-3:]) or "it said nothing"


def run_ffmpeg(
    graph: OutputStream,
    *,
    stdin: bytes = b"",
    metadata: Mapping[str, str] | None = None,
    loglevel: str = "error",
) -> str:
    """Run ffmpeg to its end and return its last messages.

    Raises:
        EncodeError: it failed.
        MissingError: there is no ffmpeg.
    """
    process = Process(graph, metadata=metadata, loglevel=loglevel, bound=True)
    try:
        if stdin:
            process.write(stdin)
        return process.finish()
    except BaseException:
        process.kill()
        raise


def _start(
    command: list[str], *, stdout: bool = False, bound: bool = False
) -> subprocess.Popen[bytes]:
    unseen = subprocess.DEVNULL
    talk: dict[str, Any] = (
        {"stdin": unseen, "stdout": subprocess.PIPE, "stderr": unseen}
        if stdout
        else {"stdin": subprocess.PIPE, "stdout": unseen, "stderr": subprocess.PIPE}
    )
    try:
        if bound and os.access(command[0], os.X_OK):
            command = [*_binding(), *command]
        return subprocess.Popen(
            command, start_new_session=True, env={**os.environ, **_QUIET}, **talk
        )
    except OSError as error:
        raise _missing(f"ffmpeg cannot be started: {error.strerror}: {command[0]}") from None


@functools.cache
def _binding() -> list[str]:
    """What to put before a command that the system is to kill when musivid dies; Linux has it."""
    program = shutil.which("setpriv")
    if program is None:
        return []
    prefix = [program, "--pdeathsig", "KILL"]
    unseen = subprocess.DEVNULL
    tried = subprocess.run([*prefix, "true"], stdin=unseen, stdout=unseen, stderr=unseen)
    return prefix if tried.returncode == 0 else []


def _missing(problem: str) -> MissingError:
    return MissingError(
        problem,
        hint="musivid uses the ffmpeg that comes with imageio-ffmpeg, "
        "or the one that IMAGEIO_FFMPEG_EXE names.",
        command="pip install --force-reinstall imageio-ffmpeg",
    )
