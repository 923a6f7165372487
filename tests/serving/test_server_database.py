"""The studio's rows on a real PostgreSQL server, where one is installed."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from study_fixtures import study

from musivid.core.errors import OutputError, UsageError
from musivid.serving.database import open_server_database
from musivid.studies.site.serve import open_answers
from musivid.studies.site.store import Given, Newcomer
from musivid.web.jobs import JobBook
from musivid.web.tables import MIGRATIONS

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def programs() -> Path:
    """Where the server's programs are."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else PLACES
    if not places:
        pytest.skip("PostgreSQL is not installed")
    return places[0]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of our own, which listens on a socket alone."""
    place, folder = programs(), Path("/tmp") / f"musivid-postgres-{os.getpid()}"
    folder.mkdir(mode=0o755)
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*words: str) -> None:
        subprocess.run([place / words[0], *words[1:]], check=True, user=user, cwd=folder,
                       stdout=subprocess.DEVNULL, timeout=60)  # fmt: skip

    try:
        run("initdb", "-D", str(data), "-A", "trust", "-N")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            name = user or getpass.getuser()
            yield f"postgresql://{name}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_rows_on_a_server(address: str) -> None:
    database = open_server_database(address, MIGRATIONS)
    book = JobBook(database)
    job = book.add("video", "Söng 曲", {"settings": {"seed": 1}})
    assert book.take("desk") is None
    with ThreadPoolExecutor(8) as pool:  # of many who ask at once, one gets it
        taken = [found for found in pool.map(lambda _: book.take("film"), range(8)) if found]
    assert [found.id for found in taken] == [job.id]
    book.tell(job.id, stage="render", done=3, total=10)
    book.end(job.id, "done", result={"files": {"film": "film.mp4"}})
    found = book.get(job.id)
    assert found is not None and found.result == {"files": {"film": "film.mp4"}}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: book.add("video", f"Song {n}", {}), range(40)))
    changes = [one.change for one in book.changed_since(0)]
    assert len(changes) == 41 and len(set(changes)) == 41
    assert [one.title for one in book.listed(("video",), words="söng")] == ["Söng 曲"]
    database.close()
    again = open_server_database(address, MIGRATIONS)  # what is new is left as it is
    assert JobBook(again).get(job.id) == found
    again.close()
    with pytest.raises(OutputError, match="number 2, where 0"):
        open_server_database(address, MIGRATIONS[:0])


@pytest.mark.slow
def test_answers_on_a_server(address: str, tmp_path: Path) -> None:
    """Each study in a room of its own, beside the studio's rows."""
    clips = ("clip0", "clip1", "clip2")
    counts = []
    for name in ("one", "two"):
        manifest, folder = study(tmp_path, title=name), tmp_path / name
        folder.mkdir()
        store, database = open_answers(manifest, folder, clips, address)
        newcomer = Newcomer("en", "", "", "yes", "digest")
        code = store.begin(newcomer)
        place = store.place(code)
        assert place is not None and place.trial is not None
        values = {place.trial.systems[0]: {"overall": 3.0}}
        events = [(5, "play", "0.00"), (9, "pause", "1.00")]
        assert store.answer(code, place.trial, Given(values, None, events))
        assert not store.answer(code, place.trial, Given(values, None, events))
        counts.append((store.progress().began, len(store.answers().events)))
        assert store.withdraw(code) and not store.answers().events
        database.close()
        again, database = open_answers(manifest, folder, clips, address)
        assert again.progress().began == 0
        database.close()
    assert counts == [(1, 2), (1, 2)]


def test_addresses_that_are_none() -> None:
    with pytest.raises(UsageError, match="mysql"):
        open_server_database("mysql://somebody@host/studio", MIGRATIONS)
    with pytest.raises(UsageError, match="not an address"):
        open_server_database("somewhere", MIGRATIONS)
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    with pytest.raises(OutputError) as refused:
        open_server_database("postgresql://me:secret@127.0.0.1:9/x?connect_timeout=2", MIGRATIONS)
    assert "secret" not in str(refused.value)
