"""Deque's axe-core over a page that is open in a browser: what keeps people from using it."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

__all__ = ["serious_faults"]

_RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} `
        + node.any.concat(node.all).map((check) => check.message).join("; ").slice(0, 160))))"""


@functools.cache
def _script() -> str:
    files = resources.files("axe_playwright_python")
    return files.joinpath("axe.min.js").read_text(encoding="utf-8")


def serious_faults(page: Any) -> list[str]:
    """What axe finds serious or critical on a page as it stands."""
    page.evaluate(_script())
    found: list[str] = page.evaluate(_RUN)
    return found
