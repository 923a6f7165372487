"""An archive of all that is kept, which is a studio again where it is unpacked."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from studio_fixtures import Visitor, open_visitor

from musivid.core.errors import InputError, OutputError
from musivid.core.storage import fingerprint
from musivid.web.backup import write_backup


def test_an_archive_is_a_studio_again(visitor: Visitor, song: Path, tmp_path: Path) -> None:
    name = visitor.brought("song", song)
    film = visitor.client.post("/api/films", json={"song": name, "preset": "living"}).json()["id"]
    (visitor.studio.data / "workers" / "film").mkdir(parents=True)
    (visitor.studio.data / "workers" / "film" / "lock").write_text("1")
    target = tmp_path / "studio.tar"
    assert write_backup(visitor.studio.data, target) == 2
    with tarfile.open(target) as archive:
        archive.extractall(tmp_path / "again", filter="data")
    told = json.loads((tmp_path / "again" / "manifest.json").read_text())["sha256"]
    assert {file: fingerprint(tmp_path / "again" / file) for file in told} == told
    assert not (tmp_path / "again" / "workers").exists()
    again = open_visitor(tmp_path / "again")
    with again.client:
        assert again.client.get(f"/inputs/{name}/file").content == song.read_bytes()
        assert again.client.get(f"/api/jobs/{film}").json()["state"] == "waiting"
    with pytest.raises(OutputError, match="exists"):
        write_backup(visitor.studio.data, target)
    with pytest.raises(InputError, match="no studio"):
        write_backup(tmp_path / "nothing", tmp_path / "b.tar")
