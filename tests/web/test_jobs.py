"""Jobs as rows: the ways they go, who takes them, and the numbers of their changes."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from musivid.core.errors import OutputError
from musivid.serving.database import Database, open_database
from musivid.serving.migrations import SCHEMA
from musivid.web.jobs import JobBook
from musivid.web.tables import METADATA, MIGRATIONS, open_rows


@pytest.fixture
def book(tmp_path: Path) -> JobBook:
    return JobBook(open_rows(tmp_path))


def test_the_way_of_a_job(book: JobBook) -> None:
    job = book.add("video", "Song", {"seed": 1})
    assert (job.state, job.role) == ("waiting", "film")
    assert book.take("desk") is None
    taken = book.take("film")
    assert taken is not None and taken.id == job.id and taken.attempts == 1
    assert book.take("film") is None
    book.tell(job.id, stage="render", done=3, total=10)
    book.note(job.id, "a word")
    book.note(job.id, "a word")
    book.end(job.id, "done", result={"files": {"film": "film.mp4"}})
    found = book.get(job.id)
    assert found is not None
    assert (found.state, found.stage, found.done, found.notes) == ("done", "render", 3, ["a word"])
    assert found.spec == {"seed": 1} and found.result["files"] == {"film": "film.mp4"}
    book.tell(job.id, done=9)  # a late word of a worker changes nothing
    assert book.get(job.id) == found


def test_the_first_comes_first(book: JobBook) -> None:
    first, second = (book.add("video", name, {}) for name in ("a", "b"))
    assert book.ahead_of(second) == 1
    taken = book.take("film")
    assert taken is not None and taken.id == first.id
    assert [job.id for job in book.listed(("video",))] == [second.id, first.id]
    assert [job.title for job in book.listed(("video",), words="B")] == ["b"]
    assert book.listed(("video",), words="%") == []
    assert book.open_roles() == {"film"}


def test_stop_and_go_on(book: JobBook) -> None:
    job = book.add("video", "a", {})
    assert book.ask_stop(job.id)
    assert book.get(job.id).state == "stopped"
    assert not book.ask_stop(job.id)
    assert book.go_on(job.id) and not book.go_on(job.id)
    book.take("film")
    assert not book.remove(job.id)
    assert book.ask_stop(job.id) and book.is_asked_to_stop(job.id)
    book.end(job.id, "stopped")
    assert not book.is_asked_to_stop(job.id)
    assert book.remove(job.id) and book.get(job.id) is None


def test_a_worker_that_is_gone(book: JobBook) -> None:
    job = book.add("video", "a", {})
    for _ in range(3):
        book.take("film")
        book.take_back("film")
        assert book.get(job.id).state == "waiting"
    book.take("film")
    book.take_back("desk")
    assert book.get(job.id).state == "running"
    book.take_back("film")
    assert book.get(job.id).state == "failed" and book.get(job.id).problem
    book.go_on(job.id)
    book.take("film")
    book.ask_stop(job.id)
    book.take_back("film")
    assert book.get(job.id).state == "stopped"


def test_changes_are_numbered(book: JobBook) -> None:
    first, second = book.add("video", "a", {}), book.add("hear", "b", {})
    seen = book.latest_change()
    assert book.changed_since(seen) == []
    book.take("desk")
    book.take("film")
    changed = book.changed_since(seen)
    assert [job.id for job in changed] == [second.id, first.id]
    assert [job.change for job in changed] == [seen + 1, seen + 2]


def test_many_write_at_once(tmp_path: Path) -> None:
    def write(number: int) -> None:
        own = JobBook(open_rows(tmp_path))
        for _ in range(5):
            own.add("hear", str(number), {})
        own.database.close()

    open_rows(tmp_path).close()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    book = JobBook(open_rows(tmp_path))
    assert book.latest_change() == 20
    assert len({job.change for job in book.listed(("hear",))}) == 20


def columns(database: Database) -> dict[str, set[str]]:
    with database.reading() as connection:
        seen = inspect(connection)
        return {
            table: {column["name"] for column in seen.get_columns(table)}
            for table in seen.get_table_names()
        }


@pytest.mark.parametrize("number", range(len(MIGRATIONS) + 1))
def test_older_databases_are_brought_forward(tmp_path: Path, number: int) -> None:
    """From every number, and from none, to the tables that the code speaks of."""
    path = tmp_path / "studio.db"
    database = open_database(path, MIGRATIONS)
    wanted = {t.name: set(t.columns.keys()) for t in (*METADATA.sorted_tables, SCHEMA)}
    assert columns(database) == wanted
    database.close()
    older = tmp_path / "older.db"
    old = open_database(older, MIGRATIONS[:number])
    if number:
        with old.writing() as connection:
            connection.exec_driver_sql("UPDATE counter SET value = 7")
    old.close()
    assert columns(open_database(older, MIGRATIONS)) == wanted
    assert JobBook(open_database(older, MIGRATIONS)).latest_change() == (7 if number else 0)


def test_strange_databases(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, but long enough to look at" * 50)
    with pytest.raises(OutputError, match="cannot be used"):
        open_database(tmp_path / "text.db", MIGRATIONS)
    open_database(tmp_path / "later.db", MIGRATIONS).close()
    with sqlite3.connect(tmp_path / "later.db") as raw:
        raw.execute("UPDATE schema SET number = 99")
    with pytest.raises(OutputError, match="99"):
        open_database(tmp_path / "later.db", MIGRATIONS)
