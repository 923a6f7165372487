from __future__ import annotations

from pathlib import Path

import pytest
from study_raters import manifest

from musivid.core.errors import InputError
from musivid.studies.manifest import ANCHOR, Manifest, read_manifest

PLAIN = """title: Which fits?
languages: [en, zh]
consent: {en: I agree., zh: 我同意。}
systems: {ours: ours, cmt: other/cmt}
baseline: cmt
"""


def test_a_manifest_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    study = read_manifest(path)
    assert study.rated_systems() == ("ours", "cmt", ANCHOR) and study.first_system() == "cmt"
    assert [question.name for question in study.asked()] == ["rhythm", "emotion", "overall"]
    assert study.answers_on().values() == (1, 2, 3, 4, 5)


def test_the_digest_changes_with_what_is_declared_only() -> None:
    assert manifest().freeze() == manifest().freeze()
    assert manifest(seed=1).freeze() != manifest().freeze()
    explicit = Manifest.model_validate(manifest().model_dump())
    assert explicit.freeze() == manifest().freeze()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("trails: 5\n", "line 6: trails: unknown key; nearest: trials"),
        ("trials: many\n", "line 6: trials: .*integer"),
        ("design: compare\nanchor: false\nreference: ours\n", "reference needs design: multi"),
        ("reference: nobody\n", "the reference nobody is none of the systems"),
        ("questions: [{name: fit, text: {en: 'Does it fit?'}}]\n", "need a text in zh"),
        ("title: again\n", "line 6"),
        ("completion: {url: 'javascript:alert(1)'}\n", "completion.url"),
        ("checks: {gold: 9}\n", "checks.gold"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, more: str, message: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(PLAIN + more, encoding="utf-8")
    with pytest.raises(InputError, match=f"(?s)study.yaml is not the manifest.*{message}"):
        read_manifest(path)


@pytest.mark.parametrize("name", ["../up", "a b", "", "other-clip", "silence", "x" * 41])
def test_names_of_systems_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="system"):
        manifest(systems={name: "folder"})


def test_one_system_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="needs two systems"):
        manifest(design="compare", systems={"only": "x"}, anchor=False)
    assert manifest(design="compare", systems={"only": "x"}).rated_systems() == ("only", ANCHOR)


def test_each_design_asks_on_its_scale() -> None:
    assert [q.name for q in manifest(design="multi").asked()] == ["overall"]
    assert manifest(design="multi").answers_on().highest == 100
    assert manifest(scale="published").answers_on().count() == 10
    own = manifest(questions=[{"name": "fit", "text": {"en": "Does it fit?"}}])
    assert [q.name for q in own.asked()] == ["fit"]
    assert len(manifest(perspective="creator").asked()) == 6
