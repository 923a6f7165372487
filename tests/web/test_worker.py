"""Workers: processes that do what rows say, leave with their server, and go on after a kill."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from musivid.web.inputs import InputStore
from musivid.web.jobs import Job, JobBook
from musivid.web.tables import open_rows
from musivid.web.telling import JobReporter, harmless
from musivid.web.workers import Workers

LIGHT = "import musivid.web.serve, sys; sys.exit('torch' in sys.modules)"


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def state(book: JobBook, job: Job) -> str:
    found = book.get(job.id)
    return "" if found is None else found.state


def test_the_server_imports_no_torch() -> None:
    subprocess.run([sys.executable, "-c", LIGHT], check=True)


def test_a_worker_fails_waits_and_leaves(tmp_path: Path) -> None:
    book = JobBook(open_rows(tmp_path))
    workers = Workers(tmp_path, device="cpu")
    job = book.add("hear", "gone", {"song": "nothing"})
    workers.keep(book.open_roles())
    wait_for(lambda: state(book, job) == "failed")
    failed = book.get(job.id)
    assert failed is not None and "gone" in failed.problem and failed.hint
    (process,) = workers._running.values()
    again = book.add("hear", "gone", {"song": "nothing"})
    workers.wake("desk")
    wait_for(lambda: state(book, again) == "failed", 1.5)  # at once, and by the same process
    assert process.poll() is None
    process.kill()
    process.wait()
    third = book.add("hear", "gone", {"song": "nothing"})
    workers.keep(book.open_roles())
    wait_for(lambda: state(book, third) == "failed")
    workers.close()
    assert [one.poll() for one in workers._running.values()] == [0]


def test_what_a_job_says(tmp_path: Path) -> None:
    book = JobBook(open_rows(tmp_path))
    book.add("video", "a", {})
    job = book.take("film")
    assert job is not None
    folder = tmp_path / "jobs" / job.id
    reporter = JobReporter(book, job.id, folder, tmp_path)
    reporter.stage("render", 100, "frames")
    before = book.latest_change()
    for _ in range(50):
        reporter.advance()
    assert book.latest_change() - before <= 2
    reporter.warn(f"{tmp_path}/inputs/abc/song.wav is odd")
    reporter.preview(folder / "film.musivid" / "parts" / "current.jpg")
    reporter.preview(Path("/etc/passwd"))
    reporter.flush()
    told = book.get(job.id)
    assert told is not None
    assert (told.stage, told.done, told.total, told.unit) == ("render", 50, 100, "frames")
    assert (told.notes, told.preview) == (["song.wav is odd"], "film.musivid/parts/current.jpg")


def test_what_an_earlier_attempt_did_says_nothing_of_the_pace(tmp_path: Path) -> None:
    book = JobBook(open_rows(tmp_path))
    book.add("video", "a", {})
    job = book.take("film")
    assert job is not None
    reporter = JobReporter(book, job.id, tmp_path, tmp_path)
    reporter.stage("render", 100, "frames")
    reporter.advance(40)
    reporter.advance()
    reporter.flush()
    told = book.get(job.id)
    assert told is not None and (told.done, told.stage_from) == (41, 40)


def test_paths_are_nobodys_business() -> None:
    data = Path("/srv/my studio")
    text = "/srv/my studio/inputs/0f/song.mp3: no sound in /srv/my studio/jobs/1/film.mp4"
    assert harmless(text, data) == "song.mp3: no sound in film.mp4"


async def _chunks(data: bytes):  # type: ignore[no-untyped-def]
    yield data


@pytest.mark.slow
def test_a_killed_film_goes_on_and_is_the_same(
    tmp_path: Path, song: Path, request: pytest.FixtureRequest
) -> None:
    """Server and worker gone at once: who comes next finds the run, and gives the same bytes."""
    import anyio

    book = JobBook(open_rows(tmp_path))
    store = InputStore(tmp_path, book.database, most_bytes=10**8)
    brought = anyio.run(store.take, "song", song.name, _chunks(song.read_bytes()))
    spec = {"song": brought.id, "lyrics": None, "preset": "living",
            "settings": {"output.size": "1280x720", "output.part_s": 0.3},
            }  # fmt: skip
    left_alone = book.add("video", "a", spec)
    killed = book.add("video", "b", spec)
    stopped = book.add("video", "c", spec)
    workers = Workers(tmp_path, device="cpu")
    request.addfinalizer(workers.close)
    workers.keep(book.open_roles())
    wait_for(lambda: state(book, left_alone) == "done", 300)

    def rendering(job: Job, done: int) -> bool:
        found = book.get(job.id)
        return found is not None and found.stage == "render" and found.done >= done

    wait_for(lambda: rendering(killed, 1), 120)
    (process,) = workers._running.values()
    process.kill()
    process.wait()
    workers.close()
    assert state(book, killed) == "running"
    workers = Workers(tmp_path, device="cpu")  # of another server
    request.addfinalizer(workers.close)
    workers.keep(book.open_roles())
    wait_for(lambda: rendering(stopped, 1), 300)
    book.ask_stop(stopped.id)
    workers.wake("film")
    wait_for(lambda: state(book, stopped) in ("stopped", "done"), 60)
    book.go_on(stopped.id)
    workers.wake("film")
    wait_for(lambda: state(book, stopped) == "done", 120)
    workers.close()
    films = {
        job.title: (tmp_path / "jobs" / job.id / "film.mp4").read_bytes()
        for job in book.listed(("video",))
    }
    assert films["a"] == films["b"] == films["c"]
    finished = book.get(killed.id)
    assert finished is not None and finished.attempts == 2
