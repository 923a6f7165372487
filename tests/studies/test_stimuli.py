from __future__ import annotations

import shutil
from pathlib import Path

import av
import pytest
from study_fixtures import SECONDS, SYSTEMS, stimuli_of, study, write_films

from musivid.analysis.loudness import loudness_lufs
from musivid.core.errors import InputError
from musivid.media.audio import load_track
from musivid.media.frames import probe_video
from musivid.studies.manifest import ANCHOR, SILENCE, Manifest
from musivid.studies.stimuli import Stimuli, find_sources, read_stimuli


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest, Stimuli]:
    folder = tmp_path_factory.mktemp("study")
    write_films(folder)
    manifest = study(folder)
    return folder, manifest, stimuli_of(manifest, folder)


def test_all_sounds_are_equally_long_and_loud(made: tuple[Path, Manifest, Stimuli]) -> None:
    _, _, stimuli = made
    assert set(stimuli.sounds) == {*SYSTEMS, ANCHOR, SILENCE}
    for system, files in stimuli.sounds.items():
        for clip, name in files.items():
            track = load_track(stimuli.folder / name)
            assert track.duration_s == pytest.approx(stimuli.lengths_s[clip], abs=0.03)
            loud = loudness_lufs(track.samples, track.rate_hz)
            if system == SILENCE:
                assert loud < -60
            else:
                assert loud == pytest.approx(-16, abs=0.7)
    gains = {
        system: [fact.gain_db for fact in stimuli.facts if fact.system == system]
        for system in SYSTEMS
    }
    assert max(gains[SYSTEMS[1]]) < min(gains[SYSTEMS[0]])  # the louder films were raised less


def test_films_are_silent_and_nothing_tells_where_files_come_from(
    made: tuple[Path, Manifest, Stimuli],
) -> None:
    _, _, stimuli = made
    for path in stimuli.folder.iterdir():
        data = path.read_bytes()
        if path.suffix != ".json":
            assert not any(name.encode() in data for name in (*SYSTEMS, "musivid"))
    for name in stimuli.films.values():
        with av.open(stimuli.folder / name) as container:
            assert not container.streams.audio
            assert set(container.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
        assert probe_video(stimuli.folder / name).duration_s == pytest.approx(SECONDS)


def test_the_anchor_is_the_baselines_music_for_another_clip(
    made: tuple[Path, Manifest, Stimuli],
) -> None:
    _, manifest, stimuli = made
    own = {stimuli.sounds[manifest.first_system()][clip]: clip for clip in stimuli.clips()}
    digests = {(stimuli.folder / name).read_bytes(): clip for name, clip in own.items()}
    taken = []
    for clip in stimuli.clips():
        other = digests[(stimuli.folder / stimuli.sounds[ANCHOR][clip]).read_bytes()]
        assert other != clip
        taken.append(other)
    assert sorted(taken) == sorted(stimuli.clips())


def test_what_was_made_is_kept_and_another_manifest_makes_it_anew(
    made: tuple[Path, Manifest, Stimuli], tmp_path: Path
) -> None:
    folder, manifest, stimuli = made
    assert read_stimuli(stimuli.folder) == stimuli
    shutil.copytree(folder, tmp_path / "copy")
    again = stimuli_of(manifest, tmp_path / "copy")
    assert (again.films, again.facts) == (stimuli.films, stimuli.facts)
    other = stimuli_of(study(folder, anchor=False), tmp_path / "copy")
    assert ANCHOR not in other.sounds
    (tmp_path / "copy/stimuli" / other.films["clip0"]).unlink()
    assert read_stimuli(tmp_path / "copy/stimuli") is None


@pytest.mark.parametrize("text", ["{", "[]", '{"facts": [], "films": {"a": "../x"}}', "[" * 9999])
def test_a_damaged_index_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "stimuli.json").write_text(text)
    with pytest.raises(InputError, match=r"stimuli\.json"):
        read_stimuli(tmp_path)


def test_missing_clips_and_folders_are_named(tmp_path: Path) -> None:
    write_films(tmp_path, clips=2)
    (tmp_path / SYSTEMS[1] / "clip1.mp4").unlink()
    with pytest.raises(InputError, match="not the same clips: clip1"):
        find_sources(study(tmp_path), tmp_path)
    (tmp_path / SYSTEMS[0] / "clip1.mp4").unlink()
    with pytest.raises(InputError, match="no other clip"):
        find_sources(study(tmp_path), tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        find_sources(study(tmp_path, systems={"a": "nowhere"}), tmp_path)
