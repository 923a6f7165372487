"""The steps of a pickle, followed one by one; only those that build plain data are known.

Python's own unpickler makes room for whatever a pickle numbers or repeats, before anybody can look
at it; here steps and bytes are counted first, and nothing is hashed that unfolds without end.
"""

from __future__ import annotations

import pickle
import pickletools
import re
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["ArrayParts", "DtypeParts", "PickleFault", "follow"]

PickleFault = pickle.UnpicklingError

_MAX_STEPS = 1_500_000  # a million of items takes fewer
_MAX_ENCODED = 256_000_000  # bytes that are made of text, all together
_MAX_KEY = 1_000  # items in a key, counted as often as they are reached
_NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|U\d{1,6}|S\d{1,6})")


class DtypeParts:
    """What a pickle says of a type of array."""

    def __init__(self, code: object) -> None:
        self.code = str(code)
        self.order = ""

    def real(self) -> np.dtype[Any]:
        """The type of numbers or texts that is meant."""
        if not _NUMBERS.fullmatch(self.code):
            raise PickleFault(f"arrays of type {self.code[:40]!r} are not plain")
        return np.dtype(self.order + self.code.lstrip("<>|="))


class ArrayParts:
    """What a pickle says of an array."""

    state: object = None


def follow(data: bytes) -> Any:
    """What the steps of a pickle build: plain values, `ArrayParts` and `DtypeParts`.

    Raises:
        PickleFault, or what Python raises where a step finds something else than it needs: the
        pickle is damaged, asks for code, or would take too much.
    """
    return _Machine().run(data)


class _Name(str):
    """A name that a pickle asks for: module and name with a dot between them."""

    __slots__ = ()


class _Mark:
    """Where a group of values begins on the stack."""


class _Machine:
    """The stack and memory of a pickle's steps."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.encoded = 0

    def run(self, data: bytes) -> Any:
        """Follow all steps; the value that they leave."""
        for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if count > _MAX_STEPS:
                raise RecursionError
            if opcode.name == "STOP":
                return self.stack.pop()
            if opcode.name in _PUSHED:
                self.stack.append(argument)
            else:
                self.step(opcode.name, argument)
        raise PickleFault("it does not end")

    def step(self, name: str, argument: Any) -> None:
        """Take one step that is more than a value."""
        if name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name.endswith("PUT") or name == "MEMOIZE":
            self.memo[len(self.memo) if argument is None else argument] = self.stack[-1]
        elif name.endswith("GET"):
            self.stack.append(self.memo[argument])
        elif name in _STEPS:
            _STEPS[name](self)
        elif name == "GLOBAL":
            self.stack.append(_known(*argument.split(" ", 1)))
        elif name not in ("PROTO", "FRAME"):
            raise PickleFault(f"takes the step {name}, which plain data need not")

    def group(self) -> list[Any]:
        """The values above the last mark, which goes too."""
        for place in range(len(self.stack) - 1, -1, -1):
            if type(self.stack[place]) is _Mark:
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise PickleFault("a group has no beginning")

    def below(self, kind: type) -> Any:
        """The value on the stack, which must be of a kind."""
        if type(self.stack[-1]) is not kind:
            raise PickleFault(f"fills a {kind.__name__} that is none")
        return self.stack[-1]

    def drop(self) -> None:
        """Forget the last value."""
        self.stack.pop()

    def drop_group(self) -> None:
        """Forget a group."""
        self.group()

    def extend(self) -> None:
        """Put a group at the end of a list."""
        items = self.group()
        self.below(list).extend(items)

    def append(self) -> None:
        """Put a value at the end of a list."""
        item = self.stack.pop()
        self.below(list).append(item)

    def fill(self, pairs: list[Any]) -> None:
        """Put keys and values into a dict."""
        found = self.below(dict)
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            found[_key(key)] = value

    def set_items(self) -> None:
        """Put a group of keys and values into a dict."""
        self.fill(self.group())

    def set_item(self) -> None:
        """Put a key and its value into a dict."""
        pair = self.stack[-2:]
        del self.stack[-2:]
        self.fill(pair)

    def add_items(self) -> None:
        """Put a group into a set."""
        items = self.group()
        self.below(set).update(map(_key, items))

    def take(self, count: int) -> None:
        """Make a tuple of the last values."""
        if len(self.stack) < count:
            raise PickleFault("a tuple lacks values")
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def make_dict(self) -> None:
        """Make a dict of a group."""
        pairs = self.group()
        self.stack.append({})
        self.fill(pairs)

    def find(self) -> None:
        """Look at a name that stands on the stack."""
        module, name = self.stack[-2:]
        self.stack[-2:] = [_known(str(module), str(name))]

    def call(self) -> None:
        """Make what a known name makes of its arguments."""
        name, arguments = self.stack[-2:]
        if type(name) is not _Name or type(arguments) is not tuple:
            raise PickleFault("calls what is no known name")
        self.stack[-2:] = [self.made(name, arguments)]

    def made(self, name: _Name, arguments: tuple[Any, ...]) -> Any:
        """What one of the known names makes."""
        kind = name.rpartition(".")[2]
        if kind == "_reconstruct":
            return ArrayParts()
        if kind == "dtype":
            return DtypeParts(*arguments[:1])
        if kind == "scalar":
            return _scalar(*arguments)
        if kind == "encode":
            return self.encode(*arguments)
        if kind in ("set", "frozenset"):
            items = [_key(item) for found in arguments for item in _list(found)]
            self.encoded += 64 * len(items)
            self.check()
            return set(items) if kind == "set" else frozenset(items)
        if kind == "bytes" and not arguments:
            return b""
        raise PickleFault(f"makes a {kind} of {len(arguments)} values")

    def encode(self, text: object, encoding: object = "latin1") -> bytes:
        """Bytes that were written as text, as old protocols have them."""
        if not isinstance(text, str) or encoding != "latin1":
            raise PickleFault("holds bytes in an unknown form")
        self.encoded += len(text)
        self.check()
        return text.encode("latin1")

    def check(self) -> None:
        """Refuse to make more and more of the same."""
        if self.encoded > _MAX_ENCODED:
            raise RecursionError

    def build(self) -> None:
        """Tell an array or a type what it is."""
        state = self.stack.pop()
        built = self.stack[-1]
        if type(built) is ArrayParts:
            built.state = state
        elif type(built) is DtypeParts:
            order = state[1] if isinstance(state, tuple) and len(state) > 1 else ""
            built.order = order if order in ("<", ">") else ""
        else:
            raise PickleFault("tells a plain value what it is")


def _known(module: str, name: str) -> _Name:
    """A name that plain data need, or PickleFault."""
    place = module.replace("numpy._core", "numpy.core").replace("__builtin__", "builtins")
    if (place, name) not in _NAMES:
        raise PickleFault(f"asks for the code {f'{module}.{name}'[:80]!r}")
    return _Name(f"{place}.{name}")


def _scalar(dtype: object, content: object) -> object:
    if not isinstance(dtype, DtypeParts) or not isinstance(content, bytes):
        raise PickleFault("a number does not say its type")
    return np.frombuffer(content, dtype.real(), 1)[0].item()


def _list(found: object) -> list[Any]:
    if type(found) is not list:
        raise PickleFault("makes a set of what is no list")
    return found


def _key(value: Any) -> Any:
    """A value that may be looked up: hashing it takes no longer than reading it did."""
    left = _MAX_KEY
    waiting = [value]
    while waiting:
        one = waiting.pop()
        left -= 1
        if left < 0:
            raise RecursionError
        if type(one) in (tuple, frozenset):
            waiting.extend(one)
        elif one is not None and type(one) not in (bool, int, float, str, bytes):
            raise PickleFault(f"has a {type(one).__name__.strip('_').lower()} for a key")
    return value


_NAMES = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
    ("builtins", "bytes"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
}
_PUSHED = frozenset(
    ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
     "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE",
     "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8")
)  # fmt: skip
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
    "MARK": _Mark,
}
_STEPS: dict[str, Callable[[_Machine], None]] = {
    "APPEND": _Machine.append,
    "APPENDS": _Machine.extend,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
    "ADDITEMS": _Machine.add_items,
    "LIST": lambda machine: machine.stack.append(machine.group()),
    "TUPLE": lambda machine: machine.stack.append(tuple(machine.group())),
    "FROZENSET": lambda machine: machine.stack.append(frozenset(map(_key, machine.group()))),
    "DICT": _Machine.make_dict,
    "TUPLE1": lambda machine: machine.take(1),
    "TUPLE2": lambda machine: machine.take(2),
    "TUPLE3": lambda machine: machine.take(3),
    "POP": _Machine.drop,
    "POP_MARK": _Machine.drop_group,
    "STACK_GLOBAL": _Machine.find,
    "REDUCE": _Machine.call,
    "BUILD": _Machine.build,
}
