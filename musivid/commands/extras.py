"""Commands that need packages which not everybody installs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from importlib import metadata, util
from urllib.parse import urlsplit
from urllib.request import url2pathname

from musivid.core.errors import MissingError

__all__ = ["STUDIO", "need_extra"]

STUDIO = ("fastapi", "uvicorn", "starlette", "sqlalchemy", "jinja2")
"""What the extra `studio` brings, as it is imported."""


def need_extra(extra: str, packages: Sequence[str], *, what: str) -> None:
    """Refuse to go on without the packages of an extra.

    Args:
        extra: its name.
        packages: what it brings, as it is imported.
        what: what needs them.

    Raises:
        MissingError: one is not there; with the line that installs it.
    """
    if any(util.find_spec(name) is None for name in packages):
        raise MissingError(
            f"{what} needs packages that are not installed",
            hint="They are an extra, since films and music are made without them.",
            command=_install_line(extra),
        )


def _install_line(extra: str) -> str:
    """What installs the extra, by how musivid itself was installed."""
    place = sys.prefix.replace("\\", "/")
    if "/pipx/venvs/" in place:
        return f"pipx install --force 'musivid[{extra}]'"
    if "/uv/tools/" in place:
        return f"uv tool install --force 'musivid[{extra}]'"
    try:
        found = metadata.distribution("musivid").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        found = None
    source = json.loads(found) if found else {}
    name, folder = f"musivid[{extra}]", urlsplit(source.get("url", ""))
    if folder.scheme == "file":
        name = f"{url2pathname(folder.path)}[{extra}]"
    editable = ["-e"] if source.get("dir_info", {}).get("editable") else []
    return shlex.join(["pip", "install", *editable, name])
