"""What each page of the studio costs: `python bench/studio_pages.py`.

Starts `musivid studio` in an empty folder, opens every page in Chromium with nothing kept from
before, and prints requests and kilobytes on the wire; says whether the server's process holds
torch. Needs playwright and a browser; Linux only.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
PAGES = ("video", "words", "music", "evaluate", "studies", "studies/new", "runs")
COST = """() => ["resource", "navigation"].flatMap((kind) => performance.getEntriesByType(kind))
    .map((one) => [one.name, one.transferSize])"""


def measured(browser: Any, address: str, name: str) -> tuple[int, int]:
    """Requests and bytes of a page."""
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address + name)
    page.wait_for_timeout(500)
    cost = page.evaluate(COST)
    page.context.close()
    assert not said and all(url.startswith(address) for url, _ in cost), (said, cost)
    return len(cost), sum(size for _, size in cost)


def main() -> None:
    from browser import open_browser

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "musivid", "studio", "--port", str(port), "--data"]
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        server = subprocess.Popen([*command, folder], stderr=subprocess.PIPE, text=True, cwd=ROOT)
        try:
            assert server.stderr is not None
            server.stderr.readline()
            for name in PAGES:
                requests, size = measured(browser, f"http://127.0.0.1:{port}/", name)
                print(f"/{name}: {requests} requests, {size / 1000:.0f} kB")
            maps = Path(f"/proc/{server.pid}/maps").read_text()
            status = Path(f"/proc/{server.pid}/status").read_text()
            memory = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1000  # type: ignore[index]
            print(f"the server holds {memory} MB, and torch: {'libtorch' in maps}")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
