"""Forms in every language: nothing is left in English, and nothing is said of what is not there."""

from __future__ import annotations

import re

import pytest
from source import PACKAGE

from musivid.web.declaring import form_of_study
from musivid.web.forms import FormError, Group, filled, form_of, presets_of
from musivid.web.texts import LANGUAGES, TEXTS
from musivid.web.tongues import said_in, spoken, tongue_of

HAN = re.compile(r"[\u4e00-\u9fff]")
FORMS: list[tuple[Group, ...]] = [
    form_of_study(),
    *(form_of(command, name) for command in ("video", "bgm_infer") for name in presets_of(command)),
]


def test_all_settings_are_named_and_explained_in_chinese() -> None:
    for form in FORMS:
        for group, said in zip(form, spoken(form, "zh"), strict=True):
            assert HAN.search(said["name"]), group.name
            assert bool(said["help"]) == bool(group.help), group.name
            assert not said["help"] or HAN.search(said["help"]), group.name
            for field, shown in zip(group.fields, said["fields"], strict=True):
                assert shown["key"] == field.key and shown["value"] == field.value
                assert HAN.search(shown["label"]) and HAN.search(shown["help"]), field.key
                assert set(shown["names"]) <= set(field.choices)


def test_all_presets_are_named_and_explained() -> None:
    for command, about in (("video", "preset"), ("bgm_infer", "music")):
        for name in presets_of(command):
            assert {f"{about}.{name}", f"{about}.{name}.text"} <= TEXTS.keys()


def test_english_forms_say_what_settings_say() -> None:
    for form in FORMS:
        for group, said in zip(form, spoken(form, "en"), strict=True):
            assert said["help"] == group.help and said["name"]
            assert [field["help"] for field in said["fields"]] == [f.help for f in group.fields]


def test_faults_of_pages_are_told_in_chinese() -> None:
    """Every message that the studio's own code gives a fault or a refusal."""
    told = re.compile(
        r"""(?:Fault\([^"]*(?:"[\w.]*", )?|Refusal\(|faults\.append\(|40[09], |41[35], )"""
        r"""f?"((?:[^"{]|\{[^}]*\})+)"\s*\)"""
    )
    source = "\n".join(file.read_text(encoding="utf-8") for file in (PACKAGE / "web").glob("*.py"))
    found = {
        re.sub(r"\{[^}]*\}", "7", text)
        for text in told.findall(source)
        if re.search(r"[a-z]", text)
    }
    assert len(found) > 30, found
    for message in found:
        assert HAN.search(said_in("zh", message)), message
        assert said_in("en", message) == message


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("video", {"living.pulse": 9}),
        ("video", {"living.pulse": "loud", "seed": -1, "output.size": "3x3", "output.fps": "x"}),
        ("video", {"output.sound": "nix", "output.codec": "prores"}),
        ("video", {"output.sound": "copy", "output.sound_kbps": 100}),
        ("bgm_infer", {"candidates": "x", "control.instruments": ["x"], "sound.copies": "[wav]"}),
    ],
)
def test_faults_of_settings_are_told_in_chinese_at_their_fields(
    command: str, given: dict[str, object]
) -> None:
    with pytest.raises(FormError) as caught:
        filled(command, presets_first(command), given)
    assert {fault.key for fault in caught.value.faults} <= set(given)
    for fault in caught.value.faults:
        assert HAN.search(said_in("zh", fault.message)), fault.message


def presets_first(command: str) -> str:
    return next(iter(presets_of(command)))


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_no_text_is_of_a_setting_that_is_gone(language: str) -> None:
    tongue = tongue_of(language)  # type: ignore[arg-type]
    fields = {field.key: field for form in FORMS for group in form for field in group.fields}
    patterns = {re.escape(key).replace(r"\*", r"\w+") for key in tongue.settings}
    for pattern in patterns:
        assert any(re.fullmatch(pattern, key) for key in fields), pattern
    assert set(tongue.groups) <= {group.name for form in FORMS for group in form}
    for key, words in tongue.words.items():
        choices = {word for form in FORMS for group in form for field in group.fields
                   if field.key == key for word in field.choices}  # fmt: skip
        assert set(words) == choices, key
    twice = [
        key for key, said in tongue.settings.items() if "name" in said and f"set.{key}" in TEXTS
    ]
    assert not twice
