"""`musivid study` as it is typed, from folders of films to exported results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from programs import Program
from study_fixtures import SYSTEMS, begin, opened, reply, write_films

from musivid.core.progress import Silent
from musivid.studies.manifest import ANCHOR, read_manifest
from musivid.studies.site.serve import study_folder
from musivid.studies.stimuli import find_sources, make_stimuli


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    write_films(folder)
    return folder


@pytest.mark.slow
def test_a_study_from_folders_to_a_report(films: Path, tmp_path: Path, musivid: Program) -> None:
    path = tmp_path / "fits.yaml"
    code, stdout, _ = musivid("study", "make", films, "-o", path)
    assert (code, stdout.strip()) == (0, str(path))
    manifest = read_manifest(path)
    assert set(manifest.rated_systems()) == {*SYSTEMS, ANCHOR} and manifest.trials == 6
    code, stdout, _ = musivid("study", "check", path, "--json")
    facts = json.loads(stdout)
    assert code == 0 and facts["clips"] == 3 and facts["trials"] == 12
    code, _, stderr = musivid("study", "report", path)
    assert code == 2 and "never opened" in stderr and "study serve" in stderr

    folder = study_folder(path)
    stimuli = make_stimuli(folder / "stimuli", manifest, find_sources(manifest, tmp_path), Silent())
    visitor, site = opened(manifest, folder, stimuli)
    for person in range(2):
        someone = begin(visitor)
        for _ in range(12):
            trial = visitor.get(f"/p/{someone}/now").json()["trial"]
            value = 1 + (2 * trial["position"] + person) % 5
            visitor.post(f"/p/{someone}/answer", json=reply(manifest, trial, value))
    code, stdout, _ = musivid("study", "report", path, "--json")
    report = json.loads(stdout)
    assert code == 0 and report["everybody"]["raters"] == 2
    assert len(site.store.answers().ratings) == 2 * 6 * 3
    code, stdout, stderr = musivid("study", "report", path)
    assert code == 0 and stdout.startswith("question\tsystem\tmean")
    assert "2 are excluded (too fast: 2)" in stderr and "exclude everybody" in stderr
    code, stdout, _ = musivid("study", "export", path, "-q", "-o", tmp_path / "out")
    assert code == 0 and stdout.strip() == str(tmp_path / "out/report.html")
    assert (tmp_path / "out/methods.md").read_text().startswith("# Which music fits the film?")
    code, _, stderr = musivid("study", "export", path, "-o", tmp_path / "out")
    assert code == 2 and "--force" in stderr
    path.write_text(path.read_text().replace("seed: 0", "seed: 1"))
    code, _, stderr = musivid("study", "report", path)
    assert code == 2 and "was changed after the first participant" in stderr


def test_a_draft_is_never_written_over_and_needs_films(
    films: Path, tmp_path: Path, musivid: Program
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    code, _, stderr = musivid("study", "make", films, "-o", path)
    assert code == 2 and "--force" in stderr and path.read_text() == "mine"
    code, _, stderr = musivid("study", "make", tmp_path, "-o", tmp_path / "new.yaml")
    assert code == 2 and "no folders with films" in stderr
    code, _, stderr = musivid("study", "make", path, "-o", tmp_path / "new.yaml")
    assert code == 2 and "is not a folder" in stderr


def test_raters_are_planned_by_the_width_that_is_wanted(
    films: Path, tmp_path: Path, musivid: Program
) -> None:
    path = tmp_path / "fits.yaml"
    musivid("study", "make", films, "-o", path)
    code, stdout, _ = musivid("study", "plan", path)
    assert code == 0 and "more clips are needed" in stdout
    code, stdout, _ = musivid("study", "plan", path, "--half-width", "0.7")
    few = int(stdout.split()[-1])
    code, stdout, _ = musivid("study", "plan", path, "--half-width", "0.6")
    assert code == 0 and int(stdout.split()[-1]) > few


def test_answers_of_the_published_platform_are_taken(tmp_path: Path, musivid: Program) -> None:
    for rater in range(3):
        scores = "".join(
            f"Score{model}_{question}: {1 + model + rater / 2}\n"
            for model in (1, 2)
            for question in (1, 2, 3)
        )
        (tmp_path / f"2024-{rater}.txt").write_text(f"Role: amateur\n{scores}")
    files = sorted(tmp_path.glob("*.txt"))
    code, stdout, _ = musivid("study", "import", *files, "-o", tmp_path / "out")
    assert code == 0 and Path(stdout.strip()).is_file()
    report = json.loads((tmp_path / "out/report.json").read_text())
    difference = next(d for d in report["everybody"]["differences"] if d["question"] == "overall")
    assert (difference["system"], difference["other"]) == ("B", "A")
    assert difference["test"]["difference"]["mean"] == pytest.approx(1)
    files[0].write_text("Score1_1: 7\n")
    code, _, stderr = musivid("study", "import", *files, "-o", tmp_path / "again")
    assert code == 2 and "2024-0.txt, line 1" in stderr
