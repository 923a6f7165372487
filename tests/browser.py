"""A headless browser for the tests of pages; tests are skipped where there is none."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Visit", "open_browser", "visit"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Visit:
    """A page as it was opened, and what it said and asked for meanwhile."""

    page: Any
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def width(self) -> int:
        """How wide the whole page is, in CSS pixels."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def style(self, selector: str, name: str) -> str:
        """A computed style of the first element."""
        return str(
            self.page.evaluate(
                "([s, n]) => getComputedStyle(document.querySelector(s))[n]", [selector, name]
            )
        )


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    """Start the first browser that is found on the PATH."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        pytest.skip(f"none of {', '.join(_NAMES)} is installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextlib.contextmanager
def visit(
    browser: Any, path: Path, *, size: tuple[int, int] = (1280, 800), scheme: str = "light"
) -> Iterator[Visit]:
    """Open a file in a window of this size."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    seen = Visit(context.new_page())
    seen.page.on("console", lambda message: seen.console.append(message.text))
    seen.page.on("pageerror", lambda error: seen.console.append(str(error)))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(path.as_uri())
    yield seen
    context.close()
