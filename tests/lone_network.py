"""A network of its own for what listens on all interfaces, where the system lets us have one."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["lone_network"]

# Of Linux: sched.h, and if.h with its requests.
_NEW_NETWORK, _SET_FLAGS, _UP_AND_RUNNING = 0x40000000, 0x8914, 0x41


@contextmanager
def lone_network() -> Iterator[bool]:
    """Let this thread, and what it starts, see nothing but loopback; whether that was allowed."""
    library = ctypes.CDLL(None, use_errno=True)
    try:
        before = os.open("/proc/self/ns/net", os.O_RDONLY)
    except OSError:  # no Linux
        yield False
        return
    try:
        if library.unshare(_NEW_NETWORK):
            yield False
            return
        try:
            with socket.socket() as any_socket:
                wanted = struct.pack("16sh14x", b"lo", _UP_AND_RUNNING)
                fcntl.ioctl(any_socket, _SET_FLAGS, wanted)
            yield True
        finally:
            library.setns(before, _NEW_NETWORK)
    finally:
        os.close(before)
