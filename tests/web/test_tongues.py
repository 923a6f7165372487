"""Forms in every language: nothing is left in English, and nothing is said of what is not there."""

from __future__ import annotations

import re

import pytest

from musivid.web.declaring import form_of_study
from musivid.web.forms import Group, form_of, presets_of
from musivid.web.texts import LANGUAGES, TEXTS
from musivid.web.tongues import spoken, tongue_of

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
