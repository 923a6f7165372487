"""Films made on two Ray nodes, one process killed, then the command: the film of one process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lone_network import lone_network
from programs import Program, started
from songs import write_song

from musivid.core.progress import Silent

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
ROOT = Path(__file__).parents[2]
SMALL = ("--size", "64x64", "--fps", "6", "--set", "output.part_s=0.4", "--quiet")
LONGEST_S = 120.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes of a core each, which nobody else can reach where that is allowed."""
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    with pytest.MonkeyPatch.context() as patch, lone_network():
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("RAY_AUTH_MODE", "disabled")
        small = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
        made = cluster_utils.Cluster(initialize_head=True, head_node_args=small)
        made.add_node(num_cpus=1, object_store_memory=100_000_000)
        yield made
        made.shutdown()


def actors(cluster: Any) -> list[int]:
    """Processes that do musivid's work on the nodes of a cluster."""
    nodes = {node.all_processes["raylet"][0].process.pid for node in cluster.list_all_nodes()}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if line.startswith(b"ray::RayHost") and parent in nodes:
            found.append(int(folder.name))
    return found


def wait_for(condition: Any) -> None:
    """Wait until something holds."""
    until_s = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < until_s, "it takes too long"
        time.sleep(0.05)


@pytest.mark.parametrize("preset", ["tiny", "dream", "living"])
def test_a_film_is_that_of_one_process_whatever_is_killed(
    cluster: Any, musivid: Program, tmp_path: Path, preset: str
) -> None:
    song = write_song(tmp_path / "song.wav", 4.0)
    alone, far = (tmp_path / name / "film.mp4" for name in ("alone", "far"))
    asked = ["video", str(song), "--preset", preset, *SMALL]
    common = [sys.executable, "-m", "musivid", *asked]
    assert musivid(*asked, "-o", alone)[0] == 0
    made = far.with_suffix(".musivid")

    def count() -> int:
        return sum(1 for kind in ("keys", "parts") for _ in (made / kind).glob("[0-9]*"))

    farm = [*common, "-o", str(far), "--farm", cluster.address, "--farm-cpus", "1"]
    with started(farm, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        wait_for(lambda: actors(cluster))
        os.kill(actors(cluster)[0], signal.SIGKILL)
        before = count()
        wait_for(lambda: count() > before or process.poll() is not None)
        process.kill()
    command = farm if preset != "dream" else farm[: farm.index("--farm")]  # alone, too
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=tmp_path)
    assert done.returncode in (0, 2)  # 2: it was there already
    assert done.stdout.split() in ([str(far)], [])
    assert far.read_bytes() == alone.read_bytes()
    for latent in alone.with_suffix(".musivid").glob("keys/*.safetensors"):
        assert (made / "keys" / latent.name).read_bytes() == latent.read_bytes()


def test_a_cluster_that_is_joined_takes_no_signal(cluster: Any) -> None:
    from musivid.farm.cluster import join_cluster, leave_cluster

    def heed(number: int, frame: Any) -> None:
        """What a film is stopped by."""

    before = signal.signal(signal.SIGTERM, heed)
    try:
        join_cluster(cluster.address, "", Silent())
        assert signal.getsignal(signal.SIGTERM) is heed
    finally:
        leave_cluster()
        signal.signal(signal.SIGTERM, before)
