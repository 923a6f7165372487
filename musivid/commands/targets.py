"""Where results go: by one rule for all commands, which looks at what was typed alone.

What was typed with a slash at its end is a folder, and so is the output of what can be several
inputs: a folder, a pattern, or several names. Else it is a file, unless a folder of that name is
there.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from musivid.commands.inputs import Sources
from musivid.core.errors import OutputError, UsageError
from musivid.core.paths import expanded
from musivid.core.run import sources_of

__all__ = ["Target", "name_targets", "result_of"]


@dataclass(frozen=True, slots=True)
class Target:
    """An output as it was typed.

    Attributes:
        path: the file or folder.
        is_folder: whether it can only be a folder.
        is_result: whether the folder itself is the result of one input.
    """

    path: Path
    is_folder: bool = False
    is_result: bool = False

    @classmethod
    def typed(cls, text: str) -> Target:
        """Read what was typed after `-o`."""
        separators = tuple(filter(None, (os.sep, os.altsep)))
        return cls(Path(text), text.endswith(separators))

    def file(self, name: str) -> Path:
        """The file itself, or that of some name in the folder: absolute.

        Args:
            name: of a result that has no name of its own.

        Raises:
            OutputError: a folder is meant, and a file is there.
        """
        path = expanded(self.path).absolute()
        if self.is_result or not (self.is_folder or path.is_dir()):
            return path
        _check_folder(path, "")
        return path / name

    def folder(self, suffix: str) -> Path:
        """The folder of results that end in `suffix`: absolute.

        Raises:
            OutputError: it is a file, or is named as one.
        """
        path = expanded(self.path).absolute()
        _check_folder(path, suffix)
        return path


def name_targets(
    sources: Sources,
    output: Target | None,
    suffix: str,
    *,
    results: Collection[str] = (),
    beside: bool = False,
) -> dict[Path, Path]:
    """Where each input's result goes: into a folder, or for one input that was named to a file.

    Args:
        sources: the inputs; results for others of them are none, unless they were typed.
        output: as it was typed; None: the input's name with `suffix` in the current folder.
        suffix: what results end in.
        results: what all results of the command end in, where there are others.
        beside: without an output, results go beside their inputs.

    Raises:
        UsageError: two inputs would share an output.
        OutputError: a folder is meant, and the output is a file.
    """
    files = _without_own(sources, output, results or (suffix,), beside=beside).files
    if output is not None and not sources.several:
        return {source: output.file(f"{source.stem}{suffix}") for source in files}
    if output is not None:
        output.folder(suffix)
    targets = {source: result_of(source, output, suffix, beside=beside) for source in files}
    for target, count in Counter(targets.values()).items():
        if count > 1:
            raise UsageError(
                f"{count} inputs would be written to {target}",
                hint="Give inputs with different names, or one at a time.",
            )
    return targets


def _without_own(
    sources: Sources, output: Target | None, suffixes: Collection[str], *, beside: bool = False
) -> Sources:
    """The inputs but for results of this command for other inputs, unless they were typed."""
    own: set[Path] = set()
    there = {os.path.realpath(file): file for file in sources.files}
    for file in sorted(sources.files, key=lambda path: len(path.stem)):
        if file in own and file not in sources.named:
            continue
        for suffix in suffixes:
            result = there.get(os.path.realpath(result_of(file, output, suffix, beside=beside)))
            if result is not None and result != file:
                own.add(result)
    for file in sources.files:
        if any(os.path.realpath(source) in there for source in sources_of(file)):
            own.add(file)
    return sources.without(own) if own else sources


def result_of(source: Path, output: Target | None, suffix: str, *, beside: bool) -> Path:
    """Where one of several results goes.

    Args:
        source: its input.
        output: a folder; None: the current one.
        suffix: what it ends in.
        beside: without an output, it goes beside its input.
    """
    folder = source.parent if beside and output is None else output.path if output else Path()
    return expanded(folder).absolute() / f"{source.stem}{suffix}"


def _check_folder(path: Path, suffix: str) -> None:
    """Check that a path can be a folder.

    Raises:
        OutputError: it is a file, or is named as one.
    """
    if path.is_file() or (suffix and path.suffix == suffix and not path.is_dir()):
        raise OutputError(
            f"{path} would be a folder of results, and is "
            + ("a file" if path.is_file() else "named as one file"),
            hint="Give -o a folder, or name one input.",
        )
